"""The sample's photos: small street scenes, drawn by our own code, the same for the same seed."""

from io import BytesIO
from random import Random

from PIL import Image

from jarokelo.demo_data.motifs import Motif
from jarokelo.demo_data.scenery import street
from reports.photos import SIZES


def draw(motif: Motif, light: str, seed: int | str) -> Image.Image:
    canvas = street(Random(seed), light)  # noqa: S311 - pictures, not secrets
    motif(canvas)
    return canvas.finished()


def jpegs(image: Image.Image) -> dict[str, bytes]:
    """The three sizes that a photo is kept in."""
    found = {}
    for size, longest in SIZES.items():
        copy = image.copy()
        copy.thumbnail((longest, longest))
        out = BytesIO()
        copy.save(out, "JPEG", quality=80)
        found[size] = out.getvalue()
    return found

"""Bytes in; checked, upright, re-encoded pictures without any metadata out.

The order matters: length, format by content, pixels and scans from the headers, and only then decoding.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import IO

from django.conf import settings
from PIL import Image, ImageCms

from .blur import apply_edits
from .decoder import quiet_decoder
from .edits import Edits
from .exif import Position, exif_of, orientation_of, position_of, taken_at_of
from .formats import PILLOW_FORMAT, Format, sniff_format
from .heic import HeicTooBig, decode_heic
from .jpeg import scan_count
from .rejection import PhotoRejected, Reason

SIZES = {"large": 2000, "medium": 1000, "small": 400}  # longest side in pixels
JPEG_QUALITY = 82
# A progressive JPEG has about ten scans. Each one costs a pass over the whole picture, and an empty one a few
# bytes: without a bound one file of 20 MB could keep a processor busy for an hour.
MAX_SCANS = 100

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = {5, 6, 7, 8}  # width and height change places
# What is cut out of a photo should be sharp, too: so many pixels are decoded at most, and never more than it needs.
_LONGEST_TO_CUT = 4000


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """What is kept of a photo; the three sizes are clean JPEGs."""

    format: Format  # of the original
    original_size: tuple[int, int]  # width and height once it stands upright
    width: int  # of the large size
    height: int
    position: Position | None  # lon, lat
    taken_at: datetime | None  # aware
    large: bytes
    medium: bytes
    small: bytes


@dataclass(frozen=True, slots=True)
class EditedPhoto:
    """The three sizes of a photo that was turned, cropped or blurred."""

    width: int  # of the large size
    height: int
    large: bytes
    medium: bytes
    small: bytes


def read_photo(file: IO[bytes] | bytes) -> ProcessedPhoto:
    """Check and convert what somebody sent; a file is read from its start and left rewound.

    Raises PhotoRejected, and nothing else, for every file that cannot become a photo.
    """
    data = _read_all(file)
    format = sniff_format(data[:256])
    if format is None:
        raise PhotoRejected(Reason.NOT_A_PICTURE)
    with quiet_decoder(), _broken_unless_read():
        image, full_size = _open(data, format, SIZES["large"])
        image.draft(None, _fitting(image.size, SIZES["large"]))  # JPEG: decodes at a half, a quarter or an eighth
        image.load()
        exif = exif_of(image)  # only now: PNG may have it behind the pixels
        orientation = orientation_of(exif)  # always 1 in HEIC: its reader has turned the picture already
        large = _clean(image, orientation, SIZES["large"])
        medium = _shrink(large, SIZES["medium"])
        return ProcessedPhoto(
            format=format,
            original_size=full_size[::-1] if orientation in _TURNED else full_size,
            width=large.width,
            height=large.height,
            position=position_of(exif),
            taken_at=taken_at_of(exif),
            large=_encode(large),
            medium=_encode(medium),
            small=_encode(_shrink(medium, SIZES["small"])),
        )


def read_edited(file: IO[bytes] | bytes, edits: Edits) -> EditedPhoto:
    """The same checks and bounds, with the edits in the picture; raises `PhotoRejected`."""
    data = _read_all(file)
    format = sniff_format(data[:256])
    if format is None:
        raise PhotoRejected(Reason.NOT_A_PICTURE)
    longest = SIZES["large"]
    if edits.crop:
        longest = min(round(longest / max(edits.crop[2:])), _LONGEST_TO_CUT)
    with quiet_decoder(), _broken_unless_read():
        image, _full_size = _open(data, format, longest)
        image.draft(None, _fitting(image.size, longest))
        image.load()
        upright = _clean(image, orientation_of(exif_of(image)), longest)
        large = _shrink(apply_edits(upright, edits), SIZES["large"])
        medium = _shrink(large, SIZES["medium"])
        small = _shrink(medium, SIZES["small"])
        return EditedPhoto(large.width, large.height, _encode(large), _encode(medium), _encode(small))


def preview_edits(jpeg: bytes, edits: Edits, size: str = "medium") -> bytes:
    """A clean picture of ours with the edits in it, quickly, for whoever is about to choose them."""
    with quiet_decoder(), Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        return _encode(_shrink(apply_edits(image.convert("RGB"), edits), SIZES[size]))


def _read_all(file: IO[bytes] | bytes) -> bytes:
    if isinstance(file, bytes):
        data = file
    else:
        file.seek(0)
        data = file.read(settings.PHOTO_MAX_BYTES + 1)
        file.seek(0)
    if not data:
        raise PhotoRejected(Reason.EMPTY)
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise PhotoRejected(Reason.TOO_LARGE)
    return data


@contextmanager
def _broken_unless_read() -> Iterator[None]:
    try:
        yield
    except PhotoRejected:
        raise
    except (Image.DecompressionBombError, HeicTooBig) as error:
        raise PhotoRejected(Reason.TOO_MANY_PIXELS) from error
    except Exception as error:  # damaged files make decoders raise anything from struct.error to RuntimeError
        raise PhotoRejected(Reason.BROKEN) from error


def _open(data: bytes, format: Format, longest: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture with its header read and found bearable, its pixels not yet decoded; and its full size."""
    if format == "heic":
        return decode_heic(data, max_pixels=settings.PHOTO_MAX_PIXELS, longest=longest)
    image = Image.open(BytesIO(data), formats=[PILLOW_FORMAT[format]])
    if image.width * image.height > settings.PHOTO_MAX_PIXELS:
        raise PhotoRejected(Reason.TOO_MANY_PIXELS)
    if format == "jpeg" and scan_count(data) > MAX_SCANS:
        raise PhotoRejected(Reason.BROKEN)
    return image, image.size


def _clean(image: Image.Image, orientation: int, longest: int) -> Image.Image:
    """At most so long: pixels only, on white, in sRGB, upright."""
    profile = image.info.get("icc_profile")
    image = _on_white(_shrink(_plain(image), longest))
    image = _in_srgb(image, profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    image.info.clear()  # Pillow writes a comment in there back into the file
    return image


def _fitting(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(image: Image.Image, longest: int) -> Image.Image:
    size = _fitting(image.size, longest)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(image: Image.Image) -> Image.Image:
    """A mode that can be scaled smoothly: palettes and bits spelled out, 16 bits made 8."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    return white.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a junk profile, or one for another kind of picture
        if converted is not None:
            return converted
    return image.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _encode(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    return out.getvalue()

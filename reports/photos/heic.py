"""HEIC, decoded in a child process.

Its reader (libheif 1.23 in pi-heif 1.4) dies of a segmentation fault on some damaged files: that may cost the
photo, never the web server. The child has no secrets in its environment, and bounds on memory and time. This file
is both sides: imported it asks, run as a script it decodes, without Django and without our other modules.
"""

import resource
import subprocess
import sys
from io import BytesIO

from PIL import Image

SECONDS = 30
_MEMORY = 4 * 2**30  # address space; sixty megapixels need a quarter of it
_TOO_MANY_PIXELS = 3  # exit code


class HeicError(Exception):
    """Damaged, or more than the child could bear."""


class HeicTooBig(HeicError):
    pass


def decode_heic(data: bytes, *, max_pixels: int, longest: int) -> tuple[Image.Image, tuple[int, int]]:
    """The picture, upright and at most `longest` pixels long, with its EXIF and colour profile; its full size."""
    command = [sys.executable, "-I", __file__, str(max_pixels), str(longest)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env={})  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise HeicError("took too long") from error
    if child.returncode == _TOO_MANY_PIXELS:
        raise HeicTooBig
    if child.returncode != 0:
        raise HeicError(f"exit code {child.returncode}")
    size, _newline, png = child.stdout.partition(b"\n")
    width, height = map(int, size.split())
    return Image.open(BytesIO(png), formats=["PNG"]), (width, height)


def _decode(max_pixels: int, longest: int) -> None:
    import pi_heif

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    image = Image.open(BytesIO(sys.stdin.buffer.read()), formats=["HEIF"])
    if image.width * image.height > max_pixels:
        sys.exit(_TOO_MANY_PIXELS)
    image.load()
    width, height = image.size
    exif = image.info.get("exif")
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    sys.stdout.buffer.write(b"%d %d\n" % (width, height))
    image.save(sys.stdout.buffer, "PNG", compress_level=1, exif=exif, icc_profile=image.info.get("icc_profile"))


if __name__ == "__main__":
    _decode(int(sys.argv[1]), int(sys.argv[2]))

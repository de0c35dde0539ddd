"""Judging published pictures from outside, for tests and `check_photos`: are they clean, are two alike?"""

from io import BytesIO

from PIL import Image

from .jpeg import END_OF_IMAGE, segments
from .pipeline import SIZES, ProcessedPhoto

_APP0, _APP1, _APP15, _COMMENT = 0xE0, 0xE1, 0xEF, 0xFE
_JFIF = b"JFIF\0"


def problems_of(photo: ProcessedPhoto) -> list[str]:
    """What must not be published in the three sizes of a photo; empty when all is well."""
    return [
        f"{name}: {problem}"
        for name, longest in SIZES.items()
        for problem in _problems(getattr(photo, name), longest, photo.original_size)
    ]


def _problems(data: bytes, longest: int, original: tuple[int, int]) -> list[str]:
    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        image.load()
        size, mode = image.size, image.mode
    problems = [] if mode == "RGB" else [f"colours are {mode}"]
    scale = min(1.0, longest / max(original))
    if any(abs(side - max(1, full * scale)) > 1 for side, full in zip(size, original, strict=True)):
        problems.append(f"size is {size[0]}×{size[1]}")
    return problems + _metadata(data)


def _metadata(data: bytes) -> list[str]:
    """A clean JPEG holds nothing but the bare JFIF header and what is needed to decode it."""
    found = []
    for marker, payload in segments(data):
        if marker == END_OF_IMAGE and payload:
            found.append(f"{len(payload)} bytes behind the picture")
        elif marker == _APP0 and not (payload.startswith(_JFIF) and len(payload) == 14):
            found.append("a JFIF extension")
        elif _APP1 <= marker <= _APP15:
            found.append(f"metadata in APP{marker - _APP0}")
        elif marker == _COMMENT:
            found.append("a comment")
    return found


def likeness(one: bytes, other: bytes) -> int:
    """In how many of 64 places the brightness of two pictures falls differently (difference hash)."""
    return (_difference_hash(one) ^ _difference_hash(other)).bit_count()


def _difference_hash(data: bytes) -> int:
    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        grey = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return bits

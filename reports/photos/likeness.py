"""Do two photos show the same? A perceptual hash: 64 bits of which alike pictures have most in common.

Pictures that differ in at most `settings.SIMILAR_PHOTO_BITS` of them look alike; unrelated ones differ in about 32.
"""

from io import BytesIO

from PIL import Image

_SIGN = 2**63
# Half of the bits are set by the very making of the hash; a picture without any detail (a wall, the night) falls out
# of that, and would be like every other of its kind.
_FEWEST, _MOST = 24, 40


def photo_likeness(jpeg: bytes) -> int | None:
    """The hash of a clean picture as a signed number, as the database holds it; None where there is nothing to see."""
    import imagehash  # 0.2 s and numpy: only for who has photos to look at

    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        image.draft("L", (100, 100))
        bits = int(str(imagehash.phash(image)), 16)
    if not _FEWEST <= bits.bit_count() <= _MOST:
        return None
    return bits - 2 * _SIGN if bits >= _SIGN else bits


def differing_bits(one: int, other: int) -> int:
    return ((one ^ other) & (2 * _SIGN - 1)).bit_count()

"""Hiding a part of a picture so that nobody gets it back.

A soft blur can be computed back, and fine squares over letters can be guessed by trying all letters. So little is kept
of a box that there is nothing to compute with: at most six squares along its longer side, with sixteen steps of each
colour, drawn over softly so that it does not hurt the eye.
"""

import math

from PIL import Image, ImageFilter, ImageOps

from .edits import Box, Edits

_CELLS = 6  # along the longer side of a box: a plate's seven letters are more
_FINEST = 1 / 80  # of the picture's longer side: a small box is one single colour
_COLOUR_BITS = 4

_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def apply_edits(image: Image.Image, edits: Edits) -> Image.Image:
    """Turned, then blurred, then cropped; an RGB picture comes and goes."""
    image = image.transpose(_TURNS[edits.turn]) if edits.turn else image.copy()
    for box in edits.blur:
        _blur(image, _pixels(box, image.size))
    return image.crop(_pixels(edits.crop, image.size)) if edits.crop else image


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole pixels, rather one more than one less."""
    left, top = min(math.floor(box[0] * size[0]), size[0] - 1), min(math.floor(box[1] * size[1]), size[1] - 1)
    right, bottom = math.ceil((box[0] + box[2]) * size[0]), math.ceil((box[1] + box[3]) * size[1])
    return left, top, min(max(right, left + 1), size[0]), min(max(bottom, top + 1), size[1])


def _blur(image: Image.Image, place: tuple[int, int, int, int]) -> None:
    piece = image.crop(place)
    cell = max(max(piece.size) / _CELLS, max(image.size) * _FINEST)
    cells = max(1, round(piece.width / cell)), max(1, round(piece.height / cell))
    coarse = ImageOps.posterize(piece.resize(cells, Image.Resampling.BOX), _COLOUR_BITS)
    squares = coarse.resize(piece.size, Image.Resampling.NEAREST)
    image.paste(squares.filter(ImageFilter.GaussianBlur(cell / 4)), place)

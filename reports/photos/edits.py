"""What is done to a photo before it is shown: turned, blurred in boxes, cropped. A list of operations, not a picture.

Boxes are shares of the picture as it stands after turning, before cropping: (left, top, width, height).
In the database: {"turn": 90, "crop": [0.1, 0.1, 0.5, 0.5], "blur": [[0.2, 0.3, 0.1, 0.1]]}; {} is the photo as it came.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MOST_BLURS = 40
SMALLEST_CROP = 0.05  # of each side
TURNS = (0, 90, 180, 270)
DIGITS = 4
_SLACK = 0.0005  # what rounding may put outside

Box = tuple[float, float, float, float]


class BadEdits(ValueError):
    """No picture can be made by these; `code` says why: box, crop, turn, many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Edits:
    turn: int = 0  # degrees, clockwise
    crop: Box | None = None
    blur: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        if self.turn not in TURNS:
            raise BadEdits("turn")
        if len(self.blur) > MOST_BLURS:
            raise BadEdits("many")
        object.__setattr__(self, "blur", tuple(within(box) for box in self.blur))
        if self.crop is not None:
            crop = within(self.crop)
            if min(crop[2:]) < SMALLEST_CROP:
                raise BadEdits("crop")
            object.__setattr__(self, "crop", None if crop == (0, 0, 1, 1) else crop)

    def __bool__(self) -> bool:
        return bool(self.turn or self.crop or self.blur)

    def turned(self, by: int) -> "Edits":
        """Turned further, and the boxes with the picture, so that they stay on what they cover."""
        crop, blur = self.crop, self.blur
        for _quarter in range(by % 360 // 90):
            crop = _quarter_turn(crop) if crop else None
            blur = tuple(map(_quarter_turn, blur))
        return Edits((self.turn + by) % 360, crop, blur)

    @property
    def kinds(self) -> list[str]:
        """Codes for the history."""
        return [name for name in ("turn", "crop", "blur") if getattr(self, name)]

    def to_json(self) -> dict[str, Any]:
        found = {"turn": self.turn, "crop": self.crop and list(self.crop), "blur": [list(box) for box in self.blur]}
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_json(cls, stored: Any) -> "Edits":
        if not isinstance(stored, dict):
            raise BadEdits("box")
        turn, crop, blur = stored.get("turn", 0), stored.get("crop"), stored.get("blur", [])
        if isinstance(turn, bool) or not isinstance(turn, int):
            raise BadEdits("turn")
        if not isinstance(blur, list | tuple):
            raise BadEdits("box")
        return cls(turn, None if crop is None else within(crop), tuple(within(box) for box in blur))

    @classmethod
    def from_words(cls, turn: str, crop: str, blur: Sequence[str]) -> "Edits":
        """As they stand in the address of a preview: `turn=90`, `crop=0.1,0.1,0.5,0.5`, one `blur` for each box."""
        if len(blur) > MOST_BLURS:
            raise BadEdits("many")
        if turn and turn not in map(str, TURNS):
            raise BadEdits("turn")
        return cls(int(turn or 0), _from_words(crop) if crop else None, tuple(map(_from_words, blur)))


def within(box: Any) -> Box:
    """Four finite shares that lie in the picture, rounded; raises `BadEdits`."""
    if not isinstance(box, list | tuple) or len(box) != 4:
        raise BadEdits("box")
    if any(isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) for value in box):
        raise BadEdits("box")
    left, top, width, height = (round(float(value), DIGITS) for value in box)
    ends = left + width, top + height
    if left < 0 or top < 0 or width <= 0 or height <= 0 or max(ends) > 1 + _SLACK:
        raise BadEdits("box")
    return left, top, round(min(width, 1 - left), DIGITS), round(min(height, 1 - top), DIGITS)


def _quarter_turn(box: Box) -> Box:
    left, top, width, height = box
    return round(max(0.0, 1 - top - height), DIGITS), left, height, width


def _from_words(words: str) -> Box:
    if len(words) > 100:
        raise BadEdits("box")
    try:
        return within([float(word) for word in words.split(",")])
    except ValueError as error:  # BadEdits is one, too
        raise BadEdits("box") from error

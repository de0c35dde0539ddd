"""What the sender's own program says of a photo that it has stripped of its EXIF: a suggestion, never believed blindly.

The browser reads place and time before it shrinks the picture (shrinking drops them) and sends along
`{"latitude": 47.45, "longitude": 19.05, "taken_at": "2026-07-01T12:30:00+02:00"}`, each part optional.
"""

import json
import math
from datetime import datetime
from typing import Any

from .exif import NOTHING_KNOWN, PhotoHint, Position, is_nowhere, plausible_time

LONGEST = 500  # characters


def read_hint(text: str) -> PhotoHint:
    """Whatever is odd in it means "not known", never an error."""
    if not text or len(text) > LONGEST:
        return NOTHING_KNOWN
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return NOTHING_KNOWN
    if not isinstance(found, dict):
        return NOTHING_KNOWN
    return PhotoHint(position=_position(found.get("longitude"), found.get("latitude")), taken_at=_time(found))


def _position(longitude: Any, latitude: Any) -> Position | None:
    lon, lat = _degrees(longitude, 180), _degrees(latitude, 90)
    return None if lon is None or lat is None or is_nowhere(lon, lat) else (lon, lat)


def _degrees(value: Any, limit: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        degrees = float(value)
    except OverflowError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None


def _time(found: dict[str, Any]) -> datetime | None:
    try:
        return plausible_time(datetime.fromisoformat(str(found.get("taken_at"))))
    except (ValueError, OverflowError):
        return None

"""Place, time and orientation out of EXIF (CIPA DC-008).

It is written by thousands of programs and some enemies: whatever is odd in it means "not known", never an error.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

from django.utils import timezone
from PIL import ExifTags, Image

from .decoder import quiet_decoder

Position = tuple[float, float]  # lon, lat in degrees, WGS 84
Value = TypeVar("Value")


class PhotoHint(TypedDict):
    position: Position | None
    taken_at: datetime | None


NOTHING_KNOWN = PhotoHint(position=None, taken_at=None)

# "Exif\0\0" in JPEG and phones' HEIC, a chunk's name in PNG and WebP, a zero offset in AVIF; then a TIFF header.
_EXIF_BLOCK = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4}|\0{4})(?=II\*\0|MM\0\*)", re.DOTALL)
_TIME = re.compile(r"(\d{4})[:./-](\d\d)[:./-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_EARLIEST_YEAR = 1990  # a camera whose clock was never set says 1970 or 1980


def read_position(head: bytes) -> PhotoHint:
    """Place and time from the first part of a photo (256 KB do), without opening the picture.

    The browser sends only this slice, so that the map jumps while the photo is still on its way. Never raises.
    """
    found = _EXIF_BLOCK.search(head)
    if not found:
        return NOTHING_KNOWN
    exif = Image.Exif()
    with quiet_decoder():
        _known(exif.load, head[found.end() :])
        return PhotoHint(position=position_of(exif), taken_at=taken_at_of(exif))


def exif_of(image: Image.Image) -> Image.Exif:
    return _known(image.getexif) or Image.Exif()


def position_of(exif: Image.Exif) -> Position | None:
    return _known(_position, exif)


def taken_at_of(exif: Image.Exif) -> datetime | None:
    """When the shutter was pressed, always aware: without a zone in the photo the site's own is meant."""
    return _known(_taken_at, exif)


def orientation_of(exif: Image.Exif) -> int:
    orientation = _known(exif.get, ExifTags.Base.Orientation)
    return orientation if isinstance(orientation, int) else 1


def _known(read: Callable[..., Value], *arguments: object) -> Value | None:
    try:
        return read(*arguments)
    except Exception:  # Pillow meets junk with a dozen different errors
        return None


def _position(exif: Image.Exif) -> Position | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    return None if lat is None or lon is None or is_nowhere(lon, lat) else (lon, lat)


def is_nowhere(lon: float, lat: float) -> bool:
    """A receiver that has not found its place writes zeros; nothing but sea lies within 100 m of 0, 0."""
    return abs(lat) < 0.001 and abs(lon) < 0.001


def _degrees(value: Any, reference: Any, letters: str, limit: int) -> float | None:
    """Degrees, minutes, seconds and a letter for the half of the globe; without the letter nothing is known."""
    parts = [float(part) for part in value] if isinstance(value, tuple) else []
    letter = (reference.decode() if isinstance(reference, bytes) else reference).strip("\0 ").upper()[:1]
    if len(parts) not in {2, 3} or not letter or letter not in letters:
        return None
    if not all(math.isfinite(part) and part >= 0 for part in parts) or any(part > 60 for part in parts[1:]):
        return None
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    if degrees > limit:
        return None
    return degrees if letter == letters[0] else -degrees


def _taken_at(exif: Image.Exif) -> datetime | None:
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    for time_tag, offset_tag in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        if found := _TIME.match(str(camera.get(time_tag))):
            return plausible_time(_moment(found, str(camera.get(offset_tag)).strip("\0 ")))
    return None


def _moment(found: re.Match[str], offset: str) -> datetime:
    moment = "{}-{}-{}T{}:{}:{}".format(*found.groups())
    return datetime.fromisoformat(moment + offset if _OFFSET.fullmatch(offset) else moment)


def plausible_time(moment: datetime) -> datetime | None:
    """Aware (without a zone the site's own is meant), and neither before digital cameras nor in the future."""
    if moment.tzinfo is None:
        moment = timezone.make_aware(moment, timezone.get_default_timezone())
    latest = timezone.now() + timedelta(days=1)
    return moment if moment.year >= _EARLIEST_YEAR and moment <= latest else None

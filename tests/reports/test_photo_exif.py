"""Place and time of a photo: believed when they are whole and possible, otherwise simply not known."""

from datetime import UTC, datetime, timedelta
from math import cos, hypot, radians
from struct import pack
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from reports.photos import Position, ProcessedPhoto, read_photo, read_position
from reports.photos.inspection import problems_of

from .pictures import encode, four_corners, photo_exif

LAT, LON = 47.497912, 19.040235  # a street in Budapest
WITH_EXIF = ["JPEG", "PNG", "WEBP", "AVIF"]
LAT_REF, LAT_TAG = ExifTags.GPS.GPSLatitudeRef, ExifTags.GPS.GPSLatitude
LON_REF, LON_TAG = ExifTags.GPS.GPSLongitudeRef, ExifTags.GPS.GPSLongitude
GOOD: dict[int, Any] = {LAT_REF: "N", LAT_TAG: (47.0, 29.0, 52.0), LON_REF: "E", LON_TAG: (19.0, 2.0, 24.0)}
NOTHING = {"position": None, "taken_at": None}


def metres_off(position: Position | None, lat: float, lon: float) -> float:
    assert position is not None
    return hypot((position[0] - lon) * cos(radians(lat)), position[1] - lat) * 111_320


def taken_with(exif: Image.Exif, format: str = "JPEG") -> ProcessedPhoto:
    return read_photo(encode(four_corners(50, 50), format, exif=exif))


# -- Place ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("format", WITH_EXIF)
@pytest.mark.parametrize(("lat", "lon"), [(LAT, LON), (-33.8568, 151.2153), (51.4779, -0.0015), (-22.9, -43.2)])
def test_place_is_read_in_every_quarter_of_the_globe(format: str, lat: float, lon: float) -> None:
    picture = encode(four_corners(50, 50), format, exif=photo_exif(lat, lon))

    assert metres_off(read_photo(picture).position, lat, lon) < 0.5
    assert metres_off(read_position(picture)["position"], lat, lon) < 0.5


@pytest.mark.parametrize(
    "gps",
    [
        {LAT_TAG: (47.0, 29.0, 52.0), LON_TAG: (19.0, 2.0, 24.0)},
        {LAT_TAG: (47.0, 29.866667), LON_TAG: (19.0, 2.4)},
        {LAT_TAG: (47.0, 29.866667, 0.0), LON_TAG: (19.0, 2.4, 0.0)},
        {LAT_TAG: (47.497778, 0.0, 0.0), LON_TAG: (19.04, 0.0, 0.0)},
        {LAT_REF: "n", LON_REF: "East"},
    ],
    ids=["seconds", "minutes", "minutes and zero", "degrees", "other letters"],
)
def test_place_is_read_in_every_spelling(gps: dict[int, Any]) -> None:
    photo = taken_with(photo_exif(gps=GOOD | gps))

    assert metres_off(photo.position, 47.497778, 19.04) < 0.5


@pytest.mark.parametrize(
    "gps",
    [
        {LAT_TAG: (0.0, 0.0, 0.0), LON_TAG: (0.0, 0.0, 0.0)},
        {LAT_TAG: (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0))},
        {LAT_TAG: (IFDRational(47, 0), 29.0, 52.0)},
        {LON_TAG: (19.0, 2.0, IFDRational(24, 0))},
        {LAT_TAG: (91.0, 0.0, 0.0)},
        {LON_TAG: (180.0, 0.0, 1.0)},
        {LAT_TAG: (47.0, 61.0, 0.0)},
        {LAT_TAG: (47.0, 0.0, 3000.0)},
        {LAT_REF: "E", LON_REF: "N"},
        {LAT_REF: "", LON_REF: ""},
        {LAT_REF: "?"},
        {LAT_TAG: (47.0, 29.0, 52.0, 1.0)},
    ],
)
def test_odd_place_is_no_place(gps: dict[int, Any]) -> None:
    photo = taken_with(photo_exif(gps=GOOD | gps, taken="2026:07:01 12:30:00"))

    assert photo.position is None
    assert photo.taken_at is not None
    assert problems_of(photo) == []


@pytest.mark.parametrize(("type_code", "count"), [(2, 3), (7, 3), (1, 3), (4, 1), (99, 3), (5, 60000)])
def test_place_of_another_type_is_no_place(type_code: int, count: int) -> None:
    block = photo_exif(gps=GOOD).tobytes()
    changed = block.replace(pack(">HHI", LAT_TAG, 5, 3), pack(">HHI", LAT_TAG, type_code, count))
    assert changed != block

    assert read_photo(encode(four_corners(50, 50), "JPEG", exif=changed)).position is None


@pytest.mark.parametrize("missing", list(GOOD))
def test_half_a_place_is_no_place(missing: int) -> None:
    assert taken_with(photo_exif(gps=GOOD)).position is not None

    assert taken_with(photo_exif(gps={tag: value for tag, value in GOOD.items() if tag != missing})).position is None


@pytest.mark.parametrize(
    "block", [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" + bytes(40), b"junk" * 9]
)
def test_junk_for_exif_does_not_spoil_the_picture(block: bytes) -> None:
    photo = read_photo(encode(four_corners(50, 50), "JPEG", exif=b"Exif\0\0" + block))

    assert (photo.position, photo.taken_at) == (None, None)


# -- The slice that the browser sends ahead ---------------------------------------------------------------
@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_place_and_time_are_in_the_first_slice(format: str) -> None:
    noise = Image.effect_noise((1500, 1000), 90).convert("RGB")
    exif = photo_exif(LAT, LON, taken="2026:07:01 12:30:00", offset="+02:00")
    picture = encode(noise, format, exif=exif)
    assert len(picture) > 256 * 1024

    hint = read_position(picture[: 256 * 1024])

    assert metres_off(hint["position"], LAT, LON) < 0.5
    assert hint["taken_at"] == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    photo = read_photo(picture)
    assert hint == {"position": photo.position, "taken_at": photo.taken_at}


@pytest.mark.parametrize("format", WITH_EXIF)
def test_a_slice_of_any_length_is_read_without_an_error(format: str) -> None:
    picture = encode(four_corners(60, 40), format, exif=photo_exif(LAT, LON))

    hints = [read_position(picture[:length]) for length in range(len(picture) + 1)]

    assert hints[0] == NOTHING
    assert hints[-1]["position"] is not None
    for hint in hints:
        assert hint["position"] is None or metres_off(hint["position"], LAT, LON) < 0.5


def test_place_is_found_behind_the_bare_offset_of_an_avif() -> None:
    """Other programs than ours leave out "Exif" before the block (ISO 23008-12, annex A)."""
    block = photo_exif(LAT, LON).tobytes().removeprefix(b"Exif\0\0")
    head = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + b"meta" * 50

    assert metres_off(read_position(head + bytes(4) + block)["position"], LAT, LON) < 0.5


@pytest.mark.parametrize(
    "head",
    [b"", b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0MM\0*" + b"\xff" * 500, b"<html>", bytes(1000)],
)
def test_a_slice_of_junk_says_nothing(head: bytes) -> None:
    assert read_position(head) == NOTHING


# -- Time -------------------------------------------------------------------------------------------------
BUDAPEST = ZoneInfo("Europe/Budapest")


@pytest.mark.parametrize(
    ("fields", "taken_at"),
    [
        ({"taken": "2026:07:01 12:30:00"}, datetime(2026, 7, 1, 12, 30, tzinfo=BUDAPEST)),
        ({"taken": "2026:07:01 12:30:00", "offset": "+00:00"}, datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ({"taken": "2026:07:01 12:30:00", "offset": "junk"}, datetime(2026, 7, 1, 12, 30, tzinfo=BUDAPEST)),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "1980:01:01 00:00:00"}, None),
        ({"taken": "2026:13:45 99:99:99"}, None),
        ({"taken": "    :  :     :  :  "}, None),
        ({"taken": "yesterday"}, None),
        ({}, None),
    ],
)
def test_time_is_read(fields: dict[str, Any], taken_at: datetime | None) -> None:
    photo = read_photo(encode(four_corners(50, 50), "JPEG", exif=photo_exif(**fields)))

    assert photo.taken_at == taken_at
    if photo.taken_at:
        assert photo.taken_at.utcoffset() is not None


@pytest.mark.parametrize(("days", "believed"), [(-1, True), (2, False)])
def test_time_in_the_future_is_not_believed(days: int, believed: bool) -> None:
    day = timezone.now() + timedelta(days=days)
    exif = photo_exif(taken=day.strftime("%Y:%m:%d %H:%M:%S"), offset="+00:00")

    taken_at = read_photo(encode(four_corners(50, 50), "JPEG", exif=exif)).taken_at

    assert (taken_at == day.replace(microsecond=0)) is believed

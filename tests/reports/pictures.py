"""Pictures to test with: four coloured corners, so that one sees how they were turned, and EXIF of our making."""

import random
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
# Where (share of width, share of height) which colour lies.
CORNERS = {
    (0.1, 0.1): (220, 30, 30),
    (0.9, 0.1): (30, 160, 30),
    (0.1, 0.9): (30, 30, 220),
    (0.9, 0.9): (230, 230, 40),
}


def four_corners(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    for (x, y), colour in CORNERS.items():
        left, top = (0 if x < 0.5 else width // 2), (0 if y < 0.5 else height // 2)
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def scene(width: int, height: int) -> Image.Image:
    """Soft light and dark spots, nowhere alike."""
    chance = random.Random(7)
    spots = Image.frombytes("L", (9, 7), bytes(chance.randrange(256) for _spot in range(63)))
    return spots.resize((width, height), Image.Resampling.BICUBIC).convert("RGB")


def encode(image: Image.Image, format: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def sexagesimal(degrees: float) -> tuple[float, float, float]:
    """As phones write it: whole degrees, whole minutes, seconds with decimals."""
    whole, rest = divmod(abs(degrees) * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return whole, minutes, round(seconds, 4)


def photo_exif(
    lat: float | None = None,
    lon: float | None = None,
    *,
    orientation: int | None = None,
    taken: str | None = None,
    offset: str | None = None,
    gps: dict[int, Any] | None = None,
) -> Image.Exif:
    exif = Image.Exif()
    if lat is not None and lon is not None:
        gps = {
            ExifTags.GPS.GPSLatitudeRef: "S" if lat < 0 else "N",
            ExifTags.GPS.GPSLatitude: sexagesimal(lat),
            ExifTags.GPS.GPSLongitudeRef: "W" if lon < 0 else "E",
            ExifTags.GPS.GPSLongitude: sexagesimal(lon),
            **(gps or {}),
        }
    if gps:
        exif[ExifTags.IFD.GPSInfo] = gps
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    camera = {ExifTags.Base.DateTimeOriginal: taken, ExifTags.Base.OffsetTimeOriginal: offset}
    if taken:
        exif[ExifTags.IFD.Exif] = {tag: value for tag, value in camera.items() if value}
    return exif

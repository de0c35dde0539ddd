"""Photos made by ourselves: every format, every limit, everything that cameras and enemies put into files."""

import random
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from zlib import crc32

import pytest
from django.utils import translation
from PIL import Image, ImageCms, PngImagePlugin
from pytest_django.fixtures import Settings

from reports.photos import PhotoRejected, ProcessedPhoto, Reason, read_photo
from reports.photos.inspection import likeness, problems_of
from reports.photos.jpeg import scan_count

from .pictures import CORNERS, FORMATS, encode, four_corners, photo_exif, scene

WHITE, GREY = (255, 255, 255), (128, 128, 128)
HEADER_FACTS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=["JPEG"])


def near(found: Any, wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(found, wanted, strict=True))


def pixel(photo: ProcessedPhoto, x: float = 0.5, y: float = 0.5) -> Any:
    """The colour at a place given as shares of width and height."""
    image = opened(photo.large)
    return image.getpixel((int(x * image.width), int(y * image.height)))


def refusal(data: bytes) -> Reason:
    with pytest.raises(PhotoRejected) as rejected:
        read_photo(data)
    return rejected.value.code


# -- Formats ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("format", FORMATS)
def test_each_format_gives_three_clean_sizes(format: str) -> None:
    photo = read_photo(encode(four_corners(2400, 1200), format))

    assert photo.format == format.lower()
    assert photo.original_size == (2400, 1200)
    assert [opened(data).size for data in (photo.large, photo.medium, photo.small)] == [
        (2000, 1000),
        (1000, 500),
        (400, 200),
    ]
    assert (photo.width, photo.height) == (2000, 1000)
    assert opened(photo.large).info.get("progressive")
    assert problems_of(photo) == []
    for corner, colour in CORNERS.items():
        assert near(pixel(photo, *corner), colour), corner


def test_small_picture_is_never_blown_up() -> None:
    photo = read_photo(encode(four_corners(300, 120), "PNG"))

    assert {opened(data).size for data in (photo.large, photo.medium, photo.small)} == {(300, 120)}


def test_very_long_picture_keeps_at_least_one_pixel_of_height() -> None:
    assert opened(read_photo(encode(Image.new("RGB", (9000, 2), "red"), "PNG")).small).size == (400, 1)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_stands_upright(format: str, orientation: int) -> None:
    turned_by = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = four_corners(160, 80)
    if orientation in turned_by:
        picture = picture.transpose(turned_by[orientation])

    photo = read_photo(encode(picture, format, exif=photo_exif(orientation=orientation)))

    assert photo.original_size == (photo.width, photo.height) == (160, 80)
    for corner, colour in CORNERS.items():
        assert near(pixel(photo, *corner), colour, tolerance=30), corner


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "MPO"])
def test_of_several_frames_the_first_is_taken(format: str) -> None:
    out = BytesIO()
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")
    first.save(out, format, save_all=True, append_images=[second])
    assert getattr(Image.open(out), "n_frames", 1) == 2

    assert near(pixel(read_photo(out.getvalue())), (255, 0, 0))


@pytest.mark.parametrize(
    ("picture", "format", "colour"),
    [
        (Image.new("RGBA", (40, 40), (255, 0, 0, 0)), "PNG", WHITE),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 128)), "WEBP", (127, 127, 127)),
        (Image.new("LA", (40, 40), (0, 0)), "PNG", WHITE),
        (Image.new("L", (40, 40), 128), "JPEG", GREY),
        (Image.new("1", (40, 40), 1), "PNG", WHITE),
        (Image.new("I;16", (40, 40), 32768), "PNG", GREY),
        (Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", (255, 0, 0)),
        (Image.new("P", (40, 40), 0), "PNG", (0, 0, 0)),
    ],
    ids=["clear", "half-clear", "clear-grey", "grey", "bits", "16-bit", "CMYK", "palette"],
)
def test_every_colour_mode_becomes_plain_rgb(picture: Image.Image, format: str, colour: tuple[int, int, int]) -> None:
    photo = read_photo(encode(picture, format))

    assert near(pixel(photo), colour)
    assert problems_of(photo) == []


def test_transparent_palette_entry_becomes_white() -> None:
    out = BytesIO()
    Image.new("P", (40, 40), 3).save(out, "GIF", transparency=3)

    assert near(pixel(read_photo(out.getvalue())), WHITE)


def test_colours_are_converted_from_the_profile_of_the_file() -> None:
    """A profile in which red and green have changed places: what the file calls red is to be seen as green."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmp!", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp!", b"gXYZ", 1)
    red = Image.new("RGB", (40, 40), (255, 0, 0))

    assert near(pixel(read_photo(encode(red, "PNG", icc_profile=swapped))), (0, 255, 0))
    assert near(pixel(read_photo(encode(red, "PNG", icc_profile=b"junk" * 50))), (255, 0, 0))
    assert near(pixel(read_photo(encode(red.convert("L"), "PNG", icc_profile=srgb))), (76, 76, 76))


# -- Nothing is published but the picture -----------------------------------------------------------------
def test_metadata_of_every_kind_is_gone() -> None:
    picture = encode(
        four_corners(500, 300),
        "JPEG",
        exif=photo_exif(47.5, 19.04, orientation=1),
        comment=b"Kovacs Janos, +36 30 123 4567",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>secret</x:xmpmeta>",
        icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        dpi=(300, 300),
    )
    photo = read_photo(picture)
    as_sent = ProcessedPhoto("jpeg", (500, 300), 500, 300, None, None, picture, picture, picture)

    found = " ".join(problems_of(as_sent))
    assert "APP1" in found
    assert "APP2" in found
    assert "comment" in found
    assert problems_of(photo) == []
    for data in (photo.large, photo.medium, photo.small):
        assert not opened(data).getexif()
        assert set(opened(data).info) <= HEADER_FACTS


def test_text_in_png_is_gone() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "Kovacs Janos", zip=True)
    text.add_itxt("XML:com.adobe.xmp", "<secret/>")
    photo = read_photo(encode(four_corners(50, 50), "PNG", pnginfo=text))

    assert problems_of(photo) == []
    assert b"Kovacs" not in photo.large


def test_code_behind_a_picture_is_not_published() -> None:
    picture = encode(four_corners(50, 50), "JPEG") + b"<?php system($_GET['c']); ?>"
    as_sent = ProcessedPhoto("jpeg", (50, 50), 50, 50, None, None, picture, picture, picture)

    assert "28 bytes behind the picture" in problems_of(as_sent)[0]
    assert problems_of(read_photo(picture)) == []


# -- Limits -----------------------------------------------------------------------------------------------
def claiming(width: int, height: int, format: str) -> bytes:
    """A small picture whose header claims another size; decoding it would fail as broken."""
    data = bytearray(encode(Image.new("RGB", (16, 16), "red"), format))
    if format == "JPEG":
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    elif format == "GIF":
        data[6:10] = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    else:
        data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        data[29:33] = crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
@pytest.mark.parametrize("size", [(8000, 7626), (12000, 9000), (60000, 60000)], ids=["61", "108", "3600"])
def test_too_many_pixels_are_refused_before_decoding(format: str, size: tuple[int, int]) -> None:
    assert refusal(claiming(*size, format)) == Reason.TOO_MANY_PIXELS


def test_pixels_up_to_the_limit_are_taken(settings: Settings) -> None:
    settings.PHOTO_MAX_PIXELS = 10_000

    assert read_photo(encode(four_corners(100, 100), "PNG")).original_size == (100, 100)
    assert refusal(encode(four_corners(101, 100), "PNG")) == Reason.TOO_MANY_PIXELS


def test_bytes_up_to_the_limit_are_taken(settings: Settings) -> None:
    picture = encode(four_corners(100, 100), "PNG")
    settings.PHOTO_MAX_BYTES = len(picture)

    assert read_photo(picture)
    assert refusal(picture + b"\0") == Reason.TOO_LARGE


def test_no_more_than_the_limit_is_read_into_memory() -> None:
    class Endless(BytesIO):
        asked: list[int | None] = []

        def read(self, size: int | None = -1, /) -> bytes:
            self.asked.append(size)
            return super().read(size)

    file = Endless(b"\xff\xd8\xff" + bytes(21 * 2**20))
    with pytest.raises(PhotoRejected) as rejected:
        read_photo(file)

    assert rejected.value.code == Reason.TOO_LARGE
    assert file.asked == [20 * 2**20 + 1]


def test_many_scans_are_refused_before_decoding() -> None:
    """Each scan of a few bytes costs a pass over the whole picture."""
    picture = encode(Image.new("RGB", (64, 64), "grey"), "JPEG", progressive=True)
    last_scan = picture[picture.rindex(b"\xff\xda") : -2]
    assert scan_count(picture) == 10

    assert read_photo(picture[:-2] + last_scan * 20 + b"\xff\xd9")
    assert refusal(picture[:-2] + last_scan * 200 + b"\xff\xd9") == Reason.BROKEN


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Reason.EMPTY),
        (b"\0", Reason.NOT_A_PICTURE),
        (b"<!doctype html><script>alert(1)</script>", Reason.NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Reason.NOT_A_PICTURE),
        (b"%PDF-1.7\n", Reason.NOT_A_PICTURE),
        (encode(four_corners(20, 20), "BMP"), Reason.NOT_A_PICTURE),
        (encode(four_corners(20, 20), "TIFF"), Reason.NOT_A_PICTURE),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100), Reason.NOT_A_PICTURE),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), Reason.BROKEN),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(100), Reason.BROKEN),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40), Reason.BROKEN),
        (b"GIF89a", Reason.BROKEN),
        (b"\xff\xd8\xff", Reason.BROKEN),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, code: Reason) -> None:
    assert refusal(data) == code


@pytest.mark.parametrize("format", FORMATS)
def test_cut_off_picture_is_refused(format: str) -> None:
    picture = encode(Image.effect_noise((200, 150), 60).convert("RGB"), format)

    for share in (0.1, 0.5, 0.9):
        assert refusal(picture[: int(len(picture) * share)]) == Reason.BROKEN


@pytest.mark.parametrize("format", FORMATS)
def test_damaged_bytes_end_in_a_clean_photo_or_a_refusal(format: str) -> None:
    chance = random.Random(format)
    options = {} if format == "GIF" else {"exif": photo_exif(47.5, 19.04, orientation=6)}
    picture = encode(four_corners(60, 40), format, **options)
    outcomes = set()
    for _round in range(150):
        damaged = bytearray(picture)
        for _byte in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            photo = read_photo(bytes(damaged))
        except PhotoRejected as rejected:
            outcomes.add(str(rejected.code))
        else:
            assert problems_of(photo) == []
            outcomes.add("taken")
    assert {"taken", "broken"} <= outcomes


def test_a_file_is_read_from_its_start_and_left_rewound() -> None:
    file = BytesIO(encode(four_corners(50, 50), "JPEG"))
    file.read()

    assert read_photo(file).format == "jpeg"
    assert file.tell() == 0


def test_photos_are_read_side_by_side() -> None:
    """Silencing Pillow is not safe between threads; afterwards every warning must be heard as before."""
    pictures = [encode(four_corners(300 + at, 200), FORMATS[at % 4]) for at in range(12)]
    filters = list(warnings.filters)

    with ThreadPoolExecutor(4) as threads:
        photos = list(threads.map(read_photo, pictures))

    assert [photo.width for photo in photos] == [300 + at for at in range(12)]
    assert warnings.filters == filters


@pytest.mark.parametrize("code", list(Reason))
def test_each_refusal_has_its_own_words(code: Reason, settings: Settings) -> None:
    with translation.override("en"):
        message = PhotoRejected(code).message
        others = {PhotoRejected(other).message for other in Reason if other != code}

    assert message.endswith(".")
    assert message not in others
    if code == Reason.TOO_LARGE:
        assert "20 MB" in message
    if code == Reason.TOO_MANY_PIXELS:
        assert "60 megapixels" in message


# -- Likeness, the measure of check_photos ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "alike"),
    [
        (lambda image: image, True),
        (lambda image: image.resize((320, 240)), True),
        (lambda image: image.transpose(Image.Transpose.ROTATE_180), False),
        (lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), False),
    ],
    ids=["same", "smaller", "upside down", "mirrored"],
)
def test_likeness_tells_a_turned_picture(change: Callable[[Image.Image], Image.Image], alike: bool) -> None:
    picture = scene(640, 480)
    one, other = read_photo(encode(picture, "PNG")), read_photo(encode(change(picture), "PNG"))

    assert (likeness(one.small, other.small) <= 12) is alike

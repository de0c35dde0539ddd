"""A photo on its way into the store: row and files hold what the pipeline found, under a random name."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage

from reports.models import Photo
from reports.photos import PhotoRejected, ProcessedPhoto
from reports.photos.inspection import problems_of
from reports.uploads import delete_photo, store_photo

from .pictures import encode, four_corners, photo_exif

pytestmark = pytest.mark.django_db


def stored(photo: Photo, field: str) -> bytes:
    with getattr(photo, field).open() as file:
        return file.read()


def test_photo_is_kept_with_its_private_original() -> None:
    exif = photo_exif(47.497912, 19.040235, orientation=6, taken="2026:07:01 12:30:00", offset="+02:00")
    sent = encode(four_corners(2400, 1200), "JPEG", exif=exif)

    photo = Photo.objects.get(pk=store_photo(BytesIO(sent)).pk)

    assert photo.report is None
    assert (photo.width, photo.height) == (1000, 2000)
    assert photo.position is not None
    assert (photo.position.x, photo.position.y) == pytest.approx((19.040235, 47.497912), abs=1e-6)
    assert photo.taken_at == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    assert stored(photo, "original") == sent
    large, medium, small = (stored(photo, size) for size in Photo.SIZES)
    assert problems_of(ProcessedPhoto("jpeg", (1200, 2400), 1000, 2000, None, None, large, medium, small)) == []


def test_names_cannot_be_guessed() -> None:
    sent = encode(four_corners(40, 40), "PNG")
    one, other = store_photo(BytesIO(sent)), store_photo(BytesIO(sent))

    assert one.token != other.token
    assert len(one.token) >= 20
    assert one.large.name != other.large.name
    assert one.token in str(one.large.name)


def test_refused_photo_leaves_nothing() -> None:
    with pytest.raises(PhotoRejected):
        store_photo(BytesIO(b"<html></html>"))

    assert not Photo.objects.exists()


def test_deleted_photo_takes_its_files_along() -> None:
    photo = store_photo(BytesIO(encode(four_corners(40, 40), "PNG")))
    names = [getattr(photo, field).name for field in ("original", *Photo.SIZES)]
    assert all(default_storage.exists(name) for name in names)

    delete_photo(photo)

    assert not Photo.objects.exists()
    assert not any(default_storage.exists(name) for name in names)

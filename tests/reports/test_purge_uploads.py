"""Photos that no report claimed are deleted with their files, and only those."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from reports.models import Photo, Report
from reports.tasks import purge_uploads

pytestmark = pytest.mark.django_db


def grow_old(photo: Photo, age: timedelta) -> Photo:
    Photo.objects.filter(pk=photo.pk).update(uploaded_at=timezone.now() - age)
    return photo


def files(photo: Photo) -> list[bool]:
    return [default_storage.exists(getattr(photo, field).name) for field in ("original", *Photo.SIZES)]


def test_old_unclaimed_upload_goes_with_its_files(
    upload: Callable[..., Photo], make_report: Callable[..., Report], settings: Any
) -> None:
    old = grow_old(upload(), settings.UPLOAD_KEEP + timedelta(minutes=1))
    young = grow_old(upload(), settings.UPLOAD_KEEP - timedelta(minutes=1))
    claimed = grow_old(make_report(photos=1).photos.get(), settings.UPLOAD_KEEP * 100)
    assert all(files(old))

    assert purge_uploads() == 1
    assert purge_uploads() == 0

    assert set(Photo.objects.all()) == {young, claimed}
    assert not any(files(old))
    assert all(files(young))
    assert all(files(claimed))


def test_file_that_is_gone_already_is_no_obstacle(upload: Callable[..., Photo], settings: Any) -> None:
    photo = grow_old(upload(), settings.UPLOAD_KEEP * 2)
    photo.small.storage.delete(photo.small.name or "")

    assert purge_uploads() == 1

"""Filling in the form of a new report, and reading what came of it."""

import uuid
from datetime import timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from reports import links
from reports.models import Report
from reports.views.traps import new_stamp

from .pictures import encode, four_corners, photo_exif

NEW = "/report/new"
INSIDE = {"latitude": "47.45", "longitude": "19.05"}


def old_stamp() -> str:
    """Of a form that was shown a minute ago: nobody is in haste."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        return new_stamp()


def located(lat: float = 47.45, lon: float = 19.05, name: str = "hely.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encode(four_corners(60, 40), "JPEG", exif=photo_exif(lat, lon)))


def fields(**changes: Any) -> dict[str, Any]:
    values = {
        "submission": str(uuid.uuid4()),
        "description": "Mély kátyú a sarkon.",
        "email": "guest@example.org",
        "no_photo_reason": "Sötét volt.",
        "stamp": old_stamp(),
        **INSIDE,
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def errors(response: Any) -> dict[str, list[str]]:
    """Which fields were refused; the page must say each sentence at the field and in the summary."""
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors
    page = response.content.decode()
    for name in form.errors:
        assert f'id="id_{name}_error"' in page
        assert f'href="#id_{name}"' in page
    assert not Report.objects.exists()
    return {name: list(problems) for name, problems in form.errors.items()}


def sent_to_done(response: Any) -> Report:
    assert response.status_code == 302
    report = Report.objects.get()
    assert response["Location"] == f"/report/done/{links.sign(links.DONE, report.pk)}"
    return report

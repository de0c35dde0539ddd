"""What the print view and the PDF show of a report: the public part, with everybody's names left out."""

from typing import Any

from django.urls import reverse

from reports.access import visible_events
from reports.actions import leading_assignment
from reports.links import absolute
from reports.models import Photo, Report
from reports.paper.sketch import place_sketch
from reports.standing import standing

# A sheet has an end, however long the life of the report was.
PHOTOS_AT_MOST = 6
EVENTS_AT_MOST = 80
EVENT_PHOTOS_AT_MOST = 12


def sheet_context(report: Report, *, with_photos: bool = True, body: bool = False) -> dict[str, Any]:
    """For `reports/_sheet.html`; the caller has asked who may see the report. `body`: with what bodies wrote to each
    other."""
    photos = (
        []
        if not with_photos
        else [photo for photo in report.photos.all() if photo.is_shown and photo.kind == Photo.Kind.PROBLEM]
    )
    lead = leading_assignment(report)
    entries = visible_events(report, internal=False, body=body)
    return {
        "report": report,
        "lead": lead,
        "standing": standing(report, lead),
        "photos": photos[: PHOTOS_AT_MOST if with_photos else 0],
        "left_out": max(len(entries) - EVENTS_AT_MOST, 0),
        "entries": _with_photos(entries[-EVENTS_AT_MOST:], EVENT_PHOTOS_AT_MOST if with_photos else 0),
        "sketch": place_sketch(report),
        "url": absolute(report.get_absolute_url()),
        "qr_url": reverse("report_qr", args=[report.reference, "svg"]),
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
    }


def _with_photos(entries: list[Any], room: int) -> list[tuple[Any, list[Photo]]]:
    rows = []
    for entry in entries:
        photos = [photo for photo in entry.photos.all() if photo.kind != Photo.Kind.PROBLEM][:room]
        room -= len(photos)
        rows.append((entry, photos))
    return rows


def photos_of(context: dict[str, Any]) -> list[Photo]:
    """Every photo that the sheet shows."""
    return [*context["photos"], *(photo for _entry, photos in context["entries"] for photo in photos)]

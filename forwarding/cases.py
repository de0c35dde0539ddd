"""The case file as a body sees it, and the doors to it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from reports import links
from reports.access import visible_events
from reports.lifecycle import PUBLIC
from reports.models import Assignment, Photo, ReportEvent

CASES = Assignment.objects.select_related(
    "institution",
    "contact",
    "unit",
    "assignee",
    "handed_from__institution",
    "report__category",
    "report__area",
    "report__institution",
)


def access_case(token: str) -> tuple[Assignment, int]:
    """The assignment of a mail's link, and the day (ordinal) the link was made; raises `Http404`."""
    values = links.read(links.OFFICER, token)
    assignment = CASES.filter(pk=int(values[0])).exclude(outcome=Assignment.Outcome.TAKEN_BACK).first()
    if assignment is None:
        raise Http404
    return assignment, int(values[1])


def is_expired(assignment: Assignment, issued: int) -> bool:
    """A link works while the case is open, and `OFFICER_LINK_LIFE` after closing or after it was made."""
    closed_at = assignment.report.closed_at
    if closed_at is None:
        return False
    life: timedelta = settings.OFFICER_LINK_LIFE
    made_lately = timezone.localdate().toordinal() - issued <= life.days
    return timezone.now() - closed_at > life and not made_lately


def case_context(assignment: Assignment, *, token: str) -> dict[str, Any]:
    """What the page shows: the report, its pictures, its public life and this body's own internal lines."""
    report = assignment.report

    def pictures(photos: list[Photo]) -> list[dict[str, Any]]:
        return [
            {
                "width": photo.width,
                "height": photo.height,
                **{
                    f"url_{size}": reverse("officer_photo", args=[token, photo.token, size])
                    if token
                    else reverse("photo", args=[photo.token, size])
                    for size in Photo.SIZES
                },
            }
            for photo in photos
            if photo.is_shown and report.status in PUBLIC
        ]

    def line(event: ReportEvent) -> dict[str, Any]:
        return {
            "pk": event.pk,
            "kind": event.kind,
            "sentence": event.sentence,
            "came": event.came,
            "at": event.created_at,
            "body": event.body,
            "attachments": [{"url": a.get_absolute_url(), "name": a.name} for a in event.attachments.all()],
            "photos": pictures(list(event.photos.all())),
        }

    return {
        "assignment": assignment,
        "report": report,
        "answers": report.answers.current().exclude(text=""),
        "token": token,
        "photos": pictures([p for p in report.photos.all() if p.kind == Photo.Kind.PROBLEM]),
        "entries": [line(event) for event in visible_events(report, internal=False, body=True)],
        "may_answer": report.status in PUBLIC,
    }

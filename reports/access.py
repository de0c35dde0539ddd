"""The doors to a report. What one may not see and what is not there look the same: 404.

The one exception is honest: what everybody could once read is 410 afterwards.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest

from reports.lifecycle import EventKind, Status
from reports.models import Draft, Photo, Report, ReportEvent


class Gone(Exception):
    """Was public once; `jarokelo.middleware` answers 410."""


def access_report(person: Any, reference: str) -> Report:
    """The report as this person may see it; raises `Http404` or `Gone`."""
    report = Report.objects.visible_to(person).for_list().filter(reference=reference).first()
    if report is not None:
        return report
    gone = Report.objects.filter(
        reference=reference,
        published_at__isnull=False,
        is_private=False,
        status__in=[Status.HIDDEN, Status.WITHDRAWN],
    )
    if gone.exists():
        raise Gone
    raise Http404


def access_desk_report(person: Any, reference: str) -> Report:
    """The report for somebody who works on it at the desk; raises `Http404`."""
    report = Report.objects.for_desk_of(person).for_list().filter(reference=reference).first()
    if report is None:
        raise Http404
    return report


def access_draft(person: Any, submission: UUID) -> Draft:
    """One's own draft; raises `Http404`."""
    draft = Draft.objects.of(person).filter(submission=submission).first()
    if draft is None:
        raise Http404
    return draft


OPENED = "opened_reports"  # in the session: what signed links have shown in this browser
OPENED_AT_MOST = 50


def remember_opened(request: HttpRequest, report: Report) -> None:
    """A signed link shows this report here, so its photos and files may be shown here too."""
    opened = request.session.get(OPENED, [])
    if report.pk not in opened:
        request.session[OPENED] = [*opened, report.pk][-OPENED_AT_MOST:]


def opened_by_link(request: HttpRequest, report: Report) -> bool:
    return report.status != Status.HIDDEN and report.pk in request.session.get(OPENED, [])


# Lines of the timeline that are not public, but the reporter's business.
REPORTERS_OWN = (
    EventKind.CONFIRMATION_ASKED,
    EventKind.INFO_ASKED,
    EventKind.INFO_GIVEN,
    EventKind.WORD_ASKED,
    EventKind.WORD_GIVEN,
    EventKind.REJECTED,
    EventKind.RESUBMITTED,
    EventKind.WITHDRAWN,
    EventKind.PHOTOS_ADDED,
)


# And of the bodies that have or had it.
BODIES_OWN = (EventKind.ACCEPTED,)


def visible_events(report: Report, *, internal: bool, reporter: bool = False, body: bool = False) -> list[ReportEvent]:
    """The timeline, oldest first, with texts, files and pictures in a fixed number of queries.

    `internal` is everything, for who works on the report; `reporter` adds what was asked of the reporter and
    decided about the report, `body` what passed between bodies.
    """
    photos = Photo.objects.all() if internal else Photo.objects.filter(is_hidden=False)
    events = report.events.select_related(
        "text", "assignment__institution", "assignment__handed_from__institution", "actor"
    ).prefetch_related("attachments__event__report", Prefetch("photos", photos))
    if internal:
        return list(events)
    own = (*(REPORTERS_OWN if reporter else ()), *(BODIES_OWN if body else ()))
    found = list(events.filter(Q(is_public=True) | Q(kind__in=(*own, *TAKERS))))
    gone = undone_by(found)
    return [event for event in found if event.pk not in gone and (event.is_public or event.kind in own)]


def undone_events(report: Report) -> set[int]:
    """The ids of the events that do not count any more: others have taken them back."""
    return undone_by(report.events.filter(kind__in=TAKERS).only("kind", "data"))


TAKERS = (EventKind.TAKEN_BACK, EventKind.UNDONE)


def undone_by(events: Iterable[ReportEvent]) -> set[int]:
    """As `undone_events`, of a timeline that is there already."""
    takers = [event for event in events if event.kind in TAKERS]
    undone = {pk for event in takers for pk in event.data.get("event_ids", ())}
    # A taking back that was undone itself leaves the step standing.
    return undone | {event.data["event_id"] for event in takers if "event_id" in event.data and event.pk not in undone}

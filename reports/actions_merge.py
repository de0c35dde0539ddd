"""Two reports of one problem become one: the newer points to the original, and what people gave to it moves there.

Example: Rita and Norbert send the same pothole. Norbert's becomes a duplicate of Rita's: his followers, his "me too"s,
his photos and the comments under it are hers now, he himself counts among her supporters, and his page leads to hers.
An original is never itself a duplicate. What moved remembers where it came from (`came_from`), so that it finds home
again when the two are separated, or when the original leaves the site and a duplicate takes its place.

All rows are locked in the order of their keys, so that two moderators never wait for each other.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.actions import (
    ChangedMeanwhile,
    end_assignment,
    is_nobodys,
    leading_assignment,
    move_report,
    reopen_assignment,
    reopen_beside,
    update_report,
)
from reports.lifecycle import LISTED, WITH_BODY, EventKind, MoveNotAllowed, Role, Status
from reports.merge_rows import bring_home, leave_original, move_comments, move_people, move_photos, move_sightings
from reports.models import Assignment, Photo, Report
from reports.outbox import write_event


class CannotMerge(Exception):
    """`why` says it in the reader's language."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(str(why))
        self.why = why


def original_of(report: Report) -> Report:
    """The report that this one points to, else itself."""
    return report.original if report.state == Status.DUPLICATE and report.original else report


def suggest_original(one: Report, other: Report) -> Report:
    """Which of two that may both be it: the one that was published first."""
    never = timezone.now()
    return min(
        (one, other),
        key=lambda report: (bool(why_not(other if report is one else one, report)), report.published_at or never),
    )


def why_not(report: Report, original: Report) -> str | Promise:
    """Why `report` cannot become a duplicate of `original`; empty where it can."""
    if report.pk == original.pk:
        return _("A report cannot be a duplicate of itself.")
    if original.state == Status.DUPLICATE:
        return _("An original cannot be a duplicate itself.")
    if original.state not in LISTED:
        return _("Only a published report can be the original.")
    if original.is_private and not report.is_private:
        return _("A private report cannot be the original of a public one: nobody could read on.")
    if Status.DUPLICATE not in report.moves_for(Role.MODERATOR):
        return _("What is %(status)s cannot become a duplicate.") % {"status": f"“{report.get_status_display()}”"}
    return ""


def reports_of_merge(report: Report, original: Report) -> list[Report]:
    """Whose rows a merge touches: both, and the duplicates that `report` has itself."""
    return [report, original, *report.duplicates.all()]


def lock_reports(ids: Iterable[int]) -> dict[int, Report]:
    rows = Report.objects.select_for_update(of=("self",)).select_related("institution", "reporter")
    return {row.pk: row for row in rows.filter(pk__in=set(ids)).order_by("pk")}


@transaction.atomic
def merge_reports(
    report: Report, original: Report, *, actor: Any, version: int | None = None, with_photos: bool = True
) -> Report:
    """Mark `report` as a duplicate of `original`, and move what people gave to it; gives the duplicate.

    Raises `CannotMerge`, and `ChangedMeanwhile` where `report` is not any more what the moderator saw. What is
    private stays where it was. The body hears of it only where it has the duplicate.
    """
    touched = {one.pk for one in reports_of_merge(report, original)}
    rows = lock_reports(touched)
    report, original = rows[report.pk], rows[original.pk]
    own = set(report.duplicates.values_list("pk", flat=True))
    if version not in (None, report.version) or not own <= touched:
        raise ChangedMeanwhile
    if why := why_not(report, original):
        raise CannotMerge(why)
    mark_duplicate(report, original, actor=actor)
    move_people(report, original, with_reporter=True)
    if original.is_private or not report.is_private:
        move_comments(report.comments.all(), report, original)
        move_sightings(report, original)
        if with_photos:
            move_photos(report.photos.filter(kind=Photo.Kind.PROBLEM), report, original)
    update_report(original)
    write_event(original, EventKind.MERGED, actor=actor, role=Role.MODERATOR, duplicate=report.pk)
    return report


def mark_duplicate(report: Report, original: Report, *, actor: Any) -> None:
    """Both are locked, and `why_not` has nothing against it. The duplicates of `report` point to the original now."""
    lead = leading_assignment(report)
    with_body = lead is not None and lead.is_running
    move_report(
        report,
        Status.DUPLICATE,
        role=Role.MODERATOR,
        actor=actor,
        assignment=lead if with_body else None,
        changes={
            "original": original,
            "status_before": report.status,
            "published_at": report.published_at or timezone.now(),
            "highlighted_until": None,
        },
        duplicate_of=original.pk,
    )
    end_assignment(lead, Assignment.Outcome.ENDED)
    report.duplicates.update(original=original, version=F("version") + 1)


# -- And back ---------------------------------------------------------------------------------------------------


@transaction.atomic
def separate_report(report: Report, *, actor: Any, version: int | None = None) -> Report:
    """It was no duplicate: it is what it was before, and its photos, comments and reporter leave the original.

    Who follows or supports both by now stays at the original. (Undoing the act itself is `moderation.acts`.)
    """
    first = Report.objects.values_list("original", flat=True).get(pk=report.pk)
    rows = lock_reports([report.pk, *([first] if first else [])])
    report = rows[report.pk]
    if version not in (None, report.version) or report.original_id != first:
        raise ChangedMeanwhile
    if report.state != Status.DUPLICATE:
        raise MoveNotAllowed(report.state, Status.SUBMITTED, Role.MODERATOR)
    original = rows.get(first or 0)
    stand_alone(report, role=Role.MODERATOR, actor=actor)
    if original is not None:
        bring_home(report, original)
        leave_original(report, original)
        update_report(original)
        _forget_joining(report, original, actor)
    return report


def _forget_joining(report: Report, original: Report, actor: Any) -> None:
    """The public timeline of the original does not say any more that this one was joined with it."""
    lines = list(original.events.filter(kind=EventKind.MERGED, data__duplicate=report.pk).values_list("pk", flat=True))
    if lines:
        write_event(original, EventKind.UNDONE, actor=actor, role=Role.MODERATOR, act="merge", event_ids=lines)


def stand_alone(report: Report, *, role: Role, actor: Any) -> None:
    """A locked duplicate is again what it was; its body works on it as before."""
    before = Status(report.status_before or Status.SUBMITTED)
    lead = leading_assignment(report) if before in WITH_BODY else None
    if lead is not None and lead.outcome == Assignment.Outcome.ENDED:
        reopen_assignment(lead)
    if before in WITH_BODY:
        reopen_beside(report)
    move_report(
        report,
        before,
        role=role,
        actor=actor,
        assignment=lead if lead is not None and lead.is_running else None,
        changes={
            "original": None,
            "status_before": "",
            "needs_rerouting": before in WITH_BODY and is_nobodys(report),
        },
    )


def _precedence(row: Report) -> tuple[bool, bool, datetime, int]:
    """Public ones first, then what a body has, then the oldest."""
    return (row.is_private, row.status_before not in WITH_BODY, row.published_at or row.created_at, row.pk)


@transaction.atomic
def pass_on_duplicates(report: Report) -> Report | None:
    """An original left the site: its oldest published duplicate takes its place, with all who follow, and what had
    come from duplicates. One that was joined straight from the queue goes back there. Gives the heir."""
    ids = list(report.duplicates.values_list("pk", flat=True))
    if not ids:
        return None
    rows = lock_reports([report.pk, *ids])
    report, others = rows.pop(report.pk), list(rows.values())
    heir = min(others, key=_precedence)
    stand_alone(heir, role=Role.SYSTEM, actor=None)
    report.duplicates.update(original=heir, version=F("version") + 1)
    move_people(report, heir)
    if report.is_private or not heir.is_private:
        bring_home(heir, report)
        move_comments(report.comments.exclude(came_from=None), report, heir)
        move_photos(report.photos.exclude(came_from=None).filter(comment=None), report, heir)
    update_report(report)
    update_report(heir)
    return heir

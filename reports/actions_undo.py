"""Taking the newest step of a report back: a proof that did not hold, a "no" that was none.

The event stays, as all do; the one that takes it back names it, and the public timeline leaves it out.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from reports.access import undone_by, undone_events
from reports.actions import leading_assignment, lock_report, move_report, reopen_beside
from reports.lifecycle import CLOSED, WITH_BODY, EventKind, MoveNotAllowed, Reason, Role, Status
from reports.models import Assignment, Report, ReportEvent

# What a citizen's word does to a report.
REVOCABLE = (EventKind.SOLVED, EventKind.NOT_SOLVED, EventKind.REOPENED)


def newest_move(report: Report) -> ReportEvent | None:
    """The event that made the report what it is now."""
    gone = undone_events(report)
    moves = report.events.exclude(new_status="").exclude(kind=EventKind.UNDONE).exclude(pk__in=gone)
    return moves.order_by("created_at", "pk").last()


def revocable_step(report: Report, events: Iterable[ReportEvent]) -> ReportEvent | None:
    """The one of all the report's events, oldest first, that may be taken back."""
    events = list(events)
    gone = undone_by(events)
    moves = [e for e in events if e.new_status and e.kind != EventKind.UNDONE and e.pk not in gone]
    return moves[-1] if moves and is_revocable(report, moves[-1]) else None


def is_revocable(report: Report, newest: ReportEvent) -> bool:
    return (
        newest.kind in REVOCABLE
        and newest.new_status == report.status
        and newest.old_status in (*WITH_BODY, Status.UNRESOLVED, Status.SOLVED)
    )


def may_take_back(report: Report, event: ReportEvent) -> bool:
    newest = newest_move(report)
    return newest is not None and newest.pk == event.pk and is_revocable(report, newest)


@transaction.atomic
def take_back_move(event: ReportEvent, *, actor: Any) -> Report:
    """The report is what it was before `event`, with the clocks that it had; raises `MoveNotAllowed` where it moved on.

    The body is told: it had heard of the step.
    """
    report = lock_report(event.report)
    if not may_take_back(report, event):
        raise MoveNotAllowed(report.state, Status(event.old_status or report.status), Role.MODERATOR)
    old, before = Status(event.old_status), event.data.get("before", {})
    assignment = leading_assignment(report)
    promised_on = parse_date(before.get("promised_on") or "")
    if assignment is not None:
        _restore_assignment(assignment, before.get("outcome", ""), promised_on)
    if old in WITH_BODY:
        reopen_beside(report)
    changes: dict[str, Any] = {
        "status_since": parse_datetime(before.get("since", "")) or timezone.now(),
        "closed_at": (parse_datetime(before.get("closed_at", "")) or timezone.now()) if old in CLOSED else None,
        "promised_on": promised_on,
        "needs_rerouting": bool(before.get("rerouting")),
        "reason": (before.get("reason") or Reason.NO_SOLUTION) if old == Status.UNRESOLVED else "",
        "proof": before.get("proof", "") if old == Status.SOLVED else "",
    }
    move_report(
        report,
        old,
        role=Role.MODERATOR,
        actor=actor,
        event=EventKind.TAKEN_BACK,
        assignment=assignment,
        changes=changes,
        event_id=event.pk,
    )
    return report


def _restore_assignment(assignment: Assignment, outcome: str, promised_on: date | None) -> None:
    if outcome == Assignment.Outcome.OPEN:
        assignment.outcome, assignment.ended_at = Assignment.Outcome.OPEN, None
    elif outcome not in ("", Assignment.Outcome.OPEN):
        assignment.outcome, assignment.ended_at = outcome, assignment.ended_at or timezone.now()
    assignment.promised_on = promised_on
    assignment.save(update_fields=["outcome", "ended_at", "promised_on"])

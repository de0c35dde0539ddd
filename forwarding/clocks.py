"""The clock that an assignment gets at sending, and late starts for what came without one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from municipalities.deadlines import deadline_for
from municipalities.models import Institution, Responsibility
from reports.actions import leading_assignment, lock_report, update_report
from reports.lifecycle import WITH_BODY, EventKind, Role, Status
from reports.models import Assignment, Report, Timer, TimerKind
from reports.outbox import write_event


def clock_for(
    report: Report, institution: Institution, responsibility: Responsibility | None, now: datetime
) -> dict[str, Any]:
    """Columns of the new assignment of a locked report. Only problems have a due day, and only where the body takes
    letters. Sent once more to the body that still owes its first answer, the case keeps the clock that it has."""
    before = leading_assignment(report)
    if before is not None and _still_owes(before, institution, report):
        return {
            "sent_at": now,
            "clock_from": before.runs_since,
            "answer_days": before.answer_days,
            "counting": before.counting,
            "due_at": before.due_at,
        }
    deadline = deadline_for(responsibility, report.area, now)
    has_clock = report.kind == Report.Kind.PROBLEM and not institution.refuses
    return {
        "sent_at": now,
        "clock_from": now,
        "answer_days": deadline.days,
        "counting": deadline.counting,
        "due_at": deadline.due_at if has_clock else None,
    }


def _still_owes(assignment: Assignment, institution: Institution, report: Report) -> bool:
    return (
        report.state == Status.SENT
        and assignment.is_running
        and assignment.institution_id == institution.pk
        and assignment.due_at is not None
        and assignment.first_answer_at is None
        and not institution.refuses
    )


# -- Reports that came without a clock -------------------------------------------------------------------------


def without_clocks() -> QuerySet[Report]:
    """Open reports with a body of whose assignments nobody keeps the time: imported ones, or older than the timers."""
    own = Timer.objects.filter(report=OuterRef("pk"))
    timed = own.exclude(assignment=None)
    closing = own.filter(done_at=None, kind__in=(TimerKind.SOLVED_STATED, TimerKind.NOBODY))
    return Report.objects.filter(~Exists(timed), ~Exists(closing), status__in=WITH_BODY).exclude(
        kind=Report.Kind.PRAISE
    )


@transaction.atomic
def adopt_report(report: Report, *, actor: Any) -> bool:
    """Staff take the report on: from now on it has its clocks, with a full term for the body, and ends by itself.

    False where it has them already. How long it has been open stays as it is.
    """
    report = lock_report(report)
    if not without_clocks().filter(pk=report.pk).exists():
        return False
    assignment = leading_assignment(report)
    if assignment is not None and assignment.is_running:
        _start(report, assignment)
    elif report.state != Status.AWAITING_CONFIRMATION:
        update_report(report, needs_rerouting=True)
    write_event(report, EventKind.ADOPTED, actor=actor, role=Role.MODERATOR, assignment=assignment)
    return True


def _start(report: Report, assignment: Assignment) -> None:
    now = timezone.now()
    assignment.clock_from = now
    if report.state == Status.SENT and report.kind == Report.Kind.PROBLEM and assignment.contact_id:
        deadline = deadline_for(assignment.responsibility, report.area, now)
        assignment.answer_days, assignment.counting = deadline.days, deadline.counting
        assignment.due_at = deadline.due_at
        update_report(report, due_at=deadline.due_at)
    assignment.save(update_fields=["clock_from", "answer_days", "counting", "due_at"])

"""What the timers of a body do: remind, ask, write to its second contact, end its turn. (As `firing`, under its lock.)

A reminder is an event; the letter to the body goes the way of all letters.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from reports.actions import before_move, end_assignment, move_report
from reports.lifecycle import EventKind, Reason, Role, Status
from reports.models import Assignment, Report
from reports.models.timer import TimerKind
from reports.outbox import write_event

BodyAct = Callable[[Report, Assignment], object]


def _remind_before(report: Report, assignment: Assignment) -> None:
    """Nothing where the worker stood still until the due day: that has a reminder of its own."""
    if assignment.due_at and timezone.localdate() < timezone.localdate(assignment.due_at):
        _tell(EventKind.BODY_REMINDED, report, assignment)


def _tell(kind: EventKind, report: Report, assignment: Assignment, **data: Any) -> None:
    write_event(report, kind, actor=None, role=Role.SYSTEM, assignment=assignment, **data)


def _ask(kind: EventKind) -> BodyAct:
    return lambda report, assignment: _tell(kind, report, assignment)


def _escalate(report: Report, assignment: Assignment) -> None:
    second = assignment.institution.contact_for_escalation(assignment.contact)
    _tell(EventKind.ESCALATED, report, assignment, contact=second.pk if second else None)


# How a body's turn ends when a term runs out.
OUTCOMES = {
    Reason.NO_ANSWER: Assignment.Outcome.NO_ANSWER,
    Reason.PROMISE_NOT_KEPT: Assignment.Outcome.NOT_KEPT,
    Reason.NO_SOLUTION: Assignment.Outcome.UNSOLVED,
}


def give_up(report: Report, assignment: Assignment | None, reason: Reason) -> None:
    """The report is unresolved; of a body that does not lead, only its own turn ends."""
    if assignment is not None and not assignment.is_lead:
        _tell(EventKind.RAN_OUT, report, assignment, reason=str(reason))
    else:
        move_report(
            report,
            Status.UNRESOLVED,
            role=Role.SYSTEM,
            actor=None,
            assignment=assignment,
            changes={"reason": reason},
            reason=reason,
            before=before_move(report, assignment),
        )
    if assignment is not None:
        end_assignment(assignment, OUTCOMES[reason])


def _end(reason: Reason) -> BodyAct:
    return lambda report, assignment: give_up(report, assignment, reason)


def _end_of_work(report: Report, assignment: Assignment) -> None:
    """A question that was opened again wants an answer, not a solution."""
    is_question = report.kind == Report.Kind.QUESTION
    give_up(report, assignment, Reason.NO_ANSWER if is_question else Reason.NO_SOLUTION)


K = TimerKind
BODY_ACTS: dict[TimerKind, BodyAct] = {
    K.REMIND_BEFORE: _remind_before,
    K.REMIND_DUE: _ask(EventKind.BODY_REMINDED),
    K.ESCALATE: _escalate,
    K.NO_ANSWER: _end(Reason.NO_ANSWER),
    K.BODY_PROMISED: _ask(EventKind.PROMISE_ASKED),
    K.BODY_PROMISED_AGAIN: _ask(EventKind.PROMISE_ASKED),
    K.NOT_KEPT: _end(Reason.PROMISE_NOT_KEPT),
    K.ASK_DATE: _ask(EventKind.DATE_ASKED),
    K.NO_SOLUTION: _end_of_work,
}

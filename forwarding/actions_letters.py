"""After a letter has left: recall it, or send it once more. (Until then it can be undone: `moderation.acts`.)

Raise `MoveNotAllowed` where the body does not have the case.
"""

from typing import Any

from django.db import transaction

from forwarding.models import Dispatch
from reports.actions import end_assignment, lock_report, move_report
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import write_event


class NoContact(Exception):
    """The body cannot be reached."""


class StillWaiting(Exception):
    """The letter before has not left yet; it goes out by itself, or can still be undone."""


def may_recall(assignment: Assignment) -> bool:
    """The body has it, and takes letters at all."""
    return assignment.is_leading and assignment.report.state.is_with_body and not assignment.institution.refuses


def _lock_leading(assignment: Assignment) -> tuple[Report, Assignment]:
    report = lock_report(assignment.report)
    assignment = Assignment.objects.select_related("institution", "contact", "report").get(pk=assignment.pk)
    if not may_recall(assignment):
        raise MoveNotAllowed(report.state, Status.SENT, Role.MODERATOR)
    return report, assignment


@transaction.atomic
def recall_report(assignment: Assignment, reason: str, *, actor: Any) -> ReportEvent:
    """Ask the body to disregard the case, and look for another one: our mistake, so nothing of it counts as theirs.

    The body gets the word only if it had got the report.
    """
    report, assignment = _lock_leading(assignment)
    assignment.is_lead, assignment.promised_on = False, None
    assignment.save(update_fields=["is_lead", "promised_on"])
    end_assignment(assignment, Assignment.Outcome.RECALLED)
    return move_report(
        report,
        Status.SENT,
        role=Role.MODERATOR,
        actor=actor,
        event=EventKind.RECALLED,
        assignment=assignment,
        text=reason,
        changes={"needs_rerouting": True, "institution": None, "due_at": None, "promised_on": None},
    )


@transaction.atomic
def repeat_report(assignment: Assignment, reason: str, *, actor: Any) -> ReportEvent:
    """The same case to the same body once more, marked as repeated; no clock starts anew.

    A contact that does not work any more gives way to the one of today. Raises `NoContact` and `StillWaiting`.
    """
    report, assignment = _lock_leading(assignment)
    if Dispatch.objects.open().filter(assignment=assignment).exists():
        raise StillWaiting
    if assignment.contact is None or not assignment.contact.is_usable:
        assignment.contact = assignment.institution.contact_for_sending()
        if assignment.contact is None:
            raise NoContact
        assignment.save(update_fields=["contact"])
    return write_event(report, EventKind.REPEATED, actor=actor, role=Role.MODERATOR, assignment=assignment, text=reason)

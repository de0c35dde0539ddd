"""How a report comes to its end: solved, or not after all, or thanks delivered."""

from typing import Any

from django.db import transaction

from accounts.bans import refuse_banned
from reports.actions import before_move, end_assignment, leading_assignment, lock_report, move_report
from reports.lifecycle import MoveNotAllowed, Proof, Role, Status
from reports.models import Assignment, Report


@transaction.atomic
def confirm_solved(report: Report, *, actor: Any, proof: Proof = Proof.REPORTER, role: Role = Role.REPORTER) -> Report:
    """Solved, and who says so. Confirming twice changes nothing."""
    report = lock_report(report)
    if report.state == Status.SOLVED:
        return report
    assignment = leading_assignment(report)
    move_report(
        report,
        Status.SOLVED,
        role=role,
        actor=actor,
        assignment=assignment,
        changes={"proof": proof},
        proof=proof,
        before=before_move(report, assignment),
    )
    end_assignment(assignment, Assignment.Outcome.DONE)
    return report


@transaction.atomic
def deny_solved(report: Report, text: str, *, actor: Any, role: Role = Role.REPORTER) -> Report:
    """The body said done, the citizen says no: back in progress, the reason goes to the body, the old date is void."""
    if text and role == Role.REPORTER:
        refuse_banned(actor)
    report = lock_report(report)
    if report.state != Status.AWAITING_CONFIRMATION:
        raise MoveNotAllowed(report.state, Status.IN_PROGRESS, role)
    assignment = leading_assignment(report)
    before = before_move(report, assignment)
    if assignment:
        assignment.promised_on = None
        assignment.save(update_fields=["promised_on"])
    move_report(
        report,
        Status.IN_PROGRESS,
        role=role,
        actor=actor,
        assignment=assignment,
        text=text,
        changes={"promised_on": None},
        before=before,
    )
    return report


@transaction.atomic
def deliver_praise(report: Report, assignment: Assignment) -> Report:
    """The mail with the thanks is out, which is all that a praise wants. A second time changes nothing."""
    report = lock_report(report)
    if report.kind == Report.Kind.PRAISE and report.state == Status.SENT and assignment.is_lead:
        move_report(report, Status.DELIVERED, role=Role.SYSTEM, actor=None, assignment=assignment)
        end_assignment(assignment, Assignment.Outcome.ENDED)
    return report

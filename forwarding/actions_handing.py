"""From body to body: handed over, taken over, given back.

Handing over is a new round with its own clock. The other body takes it over, or gives it back with a reason: then the
first one has it again (`is_returned`), unless that one has said "not ours" or takes nothing any more. Whom the desk
gives the case to begins a new chain; within one, no body is handed it twice, and the second giving back leads to the
desk, so that no case wanders for ever.

Raise `MoveNotAllowed` where the case is not theirs to hand on, `CannotTake` where that body cannot have it.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from forwarding.actions import note_answer, say_not_ours, send_report
from municipalities.models import Institution, Responsibility
from reports.actions import end_assignment, lock_report
from reports.facts import decision_for, rule_in
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import write_event


class CannotTake(Exception):
    """Refuses, is not active, has said "not ours", or had it before in this chain."""


def may_hand_over(assignment: Assignment) -> bool:
    report = assignment.report
    return assignment.is_leading and report.state.is_with_body and report.kind != Report.Kind.PRAISE


def may_give_back(assignment: Assignment) -> bool:
    """Until it is taken over or answered."""
    return assignment.waits_for_acceptance and may_hand_over(assignment)


def chain_start(report: Report) -> int:
    """The number of the round in which the desk (or a rule) gave it to a body last."""
    given = report.assignments.filter(handed_from=None).exclude(outcome=Assignment.Outcome.TAKEN_BACK)
    return given.order_by("-round").values_list("round", flat=True).first() or 0


def bodies_to_hand_to(assignment: Assignment) -> QuerySet[Institution]:
    """Those that take reports and neither refused this one nor had it since the desk gave it away."""
    mine = assignment.report.assignments.exclude(outcome=Assignment.Outcome.TAKEN_BACK)
    refused = mine.filter(outcome=Assignment.Outcome.NOT_OURS)
    had_it = mine.filter(round__gte=chain_start(assignment.report))
    return (
        Institution.objects.active()
        .filter(refuses=False)
        .exclude(pk__in=refused.values("institution"))
        .exclude(pk__in=had_it.values("institution"))
        .exclude(pk=assignment.institution_id)
    )


def rule_for(report: Report, institution: Institution) -> Responsibility | None:
    """The rule that names this body for the report, for its contact and its term; None: nobody thought of it."""
    return rule_in(decision_for(report), institution)


def _lock(assignment: Assignment, version: int | None) -> tuple[Report, Assignment]:
    report = lock_report(assignment.report, version=version)
    rows = Assignment.objects.select_related("institution", "contact", "report", "handed_from__institution")
    return report, rows.get(pk=assignment.pk)


@transaction.atomic
def hand_over(
    assignment: Assignment,
    to: Institution,
    reason: str,
    *,
    actor: Any,
    is_not_ours: bool = False,
    version: int | None = None,
    **data: Any,
) -> Assignment:
    """The other body's turn. `is_not_ours`: this body does not want it back; a refusal leads to the desk then."""
    report, assignment = _lock(assignment, version)
    if not may_hand_over(assignment):
        raise MoveNotAllowed(report.state, Status.SENT, Role.OFFICER)
    if not bodies_to_hand_to(assignment).filter(pk=to.pk).exists():
        raise CannotTake
    note_answer(report, assignment)
    if is_not_ours:
        end_assignment(assignment, Assignment.Outcome.NOT_OURS)
    return send_report(
        report,
        to,
        actor=actor,
        responsibility=rule_for(report, to),
        text=reason,
        role=Role.OFFICER,
        event=EventKind.HANDED_OVER,
        handed_from=assignment,
        **data,
    )


@transaction.atomic
def accept_case(assignment: Assignment, *, actor: Any, **data: Any) -> ReportEvent | None:
    """It is theirs. Said twice, it counts once; None then."""
    report, assignment = _lock(assignment, None)
    if assignment.accepted_at is not None:
        return None
    if not may_give_back(assignment):
        raise MoveNotAllowed(report.state, Status.SENT, Role.OFFICER)
    assignment.accepted_at = timezone.now()
    assignment.save(update_fields=["accepted_at"])
    return write_event(report, EventKind.ACCEPTED, actor=actor, role=Role.OFFICER, assignment=assignment, **data)


@transaction.atomic
def give_back(
    assignment: Assignment, reason: str, *, actor: Any, version: int | None = None, **data: Any
) -> ReportEvent:
    """Back to whoever handed it over, or to the desk's re-route queue where that leads nowhere."""
    report, assignment = _lock(assignment, version)
    giver = assignment.handed_from
    if not may_give_back(assignment) or giver is None:
        raise MoveNotAllowed(report.state, Status.SENT, Role.OFFICER)
    if not _takes_back(report, giver.institution):
        return say_not_ours(assignment, reason, actor=actor, given_back=True, **data)
    note_answer(report, assignment)
    end_assignment(assignment, Assignment.Outcome.NOT_OURS)
    back = send_report(
        report,
        giver.institution,
        actor=actor,
        responsibility=rule_for(report, giver.institution),
        text=reason,
        role=Role.OFFICER,
        event=EventKind.HANDED_BACK,
        handed_from=assignment,
        **data,
    )
    return back.events.get(kind=EventKind.HANDED_BACK)


def _takes_back(report: Report, giver: Institution) -> bool:
    """Once in a chain, and not who has said that it is not theirs."""
    mine = report.assignments.all()
    if mine.filter(round__gte=chain_start(report), is_returned=True).exists():
        return False
    refused = mine.filter(institution=giver, outcome=Assignment.Outcome.NOT_OURS).exists()
    return giver.is_active and not giver.refuses and not refused

"""Several bodies for one report: one leads and moves its status; the others have their own letter, clock and line."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from forwarding.clocks import clock_for
from municipalities.models import Institution, Responsibility
from reports.actions import end_assignment
from reports.lifecycle import EventKind, MoveNotAllowed, Role
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import write_event


class Beside(NamedTuple):
    """A body that gets a report beside the leading one, and the rule that says so."""

    institution: Institution
    responsibility: Responsibility | None = None


def terms_of(
    report: Report, institution: Institution, responsibility: Responsibility | None, now: datetime
) -> dict[str, Any]:
    """What is frozen on an assignment at sending: contact, rule and clock. The only place that says by when."""
    contact = None
    if not institution.refuses:
        own = responsibility.contact if responsibility and responsibility.institution_id == institution.pk else None
        contact = own if own and own.is_usable else institution.contact_for_sending()
    clock = clock_for(report, institution, responsibility, now)
    return {"contact": contact, "responsibility": responsibility, **clock}


def send_beside(lead: Assignment, others: Iterable[Beside], *, actor: Any, role: Role) -> list[Assignment]:
    """Further assignments of a locked report, in the round of the leading one.

    Left out: the leading body, who takes no reports, and who has the report already and has not ended with it.
    """
    report = lead.report
    running = {
        one.institution_id: one for one in report.assignments.filter(is_lead=False, ended_at=None).exclude(pk=lead.pk)
    }
    if lead.institution_id in running:  # it leads now
        end_assignment(running[lead.institution_id], Assignment.Outcome.SUPERSEDED)
    has_it = {lead.institution_id, *running}
    made = []
    for institution, responsibility in others:
        if institution.pk in has_it or institution.refuses:
            continue
        has_it.add(institution.pk)
        assignment = Assignment.objects.create(
            report=report,
            institution=institution,
            round=lead.round,
            is_lead=False,
            title=lead.title,
            text=lead.text,
            **terms_of(report, institution, responsibility, lead.sent_at),
        )
        write_event(report, EventKind.ALSO_SENT, actor=actor, role=role, assignment=assignment)
        made.append(assignment)
    return made


def answer_beside(
    report: Report,
    assignment: Assignment,
    text: str,
    *,
    says: str,
    actor: Any,
    role: Role,
    day: date | None = None,
    **data: Any,
) -> ReportEvent:
    """What a body says that does not lead: its own line, and its own outcome, whatever becomes of the report.

    `says`: "promised" (with `day`), "done", "cannot" or "not_ours".
    """
    if report.kind != Report.Kind.PROBLEM or not report.state.is_with_body:
        raise MoveNotAllowed(report.state, report.state, role)
    if day:
        assignment.promised_on = day
        assignment.save(update_fields=["promised_on"])
        data["date"] = day.isoformat()
    else:
        end_assignment(assignment, Assignment.Outcome(says))
    return write_event(
        report, EventKind.ANSWERED, actor=actor, role=role, assignment=assignment, text=text, beside=says, **data
    )

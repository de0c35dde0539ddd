"""What every change of a report is made of. Each change, in the `actions_<topic>` beside this, is one transaction: it
locks the row, asks the lifecycle, writes, and adds one event.

Raises `MoveNotAllowed` where the life of a report has no such move, and `ChangedMeanwhile` where the
caller showed an older version than the one in the database.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from municipalities.models import Institution, Membership
from reports.lifecycle import CLOSED, EventKind, Role, Status, find_move
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import write_event


class ChangedMeanwhile(Exception):
    """Somebody else changed the report after this page was opened."""


def lock_report(report: Report, *, version: int | None = None) -> Report:
    """The row as it is now, locked to the end of the transaction."""
    fresh = Report.objects.select_for_update(of=("self",)).select_related("institution", "reporter").get(pk=report.pk)
    if version is not None and fresh.version != version:
        raise ChangedMeanwhile
    return fresh


def lock_in_order(ids: Iterable[int]) -> None:
    """Before anybody locks one of several: everybody takes them by their keys, so that none wait in a ring."""
    rows = Report.objects.select_for_update(of=("self",)).filter(pk__in=set(ids))
    list(rows.order_by("pk").values_list("pk"))


def lock_family(report: Report, *, version: int | None = None) -> Report:
    """As `lock_report`, for what passes its duplicates on: with these."""
    lock_in_order([report.pk, *Report.objects.filter(original=report.pk).values_list("pk", flat=True)])
    return lock_report(report, version=version)


def move_report(
    report: Report,
    new: Status,
    *,
    role: Role,
    actor: Any,
    event: EventKind | None = None,
    assignment: Assignment | None = None,
    text: str = "",
    changes: dict[str, Any] | None = None,
    **data: Any,
) -> ReportEvent:
    """Move a locked report, with further column `changes`, and write the move's event (or a finer one, `event`)."""
    old = report.state
    move = find_move(old, new, role, report.kind)
    now = timezone.now()
    values: dict[str, Any] = {
        "status": new,
        "status_since": now,
        "closed_at": now if new in CLOSED else None,
        "proof": "",
        "reason": "",
        **(changes or {}),
    }
    if new in CLOSED or new in (Status.HIDDEN, Status.WITHDRAWN, Status.DUPLICATE):
        values["needs_rerouting"] = False
    if new in ASIDE and old not in ASIDE:
        data["aside_since"] = report.status_since.isoformat()
    elif old in ASIDE and new not in ASIDE:
        values["status_since"] = since_before_aside(report) or now
    update_report(report, **values)
    ends_beside = new in CLOSED or new in (Status.WITHDRAWN, Status.DUPLICATE)
    if ends_beside and (beside := list(_beside(report).values_list("pk", flat=True))):
        data["ended_beside"] = beside
    written = write_event(
        report,
        event or move.event,
        actor=actor,
        role=role,
        old=old,
        new=new,
        assignment=assignment,
        text=text,
        **data,
    )
    if ends_beside:
        end_beside(report)
    return written


ASIDE = (Status.HIDDEN, Status.DUPLICATE)


def since_before_aside(report: Report) -> datetime | None:
    """When the report came into the status that it had before it was hidden or joined with another: being back in it
    starts no clock anew."""
    aside = report.events.filter(new_status__in=ASIDE, data__has_key="aside_since").order_by("-created_at", "-pk")
    event = aside.first()
    return parse_datetime(event.data["aside_since"]) if event else None


def update_report(report: Report, **values: Any) -> None:
    """Set columns of a locked report and count its version up."""
    for name, value in values.items():
        setattr(report, name, value)
    report.version += 1
    report.save(update_fields=[*values, "version"])


def before_move(report: Report, assignment: Assignment | None) -> dict[str, Any]:
    """What taking a step back needs to know of the report as it was (`actions_undo.take_back_move`)."""
    return {
        "since": report.status_since.isoformat(),
        "closed_at": report.closed_at.isoformat() if report.closed_at else "",
        "promised_on": report.promised_on.isoformat() if report.promised_on else "",
        "reason": str(report.reason),
        "proof": str(report.proof),
        "rerouting": report.needs_rerouting,
        "outcome": str(assignment.outcome) if assignment else "",
    }


def leading_assignment(report: Report) -> Assignment | None:
    return report.assignments.filter(is_lead=True).select_related("institution", "contact").first()


def assignments_now(report: Report) -> tuple[Assignment | None, list[Assignment]]:
    """Who leads, and who has it beside: still, or until it ended with this round. One query."""
    rows = list(report.assignments.of_body().select_related("institution", "contact"))
    lead = next((one for one in rows if one.is_lead), None)
    current = lead.round if lead else 0
    return lead, [one for one in rows if not one.is_lead and (one.is_running or one.round == current)]


def is_nobodys(report: Report) -> bool:
    """Whoever led last has given it back, or was asked to disregard it. (Bodies beside come after it in its round.)"""
    known = report.assignments.exclude(outcome=Assignment.Outcome.TAKEN_BACK)
    newest = known.order_by("-round", "pk").first()
    return newest is not None and newest.is_nobodys


def end_assignment(assignment: Assignment | None, outcome: Assignment.Outcome) -> None:
    if assignment is None or not assignment.is_running:
        return
    assignment.outcome, assignment.ended_at = outcome, timezone.now()
    assignment.save(update_fields=["outcome", "ended_at"])


def _beside(report: Report) -> QuerySet[Assignment]:
    return report.assignments.filter(is_lead=False, ended_at=None)


def end_beside(report: Report) -> None:
    """Whoever has the report beside the leading body is done with it, too. (The leading one's end has a reason.)"""
    _beside(report).update(outcome=Assignment.Outcome.ENDED, ended_at=timezone.now())


def reopen_beside(report: Report) -> None:
    """What the newest end of the report took from the bodies beside is theirs again. Before the report moves: the move
    writes their timers."""
    events = report.events.filter(data__has_key="ended_beside").order_by("-created_at", "-pk")
    ids = events.values_list("data__ended_beside", flat=True).first() or []
    ended = report.assignments.filter(pk__in=ids, is_lead=False, outcome=Assignment.Outcome.ENDED)
    ended.update(outcome=Assignment.Outcome.OPEN, ended_at=None)


def reopen_assignment(assignment: Assignment) -> None:
    assignment.outcome, assignment.ended_at = Assignment.Outcome.OPEN, None
    assignment.save(update_fields=["outcome", "ended_at"])


def assign_report(report: Report, institution: Institution, **values: Any) -> Assignment:
    """A new leading assignment of a locked report; whoever led before is superseded. Texts are frozen here."""
    before = leading_assignment(report)
    giver = values.get("handed_from")
    within = _kept_within(giver.handed_from if giver and values.get("is_returned") else before, institution)
    if before:
        end_assignment(before, Assignment.Outcome.SUPERSEDED)
        before.is_lead = False
        before.save(update_fields=["is_lead"])
    last = report.assignments.order_by("-round").values_list("round", flat=True).first() or 0
    return Assignment.objects.create(
        report=report,
        institution=institution,
        round=last + 1,
        title=report.title,
        text=report.description,
        **within,
        **values,
    )


def _kept_within(before: Assignment | None, institution: Institution) -> dict[str, Any]:
    """Who looks after the case in a body that has it once more, where they still may."""
    if before is None or before.institution_id != institution.pk:
        return {}
    members = Membership.objects.filter(institution=institution, person__is_active=True)
    takers = members.exclude(role=Membership.Role.READER)
    stays = before.assignee_id and takers.filter(person=before.assignee_id).exists()
    is_unit = before.unit is not None and before.unit.is_active
    return {"assignee": before.assignee if stays else None, "unit": before.unit if is_unit else None}

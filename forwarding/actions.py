"""Sending a report to a body, and what its officers do: answer, promise, say done, say "not ours".

Officers' functions take the assignment that the link or the office page stands for; one that was
superseded may still add an answer, but only the leading one moves the report; what one beside it says is its own
outcome (`beside`).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from forwarding.beside import Beside, answer_beside, send_beside, terms_of
from forwarding.models import Dispatch
from municipalities.models import Institution, Responsibility
from notifications.deliveries import Delivery, DeliveryStatus
from notifications.models import Bundle
from reports.actions import (
    assign_report,
    end_assignment,
    end_beside,
    lock_report,
    move_report,
    reopen_assignment,
    reopen_beside,
    update_report,
)
from reports.lifecycle import ANSWER_LEADS_TO, CLOSED, PUBLIC, EventKind, MoveNotAllowed, Reason, Role, Status
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import announce, write_event

BEFORE_DONE = (Status.SENT, Status.IN_PROGRESS)


@transaction.atomic
def send_report(
    report: Report,
    institution: Institution,
    *,
    actor: Any,
    responsibility: Responsibility | None = None,
    others: Iterable[Beside] = (),
    version: int | None = None,
    text: str = "",
    role: Role = Role.MODERATOR,
    event: EventKind | None = None,
    handed_from: Assignment | None = None,
    **data: Any,
) -> Assignment:
    """Publish and forward in one act; sending again, or to another body, is a new round. (Its clock: `clock_for`.)
    `others` get it beside `institution`, which leads and whose assignment is returned.

    A refusing body's report is published and not sent; a praise has ended with that. A body without a usable contact
    gets its assignment all the same: "no contact" is shown at the desk. Needs a title and a category. `event` and
    `handed_from`: one body gives it to another (`actions_handing`).
    """
    report = lock_report(report, version=version)
    now = timezone.now()
    assignment = assign_report(
        report,
        institution,
        **terms_of(report, institution, responsibility, now),
        handed_from=handed_from,
        is_returned=event == EventKind.HANDED_BACK,
    )
    ends_here = report.kind == Report.Kind.PRAISE and institution.refuses and not report.is_private
    move_report(
        report,
        Status.DELIVERED if ends_here else Status.SENT,
        role=role,
        actor=actor,
        event=event or (EventKind.PUBLISHED if institution.refuses else EventKind.SENT),
        assignment=assignment,
        text=text,
        changes={
            "institution": institution,
            "due_at": assignment.due_at,
            "promised_on": None,
            "needs_rerouting": False,
            "published_at": report.published_at or now,
        },
        **data,
    )
    if ends_here:
        end_assignment(assignment, Assignment.Outcome.ENDED)
    send_beside(assignment, others, actor=actor, role=role)
    if ends_here:
        end_beside(report)
    return assignment


def _lock(assignment: Assignment) -> tuple[Report, Assignment]:
    report = lock_report(assignment.report)
    return report, Assignment.objects.select_related("institution", "contact").get(pk=assignment.pk)


def note_answer(report: Report, assignment: Assignment, came_at: datetime | None = None) -> None:
    """The first word of a body stops its clock; later words change nothing here. `came_at`: if it came before today."""
    now = came_at or timezone.now()
    if assignment.first_answer_at is None:
        assignment.first_answer_at = now
        assignment.save(update_fields=["first_answer_at"])
    # What stands on the report is the leading body's, or that of whoever led before.
    if report.first_answer_at is None and not assignment.was_sent_beside:
        update_report(report, first_answer_at=now)


def _comes_late(report: Report, assignment: Assignment) -> bool:
    """Its term ran out and the report ended for that, but the body has something to say after all."""
    return report.state == Status.UNRESOLVED and assignment.may_come_late


def _take_up(report: Report, assignment: Assignment) -> None:
    if assignment.may_come_late:
        assignment.promised_on = None  # the old day was not kept
        assignment.save(update_fields=["promised_on"])
        reopen_assignment(assignment)
        reopen_beside(report)


def _leads(report: Report, assignment: Assignment, new: Status, role: Role) -> bool:
    return assignment.is_leading and new in report.moves_for(role)


@transaction.atomic
def answer_report(
    assignment: Assignment,
    text: str,
    *,
    actor: Any,
    role: Role = Role.OFFICER,
    came_at: datetime | None = None,
    **data: Any,
) -> ReportEvent:
    """An answer in words. The first takes a waiting problem into progress and ends a question, also if it comes after
    "no answer"; else a closed report keeps its status. `data` of these functions goes into the event (the `way` that
    an answer came)."""
    report, assignment = _lock(assignment)
    if report.state not in PUBLIC or not assignment.is_of_body:
        raise MoveNotAllowed(report.state, Status.IN_PROGRESS, role)
    note_answer(report, assignment, came_at)
    new = ANSWER_LEADS_TO[report.Kind(report.kind)]
    late = report.state == Status.UNRESOLVED and report.reason == Reason.NO_ANSWER
    if late or report.state == Status.SENT or (report.state == Status.IN_PROGRESS and new in CLOSED):
        if late and assignment.is_lead:
            reopen_assignment(assignment)
        if _leads(report, assignment, new, role):
            if late and new not in CLOSED:
                reopen_beside(report)
            event = move_report(
                report, new, role=role, actor=actor, event=EventKind.ANSWERED, assignment=assignment, text=text, **data
            )
            if new in CLOSED:
                end_assignment(assignment, Assignment.Outcome.ENDED)
            return event
    return write_event(report, EventKind.ANSWERED, actor=actor, role=role, assignment=assignment, text=text, **data)


@transaction.atomic
def promise_date(
    assignment: Assignment,
    day: date,
    text: str,
    *,
    actor: Any,
    role: Role = Role.OFFICER,
    came_at: datetime | None = None,
    **data: Any,
) -> ReportEvent:
    """A promised day; the report is in progress and the page shows the day. A new promise replaces the old."""
    report, assignment = _lock(assignment)
    if assignment.is_beside:
        note_answer(report, assignment, came_at)
        return answer_beside(report, assignment, text, says="promised", day=day, actor=actor, role=role, **data)
    is_problem = report.kind == report.Kind.PROBLEM
    may_come = assignment.is_leading and report.state in (Status.SENT, Status.IN_PROGRESS)
    if not is_problem or not (may_come or _comes_late(report, assignment)):
        raise MoveNotAllowed(report.state, Status.IN_PROGRESS, role)
    _take_up(report, assignment)
    note_answer(report, assignment, came_at)
    assignment.promised_on = day
    assignment.save(update_fields=["promised_on"])
    if report.state == Status.IN_PROGRESS:
        update_report(report, promised_on=day)
        return write_event(
            report,
            EventKind.PROMISED,
            actor=actor,
            role=role,
            assignment=assignment,
            text=text,
            date=day.isoformat(),
            **data,
        )
    return move_report(
        report,
        Status.IN_PROGRESS,
        role=role,
        actor=actor,
        event=EventKind.PROMISED,
        assignment=assignment,
        text=text,
        changes={"promised_on": day},
        date=day.isoformat(),
        **data,
    )


@transaction.atomic
def say_done(
    assignment: Assignment,
    text: str,
    *,
    actor: Any,
    role: Role = Role.OFFICER,
    came_at: datetime | None = None,
    **data: Any,
) -> ReportEvent:
    """The body says that it is done; the reporter is asked. Said twice, it counts once."""
    report, assignment = _lock(assignment)
    if assignment.is_beside:
        note_answer(report, assignment, came_at)
        return answer_beside(report, assignment, text, says="done", actor=actor, role=role, **data)
    if not assignment.is_leading and not _comes_late(report, assignment):
        raise MoveNotAllowed(report.state, Status.AWAITING_CONFIRMATION, role)
    _take_up(report, assignment)
    note_answer(report, assignment, came_at)
    return move_report(
        report, Status.AWAITING_CONFIRMATION, role=role, actor=actor, assignment=assignment, text=text, **data
    )


@transaction.atomic
def say_cannot(
    assignment: Assignment,
    text: str,
    *,
    actor: Any,
    role: Role = Role.OFFICER,
    came_at: datetime | None = None,
    **data: Any,
) -> ReportEvent:
    """The body says that it cannot be solved, and why: the report ends unresolved, with that reason."""
    report, assignment = _lock(assignment)
    if assignment.is_beside:
        note_answer(report, assignment, came_at)
        return answer_beside(report, assignment, text, says="cannot", actor=actor, role=role, **data)
    if not assignment.is_leading or report.kind != report.Kind.PROBLEM or report.state not in BEFORE_DONE:
        raise MoveNotAllowed(report.state, Status.UNRESOLVED, role)
    note_answer(report, assignment, came_at)
    end_assignment(assignment, Assignment.Outcome.CANNOT)
    return move_report(
        report,
        Status.UNRESOLVED,
        role=role,
        actor=actor,
        assignment=assignment,
        text=text,
        changes={"reason": Reason.CANNOT, "promised_on": None},
        reason=Reason.CANNOT,
        **data,
    )


@transaction.atomic
def say_not_ours(
    assignment: Assignment,
    text: str,
    *,
    actor: Any,
    pointed_to: Institution | None = None,
    role: Role = Role.OFFICER,
    came_at: datetime | None = None,
    **data: Any,
) -> ReportEvent:
    """Ends this assignment, withdraws an earlier "done", and puts the case into the desk's re-route queue."""
    report, assignment = _lock(assignment)
    may_say = assignment.is_leading and report.state.is_with_body and report.kind != report.Kind.PRAISE
    if not may_say and not assignment.is_beside:
        raise MoveNotAllowed(report.state, Status.SENT, role)
    note_answer(report, assignment, came_at)
    assignment.pointed_to = pointed_to
    assignment.save(update_fields=["pointed_to"])
    if assignment.is_beside:
        return answer_beside(report, assignment, text, says="not_ours", actor=actor, role=role, **data)
    end_assignment(assignment, Assignment.Outcome.NOT_OURS)
    return move_report(
        report,
        Status.SENT,
        role=role,
        actor=actor,
        event=EventKind.NOT_OURS,
        assignment=assignment,
        text=text,
        changes={"needs_rerouting": True, "due_at": None, "promised_on": None},
        **data,
    )


def ask_new_link(assignment: Assignment) -> bool:
    """Mail a new link to the contact, once a day; whoever holds the old one never sees the address.

    False when the contact cannot be reached.
    """
    contact = assignment.contact
    if contact is None or not contact.is_usable:
        return False
    with transaction.atomic():
        report = lock_report(assignment.report)  # two clicks at once wait for each other here
        since = timezone.now() - timedelta(days=1)
        if not assignment.events.filter(kind=EventKind.LINK_ASKED, created_at__gte=since).exists():
            write_event(report, EventKind.LINK_ASKED, actor=None, role=Role.OFFICER, assignment=assignment)
    return True


# -- What could not be sent -----------------------------------------------------------------------------------


@transaction.atomic
def retry_delivery(row: Delivery, *, actor: Any) -> bool:
    """Send a failed dispatch, message or bundle again, its attempts anew; False where it has not failed (any more).

    A dispatch goes to the contact's address of today: staff may have corrected it.
    """
    rows = type(row)._default_manager
    values: dict[str, Any] = {"status": DeliveryStatus.WAITING, "attempts": 0, "next_try_at": timezone.now()}
    task = "notifications.send_bundle" if isinstance(row, Bundle) else "notifications.send_message"
    if isinstance(row, Dispatch):
        values |= {"address": row.contact.address, "digest": None}
        task = "forwarding.send_dispatch"
    if not rows.filter(pk=row.pk, status=DeliveryStatus.FAILED).update(**values):
        return False
    announce(task, row.pk)
    return True

"""Changes to a report. Each is one transaction: it locks the row, asks the lifecycle, writes, and adds one event.

Raises `MoveNotAllowed` where the life of a report has no such move, and `ChangedMeanwhile` where the
caller showed an older version than the one in the database.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions import forget_bare_guest
from accounts.models import Person
from municipalities.models import Institution
from reports.lifecycle import CLOSED, EventKind, MoveNotAllowed, Proof, Reason, Role, Status, find_move
from reports.models import Answer, Assignment, Draft, Follow, Photo, Report, ReportEvent, Support
from reports.outbox import write_event
from reports.uploads import remove_photo


class ChangedMeanwhile(Exception):
    """Somebody else changed the report after this page was opened."""


def lock_report(report: Report, *, version: int | None = None) -> Report:
    """The row as it is now, locked to the end of the transaction."""
    fresh = Report.objects.select_for_update(of=("self",)).select_related("institution", "reporter").get(pk=report.pk)
    if version is not None and fresh.version != version:
        raise ChangedMeanwhile
    return fresh


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
    update_report(report, **values)
    return write_event(
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


# -- The reporter -----------------------------------------------------------------------------------------


def submit_report(
    report: Report,
    photos: list[Photo],
    *,
    actor: Any,
    confirmed: bool,
    role: Role = Role.REPORTER,
    answers: Sequence[Answer] = (),
) -> Report:
    """Store a new report with its uploads; the same `submission` again gives the report that is there already.

    `confirmed` says whether the address is known to be the reporter's: else the report waits for the
    link in the mail. The report and its answers come unsaved, with place, texts and reporter set. A moderator who
    enters what somebody told is the actor, not the reporter. A draft of that number has done its work and goes.
    """
    now = timezone.now()
    report.status = Status.SUBMITTED if confirmed else Status.UNCONFIRMED
    report.created_at = report.status_since = now
    report.submitted_at = now if confirmed else None
    report.original_title, report.original_description = report.title, report.description
    if report.category and report.category.is_private:
        report.is_private = True
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            for order, photo in enumerate(photos):
                photo.report, photo.order = report, order
                photo.save(update_fields=["report", "order"])
            for answer in answers:
                answer.report = report
            Answer.objects.bulk_create(answers)
            end_draft(report)
            kind = EventKind.RECEIVED if confirmed else EventKind.CONFIRMATION_ASKED
            write_event(report, kind, actor=actor, role=role, new=report.status)
    except IntegrityError:
        first = Report.objects.filter(submission=report.submission).first()
        if report.submission is None or first is None:
            raise
        return first
    return report


def end_draft(report: Report) -> None:
    """The draft that became this report. A saving under way on another device is waited for, or finds the report:
    `save_draft` holds the person's row, too."""
    if report.submission is None:
        return
    if report.reporter_id:
        Person.objects.select_for_update(no_key=True).filter(pk=report.reporter_id).first()
    Draft.objects.filter(submission=report.submission).delete()


@transaction.atomic
def confirm_report(report: Report) -> Report:
    """The reporter opened the link: the report goes to the desk. Doing it again changes nothing."""
    report = lock_report(report)
    if report.state == Status.UNCONFIRMED:
        move_report(
            report,
            Status.SUBMITTED,
            role=Role.REPORTER,
            actor=report.reporter,
            changes={"submitted_at": timezone.now()},
        )
    return report


def purge_report(report: Report, *, forget_guest: bool = True) -> None:
    """Delete a locked report that was never confirmed, with its photos, events and what was to be mailed.

    A guest of whom nothing else is known goes with it.
    """
    if report.state != Status.UNCONFIRMED:
        raise MoveNotAllowed(report.state, Status.UNCONFIRMED, Role.SYSTEM)
    for photo in report.photos.all():
        remove_photo(photo)
    reporter = report.reporter
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jarokelo.purge = 'on'")  # see the trigger on events
        report.delete()
        cursor.execute("SET LOCAL jarokelo.purge = 'off'")
    if forget_guest and reporter is not None:
        forget_bare_guest(reporter)


@transaction.atomic
def give_info(report: Report, text: str, photos: Sequence[Photo] = (), *, actor: Any) -> Report:
    """The reporter's reply to a question from the desk, perhaps with uploads; the report is back in the queue."""
    report = lock_report(report)
    if report.state != Status.NEEDS_INFO:  # out of "not published" leads `resubmit_report` alone
        raise MoveNotAllowed(report.state, Status.SUBMITTED, Role.REPORTER)
    event = move_report(report, Status.SUBMITTED, role=Role.REPORTER, actor=actor, text=text)
    for order, photo in enumerate(photos, start=report.photos.count()):
        photo.report, photo.event, photo.order = report, event, order
        photo.save(update_fields=["report", "event", "order"])
    return report


def may_withdraw(report: Report) -> bool:
    """Before it is sent, and for a short while after."""
    if report.state in (Status.SUBMITTED, Status.NEEDS_INFO):
        return True
    window: timedelta = settings.WITHDRAW_WINDOW
    return (
        report.state in (Status.SENT, Status.IN_PROGRESS, Status.DELIVERED)
        and report.published_at is not None
        and timezone.now() - report.published_at <= window
    )


@transaction.atomic
def withdraw_report(report: Report, *, actor: Any) -> Report:
    """By the reporter, up to `WITHDRAW_WINDOW` after sending; the body is told of what had gone out."""
    report = lock_report(report)
    if not may_withdraw(report):
        raise MoveNotAllowed(report.state, Status.WITHDRAWN, Role.REPORTER)
    assignment = leading_assignment(report)
    move_report(report, Status.WITHDRAWN, role=Role.REPORTER, actor=actor, assignment=assignment)
    end_assignment(assignment, Assignment.Outcome.ENDED)
    return report


@transaction.atomic
def hide_name(report: Report, *, actor: Any) -> Report:
    """The reporter's name leaves the public page at once, whatever the status."""
    report = lock_report(report)
    if report.show_name:
        update_report(report, show_name=False)
        write_event(report, EventKind.EDITED, actor=actor, role=Role.REPORTER, changed=["show_name"])
    return report


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


def follow_report(report: Report, person: Any) -> None:
    Follow.objects.get_or_create(report=report, person=person)


def unfollow_report(report: Report, person: Any) -> None:
    Follow.objects.filter(report=report, person=person).delete()


@transaction.atomic
def support_report(report: Report, person: Any) -> bool:
    """ "Me too, and tell me": the person is counted once and follows. The reporter counts anyway; False where nothing
    was added."""
    if report.reporter_id == person.pk:
        return False
    follow_report(report, person)
    _support, is_new = Support.objects.get_or_create(report=report, person=person)
    if is_new:
        Report.objects.filter(pk=report.pk).update(supporters=F("supporters") + 1)
    return is_new


@transaction.atomic
def unsupport_report(report: Report, person: Any) -> None:
    """Takes the "me too" back; following is stopped by itself."""
    deleted, _rows = Support.objects.filter(report=report, person=person).delete()
    if deleted:
        Report.objects.filter(pk=report.pk).update(supporters=F("supporters") - 1)


# -- The desk ---------------------------------------------------------------------------------------------


@transaction.atomic
def edit_report(report: Report, values: dict[str, Any], *, actor: Any, version: int | None = None) -> Report:
    """Change texts, category, place or privacy at the desk. The words as written stay in `original_*`.

    A private category makes the report private; taking privacy back is only ever an explicit value.
    """
    report = lock_report(report, version=version)
    category = values.get("category")
    if category is not None and category.is_private and category != report.category:
        values = {**values, "is_private": True}
    changed = sorted(name for name, value in values.items() if getattr(report, name) != value)
    if changed:
        update_report(report, **{name: values[name] for name in changed})
        write_event(report, EventKind.EDITED, actor=actor, role=Role.MODERATOR, changed=changed)
    return report


@transaction.atomic
def ask_info(report: Report, text: str, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    move_report(report, Status.NEEDS_INFO, role=Role.MODERATOR, actor=actor, text=text)
    return report


@transaction.atomic
def reject_report(report: Report, reason: Reason, text: str, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    changes = {"reason": reason}
    move_report(report, Status.REJECTED, role=Role.MODERATOR, actor=actor, text=text, changes=changes, reason=reason)
    return report


def _ending(report: Report) -> dict[str, Any]:
    """How a report ended, which hiding and restoring keep."""
    return {name: getattr(report, name) for name in ("closed_at", "proof", "reason")}


@transaction.atomic
def hide_report(report: Report, text: str, *, actor: Any, version: int | None = None) -> Report:
    """Take it off the site at once, its photos too; `restore_report` brings it back to what it was."""
    report = lock_report(report, version=version)
    move_report(
        report,
        Status.HIDDEN,
        role=Role.MODERATOR,
        actor=actor,
        text=text,
        changes={**_ending(report), "status_before": report.status},
    )
    return report


@transaction.atomic
def restore_report(report: Report, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    before = Status(report.status_before or Status.SUBMITTED)
    lead = leading_assignment(report)
    nobodys = before == Status.SENT and lead is not None and lead.outcome == Assignment.Outcome.NOT_OURS
    changes = {**_ending(report), "status_before": "", "original": None, "needs_rerouting": nobodys}
    move_report(report, before, role=Role.MODERATOR, actor=actor, changes=changes)
    return report


def may_correct(report: Report) -> bool:
    """Not published, and not yet sent in a second time."""
    again = report.events.filter(kind=EventKind.RESUBMITTED, role=Role.REPORTER)
    return report.state == Status.REJECTED and not again.exists()


@transaction.atomic
def resubmit_report(
    report: Report, *, actor: Any, role: Role, version: int | None = None, texts: dict[str, str] | None = None
) -> Report:
    """Out of "not published", back into the queue: the reporter once, a moderator whenever needed.

    `texts` is the reporter's correction, `title` and `description`: their own words anew, so also the originals.
    """
    report = lock_report(report, version=version)
    if role == Role.REPORTER and not may_correct(report):
        raise MoveNotAllowed(report.state, Status.SUBMITTED, role)
    texts = texts or {}
    changes = {**texts, **{f"original_{name}": text for name, text in texts.items()}}
    move_report(report, Status.SUBMITTED, role=role, actor=actor, changes=changes)
    return report


@transaction.atomic
def note_report(report: Report, text: str, *, actor: Any) -> ReportEvent:
    """An internal note: no status, no clock, nobody is told."""
    return write_event(lock_report(report), EventKind.NOTED, actor=actor, role=Role.MODERATOR, text=text)


# -- Assignments ------------------------------------------------------------------------------------------


def end_assignment(assignment: Assignment | None, outcome: Assignment.Outcome) -> None:
    if assignment is None or not assignment.is_running:
        return
    assignment.outcome, assignment.ended_at = outcome, timezone.now()
    assignment.save(update_fields=["outcome", "ended_at"])


def reopen_assignment(assignment: Assignment) -> None:
    assignment.outcome, assignment.ended_at = Assignment.Outcome.OPEN, None
    assignment.save(update_fields=["outcome", "ended_at"])


def assign_report(report: Report, institution: Institution, **values: Any) -> Assignment:
    """A new leading assignment of a locked report; whoever led before is superseded. Texts are frozen here."""
    before = leading_assignment(report)
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
        **values,
    )

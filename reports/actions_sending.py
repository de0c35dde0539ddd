"""A report on its way in from the public form: counted, stored, once; confirmed, or purged if never confirmed."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions import forget_bare_guest
from accounts.bans import refuse_banned
from accounts.models import Person
from reports.actions import lock_report, move_report
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.limits import Limit, count_sending
from reports.models import Answer, Draft, Photo, Report
from reports.outbox import write_event
from reports.uploads import append_photos, remove_photo


class _Repeated(Exception):
    def __init__(self, first: Report) -> None:
        self.first = first


def send_report_in(
    report: Report,
    photos: list[Photo],
    *,
    person: Any,
    email: str = "",
    language: str = "",
    answers: Sequence[Answer] = (),
    limits: Sequence[Limit] = (),
) -> Report:
    """Within the `limits`, as `submit_report` does: confirmed where `person` is signed in, else the report belongs to
    whoever has the address `email` and waits for the link. Raises `TooManySent`, and has left nothing then. The same
    `submission` again is not counted."""
    try:
        with transaction.atomic():
            count_sending(list(limits))
            is_known = person.is_authenticated
            report.reporter = person if is_known else Person.objects.for_address(email, language=language)
            stored = submit_report(report, photos, actor=report.reporter, confirmed=is_known, answers=answers)
            if stored is not report:
                raise _Repeated(stored)
    except _Repeated as repeated:
        return repeated.first
    return report


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
    if confirmed and role == Role.REPORTER:
        refuse_banned(actor)
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
            append_photos(report, photos)
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
        refuse_banned(report.reporter)
        move_report(
            report,
            Status.SUBMITTED,
            role=Role.REPORTER,
            actor=report.reporter,
            changes={"submitted_at": timezone.now()},
        )
    return report


def purge_report(report: Report, *, forget_guest: bool = True, was: Status = Status.UNCONFIRMED) -> None:
    """Delete a locked report that was never confirmed, with its photos, events and what was to be mailed.

    A guest of whom nothing else is known goes with it. (`was`: a report split off and taken back at once is new.)
    """
    if report.state != was:
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

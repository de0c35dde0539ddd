"""What becomes of a mail that came in: published, filed, matched; each once, whoever clicks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from forwarding.actions import answer_report, promise_date, say_cannot, say_done, say_not_ours
from forwarding.mailcuts import own_words
from forwarding.mailfiles import files_of
from forwarding.models import IncomingMail
from municipalities.models import Contact, Institution
from reports.attachments import attach_files
from reports.lifecycle import Role
from reports.models import Assignment, ReportEvent


class AlreadyHandled(Exception):
    """Somebody else has dealt with this mail meanwhile."""


def _lock_mail(mail: IncomingMail, *states: IncomingMail.State) -> IncomingMail:
    fresh = IncomingMail.objects.select_for_update(of=("self",)).select_related("assignment__report").get(pk=mail.pk)
    if fresh.state not in (states or (IncomingMail.State.TO_READ, IncomingMail.State.UNMATCHED)):
        raise AlreadyHandled
    return fresh


def _handle(mail: IncomingMail, state: IncomingMail.State, actor: Any) -> None:
    mail.state, mail.handled_by, mail.handled_at = state, actor, timezone.now()
    mail.save(update_fields=["state", "handled_by", "handled_at"])


@transaction.atomic
def publish_mail(
    mail: IncomingMail,
    text: str,
    *,
    actor: Any,
    outcome: str = "",
    date: date | None = None,
    pointed_to: Institution | None = None,
    files: Sequence[int] = (),
) -> ReportEvent:
    """Publish `text`, as the moderator left it, as the body's answer to the report that the mail is matched with.

    `outcome` says what else the body said in it: "" an answer only, "promise" (with `date`), "done", "cannot" or
    "not_ours" (perhaps with `pointed_to`). `files` are the numbers of the mail's files that go with it (`mailfiles`);
    pictures are drawn anew, as all photos. Raises `AlreadyHandled`, and `MoveNotAllowed` as the officers' functions do.
    """
    if mail.assignment is None:
        raise ValueError("an unmatched mail is nobody's answer yet")
    seen, mail = mail.assignment, _lock_mail(mail)
    if mail.assignment != seen:
        raise AlreadyHandled
    match outcome:
        case "promise" if date:
            event = promise_date(mail.assignment, date, text, actor=actor, role=Role.MODERATOR)
        case "done":
            event = say_done(mail.assignment, text, actor=actor, role=Role.MODERATOR)
        case "cannot":
            event = say_cannot(mail.assignment, text, actor=actor, role=Role.MODERATOR)
        case "not_ours":
            event = say_not_ours(mail.assignment, text, actor=actor, pointed_to=pointed_to, role=Role.MODERATOR)
        case "":
            event = answer_report(mail.assignment, text, actor=actor, role=Role.MODERATOR)
        case _:
            raise ValueError(f"no such outcome of a mail, or no date with it: {outcome}")
    _handle(mail, IncomingMail.State.PUBLISHED, actor)
    chosen = [file.upload for file in files_of(bytes(mail.raw)) if file.number in files and not file.problem]
    attach_files(event, chosen, actor=actor)
    return event


@transaction.atomic
def publish_mail_by_rule(mail: IncomingMail) -> ReportEvent:
    """Its own words, as the body's answer and by nobody; the event says "by rule". Raises as `publish_mail`."""
    mail = _lock_mail(mail, IncomingMail.State.TO_READ)
    if mail.why != IncomingMail.Why.FITS or mail.assignment is None:
        raise AlreadyHandled
    event = answer_report(mail.assignment, own_words(mail.text), actor=None, by_rule=True)
    mail.why = ""  # undone, it waits for a person
    mail.save(update_fields=["why"])
    _handle(mail, IncomingMail.State.PUBLISHED, None)
    return event


@transaction.atomic
def note_why_not(mail: IncomingMail, why: str) -> None:
    """It did fit, and does not any more: it waits for a person."""
    IncomingMail.objects.filter(pk=mail.pk, why=IncomingMail.Why.FITS).update(why=why)


@transaction.atomic
def file_mail(mail: IncomingMail, *, actor: Any) -> None:
    """Out of the desk's lists, unpublished; it stays stored. Raises `AlreadyHandled`."""
    _handle(_lock_mail(mail), IncomingMail.State.FILED, actor)


@transaction.atomic
def unfile_mail(mail: IncomingMail) -> None:
    """Back into the list that it was filed from, but for what nobody filed. Raises `AlreadyHandled`."""
    mail = _lock_mail(mail, IncomingMail.State.FILED)
    if not mail.may_unfile:
        raise AlreadyHandled
    mail.state = IncomingMail.State.TO_READ if mail.assignment else IncomingMail.State.UNMATCHED
    mail.handled_by = mail.handled_at = None
    mail.save(update_fields=["state", "handled_by", "handled_at"])


@transaction.atomic
def unmatch_mail(mail: IncomingMail) -> None:
    """It belongs to another report: it waits to be matched anew. Raises `AlreadyHandled`."""
    mail = _lock_mail(mail, IncomingMail.State.TO_READ)
    mail.assignment, mail.state, mail.from_contact = None, IncomingMail.State.UNMATCHED, False
    mail.save(update_fields=["assignment", "state", "from_contact"])


@transaction.atomic
def match_mail(mail: IncomingMail, assignment: Assignment, *, actor: Any) -> None:
    """Put an unmatched mail to the assignment that it answers; it waits to be read there. Raises `AlreadyHandled`."""
    mail = _lock_mail(mail)
    mail.assignment, mail.state = assignment, IncomingMail.State.TO_READ
    mail.from_contact = Contact.objects.filter(
        institution=assignment.institution_id, address__iexact=mail.sender
    ).exists()
    mail.save(update_fields=["assignment", "state", "from_contact"])

"""Mails that come in: each is stored whole before anybody tries to understand it.

Matched by our one-off reply address, or by the Message-ID of ours that it answers. Nothing is ever
published from here: a moderator reads it first. Only bounces have consequences of their own, and what a reporter
answers to a question of the desk.
"""

import hashlib
import logging
import re
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from accounts.tokens import hide_links
from forwarding.bounces import Bounce, is_bounce, read_bounce
from forwarding.mailkind import kind_of
from forwarding.mailparts import addresses, header, parse, text_of
from forwarding.mailtokens import without_tokens
from forwarding.models import Dispatch, DispatchDigest, IncomingMail
from forwarding.reply_address import read_reply_address
from forwarding.reporters_words import take_word
from forwarding.returned import answered_in_digest, find_returned, note_bounce, returned_assignment
from municipalities.models import Contact
from notifications.addresses import read_address
from notifications.deliveries import DeliveryStatus
from notifications.mails import ALERT, REPORT
from notifications.models import AlertMail, FollowRequest, Message
from reports.models import Assignment

logger = logging.getLogger(__name__)

RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,190}>")

PersonsMail = Message | FollowRequest | AlertMail
BodysMail = Dispatch | DispatchDigest
Kind, State = IncomingMail.Kind, IncomingMail.State


@dataclass
class Reading:
    """What could be read out of a mail; all of it may be missing."""

    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    kind: IncomingMail.Kind = Kind.ANSWER
    answers_to: list[str] = field(default_factory=list)  # Message-IDs
    bounce: Bounce | None = None


def store_mail(raw: bytes) -> IncomingMail:
    """Store a mail, match it and act on a bounce; the same bytes again give the row that is there already."""
    digest = hashlib.sha256(raw).hexdigest()
    reading = read_mail(raw)
    mail, is_new = IncomingMail.objects.get_or_create(
        digest=digest,
        defaults={
            "raw": without_tokens(raw),
            "sender": reading.sender[:320],
            "recipient": (reading.recipients or [""])[0][:320],
            "subject": hide_links(reading.subject)[:300],
            "text": hide_links(reading.text),
            "kind": reading.kind,
        },
    )
    if is_new:
        try:
            with transaction.atomic():
                _place(mail, reading)
        except Exception:  # the mail is stored, and waits unmatched at the desk
            logger.exception("incoming mail %s could not be placed", mail.pk)
            mail.refresh_from_db()
    return mail


def read_mail(raw: bytes) -> Reading:
    """Never raises: what cannot be read is left empty, and the mail waits unmatched for human eyes."""
    reading = Reading()
    try:
        mail = parse(raw)
        reading.sender = (addresses(mail, "From") or addresses(mail, "Sender", "Return-Path") or [""])[0]
        reading.recipients = addresses(mail, *RECIPIENT_HEADERS)
        reading.subject = header(mail, "Subject")
        reading.text = text_of(mail)
        reading.kind = kind_of(mail)
        reading.answers_to = _MESSAGE_ID.findall(f"{header(mail, 'In-Reply-To')} {header(mail, 'References')}")
        reading.bounce = read_bounce(mail) if is_bounce(mail) else None
    except Exception:  # whatever a hostile mail makes the parser do: the bytes are stored all the same
        logger.exception("an incoming mail could not be read")
    return reading


def _place(mail: IncomingMail, reading: Reading) -> None:
    """Where the mail belongs, and whether somebody has to look at it."""
    mail.assignment = find_assignment(reading)
    mail.state = State.TO_READ if mail.assignment else State.UNMATCHED
    if mail.assignment:
        own = Contact.objects.filter(institution=mail.assignment.institution_id, address__iexact=reading.sender)
        mail.from_contact = bool(reading.sender) and own.exists()
    is_word = mail.kind == Kind.ANSWER and mail.assignment is None
    if is_word and take_word(reading.sender, reading.answers_to, reading.text, bytes(mail.raw)):
        mail.state, mail.handled_at = State.FILED, timezone.now()
        mail.save(update_fields=["state", "handled_at"])
        return
    is_ours = mail.assignment is not None or any(
        read_address(kind, address) for kind in (REPORT, ALERT) for address in reading.recipients
    )
    handled = (
        handle_bounce(reading.bounce, reading.recipients) if reading.bounce else mail.kind == Kind.AUTOMATIC and is_ours
    )
    if handled:
        mail.state, mail.handled_at = State.FILED, timezone.now()
    mail.save(update_fields=["assignment", "state", "from_contact", "handled_at"])


def find_assignment(reading: Reading) -> Assignment | None:
    """By our reply address, else by the dispatch that the mail answers or brings back."""
    for address in reading.recipients:
        pk = read_reply_address(address)
        assignment = Assignment.objects.filter(pk=pk).first() if pk else None
        if assignment:
            return assignment
    ids = [*reading.answers_to, *(reading.bounce.message_ids if reading.bounce else ())]
    dispatch = Dispatch.objects.filter(message_id__in=ids).select_related("assignment").order_by("-pk").first()
    if dispatch:
        return dispatch.assignment
    return returned_assignment(reading.recipients) or answered_in_digest(
        reading.recipients, ids, reading.subject, reading.text
    )


def handle_bounce(bounce: Bounce, recipients: list[str]) -> bool:
    """Mark what did not arrive as failed, and stop an address that is no good. False: somebody should look.

    Only a bounce that brings back a Message-ID of ours, or comes to an envelope's sender of ours (`recipients`), has
    consequences: neither can be guessed, so nobody can stop a stranger's mail. The address that failed must be the one
    we wrote to, for behind it there may be others (a forwarding box).
    """
    row: BodysMail | PersonsMail | None = (
        find_returned(list(bounce.message_ids), recipients)
        or Message.objects.select_related("person").filter(message_id__in=bounce.message_ids).first()
        or FollowRequest.objects.filter(message_id__in=bounce.message_ids).first()
        or AlertMail.objects.select_related("alert__person").filter(message_id__in=bounce.message_ids).first()
    )
    if row is None:
        return False
    if not bounce.is_failure:
        return True  # a word of delay: the other server goes on trying
    if isinstance(row, Dispatch | DispatchDigest):
        return handle_bodys_bounce(row, bounce)
    if persons_address(row).lower() not in bounce.recipients:
        return False
    rows = type(row)._default_manager.filter(pk=row.pk)
    rows.update(status=DeliveryStatus.FAILED, last_error=bounce.reason)
    if bounce.is_hard:
        stop_address(row, bounce.reason)
    return True


def handle_bodys_bounce(row: BodysMail, bounce: Bounce) -> bool:
    """One that names nobody says only that the letter did not arrive: the address may have forwarded it."""
    if bounce.recipients and row.address.lower() not in bounce.recipients:
        return False
    note_bounce(row, bounce.reason)
    if bounce.is_hard and bounce.recipients:
        stop_address(row, bounce.reason)
    return True


def persons_address(row: PersonsMail) -> str:
    match row:
        case Message():
            return row.person.email
        case AlertMail():
            return row.alert.person.email
        case _:
            return row.email


def stop_address(row: BodysMail | PersonsMail, reason: str) -> None:
    now = timezone.now()
    if isinstance(row, Dispatch | DispatchDigest):
        # Staff may have corrected the contact meanwhile: then the old address is stopped already.
        contacts = Contact.objects.filter(pk=row.contact_id, address__iexact=row.address, stopped_at=None)
        contacts.update(stopped_at=now, stopped_reason=reason[:300])
    else:
        people = Person.objects.filter(mail_stopped_at=None, email__iexact=persons_address(row))
        people.update(mail_stopped_at=now)

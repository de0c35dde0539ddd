"""Mails that come in: each is stored whole before anybody tries to understand it.

`forwarding.matching` says which case it belongs to; a moderator reads it there. One that leaves no doubt
(`forwarding.mailrule`) is published by rule. Bounces have consequences of their own, and so has what a reporter
answers to a question of the desk. Whatever is filed by itself says why, and stays to be seen.
"""

import hashlib
import logging
import re
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message as Letter
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from accounts.tokens import hide_links
from forwarding.bounces import Bounce, is_bounce, read_bounce
from forwarding.mailkind import kind_of
from forwarding.mailparts import addresses, header, parse, text_of
from forwarding.mailrule import is_contact, why_not_by_rule
from forwarding.mailtokens import without_tokens
from forwarding.matching import find_match
from forwarding.models import Dispatch, DispatchDigest, IncomingMail
from forwarding.reporters_words import take_word
from forwarding.returned import bounced_contact, find_returned, note_bounce
from municipalities.models import Contact
from notifications.addresses import read_address
from notifications.deliveries import DeliveryStatus
from notifications.mails import ALERT, REPORT
from notifications.models import AlertMail, FollowRequest, Message
from reports.outbox import announce

logger = logging.getLogger(__name__)

RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
BY_RULE_TASK = "moderation.publish_mail_by_rule"
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,190}>")

PersonsMail = Message | FollowRequest | AlertMail
BodysMail = Dispatch | DispatchDigest
Kind, State, Why = IncomingMail.Kind, IncomingMail.State, IncomingMail.Why


@dataclass
class Reading:
    """What could be read out of a mail; all of it may be missing."""

    message: Letter = field(default_factory=Letter)
    message_id: str = ""
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    subject: str = ""
    text: str = ""
    kind: IncomingMail.Kind = Kind.ANSWER
    answers_to: list[str] = field(default_factory=list)  # Message-IDs
    bounce: Bounce | None = None


def store_mail(raw: bytes, *, is_cut: bool = False) -> IncomingMail:
    """Store a mail, match it and act on a bounce; the same mail again, on whatever way, gives the row that is there.

    `is_cut`: it was larger than `MAIL_IN_MAX_BYTES`, and `raw` is its beginning.
    """
    reading = read_mail(raw)
    digest = digest_of(raw, reading)
    earlier = hashlib.sha256(raw).hexdigest()  # how rows were known before mails came on several ways
    there = IncomingMail.objects.filter(digest__in=[digest, earlier]).first()
    if there:
        return there
    with transaction.atomic():  # stored and placed, or neither: who dies between is not the last to see the mail
        mail, is_new = IncomingMail.objects.get_or_create(
            digest=digest,
            defaults={
                "raw": without_tokens(raw),
                "is_cut": is_cut,
                "message_id": reading.message_id[:200],
                "sender": reading.sender[:320],
                "recipient": (reading.recipients or [""])[0][:320],
                "subject": hide_links(reading.subject)[:300],
                "text": hide_links(reading.text),
                "kind": reading.kind,
            },
        )
        if is_new:
            _try_to_place(mail, reading, raw)
    return mail


def _try_to_place(mail: IncomingMail, reading: Reading, raw: bytes) -> None:
    try:
        with transaction.atomic():
            _place(mail, reading, raw)
    except Exception:  # the mail is stored, and waits unmatched at the desk
        logger.exception("incoming mail %s could not be placed", mail.pk)
        mail.refresh_from_db()


def digest_of(raw: bytes, reading: Reading) -> str:
    """Of what every way leaves as it is: servers write lines of their own on top, and end lines as they like."""
    plain = raw.replace(b"\r\n", b"\n")
    body = plain.partition(b"\n\n")[2]
    if not reading.message_id:
        return hashlib.sha256(raw).hexdigest()
    ours = sorted({address for address in reading.recipients if address.endswith(f"@{settings.MAIL_DOMAIN.lower()}")})
    facts = [reading.message_id, reading.sender, reading.subject, header(reading.message, "Date"), *ours]
    return hashlib.sha256("\n".join(facts).encode("utf-8", "replace") + b"\n\n" + body.rstrip()).hexdigest()


def read_mail(raw: bytes) -> Reading:
    """Never raises: what cannot be read is left empty, and the mail waits unmatched for human eyes."""
    reading = Reading()
    try:
        mail = reading.message = parse(raw)
        reading.message_id = next(iter(_MESSAGE_ID.findall(header(mail, "Message-ID"))), "")
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


def _place(mail: IncomingMail, reading: Reading, raw: bytes) -> None:
    """Where the mail belongs, and whether somebody has to look at it."""
    if mail.kind not in (Kind.BOUNCE, Kind.COMPLAINT) and is_own(reading):
        return _file(mail, Why.OUR_OWN)
    match = find_match(
        sender=reading.sender,
        recipients=reading.recipients,
        subject=reading.subject,
        text=reading.text,
        answers_to=reading.answers_to,
        bounced=list(reading.bounce.message_ids) if reading.bounce else [],
    )
    mail.assignment, mail.report = match.assignment, match.hint
    mail.state = State.TO_READ if mail.assignment else State.UNMATCHED
    mail.from_contact = mail.assignment is not None and is_contact(mail.assignment, reading.sender)
    mail.why = Why.BY_REFERENCE if match.by_reference else Why.HINT_ONLY if match.hint else ""
    if mail.kind == Kind.ANSWER and mail.assignment is None:
        asked = take_word(reading.sender, reading.answers_to, reading.text, bytes(mail.raw))
        if asked:
            mail.report = asked
            return _file(mail, "")
    if _is_handled(mail, reading):
        return _file(mail, Why.MACHINE if mail.kind == Kind.AUTOMATIC else "")
    if mail.kind == Kind.ANSWER and is_loop(mail):
        if mail.assignment:
            return _file(mail, Why.LOOP)
        mail.why = mail.why or Why.LOOP  # of many cases, perhaps: it waits for a person all the same
    if mail.kind == Kind.ANSWER and mail.assignment and not mail.why:
        reason = why_not_by_rule(reading.message, raw, mail.text, reading.recipients, mail.assignment)
        mail.why = reason or (Why.TOO_LONG if mail.is_cut else Why.FITS)
    _save_place(mail)
    if mail.why == Why.FITS:
        announce(BY_RULE_TASK, mail.pk)


def _save_place(mail: IncomingMail) -> None:
    mail.save(update_fields=["assignment", "report", "state", "from_contact", "why", "handled_at"])


def _file(mail: IncomingMail, why: str) -> None:
    mail.state, mail.handled_at, mail.why = State.FILED, timezone.now(), why
    _save_place(mail)


def _is_handled(mail: IncomingMail, reading: Reading) -> bool:
    is_ours = mail.assignment is not None or any(
        read_address(kind, address) for kind in (REPORT, ALERT) for address in reading.recipients
    )
    if reading.bounce:
        return handle_bounce(reading.bounce, reading.recipients)
    return mail.kind == Kind.AUTOMATIC and is_ours


def is_own(reading: Reading) -> bool:
    """A mail of ours that somebody's rule sent back: it answers nothing, and must not be answered."""
    us = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    kinds = ("r", REPORT, ALERT)
    if reading.sender == us or any(read_address(kind, reading.sender) for kind in kinds):
        return True
    sent = (Dispatch.objects, DispatchDigest.objects, Message.objects, AlertMail.objects, FollowRequest.objects)
    return bool(reading.message_id) and any(rows.filter(message_id=reading.message_id).exists() for rows in sent)


def is_loop(mail: IncomingMail) -> bool:
    """Two programs that answer each other write more to one case within the hour than any person does."""
    since = timezone.now() - timedelta(hours=1)
    same = IncomingMail.objects.filter(sender=mail.sender, received_at__gte=since, assignment=mail.assignment)
    return bool(mail.sender) and same.exclude(pk=mail.pk).count() >= settings.MAILS_PER_HOUR


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
        stop_address(row)
    return True


def handle_bodys_bounce(row: BodysMail, bounce: Bounce) -> bool:
    """One that names nobody says only that the letter did not arrive: the address may have forwarded it."""
    contact = bounced_contact(row, bounce.recipients)
    if contact is None:
        return False
    note_bounce(row, bounce.reason, contact)
    if bounce.is_hard and bounce.recipients:
        # Staff may have corrected the contact meanwhile: then the old address is stopped already.
        address = row.address if contact.pk == row.contact_id else contact.address
        contacts = Contact.objects.filter(pk=contact.pk, address__iexact=address, stopped_at=None)
        contacts.update(stopped_at=timezone.now(), stopped_reason=bounce.reason[:300])
    return True


def persons_address(row: PersonsMail) -> str:
    match row:
        case Message():
            return row.person.email
        case AlertMail():
            return row.alert.person.email
        case _:
            return row.email


def stop_address(row: PersonsMail) -> None:
    people = Person.objects.filter(mail_stopped_at=None, email__iexact=persons_address(row))
    people.update(mail_stopped_at=timezone.now())

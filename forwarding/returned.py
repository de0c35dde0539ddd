"""What comes back to an address of ours: a mail that did not arrive, or an answer to a gathered mail."""

from django.db import transaction
from django.utils import timezone

from forwarding.health_models import note_result
from forwarding.mailcuts import own_words
from forwarding.models import ANSWER_KEPT, Dispatch, DispatchAttempt, DispatchDigest
from forwarding.reply_address import find_bounced, find_digest
from municipalities.models import Contact
from notifications.deliveries import DeliveryStatus
from reports.models import Assignment

Outcome = DispatchAttempt.Outcome


def find_returned(message_ids: list[str], recipients: list[str]) -> Dispatch | DispatchDigest | None:
    """By the Message-ID in what was sent back; else by the envelope's sender, which every server must write to."""
    return (
        Dispatch.objects.select_related("contact").filter(message_id__in=message_ids).first()
        or DispatchDigest.objects.select_related("contact").filter(message_id__in=message_ids).first()
        or find_bounced(recipients)
    )


@transaction.atomic
def note_bounce(row: Dispatch | DispatchDigest, reason: str, contact: Contact) -> None:
    """It did not arrive after all: an attempt of its own in the ledger. What has gone by post meanwhile stays sent.

    `contact`: whose address it was.
    """
    if isinstance(row, DispatchDigest):
        DispatchDigest.objects.filter(pk=row.pk).update(status=DeliveryStatus.FAILED, last_error=reason)
        members = Dispatch.objects.filter(digest=row, address=row.address).exclude(status=DeliveryStatus.CANCELLED)
    else:
        members = Dispatch.objects.filter(pk=row.pk)
    now, is_new = timezone.now(), False
    for dispatch in members.select_related("contact").select_for_update(of=("self",)).order_by("pk"):
        last = dispatch.tries.order_by("-number").first()
        if last is not None and last.outcome == Outcome.BOUNCED and last.answer == reason[:ANSWER_KEPT]:
            continue  # the same word twice
        is_new = True
        dispatch.tries.create(
            number=last.number + 1 if last else 1,
            channel=dispatch.contact.channel,
            address=dispatch.address,
            started_at=now,
            finished_at=now,
            outcome=Outcome.BOUNCED,
            answer=reason[:ANSWER_KEPT],
        )
        if last is None or last.outcome != Outcome.LETTER:
            dispatch.status, dispatch.last_error = DeliveryStatus.FAILED, reason
            dispatch.save(update_fields=["status", "last_error"])
    if is_new:
        note_result(contact, DeliveryStatus.FAILED, reason)


def bounced_contact(row: Dispatch | DispatchDigest, recipients: tuple[str, ...]) -> Contact | None:
    """Whose address did not work; None where it is none that we wrote to. A letter to an endpoint may have gone to a
    mail contact of the body instead."""
    contact: Contact = row.contact
    if not recipients or row.address.lower() in recipients:
        return contact
    if contact.channel == Contact.Channel.MAIL:
        return None
    mails = Contact.objects.filter(institution=contact.institution_id, channel=Contact.Channel.MAIL)
    return next((mail for mail in mails.order_by("position", "pk") if mail.address.lower() in recipients), None)


def returned_assignment(recipients: list[str]) -> Assignment | None:
    """Of a mail to the envelope's sender of one letter."""
    row = find_bounced(recipients)
    return row.assignment if isinstance(row, Dispatch) else None


def answered_in_digest(recipients: list[str], message_ids: list[str], subject: str, text: str) -> Assignment | None:
    """The case whose reference, alone of those in the gathered mail, stands in what the sender wrote."""
    digest = find_digest(recipients, message_ids)
    if digest is None:
        return None
    words = f"{subject}\n{own_words(text)}".upper()
    members = list(digest.dispatches.select_related("assignment__report").order_by("pk"))
    named = {d.assignment.report_id: d.assignment for d in members if d.assignment.report.reference.upper() in words}
    return next(iter(named.values())) if len(named) == 1 else None

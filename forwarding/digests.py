"""Gathered mails: all that waits for a contact that asked for one mail at set times.

The first worker that has one of the waiting dispatches in hand gathers the others. From then on the `DispatchDigest` is
the row that is claimed, sent and retried, always with the same Message-ID; its dispatches follow it in the very
transaction that records its outcome. One alone is an ordinary letter.
"""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.checks import blocked_until, why_it_cannot, why_not_to_send
from forwarding.digest_mail import Section, compose_digest, write_section
from forwarding.models import Dispatch, DispatchAttempt, DispatchDigest, outcome_of
from municipalities.models import Contact
from notifications.deliveries import OPEN, DeliveryStatus, attempt
from notifications.mailer import send_mail
from reports.actions_solved import deliver_praise
from reports.lifecycle import BRINGS, EventKind
from reports.models import Report
from reports.outbox import announce

AT_MOST = 30  # dispatches in one mail
RELATED = ("event__report__category", "event__report__area", "assignment__institution", "contact__health")
logger = logging.getLogger(__name__)


def gather_for(dispatch_id: int) -> bool:
    """True where the dispatch belongs to a contact that wants its letters gathered, and there was more than one."""
    by_mail = Contact.objects.filter(dispatches=dispatch_id, channel=Contact.Channel.MAIL)
    contact = by_mail.exclude(digest_at=[]).first()
    digest = gather(contact) if contact and contact.wants_digest else None
    if digest is None:
        return False
    announce("forwarding.send_digest", digest.pk)
    return True


@transaction.atomic
def gather(contact: Contact) -> DispatchDigest | None:
    """Put what is due into one mail; None where that would be fewer than two."""
    Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)  # one worker at a time
    due = Dispatch.objects.due().filter(
        contact=contact, address=contact.address, status=DeliveryStatus.WAITING, may_have_arrived=False
    )
    due = due.exclude(event__kind=EventKind.LINK_ASKED)  # somebody waits for that one before the screen
    rows = due.select_related("assignment").select_for_update(of=("self",)).order_by("pk")
    chosen = _in_order(contact, list(rows[:AT_MOST]))
    if len(chosen) < 2:
        return None
    digest = DispatchDigest.objects.create(contact=contact, address=contact.address)
    Dispatch.objects.filter(pk__in=[row.pk for row in chosen]).update(digest=digest)
    return digest


def _in_order(contact: Contact, rows: list[Dispatch]) -> list[Dispatch]:
    """Without those that an earlier letter of the same report holds back which is not in this mail."""
    reports = {row.assignment.report_id for row in rows}
    others = Dispatch.objects.filter(contact=contact, assignment__report__in=reports, status__in=OPEN)
    others = others.exclude(pk__in=[row.pk for row in rows]).order_by("pk")
    first: dict[int, int] = {}
    for pk, report in others.values_list("pk", "assignment__report"):
        first.setdefault(report, pk)
    return [row for row in rows if row.pk < first.get(row.assignment.report_id, row.pk + 1)]


def send_digest(digest_id: int) -> None:
    """Does nothing where it is not due, not its turn, or somebody else has it."""
    digest: DispatchDigest | None = DispatchDigest.objects.select_related("contact__health").claim(digest_id)
    if digest is None:
        return
    deliver(digest)
    if digest.status in OPEN:
        return
    waiting = digest.next_in_line()
    if waiting:
        announce("forwarding.send_digest", waiting)
    for dispatch in digest.dispatches.select_related("assignment"):
        if later := dispatch.next_in_line():
            announce("forwarding.send_dispatch", later)


def deliver(digest: DispatchDigest) -> None:
    trouble = why_it_cannot(digest)
    if trouble:
        return digest.record_failure(trouble, permanent=True)
    until = blocked_until(digest.contact)
    if until is not None:
        return digest.postpone(until)
    sections = write_sections(take_members(digest))
    if not sections:
        return digest.record_cancelled(_("Nothing of it was needed any more."))
    digest.is_tried = True
    if attempt(digest, lambda: write_and_send(digest, sections)):
        for section in sections:
            report = section.dispatch.event.report
            if section.dispatch.event.kind == EventKind.SENT and report.kind == Report.Kind.PRAISE:
                deliver_praise(report, section.dispatch.assignment)
    return None


def write_and_send(digest: DispatchDigest, sections: list[Section]) -> str:
    """Photos and files of many cases take long, so the lease begins anew with each, and once more with the sending."""
    mail = compose_digest(digest, sections)
    digest.keep_claim()
    return send_mail(mail, timeout=digest.contact.timeout)


@transaction.atomic
def take_members(digest: DispatchDigest) -> list[Dispatch]:
    """In hand, each with an attempt of its own; those that are not needed any more are told so."""
    rows = Dispatch.objects.filter(digest=digest, status__in=OPEN).select_related(*RELATED)
    members = []
    for dispatch in rows.select_for_update(of=("self",)).order_by("pk"):
        dispatch.close_attempts()
        why_not = why_not_to_send(dispatch)
        if why_not:
            dispatch.cancel(why_not)
            continue
        dispatch.status, dispatch.lease_until = DeliveryStatus.SENDING, digest.lease_until
        dispatch.may_have_arrived = dispatch.may_have_arrived or digest.may_have_arrived
        dispatch.attempts += 1
        dispatch.save(update_fields=["status", "lease_until", "may_have_arrived", "attempts"])
        dispatch.begin_attempt()
        members.append(dispatch)
    return members


def write_sections(members: list[Dispatch]) -> list[Section]:
    """One that cannot be put into words does not hold the others back: it leaves the mail, and is tried by itself."""
    sections = []
    for dispatch in members:
        try:
            sections.append(write_section(dispatch))
        except Exception as error:
            logger.exception("dispatch %s could not be put into a gathered mail", dispatch.pk)
            dispatch.record_failure(f"{type(error).__name__}: {error}", ours=True)
            Dispatch.objects.filter(pk=dispatch.pk).update(digest=None)
    return sections


def note_members(digest: DispatchDigest, values: dict[str, Any], words: str, *, unknown: bool) -> int:
    """What became of the mail became of each of its dispatches; gives how many new reports the contact has got."""
    status = values["status"]
    rows = Dispatch.objects.filter(digest=digest, status__in=OPEN)
    in_hand = rows.filter(status=DeliveryStatus.SENDING)
    tries = DispatchAttempt.objects.filter(dispatch__in=in_hand, finished_at=None)
    if "attempts" in values:  # it was no attempt: what is in hand still is a dead worker's
        tries.update(outcome=DispatchAttempt.Outcome.DIED, finished_at=timezone.now())
        in_hand.update(status=DeliveryStatus.WAITING, lease_until=None, may_have_arrived=True)
        if status == DeliveryStatus.WAITING:
            rows.update(next_try_at=values["next_try_at"])
        return 0
    asks = in_hand.filter(event__kind__in=BRINGS).count() if status == DeliveryStatus.SENT else 0
    tries.update(**outcome_of(status, words, unknown=unknown))
    rows.update(**values)
    return asks

"""What staff does with a letter that did not arrive, or with a contact that is paused.

Each act writes an event, which stays at the desk and holds how the row was before: so it can be undone while nothing of
it has left. Decision 027.
"""

from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from forwarding.models import ContactHealth, Dispatch, DispatchAttempt
from municipalities.models import Contact
from notifications.deliveries import LEFT, DeliveryStatus
from reports.actions import lock_report
from reports.lifecycle import EventKind, Role
from reports.models import ReportEvent
from reports.outbox import GoneOut, announce, current_hold, write_event

S = DeliveryStatus
# The desk may send again what has not arrived; the rest it may still change.
MAY_AGAIN = (S.FAILED, S.UNKNOWN, S.CANCELLED)
MAY_CHANGE = (S.FAILED, S.UNKNOWN, S.WAITING)
KINDS = (EventKind.LETTER_AGAIN, EventKind.LETTER_ELSEWHERE, EventKind.LETTER_POSTED, EventKind.LETTER_DROPPED)


class InHand(Exception):
    """It has left meanwhile, or a worker has it: there is nothing to change any more."""


def _lock(dispatch: Dispatch, statuses: tuple[DeliveryStatus, ...]) -> Dispatch:
    lock_report(dispatch.assignment.report)
    rows = Dispatch.objects.select_for_update(of=("self",)).select_related("assignment__report", "contact")
    fresh: Dispatch = rows.get(pk=dispatch.pk)
    if fresh.status not in statuses:
        raise InHand
    return fresh


def _write(dispatch: Dispatch, kind: EventKind, before: dict[str, Any], actor: Any, **data: Any) -> ReportEvent:
    report, assignment = dispatch.assignment.report, dispatch.assignment
    return write_event(
        report,
        kind,
        actor=actor,
        role=Role.MODERATOR,
        assignment=assignment,
        dispatch=dispatch.pk,
        before=before,
        **data,
    )


def _state(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "status": dispatch.status,
        "attempts": dispatch.attempts,
        "next_try_at": dispatch.next_try_at.isoformat(),
        "sent_at": dispatch.sent_at.isoformat() if dispatch.sent_at else None,
        "contact": dispatch.contact_id,
        "is_dropped": dispatch.is_dropped,
        "last_error": dispatch.last_error,
    }


def _wait_again(dispatch: Dispatch, contact: Contact) -> None:
    """Its attempts begin anew, at once or when it cannot be undone any more, and by itself."""
    dispatch.status, dispatch.attempts, dispatch.next_try_at = S.WAITING, 0, current_hold() or timezone.now()
    dispatch.contact, dispatch.address = contact, contact.address
    dispatch.digest, dispatch.is_dropped, dispatch.last_error = None, False, ""
    dispatch.save(
        update_fields=[
            "status",
            "attempts",
            "next_try_at",
            "contact",
            "address",
            "digest",
            "is_dropped",
            "last_error",
        ]
    )
    if current_hold() is None:
        announce("forwarding.send_dispatch", dispatch.pk)


@transaction.atomic
def send_again(dispatch: Dispatch, *, actor: Any) -> None:
    """To the contact's address of today: staff may have corrected it. Raises `InHand`."""
    dispatch = _lock(dispatch, MAY_AGAIN)
    before = _state(dispatch)
    _wait_again(dispatch, dispatch.contact)
    _write(dispatch, EventKind.LETTER_AGAIN, before, actor)


def other_contacts(dispatch: Dispatch) -> list[Contact]:
    """Of the same body, to which this letter has not gone already."""
    used = Dispatch.objects.filter(event=dispatch.event_id).values("contact")
    rows = Contact.objects.usable().filter(institution=dispatch.assignment.institution_id)
    return list(rows.exclude(pk__in=used).order_by("position", "pk"))


@transaction.atomic
def send_elsewhere(dispatch: Dispatch, contact: Contact, *, actor: Any) -> None:
    """To another contact of the same body, which gets the case's later letters too. Raises `InHand`."""
    dispatch = _lock(dispatch, (*MAY_CHANGE, S.CANCELLED))
    if contact not in other_contacts(dispatch):
        raise InHand
    before, assignment = _state(dispatch), dispatch.assignment
    if assignment.contact_id == dispatch.contact_id:
        assignment.contact = contact
        assignment.save(update_fields=["contact"])
    _wait_again(dispatch, contact)
    _write(dispatch, EventKind.LETTER_ELSEWHERE, before, actor)


@transaction.atomic
def mark_posted(dispatch: Dispatch, day: date, *, actor: Any) -> None:
    """It went by post on that day: an attempt of its own, with who says so. Raises `InHand`."""
    dispatch = _lock(dispatch, MAY_CHANGE)
    before, now = _state(dispatch), timezone.now()
    at = min(timezone.make_aware(datetime.combine(day, clock(12))), now)
    last = dispatch.tries.order_by("-number").values_list("number", flat=True).first() or 0
    dispatch.tries.create(
        number=last + 1,
        channel="post",
        address=dispatch.address,
        started_at=at,
        finished_at=at,
        outcome=DispatchAttempt.Outcome.LETTER,
        actor=actor,
    )
    dispatch.status, dispatch.sent_at, dispatch.digest, dispatch.last_error = S.SENT, at, None, ""
    dispatch.save(update_fields=["status", "sent_at", "digest", "last_error"])
    _write(dispatch, EventKind.LETTER_POSTED, before, actor, date=day.isoformat())


@transaction.atomic
def drop_dispatch(dispatch: Dispatch, *, actor: Any) -> None:
    """It is not sent any more; nothing but the desk brings it back. Raises `InHand`."""
    dispatch = _lock(dispatch, MAY_CHANGE)
    before = _state(dispatch)
    dispatch.status, dispatch.is_dropped, dispatch.digest = S.CANCELLED, True, None
    dispatch.last_error = _("Cancelled by the desk.")
    dispatch.save(update_fields=["status", "is_dropped", "digest", "last_error"])
    _write(dispatch, EventKind.LETTER_DROPPED, before, actor)


ACTS: dict[str, Callable[..., None]] = {
    EventKind.LETTER_AGAIN: send_again,
    EventKind.LETTER_ELSEWHERE: send_elsewhere,
    EventKind.LETTER_POSTED: mark_posted,
    EventKind.LETTER_DROPPED: drop_dispatch,
}


def take_back(event_ids: list[int]) -> None:
    """The letters as they were before these events; raises `GoneOut` where one has left since."""
    events = ReportEvent.objects.filter(pk__in=event_ids, kind__in=KINDS).order_by("-pk")
    for event in events:
        dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=event.data["dispatch"])
        _check(dispatch, event)
        _restore(dispatch, event.data["before"])


def _check(dispatch: Dispatch, event: ReportEvent) -> None:
    last = dispatch.tries.order_by("-number").first()
    match event.kind:
        case EventKind.LETTER_POSTED:
            if last is None or last.outcome != DispatchAttempt.Outcome.LETTER:
                raise GoneOut
            last.delete()
        case EventKind.LETTER_DROPPED:
            if not dispatch.is_dropped:
                raise GoneOut
        case _:
            if dispatch.status in LEFT or dispatch.attempts:
                raise GoneOut


def _restore(dispatch: Dispatch, before: dict[str, Any]) -> None:
    contact = Contact.objects.get(pk=before["contact"])
    dispatch.status, dispatch.attempts, dispatch.is_dropped = before["status"], before["attempts"], before["is_dropped"]
    dispatch.next_try_at = parse_datetime(before["next_try_at"]) or timezone.now()
    dispatch.sent_at = parse_datetime(before["sent_at"]) if before["sent_at"] else None
    dispatch.contact, dispatch.address = contact, contact.address
    dispatch.last_error = before["last_error"] if "last_error" in before else _last_answer(dispatch)
    dispatch.save(
        update_fields=[
            "status",
            "attempts",
            "is_dropped",
            "next_try_at",
            "sent_at",
            "contact",
            "address",
            "last_error",
        ]
    )


def _last_answer(dispatch: Dispatch) -> str:
    """What the event did not keep in its first days."""
    last = dispatch.tries.order_by("-number").values_list("answer", flat=True).first()
    return (last or "") if dispatch.status in MAY_AGAIN else ""


@transaction.atomic
def resume_contact(contact: Contact, *, actor: Any) -> bool:
    """End the pause by hand: what waits for it goes out now, at the contact's hours. False where it is not paused."""
    now = timezone.now()
    health = ContactHealth.objects.select_for_update(of=("self",), no_key=True).filter(pk=contact.pk).first()
    if health is None or not health.is_paused:
        return False
    put_off = contact.in_hours(health.paused_until or now)
    health.paused_until, health.failures_in_row = None, 0
    health.resumed_at, health.resumed_by = now, actor
    health.save(update_fields=["paused_until", "failures_in_row", "resumed_at", "resumed_by"])
    # Not those that may be undone yet, nor those that wait to be gathered.
    waiting = Q(status__in=[S.WAITING, S.UNKNOWN], next_try_at__gt=now) & (Q(attempts__gt=0) | Q(next_try_at=put_off))
    contact.dispatches.filter(waiting).update(next_try_at=contact.in_hours(now))
    contact.digests.filter(waiting).update(next_try_at=contact.in_hours(now))
    return True

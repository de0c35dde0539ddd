"""Dispatches are written in the transaction of the event they deliver."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.actions_ledger import take_back
from forwarding.health_models import note_word
from forwarding.models import Dispatch
from municipalities.models import Contact
from notifications.deliveries import DeliveryStatus
from reports.access import undone_events
from reports.lifecycle import EVENTS, EventKind, Status
from reports.models import Assignment, ReportEvent
from reports.outbox import GoneOut, announce, register_retractor, register_writer

# A body has said something of the case.
WORDS = (EventKind.ANSWERED, EventKind.PROMISED, EventKind.DONE_SAID, EventKind.NOT_OURS)
# The end of a report is told to those who have it beside the leading body, too.
TELLS_BESIDE = (EventKind.SOLVED, EventKind.DUPLICATE, EventKind.WITHDRAWN)
BRINGS_BACK = (EventKind.RESTORED, EventKind.UNDONE, EventKind.SEPARATED)


def connect() -> None:
    register_writer(write_dispatch)
    register_writer(revive_dispatches)
    register_writer(note_words)
    register_retractor(cancel_dispatches)
    register_retractor(take_back)


def write_dispatch(event: ReportEvent) -> None:
    """A body is told what its events say it is told; one that cannot be reached is a state, not an error."""
    if event.assignment is None or not EVENTS[EventKind(event.kind)].tells_body:
        return
    _write_to(event, event.assignment)
    if event.kind in TELLS_BESIDE:
        beside = event.report.assignments.filter(is_lead=False, ended_at=None).exclude(pk=event.assignment.pk)
        for assignment in beside.select_related("contact"):
            _write_to(event, assignment)


def _write_to(event: ReportEvent, assignment: Assignment) -> None:
    contact = contact_of(event, assignment)
    if contact is None or not contact.is_usable:
        return
    first_try = first_try_of(event, contact)
    dispatch = Dispatch.objects.create(
        event=event, assignment=assignment, contact=contact, address=contact.address, next_try_at=first_try
    )
    if not event.is_held and first_try <= timezone.now():
        announce("forwarding.send_dispatch", dispatch.pk)


def first_try_of(event: ReportEvent, contact: Contact) -> datetime:
    """At the contact's hours, but for what somebody there waits for."""
    ready = event.held_until or timezone.now()
    return ready if event.kind == EventKind.LINK_ASKED else contact.first_try(ready)


def note_words(event: ReportEvent) -> None:
    if event.kind in WORDS and event.assignment is not None and event.assignment.contact is not None:
        note_word(event.assignment.contact)


def contact_of(event: ReportEvent, assignment: Assignment) -> Contact | None:
    """The assignment's own; where that did not answer, whoever was chosen to hear of it."""
    if event.kind == EventKind.ESCALATED and event.data.get("contact"):
        return Contact.objects.filter(pk=event.data["contact"]).first()
    return assignment.contact


def cancel_dispatches(event_ids: list[int]) -> None:
    """Raises `GoneOut` where a worker has one in hand already."""
    dispatches = Dispatch.objects.select_for_update().filter(event__in=event_ids)
    for dispatch in dispatches.exclude(status=DeliveryStatus.CANCELLED):
        if dispatch.may_have_left:
            raise GoneOut
        dispatch.cancel(_("Undone before it went out."))


def revive_dispatches(event: ReportEvent) -> None:
    """What was not sent because the report was hidden, or the case recalled, waits again once that is over.

    Nothing of it may have left; undone events stay untold, and only bodies that have the case are written to.
    """
    if event.kind not in BRINGS_BACK or event.report.status in (Status.HIDDEN, Status.WITHDRAWN):
        return
    dropped = Dispatch.objects.select_for_update(of=("self",), no_key=True).filter(
        assignment__report=event.report_id,
        assignment__ended_at=None,
        status=DeliveryStatus.CANCELLED,
        may_have_arrived=False,
        sent_at=None,
        is_dropped=False,
    )
    undone = undone_events(event.report) if dropped.exists() else set()
    for dispatch in dropped.exclude(event__in=undone).select_related("contact").order_by("pk"):
        dispatch.status, dispatch.last_error = DeliveryStatus.WAITING, ""
        dispatch.next_try_at, dispatch.digest = first_try_of(event, dispatch.contact), None
        dispatch.save(update_fields=["status", "last_error", "next_try_at", "digest"])
        if not event.is_held and dispatch.next_try_at <= timezone.now():
            announce("forwarding.send_dispatch", dispatch.pk)

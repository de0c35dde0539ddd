"""Dispatches are written in the transaction of the event they deliver."""

from forwarding.models import Dispatch
from reports.lifecycle import EVENTS, EventKind
from reports.models import ReportEvent
from reports.outbox import announce, register_writer


def connect() -> None:
    register_writer(write_dispatch)


def write_dispatch(event: ReportEvent) -> None:
    """A body is told what its events say it is told; one that cannot be reached is a state, not an error."""
    assignment = event.assignment
    if assignment is None or not EVENTS[EventKind(event.kind)].tells_body:
        return
    contact = assignment.contact
    if contact is None or not contact.is_usable:
        return
    dispatch = Dispatch.objects.create(event=event, assignment=assignment, contact=contact, address=contact.address)
    announce("forwarding.send_dispatch", dispatch.pk)

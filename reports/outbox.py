"""How an event is written, and how later apps hear of it.

Later apps register here at start-up (an app never imports one below it): a *writer* adds its own rows
in the transaction of the change; a *task* is woken by name after the commit. A task that could not be
announced, because the broker is away, is found by that app's sweep.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone

from reports.lifecycle import EVENTS, EventKind, Role, Status
from reports.models import Assignment, EventText, Report, ReportEvent
from reports.timers import schedule_timers

logger = logging.getLogger(__name__)

# Besides changes of status: what a body says, also one that does not lead, and who gets or loses a case.
MOVES_CLOCKS = (
    EventKind.SENT,
    EventKind.ALSO_SENT,
    EventKind.ANSWERED,
    EventKind.PROMISED,
    EventKind.DONE_SAID,
    EventKind.NOT_OURS,
    EventKind.RECALLED,
    EventKind.ADOPTED,
)

Writer = Callable[[ReportEvent], None]
_writers: list[Writer] = []
_tasks: list[str] = []
_retractors: list[Callable[[list[int]], None]] = []
_held_until: ContextVar[datetime | None] = ContextVar("held_until", default=None)


class GoneOut(Exception):
    """The event cannot be retracted: somebody outside has it, or may have."""


def register_writer(writer: Writer) -> None:
    _writers.append(writer)


def register_task(name: str) -> None:
    _tasks.append(name)


def register_retractor(retractor: Callable[[list[int]], None]) -> None:
    """`retractor(event_ids)` cancels what waits to be sent of these events, or raises `GoneOut`."""
    _retractors.append(retractor)


@contextmanager
def holding_back(until: datetime | None) -> Iterator[None]:
    """Events written in this block are told to nobody before `until`: the sweeps find them then."""
    token = _held_until.set(until)
    try:
        yield
    finally:
        _held_until.reset(token)


def current_hold() -> datetime | None:
    """Until when what is written now is told to nobody; None: at once."""
    return _held_until.get()


def retract_events(event_ids: list[int]) -> None:
    """Nobody hears of these events any more who has not heard yet. Raises `GoneOut`.

    A fan-out that runs at this moment holds its event: it is waited for, so that what it wrote is seen.
    """
    events = ReportEvent.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=event_ids)
    list(events.order_by("pk").values_list("pk"))
    for retractor in _retractors:
        retractor(event_ids)
    ReportEvent.objects.filter(pk__in=event_ids, processed_at=None).update(processed_at=timezone.now())


def announce(task: str, row_id: int) -> None:
    """Wake a worker for a row after the commit; a broker that is away is only a delay, never an error."""
    transaction.on_commit(partial(_send_task, task, row_id), robust=True)


def _send_task(task: str, row_id: int) -> None:
    try:
        current_app.send_task(task, args=[row_id], retry=False)
    except Exception as error:  # whatever the broker's client raises: the sweep finds the row
        logger.warning("could not announce %s for %s: %s", task, row_id, error)


def write_event(
    report: Report,
    kind: EventKind,
    *,
    actor: Any,
    role: Role,
    old: str = "",
    new: str = "",
    assignment: Assignment | None = None,
    text: str = "",
    **data: Any,
) -> ReportEvent:
    """Add one line to the report's life, inside the transaction of the change.

    `actor` is a person or None (the system, an officer without an account); `data` holds ids and codes
    only, words belong in `text`.
    """
    event = ReportEvent.objects.create(
        report=report,
        kind=kind,
        actor=actor if actor is not None and actor.is_authenticated else None,
        role=role,
        old_status=Status(old) if old else "",
        new_status=Status(new) if new else "",
        is_public=EVENTS[kind].is_public,
        assignment=assignment,
        data=data,
        created_at=timezone.now(),
        held_until=_held_until.get(),
    )
    if text:
        EventText.objects.create(event=event, text=text)
    if new or kind in MOVES_CLOCKS:
        schedule_timers(report)
    for writer in _writers:
        writer(event)
    if not event.is_held:
        for task in _tasks:
            announce(task, event.pk)
    return event

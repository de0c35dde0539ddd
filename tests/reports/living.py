"""A worker's life in a test: time passes, timers fire, events are told, mails and letters go out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Min
from django.utils import timezone

from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from notifications.actions import fan_out_event
from notifications.models import Message, Notice
from notifications.notices import send_notice
from notifications.sending import send_message
from reports.firing import fire_timer
from reports.models import Report, ReportEvent, Timer

START = datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def pass_time(clock: time_machine.Traveller, days: float) -> None:
    """Let a worker live through this time, mails included: from one due moment to the next."""
    end = timezone.now() + timedelta(days=days)
    while (moment := next_moment()) is not None and moment <= end:
        clock.move_to(max(moment, timezone.now()))
        sweep()
    clock.move_to(end)
    sweep()


def next_moment() -> datetime | None:
    moments = [
        Timer.objects.filter(done_at=None).aggregate(first=Min("due_at"))["first"],
        Message.objects.open().aggregate(first=Min("next_try_at"))["first"],
        Notice.objects.open().aggregate(first=Min("next_try_at"))["first"],
        Dispatch.objects.open().aggregate(first=Min("next_try_at"))["first"],
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def sweep() -> int:
    fired = 0
    for pk in (
        Timer.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at").values_list("pk", flat=True)
    ):
        fired += fire_timer(pk)
    for pk in ReportEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
        fan_out_event(pk)
    for pk in Message.objects.due().order_by("pk").values_list("pk", flat=True):
        send_message(pk)
    for pk in Notice.objects.due().order_by("pk").values_list("pk", flat=True):
        send_notice(pk)
    for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
        send_dispatch(pk)
    return fired


def told(address: str = "reporter@example.org") -> list[str]:
    """Templates of what this address was sent."""
    sent = Message.objects.filter(person__email=address, status="sent").order_by("pk")
    return list(sent.values_list("template", flat=True))


def status_of(report: Report) -> str:
    return str(Report.objects.values_list("status", flat=True).get(pk=report.pk))

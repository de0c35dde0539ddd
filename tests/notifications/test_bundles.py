"""News once a day or once a week: several lines in one mail, none lost, none twice; questions at once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done
from notifications.actions import fan_out_event
from notifications.bundles import make_bundles, send_bundle
from notifications.kinds import Frequency
from notifications.models import Bundle, BundleLine, MailChoice, Message
from notifications.tasks import sweep
from notifications.timing import next_due
from reports.actions_desk import hide_report
from reports.actions_follow import follow_report, unfollow_report
from reports.models import Assignment, Report, ReportEvent

BUDAPEST = ZoneInfo("Europe/Budapest")
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=BUDAPEST)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller


def fan_out_all() -> None:
    for pk in ReportEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
        fan_out_event(pk)


@pytest.fixture
def daily(clock: Any, assignment: Assignment, neighbour: Person) -> Assignment:
    """The neighbour follows and wants it once a day; all told so far."""
    follow_report(assignment.report, neighbour)
    fan_out_all()
    Message.objects.all().delete()
    MailChoice.objects.create(person=neighbour, kind="followed", frequency="daily")
    return assignment


def send_due() -> list[Any]:
    mail.outbox.clear()
    for bundle in make_bundles():
        send_bundle(bundle.pk)
    return list(mail.outbox)


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        (Frequency.DAILY, (2026, 11, 25, 12), (2026, 11, 25, 18)),
        (Frequency.DAILY, (2026, 11, 25, 18), (2026, 11, 26, 18)),
        (Frequency.WEEKLY, (2026, 11, 25, 12), (2026, 11, 27, 18)),
        (Frequency.WEEKLY, (2026, 11, 27, 17, 59), (2026, 11, 27, 18)),
        (Frequency.WEEKLY, (2026, 11, 27, 19), (2026, 12, 4, 18)),
        (Frequency.DAILY, (2026, 10, 24, 19), (2026, 10, 25, 18)),  # the clocks go back that night
        (Frequency.DAILY, (2026, 3, 28, 19), (2026, 3, 29, 18)),
    ],
)
def test_when(frequency: Frequency, now: tuple[int, ...], due: tuple[int, ...]) -> None:
    found = next_due(frequency, datetime(*now, tzinfo=BUDAPEST))  # type: ignore[arg-type,misc]
    assert found.astimezone(BUDAPEST) == datetime(*due, tzinfo=BUDAPEST)  # type: ignore[arg-type,misc]
    assert found.astimezone(BUDAPEST).hour == 18


def test_two_pieces_of_news_are_one_mail_in_the_evening(daily: Assignment, neighbour: Person, clock: Any) -> None:
    answer_report(daily, "Kedden.", actor=None)
    promise_date(daily, timezone.localdate() + timedelta(days=3), "", actor=None)
    fan_out_all()
    assert not Message.objects.filter(person=neighbour).exists()
    assert Message.objects.filter(person=daily.report.reporter).exists()  # who chose nothing hears at once
    assert send_due() == []
    clock.move_to(WEDNESDAY.replace(hour=18, minute=1))
    [sent] = send_due()
    assert sent.to == ["neighbour@example.org"]
    assert sent.subject.startswith("2 pieces of news")
    assert daily.report.heading in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/unsubscribe/" in sent.extra_headers["List-Unsubscribe"]
    assert send_due() == []
    assert Bundle.objects.get().status == "sent"


def test_doing_the_event_again_writes_no_second_line(daily: Assignment) -> None:
    event = answer_report(daily, "Kedden.", actor=None)
    fan_out_event(event.pk)
    fan_out_event(event.pk)
    assert BundleLine.objects.count() == 1


def test_questions_and_receipts_do_not_wait(
    clock: Any, make_report: Callable[..., Report], reporter: Person, daily: Assignment
) -> None:
    MailChoice.objects.create(person=reporter, kind="own", frequency="weekly")
    make_report(title="Másik")
    say_done(daily, "Kész.", actor=None)
    fan_out_all()
    assert set(Message.objects.filter(person=reporter).values_list("template", flat=True)) == {"received", "done_said"}


def test_what_became_unwanted_is_left_out(daily: Assignment, neighbour: Person, moderator: Person, clock: Any) -> None:
    answer_report(daily, "Kedden.", actor=None)
    fan_out_all()
    clock.move_to(WEDNESDAY.replace(hour=19))
    unfollow_report(daily.report, neighbour)
    assert send_due() == []
    assert Bundle.objects.get().status == "cancelled"


def test_hidden_report_is_left_out(daily: Assignment, moderator: Person, clock: Any) -> None:
    answer_report(daily, "Kedden.", actor=None)
    fan_out_all()
    hide_report(daily.report, "", actor=moderator)
    clock.move_to(WEDNESDAY.replace(hour=19))
    assert send_due() == []


def test_nothing_is_lost_with_a_worker(
    daily: Assignment,
    clock: Any,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    answer_report(daily, "Kedden.", actor=None)
    fan_out_all()
    clock.move_to(WEDNESDAY.replace(hour=18, minute=1))
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    bundle = Bundle.objects.get()
    assert ("notifications.send_bundle", bundle.pk) in announced
    assert Bundle.objects.claim(bundle.pk)  # and its worker dies
    mail.outbox.clear()
    send_bundle(bundle.pk)
    assert mail.outbox == []
    clock.move_to(WEDNESDAY.replace(hour=19))
    announced.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert ("notifications.send_bundle", bundle.pk) in announced
    send_bundle(bundle.pk)
    assert len(mail.outbox) == 1
    assert Bundle.objects.count() == 1

"""The monthly letter of a neighbourhood: what it tells, when it comes, and when it does not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, say_done
from municipalities.models import Area
from notifications.alerts import letter
from notifications.models import Alert, AlertMail, MailChoice
from reports.actions_desk import hide_report
from reports.actions_solved import confirm_solved
from reports.models import Report

from .conftest import MakeAlert, Publish
from .test_alert_mails import at, beat
from .test_mails import both

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 10, 5, 10, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def letter_of(make_alert: MakeAlert) -> Callable[..., Alert]:
    def build(person: Person | None = None, **fields: Any) -> Alert:
        return make_alert(person, frequency="monthly", moments=[], name="Belváros", **fields)

    return build


def solved(publish: Publish, reporter: Person, **fields: Any) -> Report:
    report = publish(**fields)
    lead = report.assignments.get()
    answer_report(lead, "Megyünk.", actor=None)
    say_done(lead, "Kész.", actor=None)
    confirm_solved(report, actor=reporter)
    return report


def test_letter_tells_what_was_solved_what_waits_and_thanks(
    clock: time_machine.Traveller, letter_of: Callable[..., Alert], publish: Publish, reporter: Person
) -> None:
    letter_of()
    done = solved(publish, reporter, title="Betemetett gödör")
    waits = publish(title="Sötét lámpa")
    assert beat() == []
    at(clock, "2026-11-01T06:59:00+01:00")
    assert beat() == []
    at(clock, "2026-11-01T07:00:00+01:00")
    [sent] = beat()
    assert sent.subject == "What happened around you in October 2026: Belváros"
    for part in both(sent):
        words = " ".join(part.split())
        assert "2 new reports came in, 1 problem was solved, and 1 waits for the responsible body." in words
        assert done.get_absolute_url() in part
        assert "confirmed by the reporter" in part
        assert waits.get_absolute_url() in part
        assert "for 26 days" in words
        assert "1 neighbour of yours" in words
        assert "Egyváros Útkezelő answered quickly." in words
        assert "Rita" not in part  # people stay a number
    assert "List-Unsubscribe" in sent.message()


def test_once_a_month_however_often_the_beat_comes(
    clock: time_machine.Traveller, letter_of: Callable[..., Alert], publish: Publish, reporter: Person
) -> None:
    letter_of()
    solved(publish, reporter)
    at(clock, "2026-11-04T12:00:00+01:00")  # the beat was away on the first
    assert len(beat()) == 1
    for _day in range(3):
        clock.shift(timedelta(days=1))
        assert beat() == []
    at(clock, "2026-12-01T07:00:00+01:00")
    assert beat() == []  # nothing happened in November, so there is no letter
    assert list(AlertMail.objects.order_by("pk").values_list("period", "status")) == [
        ("letter 2026-10", "sent"),
        ("letter 2026-11", "cancelled"),
    ]


def test_who_asks_in_the_month_gets_the_first_letter_after_it(
    clock: time_machine.Traveller, letter_of: Callable[..., Alert], publish: Publish
) -> None:
    publish()
    at(clock, "2026-11-10T12:00:00+01:00")
    letter_of()
    publish()
    assert beat() == []
    at(clock, "2026-12-02T12:00:00+01:00")
    [sent] = beat()
    assert "November 2026" in sent.subject


@pytest.mark.parametrize("change", ["hidden", "private", "elsewhere"])
def test_letter_holds_nothing_that_others_may_not_see(
    clock: time_machine.Traveller,
    letter_of: Callable[..., Alert],
    publish: Publish,
    reporter: Person,
    moderator: Person,
    other_district: Area,
    change: str,
) -> None:
    letter_of()
    publish()
    gone = solved(publish, reporter, title="Titkos")
    if change == "hidden":
        hide_report(gone, "", actor=moderator)
    elif change == "private":
        Report.objects.filter(pk=gone.pk).update(is_private=True)
    else:
        Report.objects.filter(pk=gone.pk).update(area=other_district)
    at(clock, "2026-11-01T07:00:00+01:00")
    [sent] = beat()
    assert "Titkos" not in "".join(both(sent))


@pytest.mark.parametrize("change", ["never", "bounced"])
def test_letter_respects_the_persons_will_and_bounces(
    clock: time_machine.Traveller, letter_of: Callable[..., Alert], publish: Publish, neighbour: Person, change: str
) -> None:
    letter_of()
    publish()
    if change == "never":
        MailChoice.objects.create(person=neighbour, kind="digest", frequency="never")
    else:
        Person.objects.filter(pk=neighbour.pk).update(mail_stopped_at=timezone.now())
    at(clock, "2026-11-01T07:00:00+01:00")
    assert beat() == []


@pytest.mark.parametrize("count", [1, 9])
def test_letter_is_short_and_its_cost_is_fixed(
    clock: time_machine.Traveller,
    letter_of: Callable[..., Alert],
    publish: Publish,
    reporter: Person,
    count: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    alert = letter_of()
    for _number in range(count):
        solved(publish, reporter)
        publish()
    # solved, new; five solved and three waiting with their body; how many wait; quick bodies; helpers; thanks
    with django_assert_num_queries(8):
        found = letter.collect(alert, "2026-10")
        assert found is not None
        assert [str(item.report.institution) for item in (*found.solved, *found.waiting)]
    assert len(found.solved) + len(found.waiting) == (2 if count == 1 else 8)

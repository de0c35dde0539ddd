"""The team's figures: true, cheap, and no ranking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from moderation import team
from moderation.acts import recorded, undo_act
from moderation.models import Act
from reports.actions_desk import reject_report
from reports.lifecycle import Reason
from reports.models import Report

pytestmark = pytest.mark.django_db

Browser = Callable[[Person | None], Client]
Make = Callable[..., Report]


def decide(report: Report, person: Person) -> Act:
    with recorded("reject", report, actor=person) as recording:
        reject_report(report, Reason.NO_PLACE, "", actor=person)
    assert recording.act is not None
    return recording.act


def test_waiting_ends_with_the_first_decision(make_report: Make, moderator: Person) -> None:
    now = timezone.now()
    for hours in (1, 2, 9):
        with time_machine.travel(now, tick=False):
            report = make_report()
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            decide(report, moderator)
    with time_machine.travel(now, tick=False):
        make_report()  # still waits
        make_report(source="old", source_id="1")  # was imported, and waited elsewhere
    [week] = team.waits()
    assert (week.came, week.decided, week.median_hours) == (4, 3, 2.0)
    assert week.starts == timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    assert week.slow_hours == pytest.approx(7.6, abs=0.05)


def test_days_and_what_was_undone(make_report: Make, moderator: Person, employee: Person) -> None:
    acts = [decide(make_report(), moderator) for _number in range(4)]
    undo_act(acts[0], actor=moderator)
    undo_act(acts[1], actor=employee)
    days = team.decisions()
    assert len(days) == team.DAYS
    assert (days[-1].day, days[-1].count, days[0].count) == (timezone.localdate(), 4, 0)
    undone = team.undone()
    assert (undone.acts, undone.by_others, undone.by_themselves, undone.percent) == (4, 1, 1, 25.0)
    [person] = team.people()
    assert (person.done, person.undone_by_others) == (4, 1)  # type: ignore[attr-defined]


def test_old_acts_do_not_count(make_report: Make, moderator: Person) -> None:
    decide(make_report(), moderator)
    with time_machine.travel(timezone.now() + timedelta(days=team.DAYS + 1)):
        assert team.undone().acts == 0
        assert team.people() == []


def test_names_only_for_those_who_look_after_the_team(
    client_of: Browser, make_report: Make, moderator: Person, employee: Person
) -> None:
    decide(make_report(), moderator)
    decide(make_report(), employee)
    url = reverse("desk_team")
    page = client_of(moderator).get(url).content.decode()
    assert "Emese" not in page
    page = client_of(employee).get(url).content.decode()
    # By name, not by how much: Emese before Mónika.
    assert page.index("Emese Munkatárs") < page.index("Mónika Moderátor")


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_costs_the_same_for_many(
    client_of: Browser,
    make_report: Make,
    moderator: Person,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(count):
        decide(make_report(), moderator)
    client: Any = client_of(moderator)
    with django_assert_num_queries(9):
        client.get(reverse("desk_team"))

"""Days to answer: on the calendar or working days, to the end of the local day."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from municipalities.deadlines import add_working_days, country_of, deadline_for, due_moment
from municipalities.models import Area, Counting, Institution, Responsibility


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        ("2026-11-30", 5, "2026-12-07"),  # a plain week
        ("2024-12-20", 1, "2024-12-23"),  # a Friday; 24 is a day off for the worked Saturday 7
        ("2024-12-20", 3, "2024-12-31"),
        ("2024-08-02", 1, "2024-08-03"),  # a Saturday that is worked in exchange for Monday 19
        ("2024-08-16", 1, "2024-08-21"),  # 19 is the bridge day, 20 a holiday
        ("2026-03-13", 1, "2026-03-16"),  # 15 March is a Sunday
        ("2026-10-22", 1, "2026-10-26"),  # 23 October
    ],
)
def test_working_days_know_holidays_and_worked_saturdays(sent: str, days: int, due: str) -> None:
    assert add_working_days(date.fromisoformat(sent), days, "HU") == date.fromisoformat(due)


def test_another_country_has_other_holidays() -> None:
    assert add_working_days(date(2026, 10, 22), 1, "SK") == date(2026, 10, 23)


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        ("2026-03-20T23:30", 10, "2026-03-30T23:59:59"),  # summer time begins on the 29th
        ("2026-10-20T00:05", 10, "2026-10-30T23:59:59"),  # and ends on the 25th
        ("2026-06-01T12:00", 30, "2026-07-01T23:59:59"),
    ],
)
def test_the_deadline_is_the_end_of_a_local_day(sent: str, days: int, due: str) -> None:
    moment = due_moment(at(sent), days, Counting.CALENDAR, "HU")
    assert moment == at(due)
    assert timezone.localtime(moment).hour == 23


@pytest.mark.django_db
def test_the_rule_says_how_many_days_and_how_they_count(district: Area, works: Institution) -> None:
    sent = at("2026-12-23T10:00")
    rule = Responsibility(institution=works, answer_days=3, counting=Counting.WORKING)
    deadline = deadline_for(rule, district, sent)
    assert (deadline.days, deadline.counting) == (3, Counting.WORKING)
    assert timezone.localdate(deadline.due_at) == date(2026, 12, 30)
    by_hand = deadline_for(None, district, sent)
    assert (by_hand.days, by_hand.counting) == (30, Counting.CALENDAR)


@pytest.mark.django_db
def test_the_country_is_the_areas_own_where_it_is_known(city: Area, district: Area) -> None:
    assert country_of(district) == "HU"
    assert country_of(None) == "HU"
    city.parent = Area.objects.create(kind="country", name="Szlovákia", code="sk")
    city.save()
    assert country_of(Area.objects.get(pk=district.pk)) == "SK"

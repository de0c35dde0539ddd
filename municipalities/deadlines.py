"""By when a body owes its first answer: so many days after the day of sending, to the end of that day.

Days are calendar days or working days, as the responsibility says. Working days know the public holidays of the
country, and the Saturdays that are worked in exchange for a bridge day, from the library `holidays`. The country is the
area's own where that stands below a country whose code the library knows, else `HOLIDAYS_COUNTRY`.

Example: sent on Friday 20 December 2024, three working days in Hungary: Monday 23 (24 is a day off for the worked
Saturday 7, 25 and 26 are Christmas, 27 is a day off for the worked Saturday 14), 30, and 31, so the end of the 31st.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.conf import settings
from django.utils import timezone

from municipalities.models import Area, Counting, Responsibility

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Deadline:
    """What is frozen on an assignment at sending."""

    days: int
    counting: Counting
    due_at: datetime


def deadline_for(responsibility: Responsibility | None, area: Area | None, sent_at: datetime) -> Deadline:
    """The first answer's deadline of something that is sent under this rule; without one, `ANSWER_DAYS` on the
    calendar."""
    days = responsibility.answer_days if responsibility else settings.ANSWER_DAYS
    counting = Counting(responsibility.counting) if responsibility else Counting.CALENDAR
    return Deadline(days, counting, due_moment(sent_at, days, counting, country_of(area)))


def due_moment(sent_at: datetime, days: int, counting: Counting, country: str) -> datetime:
    """The end of the last day, on the clock on the wall, whatever that did meanwhile."""
    day = timezone.localdate(sent_at)
    day = add_working_days(day, days, country) if counting == Counting.WORKING else day + timedelta(days=days)
    return datetime.combine(day, END_OF_DAY, tzinfo=timezone.get_current_timezone())


def add_working_days(day: date, days: int, country: str) -> date:
    """The day of sending does not count."""
    calendar = _calendar(country)
    while days > 0:
        day += timedelta(days=1)
        days -= calendar.is_working_day(day)
    return day


def country_of(area: Area | None) -> str:
    """The two letters of the country that the area lies in."""
    while area is not None:
        if area.kind == Area.Kind.COUNTRY and area.code.upper() in _known_countries():
            return area.code.upper()
        area = area.parent
    return str(settings.HOLIDAYS_COUNTRY)


@cache
def _known_countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    """Fills itself year by year as it is asked."""
    return holidays.country_holidays(country)

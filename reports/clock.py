"""Sums of days on the clock on the wall, which goes forward in spring and back in autumn."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from reports.models.timer import TimerKind

MORNING = time(8)  # when people are asked about a day


def term(kind: TimerKind) -> timedelta:
    days: timedelta = settings.TERMS[kind.value]
    return days


def later(moment: datetime, by: timedelta) -> datetime:
    """`by` later on the clock on the wall: a day is a day, whether it has 23, 24 or 25 hours."""
    return timezone.localtime(moment) + by


def morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=timezone.get_current_timezone())


def promised_morning(day: date | None) -> datetime | None:
    """The morning of a promised day, local time."""
    return None if day is None else morning(day)

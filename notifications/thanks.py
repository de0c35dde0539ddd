"""Who helped in a month or ever: lists of those who want to stand in them, and what all did together."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area
from notifications.recognition_models import Contribution, Help

LISTED_AT_MOST = 50
MONTHS_BACK = 12


@dataclass(frozen=True)
class Helper:
    name: str
    slug: str
    ways: list[Help]


def last_months() -> list[date]:
    """The first days of this month and of those before, the newest first."""
    day = timezone.localdate().replace(day=1)
    months = []
    for _month in range(MONTHS_BACK):
        months.append(day)
        day = day.replace(year=day.year - 1, month=12) if day.month == 1 else day.replace(month=day.month - 1)
    return months


def contributions(*, month: date | None, area: Area | None) -> QuerySet[Contribution]:
    rows = Contribution.objects.all()
    if month:
        rows = rows.filter(month=month)
    if area:
        rows = rows.filter(Q(area=area) | Q(area__parent=area) | Q(area__parent__parent=area))
    return rows


def helpers(*, month: date | None, area: Area | None) -> list[Helper]:
    """Those who wanted to be listed; many ways of helping come before many acts, and no act is counted in public."""
    wanted = Person.objects.shown().filter(in_lists=True)
    rows = (
        contributions(month=month, area=area)
        .filter(shown__gt=0, person__in=wanted)
        .values("person__profile_name", "person__profile_slug")
        .annotate(ways=Count("kind", distinct=True), total=Sum("shown"), kinds=ArrayAgg("kind", distinct=True))
        .order_by("-ways", "-total", "person__profile_name", "person__profile_slug")
    )
    return [
        Helper(row["person__profile_name"], row["person__profile_slug"], [k for k in Help if k.value in row["kinds"]])
        for row in rows[:LISTED_AT_MOST]
    ]


def together(*, month: date | None, area: Area | None) -> list[dict[str, Any]]:
    """For each kind of help, how many people and acts there were: everybody counts, nobody is named."""
    rows = contributions(month=month, area=area).values("kind")
    found = {row["kind"]: row for row in rows.annotate(people=Count("person", distinct=True), total=Sum("acts"))}
    return [
        {
            "help": kind,
            "people": found[kind]["people"],
            "acts": found[kind]["total"],
            "label": kind.counted(found[kind]["total"]),
        }
        for kind in Help
        if kind in found
    ]

"""How the team does: how long people wait, how much is decided, how much of it others undo.

Figures of the whole, never a race: of single people only how much they decided and how much of it was undone, in the
order of their names and for those who look after the team.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Person
from moderation.models import Act
from reports.lifecycle import Status

WEEKS = 8
DAYS = 28
# What ends the wait of a report at the desk.
DECIDED = [
    status.value
    for status in (
        Status.SENT,
        Status.DELIVERED,
        Status.NEEDS_INFO,
        Status.REJECTED,
        Status.DUPLICATE,
        Status.HIDDEN,
    )
]

WAITS = """
SELECT date_trunc('week', report.submitted_at AT TIME ZONE %(zone)s)::date AS week,
       count(*),
       count(decided.at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY decided.at - report.submitted_at),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY decided.at - report.submitted_at)
FROM reports_report report
LEFT JOIN LATERAL (
    SELECT min(event.created_at) AS at
    FROM reports_reportevent event
    WHERE event.report_id = report.id AND event.created_at >= report.submitted_at
      AND event.new_status = ANY(%(decided)s)
) decided ON true
WHERE report.submitted_at >= %(since)s AND report.source = ''
GROUP BY week
ORDER BY week
"""


@dataclass(frozen=True)
class Week:
    """Reports that came in one week: how long the middle one and the slowest tenth waited for a first decision."""

    starts: date
    came: int
    decided: int
    median: timedelta | None
    slow: timedelta | None

    @property
    def median_hours(self) -> float | None:
        return _hours(self.median)

    @property
    def slow_hours(self) -> float | None:
        return _hours(self.slow)


def _hours(wait: timedelta | None) -> float | None:
    return None if wait is None else round(wait.total_seconds() / 3600, 1)


def waits() -> list[Week]:
    """The last `WEEKS` weeks; what was imported did not wait here. One query."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday()) - timedelta(weeks=WEEKS - 1)
    since = timezone.make_aware(datetime.combine(monday, datetime.min.time()))
    with connection.cursor() as cursor:
        zone = timezone.get_current_timezone_name()
        cursor.execute(WAITS, {"zone": zone, "since": since, "decided": DECIDED})
        return [Week(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Day:
    day: date
    count: int


def decisions() -> list[Day]:
    """How much was decided on each of the last `DAYS` days, those without any included. One query."""
    first = timezone.localdate() - timedelta(days=DAYS - 1)
    rows = _recent().annotate(day=TruncDate("at")).values("day").annotate(count=Count("pk")).order_by("day")
    counts = {row["day"]: row["count"] for row in rows}
    return [Day(day, counts.get(day, 0)) for day in (first + timedelta(days=n) for n in range(DAYS))]


@dataclass(frozen=True)
class Undone:
    acts: int
    by_others: int
    by_themselves: int

    @property
    def percent(self) -> float:
        return round(100 * self.by_others / self.acts, 1) if self.acts else 0.0


def undone() -> Undone:
    return Undone(
        **_recent().aggregate(
            acts=Count("pk"),
            by_others=Count("pk", Q(undone_at__isnull=False) & ~Q(undone_by=F("actor"))),
            by_themselves=Count("pk", Q(undone_by=F("actor"))),
        )
    )


def people() -> list[Person]:
    """Who decided something, by name: `done` and `undone_by_others` of each. One query."""
    recent = Q(acts_done__at__gte=since())
    done = Count("acts_done", recent)
    gone = Count("acts_done", recent & Q(acts_done__undone_at__isnull=False) & ~Q(acts_done__undone_by=F("pk")))
    return list(
        Person.objects.filter(pk__in=_recent().values("actor"))
        .annotate(done=done, undone_by_others=gone)
        .order_by("name", "email")
    )


def since() -> datetime:
    first = timezone.localdate() - timedelta(days=DAYS - 1)
    return timezone.make_aware(datetime.combine(first, datetime.min.time()))


def _recent() -> QuerySet[Act]:
    return Act.objects.filter(at__gte=since()).order_by()

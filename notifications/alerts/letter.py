"""The monthly letter of a neighbourhood: what was solved, what waits longest, thanks to whom. Numbers and names of
bodies only; people stay a number.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, F, Q
from django.utils import timezone

from notifications.alerts.matching import reports_of
from notifications.models import Alert, Thanks
from reports import links
from reports.lifecycle import Proof, Role, Status
from reports.models import Report, ReportEvent, Support
from reports.models.report import ReportQuerySet

SOLVED_AT_MOST, WAITING_AT_MOST, BODIES_AT_MOST = 5, 3, 2
QUICK = timedelta(days=10)  # a body that answers within, on average, is thanked


@dataclass(frozen=True)
class Item:
    report: Report
    url: str
    days: int
    proof: str = ""


@dataclass(frozen=True)
class Letter:
    month: date  # its first day
    new: int
    solved_count: int
    solved: list[Item]
    waiting: list[Item]
    waiting_count: int
    bodies: list[str]
    helpers: int
    thanks: int  # of the person who reads it


def collect(alert: Alert, month: str) -> Letter | None:
    """`month` as "2026-11"; None where nothing happened there in that month. A fixed number of queries."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    start, end = _midnight(first), _midnight(after)
    reports = reports_of(alert).select_related("institution")
    problems = reports.filter(kind=Report.Kind.PROBLEM)
    solved = problems.filter(status=Status.SOLVED, closed_at__gte=start, closed_at__lt=end)
    solved_count = solved.count()
    new = reports.filter(published_at__gte=start, published_at__lt=end).count()
    if not (new or solved_count):
        return None
    # Proven ones first: somebody went there and looked.
    shown = solved.annotate(stated=Q(proof=Proof.STATED)).order_by("stated", "-supporters", "-closed_at", "pk")
    waiting = problems.filter(status__in=[Status.SENT, Status.IN_PROGRESS], published_at__lt=end)
    return Letter(
        month=first,
        new=new,
        solved_count=solved_count,
        solved=[_item(report, end) for report in shown[:SOLVED_AT_MOST]],
        waiting=[_item(report, end) for report in waiting.order_by("published_at", "pk")[:WAITING_AT_MOST]],
        waiting_count=waiting.count(),
        bodies=_quick_bodies(problems, start, end),
        helpers=_helpers(reports, start, end),
        thanks=Thanks.objects.shown().filter(person=alert.person_id, since__gte=start, since__lt=end).count(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _item(report: Report, end: datetime) -> Item:
    begin = report.submitted_at or report.published_at or report.created_at
    return Item(
        report=report,
        url=links.absolute(report.get_absolute_url()),
        days=max(0, ((report.closed_at or end) - begin).days),
        proof=str(Proof(report.proof).label) if report.proof else "",
    )


def _quick_bodies(problems: ReportQuerySet, start: datetime, end: datetime) -> list[str]:
    answered = problems.filter(first_answer_at__gte=start, first_answer_at__lt=end, institution__isnull=False)
    means = answered.values("institution__name").annotate(wait=Avg(F("first_answer_at") - F("published_at")))
    return [row["institution__name"] for row in means.filter(wait__lte=QUICK).order_by("wait")[:BODIES_AT_MOST]]


def _helpers(reports: ReportQuerySet, start: datetime, end: datetime) -> int:
    """Different people who reported, said "me too" or confirmed a solution there in the month."""
    there = reports.values("pk")
    wrote = reports.filter(published_at__gte=start, published_at__lt=end, reporter__isnull=False).values("reporter_id")
    stood = Support.objects.filter(report__in=there, since__gte=start, since__lt=end).values("person_id")
    proved = ReportEvent.objects.filter(
        report__in=there, created_at__gte=start, created_at__lt=end, new_status=Status.SOLVED, actor__isnull=False,
        role__in=[Role.REPORTER, Role.CITIZEN],
    ).values("actor_id")  # fmt: skip
    return wrote.order_by().union(stood.order_by(), proved.order_by()).count()

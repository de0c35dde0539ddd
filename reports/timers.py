"""What happens to a report by itself, and when: the reporter's side of the table in product.md.

`RULES` is the whole of it. Each rule belongs to one status and counts from a moment of the report; entering a status
(or a new promise) writes its timers, leaving it drops what has not fired. A sweep on the beat announces what is due,
`fire_timer` does it under the lock of the report and in one transaction with the mark "done": so a timer fires once
or, where the worker dies, again later, but never twice and never half.

Three things that go wrong with clocks, and why they do no harm here:
- The worker stood still for weeks. A step that ends something waits until the reminder before it has had its time
  (`follows`): nobody is reminded and closed in the same minute.
- The clock was wrong. Too early a step is asked again whether its status and base still hold; a clock set back finds
  the timer done already (unique by report, kind and base).
- Summer time. Terms of days are added on the clock on the wall, so "seven days later" is the same hour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from reports.lifecycle import Status
from reports.models import Report, Timer
from reports.models.timer import TimerKind

MORNING = time(8)  # when a promised day is asked about


def entered_status(report: Report) -> datetime | None:
    return report.status_since


def promised_day(report: Report) -> datetime | None:
    """The morning of the promised day, local time."""
    if report.promised_on is None:
        return None
    return datetime.combine(report.promised_on, MORNING, tzinfo=timezone.get_current_timezone())


def no_promise(report: Report) -> datetime | None:
    return None if report.promised_on else report.status_since


@dataclass(frozen=True)
class Rule:
    """`follows` names the reminder that has to have had its time before this one may end something."""

    status: Status
    base: Callable[[Report], datetime | None]
    follows: TimerKind | None = None
    problems_only: bool = False  # questions and praise have no solution to ask for

    def base_of(self, report: Report) -> datetime | None:
        """Where the term counts from; None where the rule does not concern this report as it is now."""
        if report.state != self.status or (self.problems_only and report.kind != Report.Kind.PROBLEM):
            return None
        return self.base(report)


K = TimerKind
RULES: dict[TimerKind, Rule] = {
    K.CONFIRM_AGAIN: Rule(Status.UNCONFIRMED, entered_status),
    K.FORGET: Rule(Status.UNCONFIRMED, entered_status, follows=K.CONFIRM_AGAIN),
    K.ALARM: Rule(Status.SUBMITTED, entered_status),
    K.TELL_DELAY: Rule(Status.SUBMITTED, entered_status),
    K.INFO_AGAIN: Rule(Status.NEEDS_INFO, entered_status),
    K.INFO_ENDS: Rule(Status.NEEDS_INFO, entered_status, follows=K.INFO_AGAIN),
    K.ASK_PROMISED: Rule(Status.IN_PROGRESS, promised_day, problems_only=True),
    K.ASK_PROMISED_AGAIN: Rule(Status.IN_PROGRESS, promised_day, follows=K.ASK_PROMISED, problems_only=True),
    K.ASK_PROGRESS: Rule(Status.IN_PROGRESS, no_promise, problems_only=True),
    K.SOLVED_AGAIN: Rule(Status.AWAITING_CONFIRMATION, entered_status, problems_only=True),
    K.SOLVED_STATED: Rule(Status.AWAITING_CONFIRMATION, entered_status, follows=K.SOLVED_AGAIN, problems_only=True),
}


def term(kind: TimerKind) -> timedelta:
    return settings.TERMS[kind.value]


def later(moment: datetime, by: timedelta) -> datetime:
    """`by` later on the clock on the wall: a day is a day, whether it has 23, 24 or 25 hours."""
    return timezone.localtime(moment) + by


def schedule_timers(report: Report) -> None:
    """Write the timers of the report as it is now, and drop what has not fired of those before. Two queries."""
    report.timers.filter(done_at=None).delete()
    timers = []
    for kind, rule in RULES.items():
        base = rule.base_of(report)
        if base is not None:
            timers.append(Timer(report=report, kind=kind, base=base, due_at=later(base, term(kind))))
    if timers:
        Timer.objects.bulk_create(timers, ignore_conflicts=True)  # the same base: it has fired already


def earliest(timer: Timer) -> datetime | None:
    """When a timer that follows a reminder may fire; None while that reminder has not gone out itself."""
    before = RULES[TimerKind(timer.kind)].follows
    if before is None:
        return timer.due_at
    reminder = Timer.objects.filter(report=timer.report_id, kind=before, base=timer.base).first()
    if reminder is None:
        return timer.due_at
    if reminder.done_at is None:
        return None
    gap = min(term(TimerKind(timer.kind)) - term(before), settings.TIMER_GRACE)
    # Done "in the future" was a wrong clock: then its plan counts.
    done_at = reminder.done_at if reminder.done_at <= timezone.now() else reminder.due_at
    return max(timer.due_at, later(done_at, gap))

"""What happens to a report by itself, and when: the table "what surely ends it" of product.md.

`RULES` is the whole of it: the reporter's side here, the bodies' in `timers_of_bodies`. Each rule belongs to one status
and counts from a moment of the report or of an assignment; entering a status (or an answer, or a new promise) writes
its timers, leaving it drops what has not fired. A sweep on the beat announces what is due, `fire_timer` does it under
the lock of the report and in one transaction with the mark "done": so a timer fires once or, where the worker dies,
again later, but never twice and never half.

Three things that go wrong with clocks, and why they do no harm here:
- The worker stood still for weeks. A step that ends something waits until the reminder before it has had its time
  (`follows`): nobody is reminded and closed in the same minute.
- The clock was wrong. Too early a step is asked again whether its status and base still hold; a clock set back finds
  the timer done already (unique by report, body, kind and base).
- Summer time. Terms of days are added on the clock on the wall, so "seven days later" is the same hour.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from reports.clock import later, promised_morning, term
from reports.lifecycle import WITH_BODY, Status
from reports.models import Assignment, Report, Timer
from reports.models.timer import TimerKind
from reports.timers_of_bodies import BODY_RULES, BodyRule

RETRY = timedelta(minutes=5)


def entered_status(report: Report) -> datetime | None:
    return report.status_since


def promised_day(report: Report) -> datetime | None:
    return promised_morning(report.promised_on)


def no_promise(report: Report) -> datetime | None:
    return None if report.promised_on else report.status_since


def nobody_has_it(report: Report) -> datetime | None:
    return report.status_since if report.needs_rerouting else None


@dataclass(frozen=True)
class Rule:
    """`follows` names the reminders that have to have had their time before this one may end something."""

    statuses: tuple[Status, ...]
    base: Callable[[Report], datetime | None]
    follows: tuple[TimerKind, ...] = ()
    problems_only: bool = False  # questions and praise have no solution to ask for
    not_praise: bool = False

    def base_of(self, report: Report, assignment: Assignment | None) -> datetime | None:
        """Where the term counts from; None where the rule does not concern this report as it is now."""
        if assignment is not None or report.state not in self.statuses:
            return None
        if self.problems_only and report.kind != Report.Kind.PROBLEM:
            return None
        if self.not_praise and report.kind == Report.Kind.PRAISE:
            return None
        return self.base(report)

    def due(self, kind: TimerKind, report: Report, assignment: Assignment | None) -> datetime | None:
        """When, by the plan."""
        base = self.base_of(report, assignment)
        return None if base is None else later(base, term(kind))


K = TimerKind
AT_WORK = (Status.IN_PROGRESS,)
SAID_DONE = (Status.AWAITING_CONFIRMATION,)
RULES: dict[TimerKind, Rule | BodyRule] = {
    K.CONFIRM_AGAIN: Rule((Status.UNCONFIRMED,), entered_status),
    K.FORGET: Rule((Status.UNCONFIRMED,), entered_status, follows=(K.CONFIRM_AGAIN,)),
    K.ALARM: Rule((Status.SUBMITTED,), entered_status),
    K.TELL_DELAY: Rule((Status.SUBMITTED,), entered_status),
    K.INFO_AGAIN: Rule((Status.NEEDS_INFO,), entered_status),
    K.INFO_ENDS: Rule((Status.NEEDS_INFO,), entered_status, follows=(K.INFO_AGAIN,)),
    K.ASK_PROMISED: Rule(AT_WORK, promised_day, problems_only=True),
    K.ASK_PROMISED_AGAIN: Rule(AT_WORK, promised_day, follows=(K.ASK_PROMISED,), problems_only=True),
    K.ASK_PROGRESS: Rule(AT_WORK, no_promise, problems_only=True),
    K.SOLVED_AGAIN: Rule(SAID_DONE, entered_status, problems_only=True),
    K.SOLVED_STATED: Rule(SAID_DONE, entered_status, follows=(K.SOLVED_AGAIN,), problems_only=True),
    K.NOBODY: Rule((Status.SENT, Status.IN_PROGRESS), nobody_has_it, not_praise=True),
    **BODY_RULES,
}


def schedule_timers(report: Report) -> None:
    """Write the timers of the report as it is now, and drop what has not fired of those before. Two queries, and one
    more for the bodies that have it."""
    report.timers.filter(done_at=None).delete()
    timers = [
        Timer(report=report, assignment=assignment, kind=kind, base=base, due_at=due)
        for kind, assignment, base, due in _plan(report)
    ]
    if timers:
        Timer.objects.bulk_create(timers, ignore_conflicts=True)  # the same base: it has fired already


def _plan(report: Report) -> Iterator[tuple[TimerKind, Assignment | None, datetime, datetime]]:
    running: list[Assignment | None] = [None]
    if report.state in WITH_BODY:
        running += report.assignments.filter(ended_at=None)
    for kind, rule in RULES.items():
        for assignment in running:
            base, due = rule.base_of(report, assignment), rule.due(kind, report, assignment)
            if base is not None and due is not None:
                yield kind, assignment, base, due


def earliest(timer: Timer, report: Report) -> datetime:
    """When a timer may fire: not before each reminder that it follows has gone out and has had its time, which is the
    time between the two by the plan, at most `TIMER_GRACE`."""
    kind, now = TimerKind(timer.kind), timezone.now()
    rule, moment = RULES[kind], timer.due_at
    planned = rule.due(kind, report, timer.assignment) or timer.due_at
    for before in rule.follows:
        reminder = _reminder(before, timer, report)
        if reminder is None:
            continue
        plan = RULES[before].due(before, report, reminder.assignment) or reminder.due_at
        gap = max(min(planned - plan, settings.TIMER_GRACE), timedelta(0))
        if reminder.done_at is None:
            moment = max(moment, later(reminder.due_at, gap), now + RETRY)
        else:
            # Done "in the future" was a wrong clock: then its plan counts.
            moment = max(moment, later(reminder.done_at if reminder.done_at <= now else plan, gap))
    return moment


def _reminder(kind: TimerKind, timer: Timer, report: Report) -> Timer | None:
    """The one that this timer follows: of the same body, or of the report itself."""
    assignment = timer.assignment if isinstance(RULES[kind], BodyRule) else None
    if assignment is None and timer.assignment is not None and not timer.assignment.is_lead:
        return None  # the reporter is asked about the leading body's work
    base = RULES[kind].base_of(report, assignment)
    if base is None:
        return None
    return Timer.objects.filter(report=report, assignment=assignment, kind=kind, base=base).first()

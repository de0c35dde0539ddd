"""The bodies' side of what happens by itself: each assignment has its own clock, only the leading one moves the report.

While its answer is awaited, a body is reminded before and on its due day, then its second contact hears of it, then its
turn ends. While it works, it is asked for a date or about the date that it promised, then its turn ends. The moments
that these terms count from are facts of the assignment, so no note, edit, merge or step taken back restarts them;
handing over makes another assignment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from reports.clock import later, morning, promised_morning, term
from reports.lifecycle import Status
from reports.models import Assignment, Report
from reports.models.timer import TimerKind

Moment = Callable[[Report, Assignment], datetime | None]
# No reminder this soon after sending: where the deadline is short, the letter itself was one.
QUIET_AFTER_SENDING = timedelta(days=1)


def awaits_answer(report: Report, assignment: Assignment) -> bool:
    if assignment.is_lead:
        return report.state == Status.SENT and not report.needs_rerouting
    return report.state in (Status.SENT, Status.IN_PROGRESS) and assignment.first_answer_at is None


def due_day(report: Report, assignment: Assignment) -> datetime | None:
    return assignment.due_at if awaits_answer(report, assignment) else None


def wait_of_answer(report: Report, assignment: Assignment) -> datetime | None:
    """Also where there is no due day: questions, and bodies that take no letters."""
    return (assignment.due_at or assignment.runs_since) if awaits_answer(report, assignment) else None


def works_since(report: Report, assignment: Assignment) -> datetime | None:
    """The leading body since the report has been in progress, another since its own answer; never before its turn."""
    if report.needs_rerouting or report.state not in (Status.SENT, Status.IN_PROGRESS):
        return None
    if assignment.is_lead:
        since = report.status_since if report.state == Status.IN_PROGRESS else None
    else:
        since = assignment.first_answer_at
    return max(since, assignment.clock_from or since) if since else None


def promised_day(report: Report, assignment: Assignment) -> datetime | None:
    return promised_morning(assignment.promised_on) if works_since(report, assignment) else None


def work_without_date(report: Report, assignment: Assignment) -> datetime | None:
    return None if assignment.promised_on else works_since(report, assignment)


def _count(kind: TimerKind, assignment: Assignment, base: datetime) -> datetime:
    return later(base, term(kind))


def _on_due_morning(kind: TimerKind, assignment: Assignment, base: datetime) -> datetime:
    return morning(timezone.localdate(base) + term(kind))


def _end_of_wait(kind: TimerKind, assignment: Assignment, base: datetime) -> datetime:
    since = assignment.runs_since
    end = later(since, term(kind))
    if assignment.due_at is None:
        return end
    last_day = timezone.localdate(assignment.due_at) + settings.NO_ANSWER_AFTER_DUE
    return max(end, timezone.localtime(since).replace(year=last_day.year, month=last_day.month, day=last_day.day))


@dataclass(frozen=True)
class BodyRule:
    """As `timers.Rule`, of one assignment that has not ended. Without `any_kind` it is for problems."""

    base: Moment
    when: Callable[[TimerKind, Assignment, datetime], datetime] = _count
    follows: tuple[TimerKind, ...] = ()
    any_kind: bool = False  # but praise, which waits for nothing
    not_at_once: bool = False
    # Of a wait that a second letter to the same body goes on with: what the first was reminded of is not said again.
    once_a_wait: bool = False

    def base_of(self, report: Report, assignment: Assignment | None) -> datetime | None:
        kinds = (Report.Kind.PROBLEM, Report.Kind.QUESTION) if self.any_kind else (Report.Kind.PROBLEM,)
        if assignment is None or not assignment.is_running or report.kind not in kinds:
            return None
        return self.base(report, assignment)

    def due(self, kind: TimerKind, report: Report, assignment: Assignment | None) -> datetime | None:
        base = self.base_of(report, assignment)
        if base is None or assignment is None:
            return None
        moment = self.when(kind, assignment, base)
        if self.not_at_once and moment < assignment.runs_since + QUIET_AFTER_SENDING:
            return None
        if self.once_a_wait and moment < assignment.sent_at:
            return None
        return moment


K = TimerKind
BODY_RULES: dict[TimerKind, BodyRule] = {
    K.REMIND_BEFORE: BodyRule(due_day, _on_due_morning, not_at_once=True, once_a_wait=True),
    K.REMIND_DUE: BodyRule(due_day, _on_due_morning, once_a_wait=True),
    K.ESCALATE: BodyRule(due_day, _on_due_morning, follows=(K.REMIND_DUE,), once_a_wait=True),
    K.NO_ANSWER: BodyRule(wait_of_answer, _end_of_wait, follows=(K.ESCALATE,), any_kind=True),
    K.BODY_PROMISED: BodyRule(promised_day),
    K.BODY_PROMISED_AGAIN: BodyRule(promised_day, follows=(K.BODY_PROMISED,)),
    K.NOT_KEPT: BodyRule(promised_day, follows=(K.BODY_PROMISED_AGAIN, K.ASK_PROMISED_AGAIN)),
    K.ASK_DATE: BodyRule(work_without_date),
    K.NO_SOLUTION: BodyRule(work_without_date, follows=(K.ASK_DATE, K.ASK_PROGRESS), any_kind=True),
}

"""Firing a timer: what each kind does. Under the lock of the report, in one transaction with the mark "done"."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from reports.actions import end_assignment, leading_assignment, lock_report, move_report
from reports.actions_sending import purge_report
from reports.firing_of_bodies import BODY_ACTS, give_up
from reports.lifecycle import EventKind, Proof, Reason, Role, Status
from reports.models import Assignment, Report, Timer
from reports.models.timer import TimerKind
from reports.outbox import write_event
from reports.timers import RETRY, RULES, earliest

logger = logging.getLogger(__name__)


def fire_timer(timer_id: int) -> bool:
    """Do what is due; False where there is nothing (any more) to do, or not yet. A failure is kept on the row."""
    try:
        return _fire(timer_id)
    except Exception as error:
        logger.exception("timer %s failed", timer_id)
        _put_off(timer_id, f"{type(error).__name__}: {error}")
        return False


@transaction.atomic
def _fire(timer_id: int) -> bool:
    timer = Timer.objects.select_related("report").filter(pk=timer_id, done_at=None).first()
    if timer is None:
        return False
    report = lock_report(timer.report)  # every writer of timers holds this lock, so it is enough
    now = timezone.now()
    due = Timer.objects.select_related("assignment__institution", "assignment__contact")
    timer = due.filter(pk=timer_id, done_at=None, due_at__lte=now).first()
    if timer is None:
        return False
    kind = TimerKind(timer.kind)
    if RULES[kind].base_of(report, timer.assignment) != timer.base:
        timer.delete()  # a change that went around the actions; nothing here speaks of this report any more
        return False
    moment = earliest(timer, report)
    if moment > now:
        Timer.objects.filter(pk=timer.pk).update(due_at=moment)
        return False
    Timer.objects.filter(pk=timer.pk).update(done_at=now)
    if timer.assignment is None:
        ACTS[kind](report)
    else:
        BODY_ACTS[kind](report, timer.assignment)
    return True


def _put_off(timer_id: int, error: str) -> None:
    """`RETRY`, doubled by each failure, a day at the most."""
    timer = Timer.objects.filter(pk=timer_id, done_at=None).first()
    if timer is not None:
        wait = min(RETRY * 2**timer.tries, timedelta(days=1))
        Timer.objects.filter(pk=timer.pk, done_at=None).update(
            tries=timer.tries + 1, due_at=timezone.now() + wait, last_error=error[:500]
        )


def _say(kind: EventKind) -> Callable[[Report], None]:
    """A step that only tells somebody: the event is the reminder, its mail goes the way of all mails."""

    def act(report: Report) -> None:
        write_event(report, kind, actor=None, role=Role.SYSTEM, assignment=leading_assignment(report))

    return act


def _reject(report: Report) -> None:
    move_report(
        report,
        Status.REJECTED,
        role=Role.SYSTEM,
        actor=None,
        changes={"reason": Reason.NO_INFO},
        reason=Reason.NO_INFO,
    )


def _solve_as_stated(report: Report) -> None:
    assignment = leading_assignment(report)
    move_report(
        report,
        Status.SOLVED,
        role=Role.SYSTEM,
        actor=None,
        assignment=assignment,
        changes={"proof": Proof.STATED},
        proof=Proof.STATED,
    )
    end_assignment(assignment, Assignment.Outcome.DONE)


ACTS: dict[TimerKind, Callable[[Report], object]] = {
    TimerKind.CONFIRM_AGAIN: _say(EventKind.CONFIRMATION_REMINDED),
    TimerKind.FORGET: purge_report,
    TimerKind.ALARM: _say(EventKind.ALARMED),
    TimerKind.TELL_DELAY: _say(EventKind.DELAY_TOLD),
    TimerKind.INFO_AGAIN: _say(EventKind.INFO_REMINDED),
    TimerKind.INFO_ENDS: _reject,
    TimerKind.ASK_PROMISED: _say(EventKind.PROGRESS_ASKED),
    TimerKind.ASK_PROMISED_AGAIN: _say(EventKind.PROGRESS_ASKED),
    TimerKind.ASK_PROGRESS: _say(EventKind.PROGRESS_ASKED),
    TimerKind.SOLVED_AGAIN: _say(EventKind.SOLVED_ASKED_AGAIN),
    TimerKind.SOLVED_STATED: _solve_as_stated,
    TimerKind.NOBODY: lambda report: give_up(report, None, Reason.NOBODY),
}

"""Who follows a report and who is counted as having the same problem."""

from typing import Any

from django.db import transaction
from django.db.models import F

from reports.actions import lock_report
from reports.lifecycle import Status
from reports.models import Follow, Report, Support


def _lock_followed(report: Report) -> Report:
    """Where those who follow a report belong: a duplicate's at its original, even if it has just become one."""
    # No join: one that was waiting for the lock would read the original of before.
    fresh = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    return fresh.original if fresh.state == Status.DUPLICATE and fresh.original else fresh


@transaction.atomic
def follow_report(report: Report, person: Any) -> None:
    Follow.objects.get_or_create(report=_lock_followed(report), person=person)


@transaction.atomic
def unfollow_report(report: Report, person: Any) -> None:
    Follow.objects.filter(report=_lock_followed(report), person=person).delete()


@transaction.atomic
def support_report(report: Report, person: Any) -> bool:
    """ "Me too, and tell me": the person is counted once and follows. The reporter counts anyway; False where nothing
    was added."""
    report = _lock_followed(report)
    if report.reporter_id == person.pk:
        return False
    Follow.objects.get_or_create(report=report, person=person)
    _support, is_new = Support.objects.get_or_create(report=report, person=person)
    if is_new:
        Report.objects.filter(pk=report.pk).update(supporters=F("supporters") + 1)
    return is_new


@transaction.atomic
def unsupport_report(report: Report, person: Any) -> None:
    """Takes the "me too" back; following is stopped by itself."""
    lock_report(report)
    report = _lock_followed(report)
    deleted, _rows = Support.objects.filter(report=report, person=person).delete()
    if deleted:
        Report.objects.filter(pk=report.pk).update(supporters=F("supporters") - 1)

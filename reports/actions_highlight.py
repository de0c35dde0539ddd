"""A report that the front page and the lists point out, until a day."""

from datetime import date
from typing import Any

from django.db import transaction

from reports.actions import lock_report, update_report
from reports.lifecycle import LISTED, EventKind, MoveNotAllowed, Role
from reports.models import Report
from reports.outbox import write_event


def may_highlight(report: Report) -> bool:
    """What everybody can read in lists."""
    return report.state in LISTED and not report.is_private


@transaction.atomic
def highlight_report(report: Report, until: date, *, actor: Any, version: int | None = None) -> Report:
    """Until the end of that day; another day replaces it. Raises `MoveNotAllowed` where it is not public."""
    report = lock_report(report, version=version)
    if not may_highlight(report):
        raise MoveNotAllowed(report.state, report.state, Role.MODERATOR)
    if report.highlighted_until != until:
        update_report(report, highlighted_until=until)
        write_event(report, EventKind.HIGHLIGHTED, actor=actor, role=Role.MODERATOR, date=until.isoformat())
    return report


@transaction.atomic
def end_highlight(report: Report, *, actor: Any, version: int | None = None) -> Report:
    """Again it changes nothing."""
    report = lock_report(report, version=version)
    if report.highlighted_until is not None:
        update_report(report, highlighted_until=None)
        write_event(report, EventKind.HIGHLIGHT_ENDED, actor=actor, role=Role.MODERATOR)
    return report

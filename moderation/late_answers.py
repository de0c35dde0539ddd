"""What a body writes to a closed report is shown at once, and the desk looks at it: perhaps the case is to be reopened.

Only "unresolved: no answer came" moves by itself (`forwarding.actions.answer_report`). The look is an act by nobody;
undoing it takes the answer off the public page, and the body has not answered if it had not before.
"""

from typing import Any

from moderation.models import Act
from reports.lifecycle import CLOSED, EventKind, Role
from reports.models import Assignment, Report, ReportEvent
from reports.outbox import register_writer

KIND = "late_answer"


def connect() -> None:
    register_writer(note_late_answer)


def note_late_answer(event: ReportEvent) -> None:
    """By link or at the office; a mail published by rule is an act anyhow, and a moderator has seen their own."""
    if event.kind != EventKind.ANSWERED or event.role != Role.OFFICER or event.data.get("by_rule"):
        return
    if event.new_status or event.report.state not in CLOSED:
        return
    changes = _first_word_of(event)
    Act.objects.create(kind=KIND, report=event.report, actor=None, events=[event.pk], changes=changes, needs_look=True)


def _first_word_of(event: ReportEvent) -> list[dict[str, Any]]:
    """What the answer changed (`forwarding.actions.note_answer`), in the words of `reports.journal`."""
    report, changes = event.report, []
    closed_at = report.closed_at
    if closed_at is None or report.events.filter(kind=event.kind, pk__lt=event.pk, created_at__gte=closed_at).exists():
        return []
    rows: list[Report | Assignment] = [event.report, *filter(None, [event.assignment])]
    for row in rows:
        if row.first_answer_at is not None and row.first_answer_at >= closed_at:
            after = row.first_answer_at.isoformat()
            change = {"before": {"first_answer_at": None}, "after": {"first_answer_at": after}}
            changes.append({"model": row._meta.label_lower, "pk": row.pk, **change})
    return changes

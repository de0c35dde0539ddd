"""What a body writes to a closed report is shown at once, and the desk looks at it: perhaps the case is to be reopened.

Only "unresolved: no answer came" moves by itself (`forwarding.actions.answer_report`). The look is an act by nobody;
undoing it takes the answer off the public page.
"""

from moderation.models import Act
from reports.lifecycle import CLOSED, EventKind, Role
from reports.models import ReportEvent
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
    Act.objects.create(kind=KIND, report=event.report, actor=None, events=[event.pk], needs_look=True)

"""The private conversation with the reporter, as the desk sees it."""

from typing import Any

from moderation.forms_letters import WordForm
from reports.access import undone_by
from reports.actions_words import conversation, may_write
from reports.models import Report, ReportEvent


def word_context(report: Report, events: list[ReportEvent]) -> dict[str, Any]:
    """For `moderation/_word.html`; `events` is the report's whole timeline."""
    undone = undone_by(events)
    talk = [event for event in conversation(events) if event.pk not in undone]
    return {"talk": talk, "may_write": may_write(report), "word_form": WordForm(auto_id="word_%s")}

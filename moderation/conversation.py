"""The private conversation with the reporter, as the desk sees it."""

from typing import Any

from moderation.forms_letters import WordForm
from moderation.models import SavedText
from moderation.saved_texts import Ready, automatic_text
from reports.access import undone_by
from reports.actions_words import conversation, may_write
from reports.models import Report, ReportEvent


def word_context(report: Report, events: list[ReportEvent], ready: dict[str, list[Ready]]) -> dict[str, Any]:
    """For `moderation/_word.html`; `events` is the report's whole timeline, `ready` its saved texts."""
    undone = undone_by(events)
    talk = [event for event in conversation(events) if event.pk not in undone]
    first = automatic_text(ready, SavedText.For.WORD)
    return {
        "talk": talk,
        "may_write": may_write(report),
        "word_form": WordForm(initial={"text": first}, auto_id="word_%s"),
        "saved": ready,
    }

"""What the form of a new case holds before anybody has typed: where the reporter left something out, our best guess.

So that a usual case needs one key. A guess is marked as one, and only sending or saving makes it the report's own.
"""

from dataclasses import dataclass, field

from django.utils.text import Truncator

import municipalities
from moderation.saved_texts import Ready, automatic_text, texts_for
from municipalities.categorising import CategorySuggestion
from municipalities.models import Category
from reports.lifecycle import Status
from reports.models import Report

TITLE_WORDS = 7


@dataclass(frozen=True)
class Presets:
    suggestions: list[CategorySuggestion] = field(default_factory=list)
    category: Category | None = None
    title: str = ""
    ready: dict[str, list[Ready]] = field(default_factory=dict)  # saved texts, by act

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the fields of the acts by itself."""
        automatic = {f"{act}_text": automatic_text(self.ready, act) for act in self.ready}
        return {name: text for name, text in automatic.items() if text}


def presets_for(report: Report) -> Presets:
    """Two queries: the categories that are suggested, the saved texts."""
    ready = texts_for(report)
    suggestions = municipalities.suggest_categories(f"{report.title}\n{report.description}")
    if report.state != Status.SUBMITTED:
        return Presets(suggestions, ready=ready)
    guess = suggestions[0].category if suggestions and report.category is None else None
    return Presets(suggestions, guess, "" if report.title else title_from(report.description), ready)


def title_from(description: str) -> str:
    """The first words, up to the end of the first sentence."""
    line = next(iter(description.strip().splitlines()), "")
    sentence = line.split(". ")[0].split("! ")[0].split("? ")[0]
    return Truncator(sentence.strip().rstrip(".!?,;:")).words(TITLE_WORDS, truncate="")[:150].rstrip(" ,;:-–")

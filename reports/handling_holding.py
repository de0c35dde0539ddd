"""What is held of a person's opinions on the handling of their reports."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from reports.models import HandlingRating


def export(person: Person) -> list[dict[str, Any]]:
    ratings = HandlingRating.objects.filter(person=person).select_related("report").order_by("pk")
    return [
        {
            "report": rating.report.reference,
            "score": rating.score,
            "words": rating.words,
            "changed_at": rating.changed_at.isoformat(),
        }
        for rating in ratings
    ]


def erase(person: Person, keep_reports: bool) -> None:
    """The score stays in the figures; whose it was, and the words, go."""
    HandlingRating.objects.filter(person=person).update(person=None, words="")


def register() -> None:
    register_holding(Holding("handling_ratings", export, erase))

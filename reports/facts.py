"""What the rules of responsibility have to know of a report."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from municipalities.matching import Facts
from municipalities.models import Category, Institution, Responsibility
from municipalities.routing import Decision, consider, decide
from reports.models import Report

UNSET: Any = object()


def facts_of(
    report: Report,
    *,
    point: Point | None = None,
    category: Category | None = UNSET,
    address: str | None = None,
    day: date | None = None,
) -> Facts:
    """As it is, or as it is edited just now; for today unless a day is given. Its answers are read only where a rule
    asks for one."""
    answers: Any = SimpleLazyObject(lambda: dict(report.answers.current().values_list("code", "value")))
    return Facts(
        point=point or report.point,
        category=report.category if category is UNSET else category,
        address=report.address if address is None else address,
        text=f"{report.title}\n{report.description}",
        answers=answers,
        day=day,
    )


def day_of(report: Report) -> date:
    """The day on which it came in."""
    return timezone.localdate(report.submitted_at or report.created_at)


def decision_for(report: Report) -> Decision:
    """What the rules alone say of it today."""
    return decide(consider(facts_of(report)))


def rule_in(decision: Decision, institution: Institution) -> Responsibility | None:
    """The rule that names this body, for its contact and its term; None: nobody thought of it."""
    for suggestion in (*decision.leads, *decision.also):
        if suggestion.institution == institution:
            return suggestion.responsibility
    return None

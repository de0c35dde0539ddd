"""The list of a body's cases."""

from typing import Any

from django.db.models import F

from forwarding.office.access import own_cases
from reports.models.assignment import AssignmentQuerySet


def listed_cases(person: Any, *, closed: bool) -> AssignmentQuerySet:
    """Open ones by the nearest deadline, closed ones the last first."""
    mine = own_cases(person)
    if closed:
        return mine.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")
    return mine.filter(ended_at=None).order_by(F("due_at").asc(nulls_last=True), "pk")

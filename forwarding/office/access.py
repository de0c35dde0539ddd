"""The doors of the office: a person sees the cases of the bodies that the person answers for, and no others."""

from typing import Any

from django.http import Http404

from forwarding.cases import CASES
from reports.lifecycle import PUBLIC
from reports.models import Assignment
from reports.models.assignment import AssignmentQuerySet


def body_keys(person: Any) -> list[int]:
    """The bodies of an officer; raises `Http404` for somebody who answers for none."""
    if not person.is_officer:
        raise Http404
    return [m.institution_id for m in person.memberships.all() if m.role in m.BODY_ROLES]


def own_cases(person: Any) -> AssignmentQuerySet:
    """Whatever the person's bodies have, open or closed, private reports included; raises `Http404`."""
    return CASES.of_body().filter(institution__in=body_keys(person), report__status__in=PUBLIC)


def access_office_case(person: Any, pk: int) -> Assignment:
    """Raises `Http404`."""
    found = own_cases(person).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found

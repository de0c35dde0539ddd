"""The doors of the office: a person sees the cases of the bodies that the person answers for, and no others."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import Person
from forwarding.cases import CASES
from municipalities.models import Institution, Membership
from reports.lifecycle import PUBLIC
from reports.models import Assignment
from reports.models.assignment import AssignmentQuerySet


def bodies_of(person: Any) -> list[Institution]:
    """The bodies of an officer, by name; raises `Http404` for somebody who belongs to none."""
    found = list(Institution.objects.filter(pk__in=_body_keys(person)).order_by("name"))
    if not found:
        raise Http404
    return found


def own_cases(person: Any) -> AssignmentQuerySet:
    """Whatever the person's bodies have, open or closed, private reports included: nothing for who answers for none."""
    return CASES.of_body().filter(institution__in=_body_keys(person), report__status__in=PUBLIC)


def colleagues_of(bodies: list[Institution]) -> QuerySet[Person]:
    """Whoever belongs to one of these, by name."""
    theirs = Membership.objects.filter(institution__in=bodies, role__in=Membership.BODY_ROLES)
    return Person.objects.filter(pk__in=theirs.values("person"), is_active=True).order_by("name", "pk")


def _body_keys(person: Any) -> QuerySet[Membership, int | None]:
    own = Membership.objects.filter(person=person.pk, role__in=Membership.BODY_ROLES)
    return own.values_list("institution", flat=True)


def access_office_case(person: Any, pk: int) -> Assignment:
    """Raises `Http404`."""
    found = own_cases(person).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found

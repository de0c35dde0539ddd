"""The doors of the office: a person sees the cases of the bodies that the person answers for, and no others."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.models import Person
from accounts.rights import Right, rights_of
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


def rights_in(person: Any, institution_id: int) -> set[Right]:
    """What the person may do for this body: of the role in it, whatever the person is elsewhere."""
    own = Membership.objects.filter(person=person.pk, institution=institution_id, role__in=Membership.BODY_ROLES)
    roles = list(own.values_list("role", flat=True))
    return rights_of(roles) if roles else set()


def access_case_with(right: Right, person: Any, pk: int) -> Assignment:
    """A case with which the person may do that; raises `Http404`."""
    case = access_office_case(person, pk)
    if right not in rights_in(person, case.institution_id):
        raise Http404
    return case


def bodies_led_by(person: Any) -> list[Institution]:
    """Whose people, units and texts the person looks after, by name; raises `Http404` for nobody's."""
    found = [body for body in bodies_of(person) if Right.MANAGE_BODY in rights_in(person, body.pk)]
    if not found:
        raise Http404
    return found


def access_led_body(person: Any, pk: int) -> Institution:
    """Raises `Http404`."""
    return next((body for body in bodies_led_by(person) if body.pk == pk), None) or _nothing()


def _nothing() -> NoReturn:
    raise Http404


def office_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Signed out: sign in first. What comes then is for this person alone and kept nowhere."""
    return never_cache(login_required(view))


def access_office_case(person: Any, pk: int) -> Assignment:
    """Raises `Http404`."""
    found = own_cases(person).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found

"""Roles are groups with named rights, and count where their membership does."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.rights import DEFAULTS, Right, Role, make_groups
from moderation.access import may
from moderation.actions import RIGHTS, possible_actions
from municipalities.models import Area, Membership
from reports.models import Report

pytestmark = pytest.mark.django_db


def allow(role: Role, *rights: Right) -> None:
    permissions = Permission.objects.filter(content_type__app_label="accounts", codename__in=rights)
    Group.objects.get(name=role.group).permissions.set(permissions)


@pytest.mark.parametrize("role", Role)
def test_each_role_is_a_group_with_its_rights(role: Role) -> None:
    names = set(Group.objects.get(name=role.group).permissions.values_list("codename", flat=True))
    assert names == set(DEFAULTS[role])


def test_what_an_administrator_changed_stays_after_the_next_migration() -> None:
    allow(Role.VOLUNTEER, Right.WORK_DESK)
    make_groups()
    assert Group.objects.get(name="volunteer").permissions.get().codename == Right.WORK_DESK


def test_rights_of_the_cast(moderator: Person, employee: Person, stranger: Person, officer: Person) -> None:
    assert moderator.rights == DEFAULTS[Role.VOLUNTEER]
    assert employee.rights == DEFAULTS[Role.EMPLOYEE]
    assert officer.rights == {Right.ANSWER}
    assert stranger.rights == set()


def test_senior_in_one_place_is_a_volunteer_in_the_other(
    moderator: Person, other_district: Area, submitted: Report, make_report: Callable[..., Report]
) -> None:
    Membership.objects.create(person=moderator, role="senior", area=other_district)
    there = Report(area=other_district)
    assert may(moderator, Right.HIGHLIGHT)
    assert may(moderator, Right.HIGHLIGHT, there)
    assert not may(moderator, Right.HIGHLIGHT, submitted)
    assert may(moderator, Right.DECIDE, submitted)


@pytest.mark.parametrize(("action", "right"), RIGHTS.items())
def test_without_the_right_an_action_is_not_there(
    at_desk: Client,
    submitted: Report,
    moderator: Person,
    case_data: Callable[..., dict[str, Any]],
    action: str,
    right: Right,
) -> None:
    allow(Role.VOLUNTEER, *(set(Right) - {right}))
    assert action not in possible_actions(submitted, moderator)
    typed = case_data(submitted, action=action, title="Más", ask_text="Mi?", reason="other", reject_text="Nem.")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    before = (submitted.status, submitted.title if right == Right.DECIDE else "Más")
    submitted.refresh_from_db()
    assert submitted.status == before[0]
    if right == Right.DECIDE:
        assert submitted.title == before[1]


def test_a_right_costs_a_query_once(moderator: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = Person.objects.prefetch_related("memberships").get(pk=moderator.pk)
    with django_assert_num_queries(1):
        assert may(person, Right.DECIDE)
        assert may(person, Right.HIDE)
        assert not may(person, Right.BAN)


def test_roles_in_the_administration_are_an_administrators(
    client_of: Callable[[Person | None], Client], employee: Person
) -> None:
    group = Group.objects.get(name="volunteer")
    url = reverse("admin:auth_group_change", args=[group.pk])
    assert client_of(employee).get(url).status_code == HTTPStatus.FORBIDDEN
    chief = Person.objects.create_superuser("chief@example.org", "pw")
    page = client_of(chief).get(url).content.decode()
    assert "volunteer" in page
    assert page.count("<option") == len(Right)


def test_the_desk_asks_for_the_right_to_work_there(at_desk: Client, moderator: Person, submitted: Report) -> None:
    assert at_desk.get(reverse("desk")).status_code == HTTPStatus.OK
    assert f'href="{reverse("desk")}"' in at_desk.get("/").content.decode()
    allow(Role.VOLUNTEER, *(set(Right) - {Right.WORK_DESK}))
    for url in (reverse("desk"), reverse("desk_case", args=[submitted.reference]), reverse("desk_history")):
        assert at_desk.get(url).status_code == HTTPStatus.NOT_FOUND
    assert f'href="{reverse("desk")}"' not in at_desk.get("/").content.decode()

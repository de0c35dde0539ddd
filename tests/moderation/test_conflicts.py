"""Two people edit one report: nothing is overwritten in silence, and each field is chosen or carried on."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from moderation.conflicts import Conflict, seen_of
from municipalities.models import Category
from reports.actions_desk import edit_report
from reports.models import Report

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]
EN = {"Accept-Language": "en"}


def save(client: Client, report: Report, typed: dict[str, Any]) -> Any:
    return client.post(reverse("desk_case", args=[report.reference]), typed, headers=EN)


@pytest.fixture
def opened(submitted: Report, case_data: CaseData) -> Callable[..., dict[str, Any]]:
    """What the form holds that was opened now, with what is typed over it later."""
    held = {**case_data(submitted, action="save"), "seen": seen_of(submitted)}
    return lambda **typed: {**held, **typed}


def names(conflict: Conflict) -> dict[str, list[str]]:
    sides = {"both": conflict.both, "taken": conflict.taken, "kept": conflict.kept}
    return {side: [one.name for one in found] for side, found in sides.items()}


def test_each_field_goes_its_way(
    at_desk: Client,
    submitted: Report,
    employee: Person,
    parks: Category,
    opened: Callable[..., dict[str, Any]],
) -> None:
    edit_report(
        submitted, {"title": "A másik címe", "category": parks, "point": Point(19.06, 47.45, srid=4326)}, actor=employee
    )
    response = save(at_desk, submitted, opened(title="Az én címem", address="Fő utca 2."))
    assert response.status_code == HTTPStatus.CONFLICT
    conflict = response.context["conflict"]
    assert names(conflict) == {"both": ["title"], "taken": ["category", "place"], "kept": ["address"]}
    title = conflict.both[0]
    assert (title.before, title.theirs, title.yours) == ("Kátyú a sarkon", "A másik címe", "Az én címem")
    page = response.content.decode()
    assert "The last change is Emese Munkatárs" in page
    assert "<ins>A másik címe</ins>" in page
    # The form holds one's own words, and what one left alone as the other made it.
    form = response.context["form"]
    held = {name: form[name].value() for name in ("title", "address", "category", "longitude")}
    assert held == {
        "title": "Az én címem",
        "address": "Fő utca 2.",
        "category": str(parks.pk),
        "longitude": "19.060000",
    }
    submitted.refresh_from_db()
    assert (submitted.title, submitted.address) == ("A másik címe", "Fő utca 1.")


@pytest.mark.parametrize(("pick", "title"), [("mine", "Az én címem"), ("theirs", "A másik címe")])
def test_the_next_press_saves_what_was_chosen(
    at_desk: Client,
    submitted: Report,
    employee: Person,
    opened: Callable[..., dict[str, Any]],
    pick: str,
    title: str,
) -> None:
    edit_report(submitted, {"title": "A másik címe"}, actor=employee)
    typed = opened(title="Az én címem", address="Fő utca 2.")
    response = save(at_desk, submitted, typed)
    report = response.context["report"]
    again = typed | {"version": report.version, "seen": response.context["seen"], "pick_title": pick}
    assert save(at_desk, submitted, again).status_code == HTTPStatus.FOUND
    submitted.refresh_from_db()
    assert (submitted.title, submitted.address) == (title, "Fő utca 2.")


def test_a_third_hand_is_shown_once_more(
    at_desk: Client, submitted: Report, employee: Person, opened: Callable[..., dict[str, Any]]
) -> None:
    edit_report(submitted, {"title": "Második"}, actor=employee)
    response = save(at_desk, submitted, opened(title="Az enyém"))
    seen, version = response.context["seen"], response.context["report"].version
    edit_report(submitted, {"title": "Harmadik"}, actor=employee)
    again = opened(title="Az enyém", version=version, seen=seen, pick_title="theirs")
    response = save(at_desk, submitted, again)
    assert response.status_code == HTTPStatus.CONFLICT
    title = response.context["conflict"].both[0]
    assert (title.before, title.theirs, title.yours) == ("Második", "Harmadik", "Az enyém")


def test_the_same_change_is_none(
    at_desk: Client, submitted: Report, employee: Person, opened: Callable[..., dict[str, Any]]
) -> None:
    edit_report(submitted, {"title": "Ugyanaz", "description": "Egy\nkettő"}, actor=employee)
    response = save(at_desk, submitted, opened(title="Ugyanaz ", description="Egy\r\nkettő"))
    assert names(response.context["conflict"]) == {"both": [], "taken": [], "kept": []}
    assert "None of the fields below differs" in response.content.decode()


def test_privacy_that_another_set_is_not_lost(
    at_desk: Client, submitted: Report, employee: Person, opened: Callable[..., dict[str, Any]]
) -> None:
    edit_report(submitted, {"is_private": True}, actor=employee)
    response = save(at_desk, submitted, opened(title="Az én címem"))
    assert names(response.context["conflict"])["taken"] == ["is_private"]
    assert response.context["form"]["is_private"].value() is True
    typed = opened(
        title="Az én címem", is_private="on", version=response.context["report"].version, seen=response.context["seen"]
    )
    save(at_desk, submitted, typed)
    submitted.refresh_from_db()
    assert (submitted.is_private, submitted.title) == (True, "Az én címem")


@pytest.mark.parametrize("seen", ["", "x", "[]", "{}", "\x00", "1" * 5000, '{"title": 7}', "null"])
def test_a_form_that_lost_what_it_saw_asks_of_everything(
    at_desk: Client, submitted: Report, employee: Person, opened: Callable[..., dict[str, Any]], seen: str
) -> None:
    edit_report(submitted, {"title": "A másik címe"}, actor=employee)
    response = save(at_desk, submitted, opened(title="Az én címem", seen=seen))
    assert response.status_code == HTTPStatus.CONFLICT
    assert names(response.context["conflict"])["both"] == ["title"]


def test_a_reporters_correction_is_a_change_too(
    at_desk: Client, submitted: Report, moderator: Person, case_data: CaseData, opened: Callable[..., dict[str, Any]]
) -> None:
    """Whoever changed it, and by whatever way: the version tells."""
    Report.objects.filter(pk=submitted.pk).update(description="A bejelentő javította.", version=submitted.version + 1)
    response = save(at_desk, submitted, opened(description="Az asztal javította."))
    assert names(response.context["conflict"])["both"] == ["description"]

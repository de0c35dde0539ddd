"""The ladder of each page of the desk: works, other place, not a moderator, signed out, bad id, wrong method."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.models import IncomingMail
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def pages(assignment: Assignment, sent: Report, make_mail: Callable[..., IncomingMail]) -> dict[str, str]:
    mail = make_mail(assignment)
    return {
        "desk": reverse("desk"),
        "desk_new": reverse("desk_new"),
        "desk_case": reverse("desk_case", args=[sent.reference]),
        "desk_suggestions": reverse("desk_suggestions", args=[sent.reference]),
        "desk_mail": reverse("desk_mail", args=[mail.pk]),
    }


def test_moderator_and_employee_come_in(
    client_of: ClientOf, moderator: Person, employee: Person, pages: dict[str, str]
) -> None:
    for person in (moderator, employee):
        for name, url in pages.items():
            assert client_of(person).get(url).status_code == HTTPStatus.OK, (person, name)


@pytest.mark.parametrize("cast", ["reporter", "neighbour", "officer"])
def test_no_moderator_sees_nothing(
    client_of: ClientOf, request: pytest.FixtureRequest, cast: str, pages: dict[str, str]
) -> None:
    client = client_of(request.getfixturevalue(cast))
    for url in [*pages.values(), reverse("desk_mail_raw", args=[1]), f"{reverse('desk')}nothere"]:
        assert client.get(url).status_code == HTTPStatus.NOT_FOUND, url


def test_moderator_of_another_place_sees_the_desk_but_not_the_case(
    client_of: ClientOf, other_moderator: Person, pages: dict[str, str]
) -> None:
    client = client_of(other_moderator)
    assert client.get(pages["desk"]).status_code == HTTPStatus.OK
    for name in ("desk_case", "desk_suggestions", "desk_mail"):
        assert client.get(pages[name]).status_code == HTTPStatus.NOT_FOUND, name
    assert client.post(pages["desk_case"], {"action": "hide"}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(pages["desk_mail"], {"action": "file"}).status_code == HTTPStatus.NOT_FOUND


def test_signed_out_is_asked_to_sign_in(client: Client, pages: dict[str, str]) -> None:
    for url in pages.values():
        response = client.get(url)
        assert response.status_code == HTTPStatus.FOUND
        assert response["Location"] == f"{reverse('account_login')}?next={url}"


def test_bad_ids_are_not_there(at_desk: Client) -> None:
    for path in ("zzzzzzzz", "zzzzzzzz/suggestions", "mail/999999", "mail/99999999999999999999", "nosuch", "UPPER"):
        assert at_desk.get(f"/desk/{path}").status_code == HTTPStatus.NOT_FOUND, path
    for path in ("failed/dispatch/999", "failed/report/1"):
        assert at_desk.post(f"/desk/{path}").status_code == HTTPStatus.NOT_FOUND, path


def test_wrong_methods(at_desk: Client, pages: dict[str, str]) -> None:
    for name in ("desk", "desk_suggestions"):
        assert at_desk.post(pages[name]).status_code == HTTPStatus.METHOD_NOT_ALLOWED, name
    for name in ("desk_new", "desk_case", "desk_mail"):
        assert at_desk.put(pages[name]).status_code == HTTPStatus.METHOD_NOT_ALLOWED, name
    assert at_desk.get("/desk/failed/dispatch/1").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_raw_mail_is_for_employees(
    client_of: ClientOf, employee: Person, at_desk: Client, pages: dict[str, str]
) -> None:
    mail = IncomingMail.objects.get()
    url = reverse("desk_mail_raw", args=[mail.pk])
    assert at_desk.get(url).status_code == HTTPStatus.NOT_FOUND
    response = client_of(employee).get(url)
    assert response.content == bytes(mail.raw)
    assert "attachment" in response["Content-Disposition"]


def test_nothing_stays_in_a_cache(at_desk: Client, pages: dict[str, str]) -> None:
    for url in pages.values():
        assert "no-store" in at_desk.get(url)["Cache-Control"], url

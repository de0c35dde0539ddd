"""The office's map: the same cases as the list, to their pages in the office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from municipalities.models import Institution
from reports.models import Report
from tests.forwarding.office import Cases

pytestmark = pytest.mark.django_db
WINDOW = {"bbox": "19,47.4,19.1,47.5", "zoom": "14"}


@pytest.fixture
def cases(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Cases:
    return Cases(make_report, works, moderator)


def points(client: Client, **query: Any) -> dict[str, str]:
    found = client.get(reverse("office_map_cases"), {**WINDOW, **query})
    return {each["properties"]["title"]: each["properties"]["url"] for each in found.json()["features"]}


def test_the_map_shows_the_cases_of_the_filters(
    client_of: Callable[[Person], Client], cases: Cases, officer: Person, other_officer: Person
) -> None:
    secret = cases.sent("titkos", is_private=True)
    late = cases.sent("késő", due_in=-3)
    cases.closed("lezárt")
    cases.sent("messze", point=Point(19.15, 47.45, srid=4326))
    at_office = client_of(officer)
    pages = {"titkos": reverse("office_case", args=[secret.pk]), "késő": reverse("office_case", args=[late.pk])}
    assert points(at_office) == pages
    assert set(points(at_office, show="late")) == {"késő"}
    assert set(points(at_office, show="closed")) == {"lezárt"}
    assert set(points(at_office, q="késő")) == {"késő"}
    assert points(client_of(other_officer)) == {}
    rows = at_office.get(reverse("office_map"), {**WINDOW, "part": "list", "show": "late"}).content.decode()
    assert pages["késő"] in rows
    assert "titkos" not in rows
    assert "késő" not in client_of(other_officer).get(reverse("office_map")).content.decode()


def test_a_report_that_came_twice_is_one_point(
    client_of: Callable[[Person], Client], cases: Cases, officer: Person, works: Institution, gardens: Institution
) -> None:
    first = cases.not_ours("ide-oda")
    again = cases.send_on(first.report, works)
    at_office = client_of(officer)
    assert points(at_office) == {"ide-oda": reverse("office_case", args=[again.pk])}
    assert points(at_office, show="not_ours") == {"ide-oda": reverse("office_case", args=[first.pk])}


def test_a_window_that_is_none_is_said(client_of: Callable[[Person], Client], officer: Person) -> None:
    at_office = client_of(officer)
    assert at_office.get(reverse("office_map_cases"), {"bbox": "x"}).status_code == 400
    assert at_office.get(reverse("office_map"), {"bbox": "x"}).status_code == 200


def test_the_map_costs_no_more_with_more_cases(
    client_of: Callable[[Person], Client],
    cases: Cases,
    officer: Person,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at_office = client_of(officer)
    for number in range(12):
        cases.sent(f"{number}.", point=Point(19.01 + number / 200, 47.45, srid=4326))
    with django_assert_num_queries(QUERIES_OF_POINTS):
        assert len(points(at_office)) == 12
    with django_assert_num_queries(QUERIES_OF_PAGE):
        at_office.get(reverse("office_map"))
    with django_assert_num_queries(QUERIES_OF_LIST):
        at_office.get(reverse("office_map"), {**WINDOW, "part": "list"})


QUERIES_OF_POINTS, QUERIES_OF_PAGE, QUERIES_OF_LIST = 5, 11, 5

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions_desk import hide_report
from reports.actions_solved import confirm_solved
from reports.models import Report

pytestmark = pytest.mark.django_db


def test_an_empty_site_invites(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/report/new"' in page
    assert 'action="/reports"' in page
    assert 'class="empty"' in page
    assert 'class="stats"' not in page


def test_latest_and_solved_reports_with_counters(
    client: Client, make_report: Callable[..., Report], works: Institution, moderator: Person, reporter: Person
) -> None:
    open_one, done, hidden, waiting = (make_report(title=f"Ügy {i}") for i in range(4))
    for report in (open_one, done, hidden):
        send_report(report, works, actor=moderator)
    confirm_solved(done, actor=reporter)
    hide_report(hidden, "", actor=moderator)
    response = client.get("/")
    assert response.context["total"] == 2
    assert response.context["waiting"] == 1
    assert response.context["solved_count"] == 1
    assert list(response.context["latest"]) == [done, open_one]
    assert list(response.context["solved"]) == [done]
    assert waiting.reference not in response.content.decode()


def test_the_front_page_costs_the_same_with_more_reports(
    client: Client,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    django_assert_num_queries: Any,
) -> None:
    send_report(make_report(photos=1), works, actor=moderator)
    for _ in range(2):
        # Counters; the highlighted; the latest and their photos; the solved ones.
        with django_assert_num_queries(5):
            client.get("/")
        for _ in range(3):
            send_report(make_report(photos=1), works, actor=moderator)


def test_about(client: Client) -> None:
    assert client.get("/about").status_code == 200


@pytest.mark.parametrize("path", ["/", "/about", "/reports", "/map", "/map/reports.json", "/map/areas.json"])
def test_pages_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_robots_and_sitemap(client: Client, sent: Report, make_report: Callable[..., Report]) -> None:
    waiting = make_report()
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /own/" in robots
    assert "Disallow: /report/new?" in robots  # every place has such a link; the empty form may be found
    assert "Disallow: /report/\n" not in robots
    assert "/sitemap.xml" in robots
    sitemap = client.get("/sitemap.xml").content.decode()
    assert f"/reports/{sent.reference}</loc>" in sitemap
    assert waiting.reference not in sitemap

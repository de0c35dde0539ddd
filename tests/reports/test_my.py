"""My page: my own, followed and supported reports; nobody else's; flat costs."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions_desk import ask_info, hide_report
from reports.actions_drafts import save_draft
from reports.actions_follow import follow_report, support_report
from reports.models import Follow, Report, Support

Browser = Callable[[Person | None], Client]
PAGES = ("/my/", "/my/reports", "/my/followed", "/my/supported", "/my/map", "/my/settings")


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_asked_to_sign_in(db: None, path: str) -> None:
    response = Client().get(path)
    assert response.headers["Location"] == f"/accounts/login/?next={path}"
    assert "no-store" in response.headers["Cache-Control"] or "no-cache" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_empty_pages_help(client_of: Browser, stranger: Person, path: str) -> None:
    page = client_of(stranger).get(path)
    assert page.status_code == 200
    if path not in ("/my/map", "/my/settings"):
        assert 'class="empty"' in page.content.decode()


def test_own_reports_of_every_status_and_nobody_elses(
    client_of: Browser, make_report: Callable[..., Report], reporter: Person, neighbour: Person, moderator: Person
) -> None:
    mine = make_report(title="Az enyém")
    asked = make_report(title="Kérdeztek")
    ask_info(asked, "Hol?", actor=moderator)
    make_report(title="Másé", reporter=neighbour)
    page = client_of(reporter).get("/my/reports").content.decode()
    assert "Az enyém" in page
    assert "Kérdeztek" in page
    assert "Másé" not in page
    assert f"/reports/{mine.reference}/own" in page
    front = client_of(reporter).get("/my/").content.decode()
    assert front.index("Kérdeztek") < front.index("Az enyém")  # what waits for me comes first


def test_own_drafts_stand_on_my_page(client_of: Browser, reporter: Person, neighbour: Person) -> None:
    mine, others = (
        save_draft(person, uuid.uuid4(), {"description": [words]}, [])
        for person, words in ((reporter, "Félbehagytam"), (neighbour, "Másé"))
    )
    page = client_of(reporter).get("/my/").content.decode()
    assert "Félbehagytam" in page
    assert mine.get_absolute_url() in page
    assert "Másé" not in page
    assert others.get_absolute_url() not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=needs_info", ["Kérdeztek"]),
        ("kind=question", ["Mikor nyit?"]),
        ("q=nyit", ["Mikor nyit?"]),
        ("sort=oldest", ["Az enyém", "Kérdeztek", "Mikor nyit?"]),
        ("", ["Mikor nyit?", "Kérdeztek", "Az enyém"]),
        ("q=nincsilyen", []),
        ("status=junk&kind=%00&q=%00&page=99999999999999999999", ["Mikor nyit?", "Kérdeztek", "Az enyém"]),
    ],
)
def test_filters_and_order(
    client_of: Browser,
    make_report: Callable[..., Report],
    reporter: Person,
    moderator: Person,
    query: str,
    found: list[str],
) -> None:
    make_report(title="Az enyém")
    ask_info(make_report(title="Kérdeztek"), "Hol?", actor=moderator)
    make_report(title="Mikor nyit?", kind="question")
    response = client_of(reporter).get(f"/my/reports?{query}")
    assert response.status_code == 200
    if "junk" not in query:
        assert [report.title for report in response.context["page_obj"]] == found


def test_leaving_from_the_list(client_of: Browser, sent: Report, neighbour: Person) -> None:
    support_report(sent, neighbour)
    client = client_of(neighbour)
    assert sent.heading in client.get("/my/followed").content.decode()
    for _ in range(2):
        response = client.post(f"/my/{sent.reference}/leave", {"section": "followed"})
        assert response.headers["Location"] == "/my/followed"
    assert not Follow.objects.exists()
    assert sent.heading in client.get("/my/supported").content.decode()
    client.post(f"/my/{sent.reference}/leave", {"section": "supported"})
    sent.refresh_from_db()
    assert (Support.objects.count(), sent.supporters) == (0, 0)
    assert client.post("/my/nosuchre/leave").status_code == 302  # tells nothing
    assert client.get(f"/my/{sent.reference}/leave").status_code == 405


def test_followed_and_hidden_since_is_not_shown(
    client_of: Browser, sent: Report, neighbour: Person, moderator: Person
) -> None:
    support_report(sent, neighbour)
    hide_report(sent, "", actor=moderator)
    for path in ("/my/", "/my/followed", "/my/supported"):
        assert sent.heading not in client_of(neighbour).get(path).content.decode()


def test_map_shows_mine_alone(
    client_of: Browser, make_report: Callable[..., Report], reporter: Person, neighbour: Person
) -> None:
    mine = make_report(title="Az enyém", is_private=True)
    make_report(title="Másé", reporter=neighbour)
    query = {"bbox": "19,47.4,19.1,47.5", "zoom": "16"}
    found = json.loads(client_of(reporter).get("/my/reports.json", query).content)
    assert [feature["properties"]["reference"] for feature in found["features"]] == [mine.reference]
    assert client_of(reporter).get("/my/reports.json", {"bbox": "junk"}).status_code == 400
    part = client_of(reporter).get("/my/map", {**query, "part": "list"}).content.decode()
    assert "Az enyém" in part
    assert "Másé" not in part


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize(("path", "queries"), [("/my/", 13), ("/my/reports", 8), ("/my/followed", 8), ("/my/map", 7)])
def test_cost_is_flat(
    client_of: Browser,
    make_report: Callable[..., Report],
    reporter: Person,
    neighbour: Person,
    works: Institution,
    moderator: Person,
    count: int,
    path: str,
    queries: int,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for number in range(count):
        make_report(title=f"Saját {number}", photos=1)
        other = make_report(title=f"Másé {number}", reporter=neighbour)
        send_report(other, works, actor=moderator)
        follow_report(other, reporter)
    client = client_of(reporter)
    client.get(path)
    with django_assert_max_num_queries(queries):
        client.get(path)


def test_header_leads_to_my_page_or_to_the_sign_in(client_of: Browser, stranger: Person, sent: Report) -> None:
    path = sent.get_absolute_url()
    assert f"/accounts/login/?next={path}" in client_of(None).get(path).content.decode()
    page = client_of(stranger).get(path).content.decode()
    assert 'href="/my/"' in page
    assert "/accounts/login/" not in page

"""Atom feeds with GeoRSS: valid, filtered like the lists, the same for everybody, and gone with what is hidden."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.conf import settings
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.actions import answer_report, send_report
from municipalities.models import Area, Category, Institution
from reports.actions_desk import hide_report, note_report
from reports.actions_reporter import hide_name
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

ATOM, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"
Publish = Callable[..., Report]


@pytest.fixture
def publish(make_report: Publish, works: Institution, moderator: Person) -> Publish:
    def build(**fields: Any) -> Report:
        report = make_report(**fields)
        send_report(report, works, actor=moderator)
        return Report.objects.get(pk=report.pk)

    return build


def read(response: Any) -> ET.Element:
    """The feed, after everything that RFC 4287 asks of ours."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            [found] = element.findall(f"{ATOM}{name}")
            assert found.text, name
        updated = parse_datetime(element.findtext(f"{ATOM}updated") or "")
        assert updated is not None
        assert updated.tzinfo is not None
        assert (element.findtext(f"{ATOM}id") or "").startswith("tag:localhost,2")
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    [self_link] = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert (self_link.get("href") or "").startswith(f"{settings.SITE_URL}/reports")
    for entry in root.iter(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert entry.find(f"{ATOM}published") is not None
        [link] = entry.findall(f"{ATOM}link")
        assert (link.get("href") or "").startswith(f"{settings.SITE_URL}/reports/")
        summary = entry.find(f"{ATOM}summary")
        assert summary is None or summary.get("type") == "html"
    return root


def titles(response: Any) -> list[str]:
    return [entry.findtext(f"{ATOM}title") or "" for entry in read(response).iter(f"{ATOM}entry")]


def test_entry_of_a_report(client: Client, publish: Publish) -> None:
    report = publish(point=Point(19.051, 47.452, srid=4326), show_name=True, reporter_name="Rita")
    [entry] = read(client.get("/reports.atom")).iter(f"{ATOM}entry")
    assert entry.findtext(f"{GEORSS}point") == "47.452000 19.051000"  # latitude first
    assert entry.findtext(f"{ATOM}id") == f"tag:localhost,{timezone.localdate().isoformat()}:report/{report.reference}"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Rita"
    assert [found.get("term") for found in entry.iter(f"{ATOM}category")] == ["Kátyú", report.get_status_display()]
    assert "Fő utca 1." in (entry.findtext(f"{ATOM}summary") or "")


def test_updated_moves_and_id_stays(client: Client, publish: Publish) -> None:
    report = publish()
    [before] = read(client.get("/reports.atom")).iter(f"{ATOM}entry")
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        answer_report(report.assignments.get(), "Megnézzük.", actor=None)
    [after] = read(client.get("/reports.atom")).iter(f"{ATOM}entry")
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}published") == before.findtext(f"{ATOM}published")
    moved = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "") for entry in (before, after)]
    assert moved[1] - moved[0] > timedelta(minutes=110)
    assert read(client.get("/reports.atom")).findtext(f"{ATOM}updated") == after.findtext(f"{ATOM}updated")


def test_filters_are_the_lists(
    client: Client, publish: Publish, parks: Category, other_district: Area, works: Institution
) -> None:
    publish(title="Kátyú itt")
    publish(title="Törött hinta", category=parks)
    publish(title="Kátyú ott", area=other_district)
    for query in (
        {"category": "parks"},
        {"area": str(other_district.pk)},
        {"q": "hinta"},
        {"status": "solved"},
        {"institution": str(works.pk), "sort": "oldest"},
        {"date_to": "2020-01-01"},
        {},
    ):
        listed = [report.heading for report in client.get("/reports", query).context["page_obj"]]
        assert titles(client.get("/reports.atom", query)) == listed
    root = read(client.get("/reports.atom", {"category": "parks", "page": "2", "lang": "en"}))
    assert root.findtext(f"{ATOM}title") == "Járókelő – Park"
    assert {link.get("href") for link in root.findall(f"{ATOM}link")} == {
        f"{settings.SITE_URL}/reports?category=parks",
        f"{settings.SITE_URL}/reports.atom?category=parks",
    }


def test_what_people_wrote_cannot_become_markup(client: Client, publish: Publish) -> None:
    publish(title="<b>&amp;\x0b", description="<script>alert(1)</script>\x08 ]]> <img src=x onerror=y>", address="<i>")
    [entry] = read(client.get("/reports.atom")).iter(f"{ATOM}entry")
    summary = entry.findtext(f"{ATOM}summary") or ""
    assert "&lt;script&gt;" in summary
    assert "<script" not in summary
    assert "<img" not in summary
    assert "<i>" not in summary
    assert entry.findtext(f"{ATOM}title") == "<b>&amp; "  # a title is plain text


@pytest.mark.parametrize("who", ["anonymous", "employee", "reporter"])
def test_nothing_private_whoever_asks(
    publish: Publish,
    make_report: Publish,
    client_of: Callable[[Person | None], Client],
    employee: Person,
    reporter: Person,
    who: str,
) -> None:
    private, waiting = publish(is_private=True), make_report()
    client = client_of({"employee": employee, "reporter": reporter}.get(who))
    assert titles(client.get("/reports.atom")) == []
    assert titles(client.get("/reports.atom", {"q": private.reference})) == []
    for report in (private, waiting):
        assert client.get(f"/reports/{report.reference}.atom").status_code == 404


def test_timeline_of_one_report(client: Client, assignment: Assignment, moderator: Person) -> None:
    answer_report(assignment, "Holnap <jövünk>.", actor=None)
    note_report(assignment.report, "Belső jegyzet", actor=moderator)
    response = client.get(f"/reports/{assignment.report.reference}.atom")
    entries = list(read(response).iter(f"{ATOM}entry"))
    assert entries[0].findtext(f"{ATOM}title") == "Egyváros Útkezelő válaszolt."
    assert "Holnap &lt;jövünk&gt;." in (entries[0].findtext(f"{ATOM}summary") or "")
    assert len(entries) == 3
    assert "Belső" not in response.content.decode()


def test_language_of_the_request_or_of_the_address(client: Client, publish: Publish) -> None:
    publish()
    assert 'xml:lang="hu"' in client.get("/reports.atom").content.decode()
    assert 'xml:lang="en"' in client.get("/reports.atom", headers={"accept-language": "en"}).content.decode()
    page = client.get("/reports.atom?lang=en").content.decode()
    assert 'xml:lang="en"' in page
    assert "Pothole" in page
    assert 'xml:lang="hu"' in client.get("/reports.atom?lang=xx").content.decode()


# -- Asking again ---------------------------------------------------------------------------------------------------


def test_unchanged_is_304_by_etag_and_by_time(client: Client, publish: Publish) -> None:
    publish()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        first = client.get("/reports.atom")
        assert first["Cache-Control"] == "no-cache"
        assert client.get("/reports.atom", headers={"if-none-match": first["ETag"]}).status_code == 304
        assert client.get("/reports.atom", headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
        again = client.get("/reports.atom?category=parks", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 200


@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_hidden_leaves_the_feed_whatever_the_reader_kept(
    client: Client, publish: Publish, moderator: Person, header: str
) -> None:
    newest, older = publish(title="Sértő"), publish(title="Rendes")
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=5), tick=False) as clock:
        kept = client.get("/reports.atom")[{"if-none-match": "ETag"}.get(header, "Last-Modified")]
        hide_report(newest, "", actor=moderator)
        for _look in range(2):
            response = client.get("/reports.atom", headers={header: kept})
            assert titles(response) == [older.heading]
            clock.shift(timedelta(minutes=5))
        assert client.get(f"/reports/{newest.reference}.atom").status_code == 410


@pytest.mark.parametrize("way", ["hide", "erase"])
@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_name_leaves_the_feed_whatever_the_reader_kept(
    client: Client, publish: Publish, reporter: Person, header: str, way: str
) -> None:
    report = publish(reporter_name="Rita Bejelentő", show_name=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False) as clock:
        first = client.get("/reports.atom")
        assert "Rita Bejelentő" in first.content.decode()
        kept = first[{"if-none-match": "ETag"}.get(header, "Last-Modified")]
        clock.shift(timedelta(minutes=1))
        if way == "hide":
            hide_name(report, actor=reporter)
        else:
            erase_person(reporter, keep_reports=True)
        for _look in range(2):
            response = client.get("/reports.atom", headers={header: kept})
            assert response.status_code == 200
            assert "Rita" not in response.content.decode()
            clock.shift(timedelta(minutes=5))


def test_fresh_changes_have_no_last_modified(client: Client, publish: Publish) -> None:
    """Within the same second more may come; the ETag alone counts then."""
    publish()
    response = client.get("/reports.atom")
    assert "Last-Modified" not in response
    assert "ETag" in response


def test_empty_feed_is_valid_and_always_the_same(client: Client, db: None) -> None:
    first = client.get("/reports.atom?q=nincsilyen")
    assert titles(first) == []
    assert client.get("/reports.atom?q=nincsilyen")["ETag"] == first["ETag"]


@pytest.mark.parametrize("count", [1, 12])
def test_cost_is_fixed(
    client: Client, publish: Publish, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _number in range(count):
        publish()
    # the last change, the reports with category, area and body, their photos
    with django_assert_num_queries(3):
        assert len(titles(client.get("/reports.atom"))) == count


def test_pages_name_their_feeds(client: Client, publish: Publish) -> None:
    report = publish()
    pages = {
        "/": "/reports.atom?lang=hu",
        "/reports?category=pothole&page=1": "/reports.atom?category=pothole&amp;lang=hu",
        "/map?category=pothole&bbox=19,47,20,48&zoom=12": "/reports.atom?category=pothole&amp;lang=hu",
        report.get_absolute_url(): f"/reports/{report.reference}.atom?lang=hu",
    }
    for page, feed in pages.items():
        html = client.get(page).content.decode()
        head = html.split("</head>")[0]
        assert 'type="application/atom+xml"' in head, page
        assert f'href="{feed}"' in head, page
        read(client.get(feed.replace("&amp;", "&")))

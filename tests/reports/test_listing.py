"""The public list: filters in the address, cheap counts, junk told at its field."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Area, Category, Institution
from reports import paging
from reports.actions_desk import hide_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import Status
from reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[..., Report]:
    def build(institution: Institution = works, **fields: Any) -> Report:
        report = make_report(**fields)
        send_report(report, institution, actor=moderator)
        report.refresh_from_db()
        return report

    return build


def listed(client: Client, **query: Any) -> list[Report]:
    response = client.get("/reports", query)
    assert response.status_code == 200
    return list(response.context["page_obj"])


def test_newest_first_and_nothing_that_is_not_published(
    client: Client, publish: Callable[..., Report], make_report: Callable[..., Report], secret_matters: Category
) -> None:
    old, new = publish(), publish()
    make_report()
    publish(category=secret_matters)
    assert listed(client) == [new, old]
    assert listed(client, sort="oldest") == [old, new]


def test_what_is_overdue_by_filter_and_in_words(client: Client, publish: Callable[..., Report]) -> None:
    late, other = publish(), publish()
    Report.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=3))
    assert listed(client, overdue="yes") == [late]
    assert listed(client) == [other, late]
    page = client.get("/reports", {"overdue": "yes"}, headers={"accept-language": "en"}).content.decode()
    assert "Overdue since" in page
    assert str((timezone.localdate() - timedelta(days=3)).year) in page
    on_map = {"bbox": "18.9,47.3,19.3,47.7", "zoom": "12", "overdue": "yes"}
    assert client.get("/map/reports.json", on_map).json()["count"] == 1
    assert not listed(client, overdue="yes", status="in_progress")


def test_each_filter(
    client: Client,
    publish: Callable[..., Report],
    parks: Category,
    gardens: Institution,
    works: Institution,
    district: Area,
    other_district: Area,
    reporter: Person,
) -> None:
    benches = Category.objects.create(slug="bench", names={"hu": "Pad"}, parent=parks)
    pothole = publish(title="Gödör az úton", address="Rege út 7.")
    bench = publish(
        gardens, title="Törött pad", category=benches, area=other_district, point=Point(19.15, 47.45, srid=4326)
    )
    confirm_solved(bench, actor=reporter)
    Report.objects.filter(pk=pothole.pk).update(published_at=timezone.now() - timedelta(days=10))
    today = timezone.localdate()
    assert listed(client, status="solved") == [bench]
    assert listed(client, category="parks") == [bench]
    assert listed(client, category="bench") == [bench]
    assert listed(client, category=str(benches.pk)) == [bench]
    assert listed(client, category="pothole") == [pothole]
    assert listed(client, area=district.pk) == [pothole]
    assert listed(client, area=district.parent_id) == [bench, pothole]
    assert listed(client, institution=gardens.pk) == [bench]
    assert listed(client, date_from=today.isoformat()) == [bench]
    assert listed(client, date_to=(today - timedelta(days=10)).isoformat()) == [pothole]
    assert listed(client, date_from=(today - timedelta(days=10)).isoformat(), date_to=today.isoformat()) == [
        bench,
        pothole,
    ]
    assert listed(client, q="godor") == [pothole]
    assert listed(client, q="rege") == [pothole]
    assert listed(client, q="padok") == [bench]
    assert listed(client, q="pad", status="sent") == []


def test_a_code_leads_to_the_report_and_a_source_id_finds_it(
    client: Client, publish: Callable[..., Report], make_report: Callable[..., Report]
) -> None:
    report = publish(source="old", source_id="133647")
    response = client.get("/reports", {"q": f" {report.reference.upper()} "})
    assert (response.status_code, response["Location"]) == (302, f"/reports/{report.reference}")
    assert listed(client, q="133647") == [report]
    assert listed(client, q=make_report().reference) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "hidden"}, "status"),
        ({"category": "'; DROP TABLE"}, "category"),
        ({"category": "9" * 40}, "category"),
        ({"area": "-1"}, "area"),
        ({"area": "9" * 30}, "area"),
        ({"institution": "\x00"}, "institution"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "a" * 201}, "q"),
        ({"date_from": "tegnap"}, "date_from"),
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"date_to": "9999-12-31"}, "date_to"),
        ({"date_from": "2026-02-02", "date_to": "2026-02-01"}, "date_to"),
        ({"sort": "random"}, "sort"),
    ],
)
def test_junk_is_told_at_its_field(client: Client, sent: Report, query: dict[str, str], field: str) -> None:
    response = client.get("/reports", query)
    assert response.status_code == 200
    assert list(response.context["filters"].form.errors) == [field]
    assert "noindex" in response.content.decode()
    assert list(response.context["page_obj"]) == [sent]


def test_naughty_strings_and_pages(client: Client, sent: Report, shared: Path) -> None:
    texts = [t for file in sorted((shared / "bad_input").glob("*.json")) for t in json.loads(file.read_text())]
    for text in texts:
        assert client.get("/reports", {"q": str(text)}).status_code in (200, 302), text
    junk = {name: str(texts[7]) for name in ("status", "category", "area", "institution", "date_from", "sort", "page")}
    assert client.get("/reports", junk).status_code == 200
    for page in ("0", "-1", "x", "1e9", "9" * 5000, "", "٣", "\x00"):
        assert client.get("/reports", {"page": page}).status_code == 200


def test_pages_keep_the_filters(
    client: Client, publish: Callable[..., Report], monkeypatch: pytest.MonkeyPatch, potholes: Category
) -> None:
    monkeypatch.setattr("reports.views.listing.PER_PAGE", 2)
    for _ in range(3):
        publish()
    page = client.get("/reports", {"category": "pothole"}).content.decode()
    assert "category=pothole&amp;page=2" in page
    assert len(listed(client, category="pothole", page="2")) == 1


def test_counting_stops_at_a_bound(
    client: Client, publish: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNT_AT_MOST", 2)
    for _ in range(4):
        publish()
    narrowed = client.get("/reports", {"category": "pothole"})
    assert narrowed.context["is_more"]
    assert narrowed.context["page_obj"].paginator.count == 2
    # Without a filter the number comes from the counts of the map, which are exact.
    assert client.get("/reports").context["found"] == 4


def test_filtered_lists_are_not_indexed(client: Client, sent: Report) -> None:
    assert "noindex" not in client.get("/reports").content.decode()
    assert "noindex" not in client.get("/reports", {"page": "2"}).content.decode()
    assert "noindex" in client.get("/reports", {"status": "sent"}).content.decode()
    assert "noindex" in client.get("/reports", {"sort": "oldest"}).content.decode()


def test_an_empty_list_says_so(client: Client) -> None:
    assert 'class="empty"' in client.get("/reports").content.decode()


def test_the_list_costs_the_same_with_more_reports(
    client: Client, publish: Callable[..., Report], django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    publish(photos=1)
    client.get("/reports")  # remembers which areas and bodies have reports
    for _ in range(2):
        # Count, reports, photos, total; categories, remembered areas and bodies for the selects.
        with django_assert_num_queries(7):
            client.get("/reports")
        publish(photos=1)
        publish(photos=2)


def test_hidden_reports_leave_the_list_at_once(
    client: Client, publish: Callable[..., Report], moderator: Person
) -> None:
    report = publish()
    assert listed(client) == [report]
    hide_report(report, "", actor=moderator)
    assert listed(client) == []
    assert client.get("/reports").context["found"] == 0
    assert Report.objects.get(pk=report.pk).status == Status.HIDDEN


def test_a_bodys_photo_does_not_stand_for_the_problem(make_report: Callable[..., Report]) -> None:
    report = make_report(photos=1)
    cover = report.cover
    assert cover is not None
    report.photos.update(kind="answer")
    assert Report.objects.get(pk=report.pk).cover is None

"""The map's JSON: what it holds, that it costs the same at any size, and that junk is told."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Area, Category, Institution
from reports.actions_desk import hide_report
from reports.lifecycle import LISTED, Status
from reports.mapdata import POINTS_AT_MOST, grid_x
from reports.models import MapCell, Report

CITY = "19.0,47.4,19.2,47.6"
WORLD = "-180,-90,180,90"

pytestmark = pytest.mark.django_db


def scatter(count: int, category: Category | None = None, area: Area | None = None, seed: int = 1) -> list[Report]:
    """Published reports at random places of the city, of every listed status."""
    chance = random.Random(seed)
    now = timezone.now()
    return Report.objects.bulk_create(
        Report(
            description="Valami.",
            original_description="Valami.",
            point=Point(chance.uniform(19.0, 19.2), chance.uniform(47.4, 47.6), srid=4326),
            status=(status := chance.choice(LISTED)),
            proof="reporter" if status == Status.SOLVED else "",
            reason="no_answer" if status == Status.UNRESOLVED else "",
            category=category,
            area=area,
            created_at=now,
            status_since=now,
            published_at=now,
        )
        for _ in range(count)
    )


def ask(client: Client, **query: Any) -> dict[str, Any]:
    response = client.get("/map/reports.json", query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def total(answer: dict[str, Any]) -> int:
    return sum(feature["properties"].get("count", 1) for feature in answer["features"])


def test_few_reports_are_points(client: Client, sent: Report, potholes: Category) -> None:
    answer = ask(client, bbox=CITY, zoom=12)
    assert answer["type"] == "FeatureCollection"
    assert answer["count"] == 1
    [feature] = answer["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [19.05, 47.45]}
    assert feature["properties"] == {
        "reference": sent.reference,
        "title": "Kátyú a sarkon",
        "status": "sent",
        "label": feature["properties"]["label"],
        "category": "Kátyú",
        "icon": "construction",
        "colour": potholes.colour,
        "url": f"/reports/{sent.reference}",
    }


def test_only_published_reports_are_on_the_map_for_everybody(
    make_report: Callable[..., Report],
    works: Institution,
    secret_matters: Category,
    moderator: Person,
    employee: Person,
    reporter: Person,
    client_of: Callable[[Person | None], Client],
) -> None:
    waiting = make_report()
    hidden = make_report()
    private = make_report(category=secret_matters)
    shown = make_report()
    for report in (hidden, private, shown):
        send_report(report, works, actor=moderator)
    hide_report(hidden, "", actor=moderator)
    for person in (None, reporter, moderator, employee):
        client = client_of(person)
        for zoom in (5, 12, 17, 19):
            answer = ask(client, bbox=CITY, zoom=zoom)
            assert [f["properties"]["reference"] for f in answer["features"]] == [shown.reference]
        assert waiting.reference not in client.get("/map").content.decode()
    assert total(ask(client_of(None), bbox=CITY, zoom=12, category=secret_matters.slug)) == 0


@pytest.mark.parametrize("zoom", [0, 3, 4, 8, 11, 12, 13, 15])
def test_clusters_hold_exactly_the_reports(
    client: Client, zoom: int, potholes: Category, parks: Category, django_assert_num_queries: Any
) -> None:
    scatter(300, potholes)
    scatter(200, parks, seed=2)
    with django_assert_num_queries(1):
        answer = ask(client, bbox=CITY, zoom=zoom)
    assert total(answer) == answer["count"] == 500
    assert all("count" in feature["properties"] for feature in answer["features"])
    for feature in answer["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert 19.0 <= longitude <= 19.2
        assert 47.4 <= latitude <= 47.6


def test_clusters_follow_status_and_category_with_its_children(
    client: Client, potholes: Category, parks: Category
) -> None:
    benches = Category.objects.create(slug="bench", names={"hu": "Pad"}, parent=parks)
    scatter(300, potholes)
    scatter(150, parks, seed=2)
    scatter(150, benches, seed=3)
    scatter(150, None, seed=4)
    solved = Report.objects.filter(status=Status.SOLVED)
    assert total(ask(client, bbox=CITY, zoom=11)) == 750
    assert total(ask(client, bbox=CITY, zoom=11, category="parks")) == 300
    assert total(ask(client, bbox=CITY, zoom=11, category=str(parks.pk))) == 300
    assert total(ask(client, bbox=CITY, zoom=11, category="bench")) == 150
    assert total(ask(client, bbox=CITY, zoom=11, status="solved")) == solved.count()
    both = ask(client, bbox=CITY, zoom=11, status="solved", category="parks")
    assert total(both) == solved.filter(category__in=[parks, benches]).count()


def test_other_filters_hold_exactly_the_reports_too(
    client: Client, district: Area, other_district: Area, django_assert_num_queries: Any
) -> None:
    scatter(POINTS_AT_MOST + 50, area=district)
    scatter(POINTS_AT_MOST + 20, area=other_district, seed=2)
    for zoom in (5, 11, 14):
        answer = ask(client, bbox=CITY, zoom=zoom, area=district.pk)
        assert total(answer) == POINTS_AT_MOST + 50
        assert "count" in answer["features"][0]["properties"]
        assert total(ask(client, bbox=CITY, zoom=zoom, area=district.parent_id)) == 2 * POINTS_AT_MOST + 70
    # The area itself, its parts, how many, the clusters.
    with django_assert_num_queries(4):
        ask(client, bbox=CITY, zoom=11, area=district.pk)


def test_a_report_on_the_border_of_two_squares_counts_once(client: Client) -> None:
    now = timezone.now()
    for longitude in (0.0, 180 / 2**5, -180.0, 180.0):
        Report.objects.create(
            description="x",
            point=Point(longitude, 0.0, srid=4326),
            status=Status.SENT,
            created_at=now,
            status_since=now,
            published_at=now,
        )
    for zoom in (0, 5, 9, 17):
        assert total(ask(client, bbox=WORLD, zoom=zoom)) == 4
    assert MapCell.objects.filter(zoom=10, x=grid_x(0.0, 10)).count() == 1


def test_windows_across_the_date_line_and_round_the_world(client: Client) -> None:
    now = timezone.now()
    for longitude in (179.5, -179.5, 19.0):
        Report.objects.create(
            description="x",
            point=Point(longitude, 10.0, srid=4326),
            status=Status.SENT,
            created_at=now,
            status_since=now,
            published_at=now,
        )
    assert total(ask(client, bbox="179,0,-179,20", zoom=9)) == 2
    assert total(ask(client, bbox="179,0,181,20", zoom=9)) == 2
    assert total(ask(client, bbox="-181,0,-179,20", zoom=18)) == 2
    assert total(ask(client, bbox="-360,-90,360,90", zoom=3)) == 3
    assert total(ask(client, bbox="18,0,20,20", zoom=9)) == 1
    assert total(ask(client, bbox="19,10,19,10", zoom=9)) == 1


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": ""},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,4,5"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,0,1,1"},
        {"bbox": "0,0,inf,1"},
        {"bbox": "0,60,1,50"},
        {"bbox": "0,0,1,95"},
        {"bbox": "-9999,0,1,1"},
        {"bbox": CITY, "zoom": "x"},
        {"bbox": CITY, "zoom": "-1"},
        {"bbox": CITY, "zoom": "99"},
        {"bbox": CITY, "zoom": "inf"},
        {"bbox": CITY, "zoom": "nan"},
        {"bbox": CITY, "zoom": "12", "status": "submitted"},
        {"bbox": CITY, "zoom": "12", "category": "nothing-of-the-kind"},
        {"bbox": CITY, "zoom": "12", "area": "99999999999999999999999"},
        {"bbox": CITY, "zoom": "12", "date_from": "2026-02-31"},
        {"bbox": CITY, "zoom": "12", "q": "a\x00b"},
    ],
)
def test_junk_is_a_message(client: Client, query: dict[str, str]) -> None:
    response = client.get("/map/reports.json", query)
    assert response.status_code == 400
    assert response.json()["errors"]
    if "status" not in query:
        assert client.get("/map", query).status_code == 200


def test_naughty_strings(client: Client, shared: Path) -> None:
    for file in sorted((shared / "bad_input").glob("*.json")):
        for text in json.loads(file.read_text()):
            junk = {"bbox": CITY, "category": str(text), "area": str(text), "date_to": str(text)}
            assert client.get("/map/reports.json", junk).status_code == 400 or not str(text).strip(), text
            words = {"bbox": CITY, "q": str(text)}
            assert client.get("/map/reports.json", words).status_code in (200, 400), text


def test_a_huge_window_at_a_near_zoom_is_grouped_coarsely(client: Client, potholes: Category) -> None:
    scatter(1100, potholes)
    answer = ask(client, bbox=WORLD, zoom=17)
    assert total(answer) == 1100
    assert len(answer["features"]) < 50


def test_streets_show_points_up_to_a_limit(client: Client, potholes: Category) -> None:
    scatter(1100, potholes)
    answer = ask(client, bbox=CITY, zoom=19)
    assert answer["truncated"]
    assert len(answer["features"]) == 1000


def test_boundaries_of_served_areas(client: Client, district: Area, other_district: Area) -> None:
    response = client.get("/map/areas.json", {"bbox": CITY, "zoom": "12"})
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert sorted(f["properties"]["name"] for f in response.json()["features"]) == ["Belváros", "Külváros"]
    Area.objects.filter(pk=other_district.pk).update(is_served=False)
    shapes = client.get("/map/areas.json", {"bbox": CITY, "zoom": "12"}).json()
    assert [f["properties"]["name"] for f in shapes["features"]] == ["Belváros"]
    assert shapes["features"][0]["geometry"]["type"] == "Polygon"
    assert client.get("/map/areas.json", {"bbox": "10,10,11,11", "zoom": "12"}).json()["features"] == []
    assert client.get("/map/areas.json", {"bbox": "x"}).status_code == 400


def test_from_afar_the_county_stands_for_its_districts(client: Client, city: Area, district: Area) -> None:
    Area.objects.filter(pk=city.pk).update(is_served=True)

    def names(zoom: int) -> list[str]:
        answer = client.get("/map/areas.json", {"bbox": CITY, "zoom": str(zoom)}).json()
        return [feature["properties"]["name"] for feature in answer["features"]]

    assert names(8) == ["Egyváros"]
    assert names(12) == ["Belváros"]


def test_the_page_lists_reports_without_a_script(client: Client, sent: Report, district: Area) -> None:
    page = client.get("/map").content.decode()
    assert f'href="/reports/{sent.reference}"' in page
    assert "noindex" not in page
    part = client.get("/map", {"part": "list", "bbox": CITY, "zoom": "12"}).content.decode()
    assert f'href="/reports/{sent.reference}"' in part
    assert "<html" not in part
    elsewhere = client.get("/map", {"part": "list", "bbox": "10,10,11,11", "zoom": "12"}).content.decode()
    assert sent.reference not in elsewhere
    narrowed = client.get("/map", {"area": district.pk}).content.decode()
    assert 'data-extent="19.0,47.4,19.1,47.5"' in narrowed
    assert "noindex" in narrowed


def test_the_list_costs_the_same_with_more_reports(
    client: Client,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(3):
        send_report(make_report(photos=1), works, actor=moderator)
    for _ in range(2):
        # Reports with category, area and institution; their photos.
        with django_assert_num_queries(2):
            client.get("/map", {"part": "list", "bbox": CITY, "zoom": "12"})
        send_report(make_report(photos=1), works, actor=moderator)

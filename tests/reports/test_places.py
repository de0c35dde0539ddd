"""Five equal ways to say where it is, and what one is told where none of them helps."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.test import Client

from municipalities.models import Area, Institution, Responsibility
from reports.models import Report
from tests.conftest import square

from .filling import NEW, errors, fields, located, sent_to_done
from .geocoder import FO_TER, FO_UTCA, Geocoder, spot

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
NOWHERE = {"latitude": "", "longitude": ""}


def post(client: Client, **changes: Any) -> Any:
    return client.post(NEW, fields(**changes), headers=ENGLISH)


def source_of(response: Any) -> str:
    return sent_to_done(response).place_source


# -- How the place was told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "kept"),
    [("map", "map"), ("position", "position"), ("search", "search"), ("photo", "photo"), ("", "coordinates"),
     ("words", "coordinates"), ("junk", "coordinates"), ("x" * 300, None)],
)  # fmt: skip
def test_source_is_kept(client: Client, district: Area, told: str, kept: str | None) -> None:
    response = post(client, place_source=told)
    assert (source_of(response) == kept) if kept else response.status_code == 200


def test_photos_place(client: Client, district: Area) -> None:
    assert source_of(post(client, **NOWHERE, photos=located())) == "photo"


def test_words_win_over_the_photo(client: Client, district: Area, other_district: Area) -> None:
    report = sent_to_done(
        post(client, **NOWHERE, photos=located(), settlement=other_district.pk, address="A kút mellett")
    )
    assert (report.place_source, report.area) == ("words", other_district)


# -- Search without JavaScript ------------------------------------------------------------------------------


def test_find_button_shows_places_and_keeps_everything(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.results = [FO_UTCA, FO_TER]

    response = post(
        client, **NOWHERE, place_search="Fő utca", find_place="1", photos=located(), description="", email="x"
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert not response.context["form"].errors
    assert "12, Fő utca, Belváros" in page
    assert 'value="47.45,19.05,1011 Egyváros, Fő utca 12"' in page
    assert "47.46,19.06" in page
    assert 'value="x"' in page  # a half-typed address: nobody complains while searching
    assert len(response.context["held"].photos) == 1
    assert not Report.objects.exists()


def test_chosen_place_is_taken(client: Client, district: Area, geocoder: Geocoder) -> None:
    report = sent_to_done(
        post(client, **NOWHERE, place_search="Fő utca", place_choice="47.45,19.05,1011 Egyváros, Fő utca 12")
    )

    assert (report.latitude, report.longitude, report.place_source) == (47.45, 19.05, "search")
    assert report.address == "1011 Egyváros, Fő utca 12"
    assert geocoder.requests == []


def test_chosen_place_does_not_overwrite_a_typed_address(client: Client, district: Area) -> None:
    report = sent_to_done(post(client, **NOWHERE, place_choice="47.45,19.05,Fő utca 12", address="A kút mellett"))
    assert report.address == "A kút mellett"


@pytest.mark.parametrize("choice", ["x,y", "999,999,", ",", "47.45", "nan,nan", "\x00,1", "47.45,19.05," + "x" * 400])
def test_junk_for_a_choice(client: Client, district: Area, choice: str) -> None:
    assert post(client, **NOWHERE, place_choice=choice).status_code in (200, 302)


def test_sending_without_choosing_asks_to_choose(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.results = [FO_UTCA, FO_TER]

    response = post(client, **NOWHERE, place_search="Fő utca")

    assert set(errors(response)) == {"place_search"}
    assert "12, Fő utca, Belváros" in response.content.decode()


def test_nothing_found(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.results = []
    response = post(client, **NOWHERE, place_search="Nincs utca", find_place="1")
    assert "Nothing of this name" in response.content.decode()


def test_what_lies_outside_is_not_offered(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.results = [spot("Fő utca, Bécs", 48.2, 16.37)]
    response = post(client, **NOWHERE, place_search="Fő utca", find_place="1")
    assert "lies outside the areas" in response.content.decode()
    assert "Bécs" not in response.content.decode()


def test_away_says_so_and_names_the_other_ways(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.status = 500
    response = post(client, **NOWHERE, place_search="Fő utca", find_place="1")
    assert "does not answer now. Tap on the map" in response.content.decode()


def test_without_geocoder_the_form_says_what_search_takes(client: Client, district: Area, settings: Any) -> None:
    settings.GEOCODER_URL, settings.DEMO = "", False
    assert "Streets cannot be searched here" in client.get(NEW, headers=ENGLISH).content.decode()
    settings.DEMO = True
    assert "This demo works without the internet" in client.get(NEW, headers=ENGLISH).content.decode()
    response = post(client, **NOWHERE, place_search="Fő utca")
    assert "Streets cannot be searched here" in errors(response)["place_search"][0]


@pytest.mark.parametrize(
    "text", ["47.45, 19.05", "47,45 19,05", "19.05, 47.45", "47°27'N 19°3'E", "8FVXF322+22", "F322+22 Belváros"]
)
def test_numbers_need_no_geocoder(client: Client, district: Area, text: str) -> None:
    report = sent_to_done(post(client, **NOWHERE, place_search=text))

    assert (report.latitude, report.longitude) == pytest.approx((47.45, 19.05), abs=1e-4)
    assert (report.area, report.place_source) == (district, "coordinates")


def test_geocoders_text_is_escaped(client: Client, district: Area, geocoder: Geocoder) -> None:
    evil = '"><script>alert(1)</script>'
    geocoder.results = [spot(evil, 47.45, 19.05, road=evil, city="X")]
    page = post(client, **NOWHERE, place_search="Fő utca", find_place="1").content.decode()
    assert "alert(1)" in page
    assert "<script>alert" not in page


# -- Words alone --------------------------------------------------------------------------------------------


def test_words_are_enough_without_a_geocoder(client: Client, district: Area, other_district: Area) -> None:
    report = sent_to_done(post(client, **NOWHERE, settlement=other_district.pk, address="A kút mellett"))

    assert (report.area, report.address, report.place_source) == (other_district, "A kút mellett", "words")
    assert Area.objects.at(report.point) == other_district
    assert report.is_place_vague


def test_words_are_enough_when_the_geocoder_is_away(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.status = 500
    assert source_of(post(client, **NOWHERE, settlement=district.pk, address="A kút mellett")) == "words"


def test_words_that_are_found_become_a_pin_to_confirm(client: Client, district: Area, geocoder: Geocoder) -> None:
    response = post(client, **NOWHERE, settlement=district.pk, address="Fő utca 12")

    assert set(errors(response)) == {"address"}
    assert "12, Fő utca, Belváros" in response.content.decode()
    assert geocoder.requests[0].args["q"] == "Fő utca 12, Egyváros Belváros"

    choice = "47.45,19.05,1011 Egyváros, Fő utca 12"
    report = sent_to_done(post(client, **NOWHERE, settlement=district.pk, address="Fő utca 12", place_choice=choice))
    assert (report.place_source, report.address) == ("search", "Fő utca 12")


def test_none_of_those_found(client: Client, district: Area, geocoder: Geocoder) -> None:
    report = sent_to_done(post(client, **NOWHERE, settlement=district.pk, address="Fő utca 12", place_choice="words"))
    assert report.place_source == "words"


def test_found_in_another_settlement_is_not_meant(
    client: Client, district: Area, other_district: Area, geocoder: Geocoder
) -> None:
    report = sent_to_done(post(client, **NOWHERE, settlement=other_district.pk, address="Fő utca 12"))
    assert (report.place_source, report.area) == ("words", other_district)


def test_half_of_the_words(client: Client, district: Area) -> None:
    assert set(errors(post(client, **NOWHERE, settlement=district.pk))) == {"address"}
    assert set(errors(post(client, **NOWHERE, address="Fő utca 12"))) == {"settlement"}


@pytest.mark.parametrize("settlement", ["999999", "99999999999999999999", "Nincsfalva", "\x00", "'; --"])
def test_unknown_settlement(client: Client, district: Area, settlement: str) -> None:
    response = post(client, **NOWHERE, settlement=settlement, address="Fő utca 12")
    assert set(errors(response)) == {"settlement"}


def test_unserved_settlement_cannot_be_chosen(client: Client, district: Area, city: Area) -> None:
    response = post(client, **NOWHERE, settlement=city.pk, address="Fő utca 12")
    assert set(errors(response)) == {"settlement"}


def test_many_settlements_are_typed_by_name(client: Client, district: Area) -> None:
    for number in range(70):
        Area.objects.create(kind="settlement", name=f"Falu {number}", code=f"f{number}", parent=district.parent)
    page = client.get(NEW).content.decode()
    assert '<option value="Egyváros, Belváros">' in page
    report = sent_to_done(post(client, **NOWHERE, settlement="belváros", address="A kút mellett"))
    assert report.area == district


def test_far_too_many_settlements_are_not_sent_to_the_phone(client: Client, district: Area) -> None:
    rows = [Area(kind="settlement", name=f"Falu {number}", code=f"f{number}") for number in range(510)]
    Area.objects.bulk_create(rows)
    page = client.get(NEW).content.decode()
    assert "Falu" not in page
    assert 'name="settlement"' in page
    assert sent_to_done(post(client, **NOWHERE, settlement="BELVÁROS", address="A kút mellett")).area == district


def test_same_name_twice_asks_which(client: Client, district: Area) -> None:
    other = Area.objects.create(kind="county", name="Másváros", code="02", is_served=False)
    twin = Area.objects.create(kind="district", name="Belváros", code="077", parent=other)
    twin.set_shape(square(20.0, 47.4))
    assert set(errors(post(client, **NOWHERE, settlement="Belváros", address="A kút"))) == {"settlement"}
    assert sent_to_done(post(client, **NOWHERE, settlement="Másváros, Belváros", address="A kút")).area == twin


def test_desk_sees_that_the_place_is_in_words_and_sets_the_pin(
    client_of: Any, client: Client, district: Area, moderator: Any
) -> None:
    report = sent_to_done(post(client, **NOWHERE, settlement=district.pk, address="A kút mellett"))
    Report.objects.filter(pk=report.pk).update(status="submitted", submitted_at=report.created_at)
    desk = client_of(moderator)
    url = f"/desk/{report.reference}"
    page = desk.get(url, headers=ENGLISH).content.decode()
    assert "told only in words" in page
    data = {"description": report.description, "address": report.address, "version": 1, "action": "note",
            "note_text": "Tű.", "latitude": "47.41", "longitude": "19.01"}  # fmt: skip
    desk.post(url, data)
    report.refresh_from_db()
    assert (report.latitude, report.place_source) == (47.41, "map")
    assert "told only in words" not in desk.get(url, headers=ENGLISH).content.decode()


# -- The address --------------------------------------------------------------------------------------------


def test_empty_address_is_filled_in_at_sending(client: Client, district: Area, geocoder: Geocoder) -> None:
    assert sent_to_done(post(client)).address == "1011 Egyváros, Fő utca 12"


def test_typed_address_is_never_overwritten(client: Client, district: Area, geocoder: Geocoder) -> None:
    assert sent_to_done(post(client, address="A kút mellett")).address == "A kút mellett"
    assert geocoder.requests == []


def test_nobody_asks_for_the_address_of_a_form_with_mistakes(
    client: Client, district: Area, geocoder: Geocoder
) -> None:
    errors(post(client, description=""))
    assert geocoder.requests == []


def test_no_report_is_lost_for_want_of_an_address(client: Client, district: Area, geocoder: Geocoder) -> None:
    geocoder.status = 500
    assert sent_to_done(post(client)).address == ""


# -- Outside ------------------------------------------------------------------------------------------------


@pytest.fixture
def budaors(db: None) -> Area:
    pest = Area.objects.create(kind="county", name="Pest", code="14", is_served=False)
    pest.set_shape(square(18.5, 47.4, 0.4))
    town = Area.objects.create(kind="settlement", name="Budaörs", code="23278", parent=pest, is_served=False)
    town.set_shape(square(18.6, 47.4))
    return town


def test_unserved_settlement_is_named_with_its_body(client: Client, district: Area, budaors: Area) -> None:
    Institution.objects.create(
        name="Budaörs Város Önkormányzata", kind="municipality", website="https://budaors.example/"
    )
    response = post(client, latitude="47.45", longitude="18.65", place_source="map")

    [message] = errors(response)["latitude"]
    assert message == "This place lies in Budaörs – Pest, where we do not take reports yet."
    page = response.content.decode()
    assert 'href="https://budaors.example/"' in page
    assert "Budaörs Város Önkormányzata" in page
    assert 'value="47.45"' in page
    assert "Mély kátyú a sarkon." in page


def test_the_body_with_a_rule_there_comes_first(client: Client, district: Area, budaors: Area) -> None:
    Institution.objects.create(name="Budaörs Város Önkormányzata", kind="municipality")
    ruled = Institution.objects.create(name="Közös Hivatal", kind="municipality")
    Responsibility.objects.create(area=budaors, institution=ruled)
    response = post(client, latitude="47.45", longitude="18.65")
    assert response.context["form"].outside.institution == ruled


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("0", "0", "lies in the sea off Africa"),
        ("44.0", "15.0", "outside every area"),
        ("19.05", "47.45", "seem to be swapped"),
        ("-90", "180", "outside every area"),
    ],
)
def test_sea_null_island_and_swapped(client: Client, district: Area, latitude: str, longitude: str, words: str) -> None:
    response = post(client, latitude=latitude, longitude=longitude)
    assert words in errors(response)["latitude"][0]
    assert "The municipality of the place can help" in response.content.decode()


# -- For the script -----------------------------------------------------------------------------------------


def places(client: Client, q: str, **more: str) -> dict[str, Any]:
    response = client.get("/report/places", {"q": q, **more}, headers=ENGLISH)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.json()


def test_places(client: Client, district: Area, geocoder: Geocoder) -> None:
    assert places(client, "Fő utca") == {
        "places": [
            {
                "label": "12, Fő utca, Belváros, Egyváros, 1011, Magyarország",
                "address": "1011 Egyváros, Fő utca 12",
                "latitude": 47.45,
                "longitude": 19.05,
            }
        ],
        "message": "",
    }


def test_short_plus_code_is_read_where_the_map_is(client: Client, district: Area) -> None:
    found = places(client, "F322+22", near="46.3,20.1")["places"]
    assert (found[0]["latitude"], found[0]["longitude"]) == pytest.approx((46.45, 20.05), abs=1e-3)
    here = places(client, "F322+22", near="junk")["places"]
    assert (here[0]["latitude"], here[0]["longitude"]) == pytest.approx((47.45, 19.05), abs=1e-3)


def test_short_plus_code_of_an_unknown_settlement(client: Client, district: Area, geocoder: Geocoder) -> None:
    assert places(client, "F322+22 Egyváros")["places"]
    geocoder.results = []
    assert "do not know the settlement" in places(client, "F322+22 Nincsfalva")["message"]


@pytest.mark.parametrize("q", ["", "a", " " * 50, "\x00", "%", "x" * 5000])
def test_junk_finds_nothing(client: Client, district: Area, q: str) -> None:
    found = places(client, q)
    assert found["places"] == []
    assert found["message"]


def test_visitor_has_a_limit_but_numbers_are_free(
    client: Client, district: Area, geocoder: Geocoder, settings: Any
) -> None:
    settings.GEOCODER_PER_VISITOR = 2
    places(client, "Fő utca 1")
    places(client, "Fő utca 2")
    refused = client.get("/report/places", {"q": "Fő utca 3"}, headers=ENGLISH)
    assert refused.status_code == 429
    assert "very often" in refused.json()["message"]
    assert len(geocoder.requests) == 2
    assert places(client, "47.45, 19.05")["places"]
    page = post(client, **NOWHERE, place_search="Fő utca 3", find_place="1").content.decode()
    assert "very often" in page
    assert client.get("/report/address", {"lat": "47.45", "lon": "19.05"}).json()["address"] == ""
    assert len(geocoder.requests) == 2


def test_address_of_a_pin(client: Client, district: Area, geocoder: Geocoder) -> None:
    response = client.get("/report/address", {"lat": "47.45", "lon": "19.05"})
    assert response.json() == {"address": "1011 Egyváros, Fő utca 12", "outside": None}
    geocoder.status = 500
    assert client.get("/report/address", {"lat": "47.46", "lon": "19.05"}).json()["address"] == ""


def test_pin_outside_is_told_at_once(client: Client, district: Area, budaors: Area, geocoder: Geocoder) -> None:
    response = client.get("/report/address", {"lat": "47.45", "lon": "18.65"}, headers=ENGLISH)
    assert response.json()["outside"] == {
        "message": "This place lies in Budaörs – Pest, where we do not take reports yet.",
        "name": "",
        "website": "",
    }
    assert geocoder.requests == []


@pytest.mark.parametrize(
    ("lat", "lon"), [("", ""), ("x", "1"), ("nan", "nan"), ("inf", "0"), ("91", "0"), ("1\x00", "2")]
)
def test_junk_for_a_pin(client: Client, lat: str, lon: str) -> None:
    assert client.get("/report/address", {"lat": lat, "lon": lon}).status_code == 400


def test_only_read(client: Client) -> None:
    assert client.post("/report/places").status_code == 405
    assert client.post("/report/address").status_code == 405


# -- Real boundaries ----------------------------------------------------------------------------------------


@pytest.mark.data
def test_known_places_are_found_by_their_numbers_in_any_order(client: Client, shared: Path) -> None:
    """The real districts are served; every other point comes back with a word."""
    collection = json.loads((shared / "geo" / "budapest_districts.geojson").read_text())
    for number, feature in enumerate(collection["features"]):
        shape = GEOSGeometry(json.dumps(feature["geometry"]))
        area = Area.objects.create(kind="district", name=f"{number}", code=f"d{number}")
        area.set_shape(shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326))
    with (shared / "geo" / "points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        lat, lon = float(row["lat"]), float(row["lon"])
        for text in (f"{lat}, {lon}", f"{lon}, {lat}"):
            found = places(client, text)["places"][0]
            is_served = Area.objects.at(Point(lon, lat, srid=4326)) is not None
            assert is_served == (row["settlement"] == "Budapest"), row["name"]
            if is_served:
                assert (found["latitude"], found["longitude"]) == (lat, lon), row["name"]

"""The geocoder: what it is asked, what it may answer, and that nobody waits for it or is lied to without it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from municipalities.models import Area
from reports import geocoding
from reports.geocoding import GeocoderAway, address_at, search_address

from .geocoder import FO_TER, FO_UTCA, Geocoder, spot

pytestmark = pytest.mark.django_db
HERE = Point(19.05, 47.45, srid=4326)


def test_search_asks_politely_and_within_the_served_areas(geocoder: Geocoder, district: Area, settings: Any) -> None:
    geocoder.results = [FO_UTCA, FO_TER]

    places = search_address("  Fő   utca 12 ", language="hu")

    assert [(p.latitude, p.longitude, p.address) for p in places] == [
        (47.45, 19.05, "1011 Egyváros, Fő utca 12"),
        (47.46, 19.06, "Egyváros, Fő tér"),
    ]
    [request] = geocoder.requests
    assert request.args["q"] == "Fő utca 12"
    assert request.args["limit"] == "5"
    assert request.args["bounded"] == "1"
    assert [float(edge) for edge in request.args["viewbox"].split(",")] == pytest.approx([19.0, 47.4, 19.1, 47.5])
    assert request.args["countrycodes"] == "hu"
    assert request.args["accept-language"] == "hu"
    assert settings.SITE_URL in request.headers["User-Agent"]


def test_same_question_is_asked_once_for_days(geocoder: Geocoder, district: Area) -> None:
    with time_machine.travel("2026-11-25T12:00Z", tick=False) as clock:
        first = search_address("Fő utca 12", language="hu")
        assert search_address("FŐ UTCA 12", language="hu") == first
        assert len(geocoder.requests) == 1
        search_address("Fő utca 12", language="en")
        assert len(geocoder.requests) == 2
        clock.shift(geocoding.FOUND_FOR + 1)
        search_address("Fő utca 12", language="hu")
    assert len(geocoder.requests) == 3


def test_nothing_found_is_remembered_for_minutes_only(geocoder: Geocoder, district: Area) -> None:
    geocoder.results = []
    with time_machine.travel("2026-11-25T12:00Z", tick=False) as clock:
        assert search_address("Nincs utca", language="hu") == []
        assert search_address("Nincs utca", language="hu") == []
        assert len(geocoder.requests) == 1
        clock.shift(geocoding.NOTHING_FOR + 1)
        geocoder.results = [FO_UTCA]
        assert len(search_address("Nincs utca", language="hu")) == 1


def test_address_of_a_point(geocoder: Geocoder) -> None:
    assert address_at(HERE, language="hu") == "1011 Egyváros, Fő utca 12"
    assert address_at(HERE, language="hu") == "1011 Egyváros, Fő utca 12"
    [request] = geocoder.requests
    assert (request.args["lat"], request.args["lon"]) == ("47.45", "19.05")


def test_no_address_at_sea(geocoder: Geocoder) -> None:
    geocoder.reverse = {"error": "Unable to geocode"}
    assert address_at(HERE, language="hu") == ""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"amenity": "Posta", "town": "Vác"}, "Vác, Posta"),
        ({"city": "Vác", "postcode": "2600"}, "2600 Vác, valahol"),
        ({"road": 5, "city": ["Vác"]}, "2600 Vác, valahol"),
        ("Fő utca", "2600 Vác, valahol"),
    ],
)
def test_address_is_short_where_its_parts_are_known(geocoder: Geocoder, parts: Any, expected: str) -> None:
    geocoder.reverse = {"display_name": "2600 Vác, valahol", "lat": "47", "lon": "19", "address": parts}
    assert address_at(HERE, language="hu") == expected


def test_text_comes_in_one_bearable_line(geocoder: Geocoder) -> None:
    geocoder.results = [spot("<b>Fő</b>\n\x00utca\u202e\x1b[31m" + "x" * 5000, 47.45, 19.05)]

    [place] = search_address("Fő utca", language="hu")

    assert place.label.startswith("<b>Fő</b> utca [31mx")
    assert len(place.label) == geocoding.LONGEST_LABEL


# -- Away ---------------------------------------------------------------------------------------------------


def test_without_an_address_there_is_none(db: None, settings: Any) -> None:
    settings.GEOCODER_URL = ""
    with pytest.raises(GeocoderAway) as away:
        search_address("Fő utca", language="hu")
    assert away.value.permanent


@pytest.mark.parametrize(
    ("status", "permanent"), [(500, False), (502, False), (429, False), (401, True), (403, True), (400, True)]
)
def test_refusal(geocoder: Geocoder, status: int, permanent: bool) -> None:
    geocoder.status = status
    with pytest.raises(GeocoderAway) as away:
        search_address("Fő utca", language="hu")
    assert away.value.permanent == permanent


@pytest.mark.parametrize(
    "answer",
    [
        "", "<html>", "5", "true", "[5]", '["x"]', "[[]]", '{"error": "boom"}', '{"error": {"code": 500}}', "[" * 5000,
        '[{"lat": "x", "lon": "y", "display_name": "z"}]', '[{"display_name": "z"}]', "\x00",
        '[{"lat": [], "lon": {}}]',
        '[{"lat": "NaN", "lon": "19", "display_name": "z"}]', '[{"lat": "1000", "lon": "19", "display_name": "z"}]',
        '[{"lat": "47", "lon": "19"}]',
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_odd_answer_is_no_answer(geocoder: Geocoder, answer: str) -> None:
    geocoder.results = answer
    with pytest.raises(GeocoderAway):
        search_address("Fő utca", language="hu")


@pytest.mark.parametrize("answer", ["null", "{}", "[]"])
def test_answer_without_a_place(geocoder: Geocoder, answer: str) -> None:
    geocoder.results = answer
    assert search_address("Fő utca", language="hu") == []


def test_nobody_waits_for_one_that_just_failed(geocoder: Geocoder) -> None:
    with time_machine.travel("2026-11-25T12:00Z", tick=False) as clock:
        geocoder.status = 500
        for words in ("Fő utca", "Fő tér"):
            with pytest.raises(GeocoderAway):
                search_address(words, language="hu")
        assert len(geocoder.requests) == 1

        geocoder.status = 200
        clock.shift(geocoding.AWAY_FOR + 1)
        assert search_address("Fő tér", language="hu")


def test_nobody_listens(db: None, settings: Any, httpserver: HTTPServer) -> None:
    settings.GEOCODER_URL = "http://127.0.0.1:1"
    with pytest.raises(GeocoderAway):
        search_address("Fő utca", language="hu")


@pytest.fixture
def held(httpserver: HTTPServer, settings: Any, db: None) -> Iterator[threading.Event]:
    """A server that keeps its visitors waiting until the event."""
    settings.GEOCODER_URL = httpserver.url_for("").rstrip("/")
    settings.GEOCODER_TIMEOUT = 0.3
    event = threading.Event()
    yield event
    event.set()


def test_slow_one_has_a_time_box(httpserver: HTTPServer, held: threading.Event) -> None:
    def slow(request: Request) -> Response:
        held.wait(20)
        return Response("[]")

    httpserver.expect_request("/search").respond_with_handler(slow)
    start = time.monotonic()
    with pytest.raises(GeocoderAway):
        search_address("Fő utca", language="hu")
    assert time.monotonic() - start < 3


def test_dripping_one_has_the_same(httpserver: HTTPServer, held: threading.Event) -> None:
    def drip() -> Iterator[bytes]:
        while not held.wait(0.02):
            yield b" "

    httpserver.expect_request("/search").respond_with_handler(lambda request: Response(drip()))
    start = time.monotonic()
    with pytest.raises(GeocoderAway):
        search_address("Fő utca", language="hu")
    assert time.monotonic() - start < 3


def test_endless_answer_is_cut(geocoder: Geocoder) -> None:
    geocoder.results = "[" + " " * (geocoding.LONGEST_ANSWER + 70_000) + "]"
    with pytest.raises(GeocoderAway):
        search_address("Fő utca", language="hu")


# -- Limits -------------------------------------------------------------------------------------------------


def test_all_visitors_together_take_turns(geocoder: Geocoder, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GEOCODER_PER_SECOND = 1.0
    with time_machine.travel("2026-11-25T12:00:00.4Z", tick=False) as clock:
        monkeypatch.setattr("reports.geocoding.time.sleep", clock.shift)
        search_address("Fő utca 1", language="hu")
        first = time.time()
        search_address("Fő utca 2", language="hu")
        assert int(time.time()) == int(first) + 1
        search_address("Fő utca 2", language="hu")  # remembered: waits for no turn
        assert int(time.time()) == int(first) + 1


def test_who_cannot_get_a_turn_in_time_is_told(geocoder: Geocoder, settings: Any) -> None:
    settings.GEOCODER_PER_SECOND = 0.001
    with time_machine.travel("2026-11-25T12:00Z", tick=False):
        search_address("Fő utca 1", language="hu")
        with pytest.raises(GeocoderAway):
            search_address("Fő utca 2", language="hu")
    assert len(geocoder.requests) == 1


def test_what_people_search_for_stands_in_no_log_and_in_no_key(
    geocoder: Geocoder, caplog: pytest.LogCaptureFixture
) -> None:
    search_address("Titkos utca 7", language="hu")
    geocoder.status, geocoder.results = 500, "Titkos utca 7"
    with pytest.raises(GeocoderAway):
        search_address("Titkos utca 8", language="hu")
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert len(ours) == 1
    assert "Titkos" not in ours[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(cache_key, ' ') FROM geocoder_cache")
        assert "itkos" not in cursor.fetchone()[0]

"""The settings page: name and language, usual place and filter, what mails when; the desk hears who wants none."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from pytest_httpserver import HTTPServer

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from municipalities.models import Area
from notifications.models import MailChoice, Mute
from reports.models import Report

Browser = Callable[[Person | None], Client]
EVERY = dict.fromkeys(("own", "followed", "comment", "alert", "digest", "thanks"), "now")


def save(client: Client, form: str, **values: Any) -> Any:
    return client.post("/my/settings", {"form": form, **values})


def test_name_and_language(client_of: Browser, stranger: Person) -> None:
    client = client_of(stranger)
    response = save(client, "profile", name=" Sári\nNéni ", language="en")
    assert response.headers["Location"] == "/my/settings"
    stranger.refresh_from_db()
    assert (stranger.name, stranger.language) == ("Sári Néni", "en")
    assert '<html lang="en">' in client.get("/my/settings").content.decode()
    for junk in ({"language": "xx"}, {"name": "x" * 121, "language": "hu"}, {"name": "\x00", "language": "hu"}):
        response = save(client, "profile", **junk)
        assert response.status_code == 200
        assert b"field-error" in response.content


def test_language_switch_is_remembered_for_the_person(client_of: Browser, stranger: Person) -> None:
    client_of(stranger).post("/i18n/setlang/", {"language": "en", "next": "/"})
    stranger.refresh_from_db()
    assert stranger.language == "en"
    client_of(stranger).post("/i18n/setlang/", {"language": "xx", "next": "/"})
    stranger.refresh_from_db()
    assert stranger.language == "en"


@pytest.mark.parametrize("path", ["/nowhere-at-all", "/accounts/login/", "/accounts/login/link/junk/", "/reports"])
def test_every_page_has_the_switch(db: None, path: str) -> None:
    page = Client(headers={"accept-language": "hu"}).get(path).content.decode()
    assert 'action="/i18n/setlang/"' in page
    assert 'value="en"' in page


@pytest.mark.parametrize(
    ("values", "point"),
    [
        ({"latitude": "47,45", "longitude": "19.05", "zoom": "17"}, (19.05, 47.45, 17)),
        ({"latitude": "47.45", "longitude": "19.05", "zoom": "99999"}, None),
        ({"latitude": "47.45"}, None),
        ({"latitude": "1e999", "longitude": "19"}, None),
        ({"latitude": "\x00", "longitude": "19"}, None),
        ({}, None),
        ({"area": "99999999999999999999999"}, None),
    ],
)
def test_usual_place(client_of: Browser, stranger: Person, values: dict[str, str], point: Any) -> None:
    client = client_of(stranger)
    response = save(client, "place", **values)
    stranger.refresh_from_db()
    if point is None:
        assert (response.status_code, stranger.default_point) == (200, None)
        return
    assert stranger.default_point
    assert (stranger.default_point.x, stranger.default_point.y, stranger.default_zoom) == point
    page = client.get("/map").content.decode()
    assert 'data-center="19.05,47.45" data-zoom="17"' in page
    assert 'data-center="19.05,47.45"' not in Client().get("/map").content.decode()
    save(client, "forget_place")
    stranger.refresh_from_db()
    assert stranger.default_point is None


def test_usual_place_by_district_needs_no_numbers(
    client_of: Browser, stranger: Person, sent: Report, district: Area
) -> None:
    save(client_of(stranger), "place", area=district.pk)
    stranger.refresh_from_db()
    assert stranger.default_point
    assert 19.0 < stranger.default_point.x < 19.1
    assert 47.4 < stranger.default_point.y < 47.5


def test_usual_place_by_coordinates_or_plus_code_in_the_search(client_of: Browser, stranger: Person) -> None:
    """What is searched for goes before the numbers of the place so far, which stand in the form."""
    client, old = client_of(stranger), {"latitude": "47.40", "longitude": "19.00"}
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for words, place in (("47.45, 19.05", (19.05, 47.45)), ("8FVXF2XR+53", (19.0402, 47.498))):
        assert save(client, "place", place_search=words, **old).status_code == 302
        stranger.refresh_from_db()
        assert stranger.default_point
        assert (stranger.default_point.x, stranger.default_point.y) == pytest.approx(place, abs=0.001)
    page = save(client, "place", place_search="Fő utca", **old).content.decode()
    assert "Streets cannot be searched here" in page
    assert 'value="Fő utca"' in page


def test_usual_place_by_street_is_chosen_of_those_found(
    client_of: Browser, stranger: Person, district: Area, httpserver: HTTPServer, settings: Any
) -> None:
    settings.GEOCODER_URL = httpserver.url_for("").rstrip("/")
    streets = [
        {"lat": f"47.4{n}", "lon": "19.05", "display_name": f"Fő utca {n}.", "address": {"road": "Fő utca"}}
        for n in (5, 6)
    ]
    httpserver.expect_request("/search").respond_with_json(streets)
    client = client_of(stranger)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = save(client, "place", place_search="Fő utca").content.decode()
    assert "Choose the right place of those that we found" in page
    choices = re.findall(r'name="place_choice"[^>]*value="([^"]+)"', page)
    assert len(choices) == 2
    assert "None of these" not in page
    assert save(client, "place", place_search="Fő utca", place_choice=html.unescape(choices[1])).status_code == 302
    stranger.refresh_from_db()
    assert stranger.default_point
    assert (stranger.default_point.x, stranger.default_point.y) == (19.05, 47.46)


def test_my_filter_is_kept_and_never_applied_by_itself(client_of: Browser, stranger: Person, sent: Report) -> None:
    client = client_of(stranger)
    response = client.post("/my/filter", {"query": "status=solved&evil=1&q=k%C3%A1ty%C3%BA", "next": "/reports"})
    assert response.headers["Location"] == "/reports"
    stranger.refresh_from_db()
    assert stranger.default_filters == "q=k%C3%A1ty%C3%BA&status=solved"
    page = client.get("/reports").content.decode()
    assert "?q=k%C3%A1ty%C3%BA&amp;status=solved" in page
    assert sent.heading in page  # it would be filtered away
    for query in ("", "status=junk", "\x00", "x" * 5000):
        response = client.post("/my/filter", {"query": query, "next": "https://evil.example/"})
        assert response.headers["Location"] == "/reports"
    stranger.refresh_from_db()
    assert stranger.default_filters == "q=k%C3%A1ty%C3%BA&status=solved"
    save(client, "forget_filters")
    stranger.refresh_from_db()
    assert stranger.default_filters == ""


@pytest.mark.parametrize(
    ("level", "news", "none"), [("news", True, False), ("questions", False, False), ("none", False, True)]
)
def test_what_mails_when(client_of: Browser, stranger: Person, level: str, news: bool, none: bool) -> None:
    client = client_of(stranger)
    for _ in range(2):
        save(client, "mails", level=level, **{**EVERY, "own": "weekly", "digest": "never"})
    stranger.refresh_from_db()
    assert (stranger.mail_news, stranger.mail_none) == (news, none)
    assert dict(MailChoice.objects.values_list("kind", "frequency")) == {**EVERY, "own": "weekly", "digest": "never"}
    assert f'value="{level}" id' in client.get("/my/settings").content.decode()


def test_junk_in_mails_is_a_message(client_of: Browser, stranger: Person) -> None:
    response = save(client_of(stranger), "mails", level="news", **{**EVERY, "alert": "weekly"})
    assert (response.status_code, MailChoice.objects.count()) == (200, 0)
    assert client_of(stranger).post("/my/settings", {"form": "junk"}).status_code == 200


def test_desk_says_who_cannot_be_reached(
    client_of: Browser, submitted: Report, reporter: Person, moderator: Person
) -> None:
    path = reverse("desk_case", args=[submitted.reference])
    client = client_of(moderator)
    client.cookies["django_language"] = "en"
    words = "The reporter cannot be reached by mail."
    assert words not in client.get(path).content.decode()
    save(client_of(reporter), "mails", level="questions", **EVERY)
    assert words not in client.get(path).content.decode()
    save(client_of(reporter), "mails", level="none", **EVERY)
    assert words in client.get(path).content.decode()


def test_all_of_it_is_exported_and_erased(client_of: Browser, stranger: Person, sent: Report) -> None:
    Person.objects.filter(pk=stranger.pk).update(default_point=Point(19.05, 47.45, srid=4326), default_filters="q=x")
    MailChoice.objects.create(person=stranger, kind="own", frequency="daily")
    stranger.refresh_from_db()
    data = export_person(stranger)
    assert data["preferences"]["usual_place"] == {"longitude": 19.05, "latitude": 47.45, "zoom": 15}
    assert data["mail_choices"]["how_often"] == {"own": "daily"}
    for _ in range(2):
        erase_person(stranger, keep_reports=True)
    stranger.refresh_from_db()
    assert (stranger.default_point, stranger.default_filters) == (None, "")
    assert not MailChoice.objects.exists()


def test_muted_report_is_heard_of_again(client_of: Browser, submitted: Report, reporter: Person) -> None:
    Mute.objects.create(person=reporter, report=submitted)
    client = client_of(reporter)
    assert submitted.heading in client.get("/my/settings").content.decode()
    for reference in ("\x00", "nosuchre", submitted.reference, submitted.reference):
        assert save(client, "unmute", report=reference).status_code == 302
    assert not Mute.objects.exists()
    assert submitted.heading not in client.get("/my/settings").content.decode()

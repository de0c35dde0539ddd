"""The section *Viewing* of the behaviours that we are held to, line by line."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions_desk import hide_report
from reports.actions_reporter import withdraw_report
from reports.lifecycle import Status
from reports.models import Report
from reports.paging import published_counts

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
AROUND = {"bbox": "19,47.4,19.1,47.5", "zoom": "14"}
OF_A_REPORT = ("", "/print", ".pdf", "/qr.svg", "/qr.png", "/card.jpg")


@pytest.fixture
def publish(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[..., Report]:
    def build(**fields: Any) -> Report:
        return send_report(make_report(photos=1, **fields), works, actor=moderator).report

    return build


def addresses(report: Report) -> list[str]:
    """Everything that shows a report: its page, its papers and its photo."""
    return [f"{report.get_absolute_url()}{part}" for part in OF_A_REPORT] + [report.photos.get().url_large]


def with_feed(report: Report) -> list[str]:
    """The feed too, which is for everybody or for nobody."""
    return [*addresses(report), f"{report.get_absolute_url()}.atom"]


def codes(client: Client, paths: list[str]) -> set[int]:
    found = set()
    for path in paths:
        response: Any = client.get(path)
        found.add(response.status_code)
        if response.streaming:
            response.getvalue()
    return found


def lists() -> dict[str, dict[str, str]]:
    """Every page that shows several reports, with what narrows it to ours."""
    return {
        reverse("front"): {},
        reverse("report_list"): {"q": "bizalmas"},
        reverse("map"): AROUND,
        reverse("map_reports"): AROUND,
        reverse("sitemap"): {},
        reverse("report_feed"): {},
    }


def test_hidden_or_withdrawn_is_gone_if_it_was_once_public(
    publish: Callable[..., Report], client_of: ClientOf, reporter: Person, moderator: Person, neighbour: Person
) -> None:
    hidden, withdrawn = publish(), publish()
    assert codes(client_of(None), with_feed(hidden) + with_feed(withdrawn)) == {200}
    hide_report(hidden, "", actor=moderator)
    withdraw_report(withdrawn, actor=reporter)
    for person in (None, neighbour):
        assert codes(client_of(person), with_feed(hidden) + with_feed(withdrawn)) == {410}
    assert codes(client_of(reporter), addresses(hidden) + addresses(withdrawn)) == {200}


def test_what_never_was_public_is_not_there(
    make_report: Callable[..., Report], client_of: ClientOf, reporter: Person, moderator: Person, neighbour: Person
) -> None:
    waiting, withdrawn = make_report(photos=1), make_report(photos=1)
    withdraw_report(withdrawn, actor=reporter)
    for person in (None, neighbour):
        assert codes(client_of(person), with_feed(waiting) + with_feed(withdrawn)) == {404}


def test_unconfirmed_is_not_there(
    make_report: Callable[..., Report], client_of: ClientOf, moderator: Person, neighbour: Person, reporter: Person
) -> None:
    report = make_report(photos=1, confirmed=False)
    for person in (None, neighbour, moderator):
        assert codes(client_of(person), with_feed(report)) == {404}
    assert codes(client_of(reporter), addresses(report)) == {200}


def test_private_is_there_for_its_own_people_only(
    publish: Callable[..., Report],
    client_of: ClientOf,
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    other_officer: Person,
    employee: Person,
) -> None:
    report = publish(is_private=True)
    for person in (None, neighbour, other_officer):
        assert codes(client_of(person), with_feed(report)) == {404}
    for person in (reporter, moderator, officer, employee):
        assert codes(client_of(person), addresses(report)) == {200}
    hide_report(report, "", actor=moderator)
    for person in (None, neighbour, other_officer, officer):
        assert codes(client_of(person), addresses(report)) == {404}


def test_photos_follow_their_report(publish: Callable[..., Report], client: Client, moderator: Person) -> None:
    report = publish()
    photo = report.photos.get()
    urls = [photo.url_large, photo.url_medium, photo.url_small]
    assert codes(client, urls) == {200}
    Report.objects.filter(pk=report.pk).update(is_private=True)
    assert codes(client, urls) == {404}
    Report.objects.filter(pk=report.pk).update(is_private=False)
    hide_report(report, "", actor=moderator)
    assert codes(client, urls) == {410}


def test_nothing_stays_in_a_public_cache(
    publish: Callable[..., Report], client_of: ClientOf, reporter: Person, moderator: Person
) -> None:
    shown, private, hidden = publish(), publish(is_private=True), publish()
    hide_report(hidden, "", actor=moderator)

    def kept(client: Client, path: str) -> set[str]:
        response: Any = client.get(path)
        if response.streaming:
            response.getvalue()
        return set(response["Cache-Control"].split(", "))

    for path in [*with_feed(shown), *with_feed(hidden), *addresses(private), *lists(), "/about", "/nowhere"]:
        words = kept(client_of(None), path)
        # No cache between may give it out unasked: it asks us each time, or it keeps nothing.
        assert words & {"no-cache", "no-store", "private"}, (path, words)
        assert not [word for word in words if word.startswith(("public", "s-maxage"))], path
        assert "private" in words or not [word for word in words if word.startswith("max-age")], path
    for report in (private, hidden):
        for path in addresses(report):
            assert kept(client_of(reporter), path) == {"private", "no-store"}, path


def test_private_reports_are_in_no_list_map_search_sitemap_or_count(
    publish: Callable[..., Report], client_of: ClientOf, neighbour: Person, reporter: Person
) -> None:
    publish(title="Bizalmas, de mindenkié")
    before = published_counts()
    secret = publish(title="Bizalmas ügy", is_private=True)

    for person in (None, neighbour):
        client = client_of(person)
        for path, query in lists().items():
            page = client.get(path, query).content.decode()
            assert secret.reference not in page, path
            assert "Bizalmas ügy" not in page, path
        assert client.get(reverse("report_list"), {"q": secret.reference}).context["found"] == 0
        assert client.get(reverse("report_list"), {"q": "bizalmas"}).context["found"] == 1
    assert published_counts() == before
    found = json.loads(client_of(None).get(reverse("map_reports"), AROUND).content)
    assert found["features"], "the public one is there"


def test_a_cached_page_never_shows_a_report_hidden_since(
    publish: Callable[..., Report], client: Client, moderator: Person
) -> None:
    report, other = publish(title="Bizalmas zebra"), publish(title="Bizalmas szomszéd")
    pages = [*with_feed(report), other.get_absolute_url(), *lists()]
    kept = {}
    for path in pages:
        response: Any = client.get(path, lists().get(path, {}))
        if response.streaming:
            response.getvalue()
        kept[path] = {name: response[name] for name in ("ETag", "Last-Modified") if response.has_header(name)}
    assert "Bizalmas zebra" in client.get(other.get_absolute_url()).content.decode()

    hide_report(report, "", actor=moderator)

    for path in pages:
        asked = {
            "If-None-Match": kept[path].get("ETag", "*"),
            "If-Modified-Since": kept[path].get("Last-Modified", "Wed, 01 Jan 2098 00:00:00 GMT"),
        }
        response = client.get(path, lists().get(path, {}), headers=asked)
        if path in with_feed(report):
            assert response.status_code == 410, path
        else:
            assert response.status_code == 200, path
            assert "Bizalmas zebra" not in response.content.decode(), path
            assert report.reference not in response.content.decode(), path


def test_duplicates_point_to_the_original(publish: Callable[..., Report], client: Client) -> None:
    original, copy = publish(), publish(title="Ugyanaz")
    Report.objects.filter(pk=copy.pk).update(
        status=Status.DUPLICATE, original=original, published_at=timezone.now(), title="Ugyanaz"
    )
    response = client.get(copy.get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="robots" content="noindex"' in page
    assert f'href="{original.get_absolute_url()}"' in page
    for path, query in lists().items():
        assert copy.reference not in client.get(path, query).content.decode(), path

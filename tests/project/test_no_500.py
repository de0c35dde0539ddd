"""Whatever stands in an address or a form, the answer is a page, a message or "not found", never an error of ours."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Person
from reports import links
from reports.actions_comments import write_comment
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

# One of each sort that has hurt somebody: the whole list runs with the data beside the checkout.
NAUGHTY = ["", "\x00", "a\x00b", "9" * 400, "-1", "NaN", "1e999", "ű" * 300, "%s%n", "\ud7ff\uffff\U0001f4a9", "../.."]
PARAMETERS = {
    "/": ["q"],
    "/about": ["page"],
    "/reports": ["q", "status", "category", "area", "institution", "date_from", "date_to", "sort", "page"],
    "/reports.atom": ["q", "status", "category", "area", "institution", "date_from", "date_to", "sort", "page", "lang"],
    "/map": ["q", "status", "category", "area", "institution", "date_from", "sort", "bbox", "zoom", "part"],
    "/map/reports.json": ["q", "status", "category", "area", "bbox", "zoom"],
    "/map/areas.json": ["bbox", "zoom"],
    "/alerts/": ["page"],
    "/alerts/new": ["q", "status", "category", "area", "institution", "latitude", "longitude", "letter"],
    "/report/new": ["lat", "lon", "submission", "category"],
    "/report/drafts": ["draft"],
    "/manifest.webmanifest": ["lang"],
    "/sitemap.xml": ["p", "section"],
    "/accounts/login/": ["next", "email"],
    "/accounts/signup/": ["next", "email"],
}
IN_PATH = [
    "/reports/{}",
    "/reports/{}.atom",
    "/reports/{}/own",
    "/reports/{}.pdf",
    "/reports/{}/print",
    "/reports/{}/card.jpg",
    "/reports/{}/qr.svg",
    "/reports/abcdefgh/qr.{}",
    "/reports/{}/own/edit",
    "/reports/{}/files/1",
    "/reports/abcdefgh/files/{}",
    "/photos/{}/large.jpg",
    "/photos/abc/{}.jpg",
    "/r/{}",
    "/bejelentesek/{}/4711/katyu",
    "/bejelentesek/budapest/{}",
    "/bejelentesek/budapest/4711/{}",
    "/report/done/{}",
    "/report/drafts/{}/delete",
    "/confirm/{}",
    "/own/{}",
    "/own/{}/edit",
    "/unsubscribe/{}",
    "/comment/{}",
    "/comments/{}",
    "/sighting/{}",
    "/reports/{}/comments",
    "/reports/{}/solved",
    "/reports/{}/flag",
    "/reports/{}/answers/1/rating",
    "/desk/talk/{}/1",
    "/desk/{}/photos/1",
    "/desk/abcdefgh/photos/{}/picture.jpg",
    "/desk/{}/answer",
    "/desk/{}/letters",
    "/desk/{}/preview",
    "/desk/{}/word",
    "/alerts/by-mail/{}",
    "/alerts/stop/{}",
    "/alerts/{}",
    "/follow/{}",
    "/o/{}",
    "/demo/mail/{}/",
    "/accounts/confirm-email/{}/",
]


def check_address(client: Client, url: str, query: dict[str, str] | None = None) -> None:
    response = client.get(url, query or {})
    assert response.status_code < 500, (url, query)


@pytest.mark.parametrize("junk", NAUGHTY, ids=ascii)
def test_naughty_addresses(client: Client, sent: Report, junk: str) -> None:
    for url, names in PARAMETERS.items():
        check_address(client, url, dict.fromkeys(names, junk))
        for name in names:
            check_address(client, url, {name: junk})
    for pattern in IN_PATH:
        check_address(client, pattern.format(quote(junk, safe="")))


@pytest.mark.parametrize("junk", NAUGHTY, ids=ascii)
def test_naughty_photo_of_a_case_file(client: Client, assignment: Assignment, junk: str) -> None:
    token = links.officer_token(assignment.pk)
    check_address(client, f"/o/{token}/photos/{quote(junk, safe='')}/large.jpg")


@pytest.mark.parametrize("junk", NAUGHTY, ids=ascii)
def test_naughty_forms_behind_links(client: Client, assignment: Assignment, junk: str) -> None:
    report = assignment.report
    fields = dict.fromkeys(("action", "step", "text", "title", "description", "promised_on", "pointed_to"), junk)
    case, own = f"/o/{links.officer_token(assignment.pk)}", f"/own/{links.sign(links.OWNER, report.pk)}"
    for url, names in {case: ("answer", "promise", "done", "not_ours"), own: ("give_info", "deny_solved")}.items():
        assert client.post(url, fields).status_code < 500
        for name in names:
            assert client.post(url, {**fields, "step": name, "action": name}).status_code < 500
    page, confirm = f"/reports/{report.reference}", f"/confirm/{links.sign(links.CONFIRM, report.pk)}"
    fields |= {"login": junk, "password": junk, "email": junk, "wish": junk}
    for url in (
        confirm,
        f"{page}/follow",
        f"{page}/support",
        f"{page}/news",
        "/report/new",
        "/report/photos",
        "/accounts/login/",
    ):
        assert client.post(url, {**fields, "kept_photos": [junk], "photo_hints": [junk]}).status_code < 500


@pytest.mark.parametrize("junk", NAUGHTY, ids=ascii)
def test_naughty_alerts(client: Client, sent: Report, junk: str) -> None:
    good = {"where": "around", "latitude": "47.45", "longitude": "19.05", "moments": ["new"], "frequency": "now"}
    names = (
        "where",
        "latitude",
        "longitude",
        "radius",
        "area",
        "points",
        "category",
        "institution",
        "words",
        "moments",
    )
    for name in (*names, "frequency", "name", "email"):
        place = {"where": {"area": "area", "points": "shape"}.get(name, "around")}
        data = {**good, **place, "email": "guest@example.org", name: junk}
        for extra in ({}, {"preview": "1"}):
            assert client.post("/alerts/new", {**data, **extra}).status_code < 500, name


@pytest.mark.data
def test_naughty_strings(client: Client, sent: Report, shared: Path) -> None:
    texts = [str(t) for file in sorted((shared / "bad_input").glob("*.json")) for t in json.loads(file.read_text())]
    for place, text in enumerate(texts):
        url, names = list(PARAMETERS.items())[place % len(PARAMETERS)]
        check_address(client, url, dict.fromkeys(names, text))
        check_address(client, IN_PATH[place % len(IN_PATH)].format(quote(text, safe="")))


@pytest.mark.parametrize("junk", NAUGHTY, ids=ascii)
def test_naughty_words_under_a_report(client: Client, sent: Report, neighbour: Person, junk: str) -> None:
    comment = write_comment(sent, "Ott van.", author=neighbour, confirmed=False)
    page = sent.get_absolute_url()
    names = ("text", "name", "email", "answer", "target", "reason", "value", "action", "kept_photos", "version")
    addresses = ("comments", "solved", "flag", "answers/1/rating")
    for url in (*(f"{page}/{part}" for part in addresses), f"/comment/{links.sign(links.COMMENT, comment.pk)}"):
        assert client.post(url, dict.fromkeys(names, junk)).status_code < 500
        for action in ("confirm", "edit", "withdraw"):
            assert client.post(url, {**dict.fromkeys(names, junk), "action": action}).status_code < 500
    for query in ("comment", "comments", "photo", "value", "page"):
        check_address(client, page, {query: junk})
        check_address(client, f"{page}/flag", {query: junk})

"""The preview, the sign-in half-way, the next one from the same place: nothing typed is ever lost on the way."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts.models import Person
from municipalities.models import Area, Category
from reports.lifecycle import Status
from reports.models import Photo, Report
from tests.conftest import jpeg

from .filling import INSIDE, NEW, fields, sent_to_done

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def hidden(page: str) -> dict[str, list[str]]:
    """What the form of a page would send again."""
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if 'type="hidden"' in tag and name and name[1] not in ("csrfmiddlewaretoken", "next", "language"):
            values.setdefault(name[1], []).append(unescape(value[1] if value else ""))
    return values


# -- Preview ------------------------------------------------------------------------------------------------


def test_preview_stores_no_report_and_sends_what_it_shows(client: Client, district: Area, potholes: Category) -> None:
    form = fields(
        step="preview", title="Cím <b>", name="Vendég Vera", show_name="on", address="Fő utca 1.",
        category=potholes.pk, photos=jpeg(), no_photo_reason=None,
    )  # fmt: skip
    page = client.post(NEW, form, headers=EN)

    text = page.content.decode()
    assert page.status_code == 200
    assert not Report.objects.exists()
    assert not Person.objects.exists()
    for words in ("this is how everybody will see it", "Cím &lt;b&gt;", "Reported by Vendég Vera", "Mély kátyú"):
        assert words in text
    assert "Fő utca 1." in text
    assert Photo.objects.get().url_large in text
    assert "guest@example.org" not in re.sub(r"<input[^>]*>", "", text)

    report = sent_to_done(client.post(NEW, hidden(text)))

    assert (report.title, report.reporter_name, report.show_name) == ("Cím <b>", "Vendég Vera", True)
    assert (report.category, report.address) == (potholes, "Fő utca 1.")
    assert report.photos.count() == 1
    assert str(report.submission) == form["submission"]


def test_preview_says_who_sees_what(client: Client, district: Area, secret_matters: Category) -> None:
    page = client.post(NEW, fields(step="preview", category=secret_matters.pk, name="Vera"), headers=EN)

    text = re.sub(r"<input[^>]*>", "", page.content.decode())
    assert "This report is private" in text
    assert "Vera" not in text
    assert "no name" in text


def test_preview_hints_without_javascript(client: Client, district: Area, potholes: Category) -> None:
    potholes.keywords = {"hu": ["kátyú"]}
    potholes.save()
    words = "Mély kátyú, hívjatok: 06 30 123 4567"
    text = client.post(NEW, fields(step="preview", description=words), headers=EN).content.decode()

    assert "This looks like a phone number." in text
    assert "06 30 123 4567" in text
    chip = f'name="chip"\n                       value="{potholes.pk}"'
    assert re.sub(r"\s+", "", chip) in re.sub(r"\s+", "", text)
    again = hidden(text) | {"chip": [str(potholes.pk)]}
    assert sent_to_done(client.post(NEW, again)).category == potholes


def test_change_leads_back_with_everything(client: Client, district: Area) -> None:
    form = fields(step="preview", title="Cím", name="Név", photos=jpeg(), no_photo_reason=None)
    again = hidden(client.post(NEW, form).content.decode())
    page = client.post(NEW, again | {"step": ["change"]}, headers=EN)

    text = page.content.decode()
    assert not page.context["form"].errors
    assert 'value="Cím"' in text
    assert 'value="Név"' in text
    assert 'value="guest@example.org"' in text
    assert f'value="{Photo.objects.get().token}"' in text
    assert not Report.objects.exists()


def test_preview_of_a_wrong_form_is_the_form(client: Client, district: Area) -> None:
    page = client.post(NEW, fields(step="preview", description="", email="x"))

    assert set(page.context["form"].errors) == {"description", "email"}


# -- Praise -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ticked", "is_private"), [("on", False), (None, True)])
def test_praise_is_public_or_not_as_its_reporter_says(
    client: Client, district: Area, ticked: str | None, is_private: bool
) -> None:
    form = fields(kind="praise", description="Köszönjük!", praise_public=ticked, no_photo_reason=None)
    report = sent_to_done(client.post(NEW, form))

    assert (report.kind, report.is_private) == ("praise", is_private)


def test_only_a_problem_needs_a_photo(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(kind="question", no_photo_reason=None)))
    assert (report.kind, report.is_private) == ("question", False)


# -- Channel and privacy notice -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"), [("app", "app"), ("web", "web"), (None, "web"), ("phone", "web"), ("\x00", "web")]
)
def test_channel_is_web_or_app(client: Client, district: Area, sent: str | None, kept: str) -> None:
    assert sent_to_done(client.post(NEW, fields(channel=sent))).channel == kept


@pytest.mark.parametrize(
    ("shown", "kept"),
    [("2026-01-31", "2026-01-31"), (None, "2026-11-25"), ("<b>", "2026-11-25"), ("\x00", "2026-11-25")],
)
def test_report_keeps_the_version_of_the_notice_that_was_shown(
    client: Client, district: Area, settings: Any, shown: str | None, kept: str
) -> None:
    settings.PRIVACY_VERSION = "2026-11-25"
    assert sent_to_done(client.post(NEW, fields(privacy_version=shown))).privacy_version == kept


def test_form_names_the_notice_and_what_the_body_sees(client: Client, settings: Any) -> None:
    settings.PRIVACY_VERSION = "2026-02-03"
    page = client.get(NEW, headers=EN).content.decode()
    assert 'href="/privacy"' in page
    assert "version 2026-02-03" in page
    assert "never your address" in page
    assert "Feb. 3, 2026" in client.get("/privacy", headers=EN).content.decode()


# -- Signing in half-way ------------------------------------------------------------------------------------


def sign_in(client: Client, where: str, email: str = "reporter@example.org") -> Any:
    return client.post(where, {"login": email, "password": "pw"})


@pytest.mark.parametrize("known", [True, False], ids=["reporter", "somebody else's address typed"])
def test_signing_in_half_way_keeps_all_and_makes_one_report(
    client: Client, district: Area, reporter: Person, neighbour: Person, known: bool
) -> None:
    EmailAddress.objects.create(user=reporter, email=reporter.email, verified=True, primary=True)
    typed = reporter.email if known else neighbour.email
    form = fields(step="sign_in", title="Cím", email=typed, name="Név", photos=jpeg(), no_photo_reason=None)
    asked = client.post(NEW, form)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/login/?next=")
    assert not Report.objects.exists()

    back = sign_in(client, asked["Location"])
    assert back["Location"] == "/report/new?typed=1"
    page = client.get(back["Location"], headers=EN)
    text = page.content.decode()
    assert not page.context["form"].errors
    assert 'value="Cím"' in text
    assert f'value="{form["submission"]}"' in text
    token = Photo.objects.get().token
    assert f'value="{token}"' in text

    again = {**form, "step": "", "photos": None, "kept_photos": token, "title": "Cím"}
    report = sent_to_done(client.post(NEW, {name: value for name, value in again.items() if value is not None}))

    assert (report.reporter, report.status, report.title) == (reporter, Status.SUBMITTED, "Cím")
    assert report.photos.count() == 1
    neighbour.refresh_from_db()
    assert (neighbour.name, neighbour.reports.count()) == ("Norbert Szomszéd", 0)
    assert "typed_report" not in client.session


def test_second_factor_on_the_way_loses_nothing_either(client: Client, district: Area, reporter: Person) -> None:
    EmailAddress.objects.create(user=reporter, email=reporter.email, verified=True, primary=True)
    secret = generate_totp_secret()
    TOTP.activate(reporter, secret)
    form = fields(step="sign_in", title="Cím", email="somebody@example.org", photos=jpeg(), no_photo_reason=None)
    asked = client.post(NEW, form)

    factor = sign_in(client, asked["Location"])
    assert "2fa/authenticate" in factor["Location"]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    back = client.post(factor["Location"], {"code": code})
    assert back["Location"] == "/report/new?typed=1"
    page = client.get(back["Location"], headers=EN).content.decode()
    assert 'value="Cím"' in page

    token = Photo.objects.get().token
    assert f'value="{token}"' in page
    again = fields(submission=form["submission"], title="Cím", email=None, kept_photos=token, no_photo_reason=None)
    report = sent_to_done(client.post(NEW, again))
    assert (report.reporter, report.status, report.photos.count()) == (reporter, Status.SUBMITTED, 1)
    assert not Person.objects.filter(email="somebody@example.org").exists()


def test_begun_form_is_offered_until_it_is_sent(client: Client, district: Area) -> None:
    form = fields(step="sign_in", title="Cím")
    client.post(NEW, form)
    assert "/report/new?typed=1" in client.get(NEW).content.decode()
    assert 'value="Cím"' in client.get(f"{NEW}?typed=1").content.decode()

    sent_to_done(client.post(NEW, form | {"step": ""}))
    assert "?typed=1" not in client.get(NEW).content.decode()
    assert 'value="Cím"' not in client.get(f"{NEW}?typed=1").content.decode()


def test_nobody_else_finds_what_was_typed(client: Client, district: Area) -> None:
    client.post(NEW, fields(step="sign_in", title="Titok"))
    assert "Titok" not in Client().get(f"{NEW}?typed=1").content.decode()


def test_too_much_to_keep_says_so_and_stays(client: Client, district: Area, settings: Any) -> None:
    settings.DRAFT_MAX_BYTES = 100
    page = client.post(NEW, fields(step="sign_in", title="Cím", description="x" * 500), headers=EN)

    assert page.status_code == 200
    assert "too long to be kept" in page.content.decode()
    assert 'value="Cím"' in page.content.decode()


def test_typed_address_of_an_account_gets_the_same_answer_as_any(district: Area, reporter: Person) -> None:
    one, other = Client(), Client()
    known = one.post(NEW, fields(email=reporter.email))
    unknown = other.post(NEW, fields(email="nobody@example.org"))

    shown = [one.get(known["Location"]), other.get(unknown["Location"])]
    pages = [page.content.decode().split("<main ")[1].split("</main>")[0] for page in shown]
    bare = [re.sub(r"[\w-]+@example.org|>[a-z2-9]{8}<", "", page) for page in pages]
    assert bare[0] == bare[1]
    assert known.status_code == unknown.status_code


# -- Several in a row ---------------------------------------------------------------------------------------


def test_another_one_here_keeps_what_makes_sense(client: Client, district: Area) -> None:
    form = fields(title="Cím", address="Fő utca 1.", name="Vera", show_name="on", description="Első.")
    done = client.get(client.post(NEW, form)["Location"], headers=EN).content.decode()
    assert "/report/new?another=1" in done

    page = client.get(f"{NEW}?another=1", headers=EN)
    first = page.context["form"].initial
    assert (first["latitude"], first["longitude"]) == (INSIDE["latitude"], INSIDE["longitude"])
    assert (first["address"], first["name"], first["show_name"], first["email"]) == (
        "Fő utca 1.", "Vera", "on", "guest@example.org",
    )  # fmt: skip
    text = page.content.decode()
    assert 'value="Fő utca 1."' in text
    assert "Cím" not in text
    assert "Első." not in text
    assert form["submission"] not in text


def test_receipt_of_somebody_else_gives_nothing_away(client: Client, district: Area) -> None:
    done = client.post(NEW, fields(address="Fő utca 1.", name="Vera"))["Location"]
    other = Client()
    assert "another=1" not in other.get(done).content.decode()
    assert "Vera" not in other.get(f"{NEW}?another=1").content.decode()


# -- While writing ------------------------------------------------------------------------------------------


def test_chips_for_the_script_and_for_the_eye(client: Client, potholes: Category) -> None:
    potholes.keywords = {"hu": ["kátyú"]}
    potholes.save()
    for page in (
        client.get("/report/categories", {"text": "katyus ut"}),
        client.post("/report/categories", {"text": "katyus ut"}),
    ):
        assert f'data-category="{potholes.pk}"' in page.content.decode()
    assert "data-category" not in client.get("/report/categories", {"text": "\x00"}).content.decode()
    assert client.put("/report/categories").status_code == 405


def test_suggest_without_javascript_and_its_choice(client: Client, district: Area, potholes: Category) -> None:
    potholes.keywords = {"hu": ["kátyú"]}
    potholes.save()
    page = client.post(NEW, fields(step="suggest"), headers=EN)
    assert not page.context["form"].errors
    assert 'name="chip"' in page.content.decode()
    assert "no idea yet" in client.post(NEW, fields(step="suggest", description="Hm."), headers=EN).content.decode()

    assert sent_to_done(client.post(NEW, fields(chip=potholes.pk))).category == potholes


def test_list_has_the_say_over_a_chip(client: Client, district: Area, potholes: Category, parks: Category) -> None:
    assert sent_to_done(client.post(NEW, fields(chip=potholes.pk, category=parks.pk))).category == parks


def test_hints_while_writing_keep_nothing(client: Client) -> None:
    page = client.post("/report/hints", {"description": "Kovács János autója", "kind": "junk"}, headers=EN)

    assert "This looks like somebody&#x27;s name." in page.content.decode()
    assert "A bit more, please" in page.content.decode()
    assert not client.session.keys()
    assert client.get("/report/hints").status_code == 405


def test_form_is_light(client: Client, potholes: Category) -> None:
    assert len(client.get(NEW).content) < 60_000


def test_two_browsers_keep_their_own(
    client: Client, client_of: Callable[..., Client], reporter: Person, district: Area
) -> None:
    client.post(NEW, fields(step="sign_in", title="Cím"))
    assert "?typed=1" not in client_of(reporter).get(NEW).content.decode()

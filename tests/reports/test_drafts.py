"""Drafts on the server, through HTTP: the form leaves them there, any device opens them, nobody else does."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from municipalities.models import Area, Category
from reports.actions_drafts import save_draft
from reports.models import Draft, Photo, Report
from tests.conftest import jpeg

from .filling import NEW, fields, sent_to_done

pytestmark = pytest.mark.django_db

DRAFTS = "/report/drafts"
JSON = {"accept": "application/json"}


@pytest.fixture
def rita(client_of: Callable[..., Client], reporter: Person) -> Client:
    return client_of(reporter)


@pytest.fixture
def draft(reporter: Person, upload: Callable[..., Photo]) -> Draft:
    words = {"description": ["Mély kátyú."], "title": ["Kátyú"], "latitude": ["47.45"], "longitude": ["19.05"]}
    return save_draft(reporter, uuid.uuid4(), words, [upload()])


def opened(client: Client, draft: Draft) -> dict[str, Any]:
    """What the form holds when the draft is opened, without a single complaint."""
    response = client.get(draft.get_absolute_url())
    assert response.status_code == 200
    assert response["Cache-Control"].count("no-store") == 1
    form = response.context["form"]
    assert not form.errors
    page = response.content.decode()
    assert f'value="{draft.submission}"' in page
    assert "form-errors" not in page
    return {name: form[name].value() for name in form.fields}


# -- Without JavaScript -------------------------------------------------------------------------------------


def test_button_saves_and_the_other_device_goes_on(
    rita: Client, client_of: Callable[..., Client], reporter: Person, district: Area, potholes: Category
) -> None:
    form = fields(email=None, description="", title="Kátyú", category=potholes.pk, show_name="on", step="draft")
    response = rita.post(DRAFTS, {**form, "photos": jpeg()}, follow=True)
    draft = Draft.objects.get()
    assert response.redirect_chain == [(DRAFTS, 302)]
    assert "Kátyú" in response.content.decode()
    assert (draft.person, str(draft.submission), draft.photos.count()) == (reporter, form["submission"], 1)
    assert not Report.objects.exists()

    other = client_of(reporter)
    values = opened(other, draft)
    assert (values["title"], values["category"], values["show_name"]) == ("Kátyú", str(potholes.pk), True)
    photo = draft.photos.get()
    small = other.get(photo.url_small)
    assert small.status_code == 200
    assert small.getvalue()[:2] == b"\xff\xd8"  # read to the end, the file is closed
    page = other.get(draft.get_absolute_url()).content.decode()
    assert f'value="{photo.token}" checked' in page.replace("\n", " ").replace("  ", "")

    report = sent_to_done(other.post(NEW, {**form, "description": "Mély.", "kept_photos": photo.token}))
    assert list(report.photos.all()) == [photo]
    assert not Draft.objects.exists()


def test_mistake_keeps_the_version(rita: Client, draft: Draft) -> None:
    page = rita.post(NEW, {"submission": draft.submission, "draft_version": "1"}).content.decode()
    assert 'name="draft_version" value="1"' in " ".join(page.split())


def test_saving_over_a_newer_one_asks_first(rita: Client, draft: Draft, reporter: Person) -> None:
    save_draft(reporter, draft.submission, {"title": ["Az új"]}, version=1)
    old = {"submission": draft.submission, "title": "A régi", "draft_version": "1"}

    response = rita.post(DRAFTS, old, headers={"accept-language": "en"})
    assert response.status_code == 200
    page = response.content.decode()
    assert "changed elsewhere on" in page
    assert response.context["form"]["title"].value() == "A régi"
    assert Draft.objects.get().data == {"title": ["Az új"]}
    assert 'name="draft_version" value="2"' in " ".join(page.split())

    assert rita.post(DRAFTS, {**old, "draft_version": "2"}).status_code == 302
    assert Draft.objects.get().data == {"title": ["A régi"]}


def test_too_many_and_too_long_keep_what_was_typed(rita: Client, draft: Draft, settings: Any) -> None:
    settings.DRAFT_MAX_COUNT = 1
    for form in ({"title": "Második"}, {"submission": draft.submission, "draft_version": "1", "title": "x" * 40_000}):
        response = rita.post(DRAFTS, form)
        assert response.context["form"]["title"].value() == form["title"]
        assert len(response.context["messages"]) == 1
    assert Draft.objects.get().heading == "Kátyú"


def test_guest_is_asked_to_sign_in_and_keeps_everything(client: Client, db: None) -> None:
    response = client.post(DRAFTS, fields(title="Kátyú", photos=jpeg()), headers={"accept-language": "en"})
    assert "Sign in to save the draft" in response.content.decode()
    assert response.context["form"]["title"].value() == "Kátyú"
    assert len(response.context["held"].photos) == 1
    assert not Draft.objects.exists()
    assert 'value="draft"' not in client.get(NEW).content.decode()


# -- The list -----------------------------------------------------------------------------------------------


def test_list_is_one_s_own_and_costs_the_same(
    rita: Client, draft: Draft, reporter: Person, neighbour: Person, upload: Callable[..., Photo],
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    save_draft(neighbour, uuid.uuid4(), {"title": ["Másé"]})
    with django_assert_num_queries(5):  # session, person, memberships, drafts, their photos
        page = rita.get(DRAFTS).content.decode()
    assert "Kátyú" in page
    assert "Másé" not in page
    for _ in range(9):
        save_draft(reporter, uuid.uuid4(), {}, [upload()])
    with django_assert_num_queries(5):
        rita.get(DRAFTS)


def test_deleting(rita: Client, draft: Draft) -> None:
    url = f"{DRAFTS}/{draft.submission}/delete"
    assert rita.get(url).status_code == 405
    assert rita.post(url)["Location"] == DRAFTS
    assert (Draft.objects.count(), Photo.objects.count()) == (0, 0)
    assert rita.post(url, headers=JSON).status_code == 404


# -- Whose it is --------------------------------------------------------------------------------------------


def test_nobody_else_sees_or_touches_it(
    client_of: Callable[..., Client], draft: Draft, neighbour: Person, employee: Person
) -> None:
    photo = draft.photos.get()
    for person in (neighbour, employee):
        other = client_of(person)
        assert other.get(draft.get_absolute_url()).status_code == 404
        assert other.get(photo.url_small).status_code == 404
        assert other.post(f"{DRAFTS}/{draft.submission}/delete").status_code == 404
        for headers in (JSON, {}):
            form = {"submission": draft.submission, "title": "Elvettem", "draft_version": "1"}
            assert other.post(DRAFTS, form, headers=headers).status_code == 404
        held = other.post(DRAFTS, {"kept_photos": photo.token}, headers=JSON)
        assert held.status_code == 200
    draft.refresh_from_db()
    assert draft.heading == "Kátyú"
    assert list(draft.photos.all()) == [photo]


def test_guest_signs_in_first(client: Client, draft: Draft) -> None:
    response = client.get(draft.get_absolute_url())
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/report/new%3Fdraft%3D")
    assert client.get(draft.photos.get().url_small).status_code == 404
    assert "login" in client.post(f"{DRAFTS}/{draft.submission}/delete")["Location"]


def test_csrf_is_asked_for(client_of: Callable[..., Client], reporter: Person, draft: Draft) -> None:
    strict = client_of(reporter)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(DRAFTS, {"title": "x"}).status_code == 403
    assert strict.post(f"{DRAFTS}/{draft.submission}/delete").status_code == 403


@pytest.mark.parametrize("junk", ["", "\x00", "abc", "9" * 400, "😀"])
def test_junk_numbers(rita: Client, junk: str, db: None) -> None:
    assert rita.get(NEW, {"draft": junk}).status_code == 404
    form = {"submission": junk, "draft_version": junk, "title": "a\x00b", "kept_photos": junk}
    assert rita.post(DRAFTS, form, headers=JSON).status_code == 200
    assert Draft.objects.get().data == {"title": ["ab"]}


# -- What the scripts of the form hear ----------------------------------------------------------------------


def test_scripts_save_and_are_told_of_a_newer_one(rita: Client, db: None) -> None:
    form = {"submission": str(uuid.uuid4()), "title": "Egy"}
    first = rita.post(DRAFTS, form, headers=JSON).json()
    assert first["version"] == 1
    second = rita.post(DRAFTS, {**form, "draft_version": 1}, headers=JSON).json()
    assert second["version"] == 2
    late = rita.post(DRAFTS, {**form, "draft_version": 1}, headers=JSON)
    assert (late.status_code, late.json()["problem"], late.json()["version"]) == (409, "changed", 2)
    assert late.json()["updated"] == second["updated"]


def test_scripts_hear_why_not(rita: Client, client: Client, settings: Any, db: None) -> None:
    assert client.post(DRAFTS, {}, headers=JSON).status_code == 401
    assert rita.post(DRAFTS, {"title": "x" * 40_000}, headers=JSON).status_code == 413
    settings.DRAFT_MAX_COUNT = 0
    response = rita.post(DRAFTS, {"title": "x"}, headers=JSON)
    assert (response.status_code, json.loads(response.content)) == (409, {"problem": "too_many"})


def test_sent_from_elsewhere(rita: Client, make_report: Callable[..., Report], neighbour: Person) -> None:
    report, others = make_report(submission=uuid.uuid4()), make_report(submission=uuid.uuid4(), reporter=neighbour)
    response = rita.post(DRAFTS, {"submission": report.submission}, headers=JSON)
    assert (response.status_code, response.json()["problem"]) == (410, "sent")
    assert rita.get(response.json()["url"]).status_code == 200
    assert rita.post(DRAFTS, {"submission": report.submission})["Location"] == response.json()["url"]
    assert rita.get(NEW, {"draft": str(report.submission)})["Location"] == response.json()["url"]
    assert rita.post(DRAFTS, {"submission": others.submission}, headers=JSON).status_code == 404
    assert not Draft.objects.exists()

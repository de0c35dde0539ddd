"""The form of a new report: who sends what, and where it ends."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Person
from municipalities.models import Area, Category
from reports import links
from reports.forms import ReportForm
from reports.lifecycle import EventKind, Status
from reports.models import Report
from tests.conftest import jpeg

from .filling import NEW, errors, fields, sent_to_done

pytestmark = pytest.mark.django_db


# -- Who sends it -------------------------------------------------------------------------------------------


def test_guest_waits_for_the_mail(client: Client, district: Area) -> None:
    response = client.post(NEW, fields(name="Vendég Vera", show_name="on"), headers={"accept-language": "en"})

    report = sent_to_done(response)
    assert report.status == Status.UNCONFIRMED
    assert report.submitted_at is None
    assert report.area == district
    assert (report.longitude, report.latitude) == (19.05, 47.45)
    assert (report.reporter_name, report.show_name) == ("Vendég Vera", True)
    assert (report.kind, report.channel, report.title, report.category) == ("problem", "web", "", None)
    assert report.original_description == "Mély kátyú a sarkon."
    person = Person.objects.get()
    assert report.reporter == person
    assert (person.email, person.language, person.name) == ("guest@example.org", "en", "")
    assert not person.has_usable_password()
    assert report.events.get().kind == EventKind.CONFIRMATION_ASKED


def test_known_address_is_not_overwritten_and_still_waits(client: Client, district: Area, reporter: Person) -> None:
    report = sent_to_done(client.post(NEW, fields(email="Reporter@Example.org", name="Valaki Más")))

    before = reporter.password
    reporter.refresh_from_db()
    assert (reporter.name, reporter.language, reporter.password) == ("Rita Bejelentő", "hu", before)
    assert report.reporter == reporter
    assert report.reporter_name == "Valaki Más"
    assert report.status == Status.UNCONFIRMED


def test_signed_in_needs_no_address(
    client_of: Callable[..., Client], district: Area, reporter: Person, potholes: Category
) -> None:
    client = client_of(reporter)
    page = client.get(NEW).content.decode()
    assert 'value="Rita Bejelentő"' in page
    assert 'name="email"' not in page

    report = sent_to_done(
        client.post(NEW, fields(email=None, name=None, category=potholes.pk, title=" Kátyú ", kind="question"))
    )

    assert report.status == Status.SUBMITTED
    assert report.submitted_at is not None
    assert report.reporter == reporter
    assert (report.reporter_name, report.show_name) == ("Rita Bejelentő", False)
    assert (report.category, report.title, report.kind) == (potholes, "Kátyú", "question")
    assert report.events.get().kind == EventKind.RECEIVED


def test_who_signs_in_half_way_has_one_report(
    client: Client, client_of: Callable[..., Client], district: Area, reporter: Person
) -> None:
    form = fields(email=None)
    assert "email" in errors(client.post(NEW, form))

    client.force_login(reporter, backend="allauth.account.auth_backends.AuthenticationBackend")
    report = sent_to_done(client.post(NEW, form))

    assert report.reporter == reporter
    assert report.status == Status.SUBMITTED


# -- One click, one report ----------------------------------------------------------------------------------


def test_repeat_gets_the_first_answer(client: Client, district: Area) -> None:
    form = fields()
    first = client.post(NEW, form)
    again = client.post(NEW, form)

    assert first["Location"] == again["Location"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize("junk", [None, "", "abc", "\x00", "1" * 5000, "{}", "ＡＢ", "-1"])
def test_junk_submission_is_replaced(client: Client, district: Area, junk: str | None) -> None:
    page = client.post(NEW, fields(submission=junk, description="")).content.decode()
    fresh = page.split('name="submission"')[1].split('value="')[1].split('"')[0]
    assert uuid.UUID(fresh)

    assert sent_to_done(client.post(NEW, fields(submission=junk))).submission is not None


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_report(district: Area, announced: list[tuple[str, int]]) -> None:
    submission = str(uuid.uuid4())

    def send(number: int) -> str:
        try:
            response = Client().post(NEW, fields(submission=submission, photos=jpeg(), no_photo_reason=""))
            return response.headers.get("Location", str(response.status_code))
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))

    report = Report.objects.get()
    assert answers == {f"/report/done/{links.sign(links.DONE, report.pk)}"}
    assert Person.objects.count() == 1
    assert report.photos.count() == 1
    assert report.events.count() == 1
    assert len({row for _task, row in announced}) == 1


# -- What is missing or wrong -------------------------------------------------------------------------------


def test_empty_form_says_everything_that_is_missing(client: Client, district: Area) -> None:
    found = errors(client.post(NEW, {}))

    assert set(found) == {"photos", "latitude", "description", "email"}


def test_messages_speak_the_reader_s_language(client: Client, district: Area) -> None:
    found = errors(client.post(NEW, {}, headers={"accept-language": "en"}))

    assert found["description"] == ["Describe in a sentence or two what the problem is."]


def test_what_was_typed_is_kept(client: Client, district: Area, potholes: Category) -> None:
    typed = fields(
        description="",
        title="Cím <b>",
        address="Fő utca 1.",
        name="Név",
        category=str(potholes.pk),
        kind="praise",
        no_photo_reason="Nincs nálam telefon.",
        show_name="on",
    )
    response = client.post(NEW, typed)

    assert set(errors(response)) == {"description"}
    form = response.context["form"]
    for name in ("title", "address", "name", "category", "kind", "no_photo_reason", "latitude", "longitude", "email"):
        assert form[name].value() == typed[name]
    page = response.content.decode()
    assert "Cím &lt;b&gt;" in page
    assert f'value="{typed["submission"]}"' in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "nincs-ilyen"),
        ("email", "a" * 250 + "@example.org"),
        ("email", "a\x00b@example.org"),
        ("title", "x" * 151),
        ("description", "x" * 4001),
        ("description", "a\x00b"),
        ("description", " \n "),
        ("address", "x" * 251),
        ("name", "x" * 121),
        ("no_photo_reason", "x" * 301),
        ("category", "999999999999999999999"),
        ("category", "kátyú"),
        ("category", "\x00"),
        ("kind", "status"),
        ("latitude", "nan"),
        ("latitude", "inf"),
        ("latitude", "1e309"),
        ("latitude", "91"),
        ("latitude", "észak"),
        ("latitude", "\x00"),
        ("latitude", ""),
        ("longitude", "-181"),
        ("longitude", "1_9"),
        ("longitude", ""),
    ],
)
def test_each_wrong_field_has_its_own_message(client: Client, district: Area, name: str, value: str) -> None:
    assert set(errors(client.post(NEW, fields(**{name: value})))) == {name}


def test_line_breaks_never_reach_a_subject(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(title="Kátyú\r\nBcc: all@example.org", name="A\nB", show_name="on")))

    assert report.title == "Kátyú Bcc: all@example.org"
    assert report.reporter_name == "A B"


def test_line_break_counts_as_one_character(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(description="a\r\n" * 1999 + "bc")))

    assert report.description.count("\n") == 1999
    assert "\r" not in report.description


# -- Categories ---------------------------------------------------------------------------------------------


def test_categories_are_grouped_and_inactive_ones_left_out(
    client: Client, district: Area, potholes: Category, parks: Category
) -> None:
    road = Category.objects.create(slug="road", names={"hu": "Út", "en": "Road"})
    potholes.parent = road
    potholes.save()
    closed = Category.objects.create(slug="closed", names={"hu": "Lezárt"}, is_active=False)
    under = Category.objects.create(slug="under", names={"hu": "Alatta"}, parent=closed)

    page = client.get(NEW, headers={"accept-language": "en"}).content.decode()

    assert '<optgroup label="Road">' in page
    assert f'<option value="{potholes.pk}">Pothole</option>' in page
    assert f'<option value="{parks.pk}">Park</option>' in page
    assert "Lezárt" not in page
    assert "Alatta" not in page
    for refused in (closed, under):
        assert set(errors(client.post(NEW, fields(category=refused.pk)))) == {"category"}


def test_private_category_makes_the_report_private(client: Client, district: Area, secret_matters: Category) -> None:
    assert sent_to_done(client.post(NEW, fields(category=secret_matters.pk, is_private=""))).is_private


# -- The receipt --------------------------------------------------------------------------------------------


def test_receipt_tells_reference_status_and_what_is_next(client: Client, district: Area) -> None:
    done = client.post(NEW, fields())["Location"]

    first, again = client.get(done), client.get(done)

    reference = Report.objects.get().reference
    for page in (first, again):
        assert page.status_code == 200
        assert reference in page.content.decode()
        assert "guest@example.org" in page.content.decode()
    assert "guest@example.org" not in Client().get(done).content.decode()
    assert "/own/" not in first.content.decode()


def test_receipt_wants_its_own_token(client: Client, submitted: Report) -> None:
    assert client.get(f"/report/done/{links.sign(links.OWNER, submitted.pk)}").status_code == 404
    assert client.get(f"/report/done/{links.sign(links.DONE, 999999)}").status_code == 404
    assert client.get("/report/done/1").status_code == 404
    assert client.get("/report/done/%00").status_code == 404
    assert client.post(f"/report/done/{links.sign(links.DONE, submitted.pk)}").status_code == 405


# -- Hostile and real input ---------------------------------------------------------------------------------


@pytest.mark.data
def test_naughty_strings_never_break_the_form(
    client: Client, district: Area, naughty: list[str], settings: Any
) -> None:
    assert len(naughty) > 500
    settings.SEND_PER_NETWORK = settings.SEND_PER_GUEST = settings.SEND_AT_MOST = 10_000
    for number, text in enumerate(naughty):
        # All of them together stay below the limit of a request.
        data = dict.fromkeys(ReportForm.base_fields, text[:20_000]) | {"submission": text[:20_000], "kept_photos": "x"}
        ReportForm(data, signed_in=False).is_valid()
        if number % 8 and "\x00" not in text:
            continue
        for form in (data, fields(description=text, title=text[:150], name=text[:120], no_photo_reason=text[:300])):
            response = client.post(NEW, form)
            assert response.status_code in (200, 302), repr(text[:100])
    for report in Report.objects.all()[:50]:
        assert client.get(f"/report/done/{links.sign(links.DONE, report.pk)}").status_code == 200


def test_form_costs_one_query_for_its_categories_and_one_for_the_settlements(
    client: Client, potholes: Category, parks: Category, django_assert_num_queries: Any
) -> None:
    potholes.parent = parks
    potholes.save()
    with django_assert_num_queries(2):
        client.get(NEW)

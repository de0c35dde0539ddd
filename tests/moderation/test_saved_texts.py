"""Saved texts: ready in the reader's language, never two automatic ones at once."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import say_done
from forwarding.models import IncomingMail
from moderation.models import SavedText
from moderation.saved_texts import overlapping, texts_for
from municipalities.models import Area, Category
from reports.actions_sightings import tell_sighting
from reports.models import Assignment, Photo, Report
from reports.placeholders import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_employees_desk(client_of: Callable[[Person | None], Client], employee: Person) -> Client:
    return client_of(employee)


def save(name: str = "Hol van?", **fields: Any) -> SavedText:
    values = {"act": "ask", "texts": {"hu": "Hol van a(z) {title}?", "en": "Where is {title}?"}, **fields}
    return SavedText.objects.create(name=name, **values)


def typed(**fields: Any) -> dict[str, Any]:
    return {"act": "ask", "name": "Hol van?", "text_hu": "Hol van: {address}?", "is_active": "on", **fields}


def test_texts_fit_by_category_and_place_the_closest_first(
    submitted: Report, potholes: Category, parks: Category, district: Area, other_district: Area, city: Area
) -> None:
    save("általános")
    save("kátyú", category=potholes)
    save("város", area=city)
    save("itt, kátyú", category=potholes, area=district)
    save("park", category=parks)
    save("másutt", area=other_district)
    save("rejtett", is_active=False)
    names = [ready.saved.name for ready in texts_for(submitted)["ask"]]
    assert names == ["itt, kátyú", "kátyú", "város", "általános"]


def test_a_parents_text_fits_its_children(submitted: Report, parks: Category) -> None:
    child = Category.objects.create(slug="bench", names={"hu": "Pad"}, parent=parks)
    save("park", category=parks)
    submitted.category = child
    assert texts_for(submitted)["ask"]


def test_placeholders_are_filled_in_the_reporters_language(submitted: Report, reporter: Person) -> None:
    save()
    [ready] = texts_for(submitted)["ask"]
    assert ready.text == "Hol van a(z) Kátyú a sarkon?"
    assert submitted.reporter is not None
    submitted.reporter.language = "en"
    [ready] = texts_for(submitted)["ask"]
    assert ready.text == "Where is Kátyú a sarkon?"


def test_braces_that_are_no_placeholder_stay(submitted: Report) -> None:
    assert fill("{title} {x} { {reference}", submitted, "hu") == f"Kátyú a sarkon {{x}} {{ {submitted.reference}"


def test_they_stand_on_the_case_ready_to_press(at_desk: Client, submitted: Report) -> None:
    save()
    page = at_desk.get(reverse("desk_case", args=[submitted.reference])).content.decode()
    assert "Hol van a(z) Kátyú a sarkon?" in page


def test_an_automatic_one_stands_in_the_field(at_desk: Client, submitted: Report) -> None:
    save(is_automatic=True)
    page = at_desk.get(reverse("desk_case", args=[submitted.reference]))
    assert page.context["form"]["ask_text"].value() == "Hol van a(z) Kátyú a sarkon?"


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({"category": "potholes"}, {}, True),
        ({"category": "potholes"}, {"category": "parks"}, False),
        ({"category": "parks"}, {"category": "bench"}, True),
        ({"area": "city"}, {"area": "district"}, True),
        ({"area": "district"}, {"area": "other_district"}, False),
        ({"category": "potholes", "area": "district"}, {"category": "parks", "area": "district"}, False),
        ({"category": "potholes", "area": "district"}, {"area": "city"}, True),
        ({"act": "reject"}, {}, False),
    ],
)
def test_two_automatic_texts_that_meet_are_refused(
    at_employees_desk: Client, request: pytest.FixtureRequest, parks: Category, one: Any, other: Any, meet: bool
) -> None:
    Category.objects.create(slug="bench", names={"hu": "Pad"}, parent=parks)

    def found(fields: dict[str, str]) -> dict[str, Any]:
        rows = {name: request.getfixturevalue(key) for name, key in fields.items() if name != "act" and key != "bench"}
        if fields.get("category") == "bench":
            rows["category"] = Category.objects.get(slug="bench")
        return {**fields, **rows}

    save("első", is_automatic=True, **found(one))
    keys = {name: getattr(value, "pk", value) for name, value in found(other).items()}
    response = at_employees_desk.post(reverse("desk_text_new"), typed(name="második", is_automatic="on", **keys))
    assert response.status_code == (HTTPStatus.BAD_REQUEST if meet else HTTPStatus.FOUND)
    assert SavedText.objects.count() == (1 if meet else 2)
    if meet:
        page = response.content.decode()
        assert "első" in page
        assert "Hol van: {address}?" in page


def test_not_automatic_or_not_offered_may_meet() -> None:
    save("első", is_automatic=True)
    assert overlapping(SavedText(act="ask", is_automatic=False)) is None
    assert overlapping(SavedText(act="ask", is_automatic=True, is_active=False)) is None
    assert overlapping(SavedText(act="ask", is_automatic=True)) is not None


def test_writing_changing_and_putting_away(at_employees_desk: Client, employee: Person) -> None:
    at_employees_desk.post(reverse("desk_text_new"), typed(text_en="Where is it?"))
    saved = SavedText.objects.get()
    assert (saved.texts, saved.written_by) == ({"hu": "Hol van: {address}?", "en": "Where is it?"}, employee)
    at_employees_desk.post(reverse("desk_text", args=[saved.pk]), typed(name="Merre?"))
    saved.refresh_from_db()
    assert (saved.name, saved.texts) == ("Merre?", {"hu": "Hol van: {address}?"})
    assert "Merre?" in at_employees_desk.get(reverse("desk_texts")).content.decode()
    url = reverse("desk_text_away", args=[saved.pk])
    assert url in at_employees_desk.get(reverse("desk_texts")).content.decode()
    asked = at_employees_desk.get(url)  # and nothing changes before one says yes
    assert (asked.status_code, SavedText.objects.filter(is_active=True).count()) == (HTTPStatus.OK, 1)
    assert "Merre?" in asked.content.decode()
    before = SavedText.objects.values().get()
    for do, is_active in (("away", False), ("away", False), ("back", True)):
        assert at_employees_desk.post(url, {"do": do})["Location"] == reverse("desk_texts")
        after = SavedText.objects.values().get()
        assert {**after, "changed_at": None} == {**before, "changed_at": None, "is_active": is_active}
        page = at_employees_desk.get(reverse("desk_texts"), headers={"Accept-Language": "en"}).content.decode()
        assert ("not offered" in page) is not is_active
        assert ("Put away<" in page, "Bring back<" in page) == (is_active, not is_active)


def test_one_put_away_is_offered_nowhere(at_employees_desk: Client, submitted: Report) -> None:
    saved = save()
    assert texts_for(submitted)
    at_employees_desk.post(reverse("desk_text_away", args=[saved.pk]), {"do": "away"})
    assert texts_for(submitted) == {}


def test_an_automatic_one_does_not_come_back_beside_another(at_employees_desk: Client) -> None:
    first = save("első", is_automatic=True)
    url = reverse("desk_text_away", args=[first.pk])
    at_employees_desk.post(url, {"do": "away"})
    save("második", is_automatic=True)
    response = at_employees_desk.post(url, {"do": "back"})
    assert response.status_code == HTTPStatus.CONFLICT
    assert "második" in response.content.decode()
    first.refresh_from_db()
    assert not first.is_active


@pytest.mark.parametrize(
    "fields", [{"text_hu": ""}, {"name": ""}, {"text_hu": "{nev}"}, {"act": "x"}, {"name": "\x00"}]
)
def test_bad_input_is_told_at_the_field(at_employees_desk: Client, fields: dict[str, str]) -> None:
    response = at_employees_desk.post(reverse("desk_text_new"), typed(**fields))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert not SavedText.objects.exists()


def test_a_name_once_for_each_act(at_employees_desk: Client) -> None:
    save()
    assert at_employees_desk.post(reverse("desk_text_new"), typed()).status_code == HTTPStatus.BAD_REQUEST
    assert at_employees_desk.post(reverse("desk_text_new"), typed(act="note")).status_code == HTTPStatus.FOUND


def test_the_preview_shows_it_on_a_case_and_keeps_nothing(at_employees_desk: Client, submitted: Report) -> None:
    data = typed(do="preview", example=submitted.reference.upper(), text_en="See {link}")
    page = at_employees_desk.post(reverse("desk_text_new"), data).content.decode()
    assert "Hol van: Fő utca 1.?" in page
    assert f"/reports/{submitted.reference}" in page
    assert not SavedText.objects.exists()


def test_volunteers_read_but_do_not_write(at_desk: Client) -> None:
    saved = save()
    page = at_desk.get(reverse("desk_texts")).content.decode()
    assert "Hol van?" in page
    assert at_desk.post(reverse("desk_text", args=[saved.pk]), typed()).status_code == HTTPStatus.NOT_FOUND
    for method in (at_desk.get, at_desk.post):
        assert method(reverse("desk_text_away", args=[saved.pk])).status_code == HTTPStatus.NOT_FOUND
    assert SavedText.objects.exists()


# -- Further acts -------------------------------------------------------------------------------------------------


def test_texts_stand_where_their_act_is_done(
    at_desk: Client, sent: Report, assignment: Assignment, make_mail: Callable[..., IncomingMail]
) -> None:
    """Each is offered on the page of its act, with the placeholders filled; an automatic one stands in the field."""
    for act in ("word", "again", "recall", "answer", "mail"):
        SavedText.objects.create(act=act, name=f"Szöveg: {act}", texts={"hu": f"<{act}> {{reference}}"})
    mail = make_mail(assignment)
    pages = {
        "word": f"/desk/{sent.reference}/word",
        "again": f"/desk/{sent.reference}/letters",
        "recall": f"/desk/{sent.reference}/letters",
        "answer": f"/desk/{sent.reference}/answer",
        "mail": f"/desk/mail/{mail.pk}",
    }
    for act, url in pages.items():
        page = at_desk.get(url).content.decode()
        assert f"Szöveg: {act}" in page
        assert f"&lt;{act}&gt; {sent.reference}" in page
        assert page.count("data-fill=") == (2 if act in ("again", "recall") else 1)
        assert not re.search(rf"<textarea[^>]*>\s*&lt;{act}", page)
        SavedText.objects.filter(act=act).update(is_automatic=True)
        page = at_desk.get(url).content.decode()
        assert bool(re.search(rf"<textarea[^>]*>\s*&lt;{act}", page)) is (act != "mail")
    case = at_desk.get(f"/desk/{sent.reference}").content.decode()
    assert "Szöveg: word" in case


def test_a_text_for_not_accepting_is_in_the_passers_by_language(
    at_desk: Client, assignment: Assignment, neighbour: Person, upload: Callable[..., Photo]
) -> None:
    SavedText.objects.create(act="sighting", name="Sötét", texts={"hu": "Túl sötét.", "en": "Too dark: {title}"})
    say_done(assignment, "Kész.", actor=None)
    report = Report.objects.get(pk=assignment.report_id)
    Person.objects.filter(pk=neighbour.pk).update(language="en")
    neighbour.refresh_from_db()
    sighting = tell_sighting(report, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])
    page = at_desk.get("/desk/?queue=talk").content.decode()
    assert f"Too dark: {report.heading}" in page
    assert f'data-fill="#text-{sighting.pk}"' in page
    at_desk.post(f"/desk/talk/sighting/{sighting.pk}", {"action": "reject", "reason": "other", "text": "Too dark."})
    sighting.refresh_from_db()
    assert sighting.status == "rejected"


@pytest.mark.parametrize("act", ["mail", "sighting"])
def test_where_other_words_stand_no_text_stands_by_itself(
    client_of: Callable[[Person | None], Client], employee: Person, act: str
) -> None:
    fields = {"act": act, "name": "x", "text_hu": "x", "is_active": "on"}
    client = client_of(employee)
    assert client.post("/desk/texts/new", {**fields, "is_automatic": "on"}).status_code == 400
    assert client.post("/desk/texts/new", fields).status_code == 302

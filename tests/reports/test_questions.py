"""What a category asks beyond the form, what stops it, and where the answers are read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.mail import compose
from forwarding.models import Dispatch
from municipalities.models import Area, Category, Institution, Question
from municipalities.models.question import questions_for
from reports import links
from reports.actions_desk import edit_report
from reports.models import Answer, Report

from .filling import NEW, errors, fields, sent_to_done

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}

YES = {"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}}
NO = {"code": "no", "texts": {"hu": "Nem", "en": "No"}}
CALL = {"hu": "Hívd a 112-t!", "en": "Call 112!"}


def ask(category: Category, code: str, **values: Any) -> Question:
    words = {"hu": f"{code} magyarul?", "en": f"{code} in English?"}
    return Question.objects.create(category=category, code=code, **{"texts": words, **values})


@pytest.fixture
def all_kinds(potholes: Category) -> Category:
    ask(potholes, "pole", kind="text", position=1)
    ask(potholes, "danger", kind="choice", options=[{**YES, "stops": CALL}, NO], is_required=True, position=2)
    ask(potholes, "seen", kind="several", options=[YES, NO], position=3)
    ask(potholes, "metres", kind="number", position=4)
    ask(potholes, "since", kind="date", position=5, is_public=False)
    ask(potholes, "notice", kind="notice", position=6)
    return potholes


def answered(category: Category, **changes: Any) -> dict[str, Any]:
    given = {
        "category": category.pk,
        "asked": category.pk,
        "answer_pole": "A-12 <b>",
        "answer_danger": "no",
        "answer_seen": ["yes", "no"],
        "answer_metres": "2,5",
        "answer_since": "2026-11-20",
    }
    return fields(**given | changes)


# -- Asking -------------------------------------------------------------------------------------------------


def test_first_press_brings_the_questions_in_and_keeps_everything(
    client: Client, district: Area, all_kinds: Category
) -> None:
    form = fields(category=all_kinds.pk, title="Cím", name="Név")
    page = client.post(NEW, form, headers=EN)

    assert page.status_code == 200
    assert not Report.objects.exists()
    assert not page.context["form"].errors
    text = page.content.decode()
    for words in ("pole in English?", "danger in English?", "notice in English?", "One more thing about this kind"):
        assert words in text
    assert re.search(rf'name="asked"\s+value="{all_kinds.pk}"', text)
    assert 'value="Cím"' in text

    report = sent_to_done(client.post(NEW, form | {"asked": all_kinds.pk, "answer_danger": "no"}, headers=EN))
    assert [(a.code, a.text) for a in report.answers.all()] == [("danger", "No")]


def test_next_questions_says_nothing_of_what_is_missing(client: Client, district: Area, all_kinds: Category) -> None:
    page = client.post(NEW, {"category": all_kinds.pk, "step": "questions"}, headers=EN)

    assert "danger in English?" in page.content.decode()
    assert not page.context["form"].errors


def test_every_kind_is_kept_as_asked(client: Client, district: Area, all_kinds: Category) -> None:
    report = sent_to_done(client.post(NEW, answered(all_kinds), headers=EN))

    assert [(a.code, a.wording, a.value, a.text, a.is_public) for a in report.answers.all()] == [
        ("pole", "pole in English?", "A-12 <b>", "A-12 <b>", True),
        ("danger", "danger in English?", "no", "No", True),
        ("seen", "seen in English?", ["yes", "no"], "Yes, No", True),
        ("metres", "metres in English?", 2.5, "2.5", True),
        ("since", "since in English?", "2026-11-20", "Nov. 20, 2026", False),
    ]
    Question.objects.filter(code="pole").update(texts={"hu": "Más"})
    Question.objects.filter(code="danger").delete()
    assert [a.wording for a in report.answers.all()[:2]] == ["pole in English?", "danger in English?"]
    assert report.answers.get(code="danger").question is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_danger", ""),
        ("answer_danger", "perhaps"),
        ("answer_danger", "\x00"),
        ("answer_seen", ["yes", "junk"]),
        ("answer_metres", "sok"),
        ("answer_metres", "1e400"),
        ("answer_metres", "nan"),
        ("answer_metres", "9" * 25),
        ("answer_since", "tegnap"),
        ("answer_since", "1066-10-14"),
        ("answer_since", "9999-99-99"),
        ("answer_pole", "x" * 501),
        ("answer_pole", "a\x00b"),
    ],
)
def test_each_wrong_answer_has_its_own_message(
    client: Client, district: Area, all_kinds: Category, name: str, value: Any
) -> None:
    assert set(errors(client.post(NEW, answered(all_kinds, **{name: value})))) == {name}


def test_another_category_asks_its_own(client: Client, district: Area, all_kinds: Category, parks: Category) -> None:
    ask(parks, "bench")
    page = client.post(NEW, answered(all_kinds) | {"category": parks.pk}, headers=EN)

    text = page.content.decode()
    assert "bench in English?" in text
    assert "pole in English?" not in text
    assert not Report.objects.exists()


def test_questions_of_the_main_category_come_first_and_an_own_one_takes_the_place(
    potholes: Category, parks: Category
) -> None:
    potholes.parent = parks
    potholes.save()
    ask(parks, "who", position=9)
    ask(parks, "same", position=1)
    ask(potholes, "same", position=5)
    ask(potholes, "own", position=1)
    ask(potholes, "old", is_active=False)

    assert [(q.code, q.category) for q in questions_for(potholes)] == [
        ("who", parks), ("own", potholes), ("same", potholes),
    ]  # fmt: skip


@pytest.mark.parametrize("junk", ["9" * 30, "\x00", "-1", "kátyú", "٣"])
def test_junk_category_asks_nothing(client: Client, district: Area, all_kinds: Category, junk: str) -> None:
    assert client.post("/report/questions", {"category": junk, "asked": junk}).status_code == 200
    assert set(errors(client.post(NEW, fields(category=junk, asked=junk)))) == {"category"}


# -- Stopping -----------------------------------------------------------------------------------------------


def test_answer_that_stops_the_form_stops_it_and_keeps_everything(
    client: Client, district: Area, all_kinds: Category
) -> None:
    """ "Call 112" """
    page = client.post(NEW, answered(all_kinds, answer_danger="yes", title="Cím"), headers=EN)

    assert errors(page) == {"answer_danger": ["Call 112!"]}
    text = page.content.decode()
    assert 'id="form-stopped"' in text
    assert "The report was not sent." in text
    assert 'value="Cím"' in text
    assert not Answer.objects.exists()
    preview = client.post(NEW, answered(all_kinds, answer_danger="yes", step="preview"), headers=EN)
    assert 'id="form-stopped"' in preview.content.decode()


def test_stopper_of_the_category_itself_stops_whatever_is_answered(
    client: Client, district: Area, all_kinds: Category
) -> None:
    ask(all_kinds, "never", kind="stopper", texts=CALL)

    assert errors(client.post(NEW, answered(all_kinds), headers=EN)) == {"category": ["Call 112!"]}
    assert not Report.objects.exists()


# -- Reading ------------------------------------------------------------------------------------------------


@pytest.fixture
def told(client: Client, district: Area, all_kinds: Category, works: Institution, moderator: Person) -> Report:
    report = sent_to_done(client.post(NEW, answered(all_kinds), headers=EN))
    Report.objects.filter(pk=report.pk).update(status="submitted")
    report.refresh_from_db()
    send_report(report, works, actor=moderator)
    return report


def test_public_page_shows_what_is_not_internal(told: Report, client: Client) -> None:
    page = client.get(told.get_absolute_url()).content.decode()

    assert "pole in English?" in page
    assert "A-12 &lt;b&gt;" in page
    assert "since in English?" not in page


def test_desk_and_officer_read_all(
    told: Report, client_of: Callable[..., Client], moderator: Person, client: Client
) -> None:
    desk = client_of(moderator).get(reverse("desk_case", args=[told.reference]))
    officer = client.get(f"/o/{links.officer_token(told.assignments.get().pk)}")
    for page in (desk.content.decode(), officer.content.decode()):
        assert "since in English?" in page
        assert "A-12 &lt;b&gt;" in page


def test_mail_to_the_body_carries_all_answers(told: Report) -> None:
    mail = compose(Dispatch.objects.get())
    html = str(mail.alternatives[0][0])

    assert "pole in English? A-12 <b>" in mail.body
    assert "since in English? Nov. 20, 2026" in mail.body
    assert "A-12 &lt;b&gt;" in html


def test_reporter_reads_their_own(told: Report, client: Client) -> None:
    page = client.get(f"/own/{links.sign(links.OWNER, told.pk)}").content.decode()

    assert "since in English?" in page


def test_fragment_keeps_what_was_answered(client: Client, all_kinds: Category) -> None:
    page = client.post("/report/questions", answered(all_kinds), headers=EN).content.decode()

    assert 'value="A-12 &lt;b&gt;"' in page
    assert 'data-stop-value="yes"' in page
    assert client.get("/report/questions").status_code == 405


# -- Another category ---------------------------------------------------------------------------------------


@pytest.fixture
def lamp(potholes: Category, make_report: Callable[..., Report]) -> Report:
    """Waits at the desk, with an answer to what its category asks."""
    question = ask(potholes, "pole", kind="text")
    report, wording = make_report(photos=1), "Mi az oszlop száma?"
    Answer.objects.create(report=report, question=question, code="pole", wording=wording, value="A-12", text="A-12")
    return report


def edit(client: Client, report: Report, **changes: Any) -> Any:
    path = f"/own/{links.sign(links.OWNER, report.pk)}/edit"
    category = changes.get("category", report.category_id)
    values = {
        "version": report.version,
        "title": report.title,
        "description": report.description,
        "category": category,
        "asked": category,
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
        "address": report.address,
        "keep": [photo.token for photo in report.photos.all()],
    }
    response = client.post(path, values | changes, headers=EN)
    report.refresh_from_db()
    return response


def current(report: Report) -> dict[str, str]:
    return dict(report.answers.current().values_list("code", "text"))


def test_own_edit_shows_and_changes_the_answers(client: Client, lamp: Report) -> None:
    path = f"/own/{links.sign(links.OWNER, lamp.pk)}/edit"
    assert re.search(r'name="answer_pole" value="A-12"', client.get(path).content.decode())
    edit(client, lamp, answer_pole="A-12")
    assert lamp.events.count() == 1  # nothing changed
    edit(client, lamp, answer_pole="B-3")
    assert current(lamp) == {"pole": "B-3"}
    assert lamp.events.latest("pk").data["changed"] == ["answers"]
    edit(client, lamp, answer_pole="")
    assert not lamp.answers.exists()


def test_own_edit_asks_what_the_new_category_asks(client: Client, lamp: Report, parks: Category) -> None:
    ask(parks, "tree", kind="text", is_required=True)
    # Without JavaScript the questions come with the next press: nothing is saved before they were seen.
    response = edit(client, lamp, category=parks.pk, asked=lamp.category_id)
    assert "tree in English?" in response.content.decode()
    assert lamp.category != parks
    response = edit(client, lamp, category=parks.pk)
    assert "This question has to be answered." in response.content.decode()

    assert edit(client, lamp, category=parks.pk, answer_tree="Hárs").status_code == 302

    assert (lamp.category, current(lamp)) == (parks, {"tree": "Hárs"})
    old = lamp.answers.get(is_current=False)
    assert (old.wording, old.text) == ("Mi az oszlop száma?", "A-12")  # kept, but shown nowhere
    assert "A-12" not in client.get(f"/own/{links.sign(links.OWNER, lamp.pk)}").content.decode()


@pytest.mark.parametrize("way", ["desk", "own"])
def test_back_in_the_old_category_the_old_answers_count_again(
    client: Client, lamp: Report, potholes: Category, parks: Category, moderator: Person, way: str
) -> None:
    for category, answers in ((parks, {}), (potholes, {"pole": "A-12"})):
        if way == "desk":
            edit_report(lamp, {"category": category}, actor=moderator)
        else:
            edit(client, lamp, category=category.pk, answer_pole="A-12" if category == potholes else "")
        assert current(lamp) == answers
    assert lamp.answers.count() == 1


def test_desk_fills_in_what_nobody_answered(
    lamp: Report, parks: Category, moderator: Person, client_of: Callable[..., Client]
) -> None:
    ask(parks, "tree", kind="text", is_required=True)
    ask(parks, "tall", kind="number")
    edit_report(lamp, {"category": parks}, actor=moderator)
    client, path = client_of(moderator), f"/desk/{lamp.reference}/answers"
    page = client.get(f"/desk/{lamp.reference}", headers=EN).content.decode()
    assert "Not answered:" in page
    assert path in page
    assert "A-12" not in page

    page = client.post(path, {"answer_tall": "magas"}, headers=EN).content.decode()
    assert "Write a number here" in page
    assert client.post(path, {"answer_tree": "Hárs", "answer_tall": ""}).status_code == 302

    assert current(lamp) == {"tree": "Hárs"}
    event = lamp.events.latest("pk")
    assert (event.kind, event.actor, event.data["changed"]) == ("edited", moderator, ["answers"])
    page = client.get(path, headers=EN).content.decode()
    assert "answer_tall" in page
    assert "answer_tree" not in page
    client.post(path, {"answer_tall": "12"})
    assert client.get(path)["Location"] == f"/desk/{lamp.reference}"  # nothing is missing any more

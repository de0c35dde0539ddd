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

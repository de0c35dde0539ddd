"""Questions of categories in the administration: answers to choose from are typed one on a line."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from municipalities.models import Category, Question

pytestmark = pytest.mark.django_db
ADD = "admin:municipalities_question_add"


def form(category: Category, **changes: str) -> dict[str, str]:
    return {
        "category": str(category.pk),
        "code": "danger",
        "kind": "choice",
        "texts_hu": "Veszélyes?",
        "texts_en": "Dangerous?",
        "helps_hu": "",
        "helps_en": "",
        "options": "yes: Igen | Yes ! Hívd a 112-t! | Call 112!\r\n\r\nno: Nem | No",
        "is_active": "on",
        "position": "0",
        **changes,
    }


def test_options_are_typed_and_shown_again(
    client_of: Callable[..., Client], employee: Person, potholes: Category
) -> None:
    browser = client_of(employee)
    answer = browser.post(reverse(ADD), form(potholes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors

    question = Question.objects.get()
    assert question.options == [
        {"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}, "stops": {"hu": "Hívd a 112-t!", "en": "Call 112!"}},
        {"code": "no", "texts": {"hu": "Nem", "en": "No"}},
    ]
    page = browser.get(reverse("admin:municipalities_question_change", args=[question.pk])).content.decode()
    assert "yes: Igen | Yes ! Hívd a 112-t! | Call 112!\nno: Nem | No" in page


@pytest.mark.parametrize(
    "options",
    ["", "yes: Igen", "Igen\nNem", "yes: Igen\nyes: Nem", ": Igen\nno: Nem", "YES: Igen\nno: Nem", "\x00: a\nb: c"],
)
def test_options_that_make_no_sense_have_a_message(
    client_of: Callable[..., Client], employee: Person, potholes: Category, options: str
) -> None:
    answer = client_of(employee).post(reverse(ADD), form(potholes, options=options))

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"options"}
    assert not Question.objects.exists()


def test_question_without_choices_needs_none(
    client_of: Callable[..., Client], employee: Person, potholes: Category
) -> None:
    assert client_of(employee).post(reverse(ADD), form(potholes, kind="text", options="")).status_code == 302
    assert str(Question.objects.get()) in ("Veszélyes?", "Dangerous?")

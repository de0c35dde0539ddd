"""All mails that came in, with what became of them: nothing is filed unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.models import IncomingMail
from reports.models import Assignment

pytestmark = pytest.mark.django_db
MakeMail = Callable[..., IncomingMail]


def page_of(client: Client, **query: str) -> str:
    return client.get(reverse("desk_mails"), query).text


def test_what_was_filed_by_itself_is_seen_with_its_reason(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail
) -> None:
    make_mail(assignment, subject="Házon kívül", kind="automatic", state="filed", why="machine")
    make_mail(assignment, subject="Válasz", state="published", handled_at=timezone.now())
    page = page_of(at_desk)
    assert all(words in page for words in ("Házon kívül", "Program írta", "Válasz", "Szabály szerint"))
    assert "Válasz<" not in page_of(at_desk, state="filed")
    assert "Házon kívül<" not in page_of(at_desk, kind="answer")
    assert "Nincs ilyen levél" in page_of(at_desk, sender="nobody@nowhere.example")


def test_a_reporters_private_word_is_employees_alone(
    at_desk: Client, client_of: Callable[[Person | None], Client], employee: Person, make_mail: MakeMail
) -> None:
    make_mail(None, subject="Magánügy", state="filed")
    assert "Magánügy" not in page_of(at_desk)
    assert "Magánügy" in page_of(client_of(employee))


@pytest.mark.parametrize("count", [1, 40])
def test_it_costs_the_same_for_any_number(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        make_mail(assignment)
    page_of(at_desk)
    with django_assert_num_queries(8):
        page_of(at_desk)

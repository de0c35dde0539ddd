"""A reporter's reply comes back to whoever asked."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from moderation.actions_claims import give_case
from moderation.models import Handoff
from reports.actions_desk import ask_info
from reports.actions_words import reply_to_desk, write_reporter
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db


def given_to() -> list[Person]:
    return [row.person for row in Handoff.objects.given().order_by("pk")]


def test_a_reply_stands_under_mine_of_who_asked(
    at_desk: Client, submitted: Report, moderator: Person, reporter: Person
) -> None:
    ask_info(submitted, "Melyik ház?", actor=moderator)
    assert given_to() == []
    reply_to_desk(submitted, "A sarki.", actor=reporter)
    assert given_to() == [moderator]
    assert submitted.reference in at_desk.get(reverse("desk"), {"queue": "mine"}).content.decode()


def test_so_does_a_word_after_publication(assignment: Assignment, moderator: Person, reporter: Person) -> None:
    write_reporter(assignment.report, "Megvan még?", actor=moderator)
    reply_to_desk(assignment.report, "Meg.", actor=reporter)
    assert given_to() == [moderator]


def test_whom_it_was_given_to_meanwhile_keeps_it(
    submitted: Report, moderator: Person, employee: Person, reporter: Person
) -> None:
    ask_info(submitted, "Melyik ház?", actor=moderator)
    give_case(submitted, employee, "", actor=moderator)
    reply_to_desk(submitted, "A sarki.", actor=reporter)
    assert given_to() == [employee]


def test_who_left_the_desk_gets_nothing(submitted: Report, moderator: Person, reporter: Person) -> None:
    ask_info(submitted, "Melyik ház?", actor=moderator)
    moderator.memberships.all().delete()
    reply_to_desk(submitted, "A sarki.", actor=reporter)
    assert given_to() == []

"""Was a body's answer helpful? Once per person and answer, changeable; never by the body's own people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import answer_report
from reports.models import AnswerRating, Assignment, ReportEvent

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
EN = {"Accept-Language": "en"}


@pytest.fixture
def answer(assignment: Assignment) -> ReportEvent:
    return answer_report(assignment, "Kedden jövünk.", actor=None)


def path_of(event: ReportEvent) -> str:
    return f"/reports/{event.report.reference}/answers/{event.pk}/rating"


def counts(event: ReportEvent, client: Client | None = None) -> dict[str, Any]:
    response = (client or Client()).get(event.report.get_absolute_url(), headers=EN)
    [entry] = [entry for entry in response.context["entries"] if entry.pk == event.pk]
    rating: dict[str, Any] = entry.rating
    return rating


def test_an_opinion_counts_once_changes_and_is_taken_back(
    answer: ReportEvent, client_of: ClientOf, neighbour: Person, stranger: Person, reporter: Person
) -> None:
    client = client_of(neighbour)
    for _ in range(2):
        response = client.post(path_of(answer), {"value": "yes"})
        assert response["Location"] == f"{answer.report.get_absolute_url()}#event-{answer.pk}"
    client_of(stranger).post(path_of(answer), {"value": "no"})
    client_of(reporter).post(path_of(answer), {"value": "yes"})
    assert counts(answer) == {"yes": 2, "no": 1, "mine": None, "allowed": True}
    client.post(path_of(answer), {"value": "no"})
    assert counts(answer, client) == {"yes": 1, "no": 2, "mine": False, "allowed": True}
    client.post(path_of(answer), {"value": "none"})
    assert counts(answer, client)["mine"] is None
    client.post(path_of(answer), {"value": "junk"})
    assert AnswerRating.objects.count() == 2


def test_who_is_not_signed_in_does_so_first_and_comes_back_to_the_question(
    answer: ReportEvent, client_of: ClientOf, neighbour: Person
) -> None:
    response = Client().post(path_of(answer), {"value": "yes"})
    back = f"{path_of(answer)}?value=yes"
    assert response["Location"] == f"/accounts/login/?next={back.replace('?', '%3F').replace('=', '%3D')}"
    page = client_of(neighbour).get(back, headers=EN).content.decode()
    assert "Kedden jövünk." in page
    assert not AnswerRating.objects.exists()  # looking is not saying
    assert "btn btn-primary" in page


def test_not_by_officers_of_that_body(
    answer: ReportEvent, client_of: ClientOf, officer: Person, other_officer: Person
) -> None:
    assert client_of(officer).post(path_of(answer), {"value": "yes"}).status_code == 404
    assert counts(answer, client_of(officer))["allowed"] is False
    assert path_of(answer) in client_of(other_officer).get(answer.report.get_absolute_url()).content.decode()
    client_of(other_officer).post(path_of(answer), {"value": "yes"})
    assert AnswerRating.objects.count() == 1


def test_only_answers_are_rated(answer: ReportEvent, client_of: ClientOf, neighbour: Person) -> None:
    client = client_of(neighbour)
    for event in answer.report.events.exclude(pk=answer.pk):
        assert client.post(path_of(event), {"value": "yes"}).status_code == 404
    for pk in (0, 10**30):
        assert client.post(f"/reports/{answer.report.reference}/answers/{pk}/rating").status_code == 404
    assert not AnswerRating.objects.exists()


def test_the_counts_cost_the_same_for_any_number_of_answers(
    answer: ReportEvent, assignment: Assignment, neighbour: Person, client: Client, django_assert_num_queries: Any
) -> None:
    client.get(answer.report.get_absolute_url())  # the first of all asks the database once what 4326 is
    for _ in range(2):
        AnswerRating.objects.get_or_create(event=answer, person=neighbour, defaults={"is_helpful": True})
        # Report, its photos, events with their files and photos, who leads, similar ones; opinions; how many comments;
        # answers to the category's questions.
        with django_assert_num_queries(11):
            client.get(answer.report.get_absolute_url())
        for words in ("Egy.", "Kettő."):
            answer_report(assignment, words, actor=None)

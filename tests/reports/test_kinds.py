"""Questions and praise: how each ends, and that neither has a deadline or counts as solved."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from forwarding.forms import Step, possible_steps
from forwarding.models import Dispatch
from forwarding.sending import deliver_forgotten_praise, send_dispatch
from municipalities.models import Institution
from reports.actions_desk import hide_report, restore_report
from reports.actions_reporter import may_rate, may_reopen, reopen_report, withdraw_report
from reports.actions_solved import confirm_solved, deliver_praise
from reports.lifecycle import EventKind, MoveNotAllowed, Status
from reports.models import Report
from reports.paging import published_counts

pytestmark = pytest.mark.django_db

Make = Callable[..., Report]


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


# -- Questions ----------------------------------------------------------------------------------------------


@pytest.fixture
def question(make_report: Make) -> Report:
    return make_report(kind="question", title="Mikor nyit a park?")


def test_question_ends_with_its_answer_and_counts_no_solution(
    question: Report, works: Institution, moderator: Person, reporter: Person, client: Client
) -> None:
    assignment = send_report(question, works, actor=moderator)
    assert (assignment.due_at, fresh(question).due_at) == (None, None)
    assert possible_steps(assignment) == [Step.ANSWER, Step.NOT_OURS]

    answer_report(assignment, "Jövő héten.", actor=None)

    report = fresh(question)
    assert (report.state, report.proof, report.reason) == (Status.ANSWERED, "", "")
    assert report.closed_at is not None
    assignment.refresh_from_db()
    assert (assignment.outcome, assignment.is_running) == ("ended", False)
    assert published_counts() == {"answered": 1}
    page = client.get("/", headers={"accept-language": "en"})
    assert page.context["solved_count"] == 0
    assert (
        "it has its answer" in client.get(report.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    )


def test_nobody_solves_or_promises_a_question(
    question: Report, works: Institution, moderator: Person, reporter: Person
) -> None:
    assignment = send_report(question, works, actor=moderator)
    for attempt in (
        lambda: say_done(assignment, "Kész.", actor=None),
        lambda: promise_date(assignment, date(2030, 1, 1), "Majd.", actor=None),
        lambda: confirm_solved(question, actor=reporter),
    ):
        with pytest.raises(MoveNotAllowed):
            attempt()
    assert fresh(question).state == Status.SENT


def test_question_of_another_body_is_rerouted(
    question: Report, works: Institution, gardens: Institution, moderator: Person
) -> None:
    say_not_ours(send_report(question, works, actor=moderator), "Nem a miénk.", actor=None)
    assert fresh(question).needs_rerouting

    answer_report(send_report(question, gardens, actor=moderator), "Mi tudjuk: holnap.", actor=None)
    assert fresh(question).state == Status.ANSWERED


def test_answer_that_is_none_is_asked_again(
    question: Report, works: Institution, moderator: Person, reporter: Person
) -> None:
    assignment = send_report(question, works, actor=moderator)
    answer_report(assignment, "Köszönjük.", actor=None)
    assert may_reopen(fresh(question))
    reopen_report(question, "Nem ezt kérdeztem.", actor=reporter)
    assert fresh(question).state == Status.IN_PROGRESS

    assignment.refresh_from_db()
    answer_report(assignment, "Május elsején.", actor=None)

    assert fresh(question).state == Status.ANSWERED
    answer_report(assignment, "Ja, és ingyenes.", actor=None)  # a further word changes no status
    assert fresh(question).state == Status.ANSWERED


# -- Praise -------------------------------------------------------------------------------------------------


@pytest.fixture
def praise(make_report: Make) -> Report:
    return make_report(kind="praise", title="Köszönjük!")


def test_praise_ends_when_its_mail_is_out(
    praise: Report, works: Institution, moderator: Person, mailoutbox: list[Any]
) -> None:
    assignment = send_report(praise, works, actor=moderator)
    assert (fresh(praise).state, assignment.due_at) == (Status.SENT, None)
    assert possible_steps(assignment) == [Step.ANSWER]

    dispatch = Dispatch.objects.get()
    send_dispatch(dispatch.pk)
    send_dispatch(dispatch.pk)

    report = fresh(praise)
    assert report.state == Status.DELIVERED
    assert report.events.filter(kind=EventKind.DELIVERED).count() == 1
    assert "Egyváros Útkezelő" in report.events.get(kind=EventKind.DELIVERED).sentence
    assert len(mailoutbox) == 1
    assert not may_reopen(report)
    assert not may_rate(report)
    assert published_counts() == {"delivered": 1}


def test_praise_whose_worker_died_is_found(praise: Report, works: Institution, moderator: Person) -> None:
    send_report(praise, works, actor=moderator)
    deliver_forgotten_praise()
    assert fresh(praise).state == Status.SENT

    Dispatch.objects.update(status="sent")
    deliver_forgotten_praise()
    assert fresh(praise).state == Status.DELIVERED


def test_praise_of_a_refusing_body_ends_as_published(
    praise: Report, refuser: Institution, moderator: Person, client: Client
) -> None:
    send_report(praise, refuser, actor=moderator)

    report = fresh(praise)
    assert report.state == Status.DELIVERED
    assert [e.kind for e in report.events.all()][-1] == EventKind.PUBLISHED
    assert not Dispatch.objects.exists()
    assert (
        "for everybody to read"
        in client.get(report.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    )


def test_private_praise_of_a_refusing_body_waits_for_the_desk(
    make_report: Make, refuser: Institution, moderator: Person
) -> None:
    report = make_report(kind="praise", is_private=True)
    send_report(report, refuser, actor=moderator)
    assert fresh(report).state == Status.SENT


def test_body_may_answer_praise(praise: Report, works: Institution, moderator: Person) -> None:
    assignment = send_report(praise, works, actor=moderator)
    answer_report(assignment, "Mi köszönjük!", actor=None)
    assert fresh(praise).state == Status.DELIVERED

    answer_report(assignment, "Tényleg!", actor=None)
    assert fresh(praise).events.filter(kind=EventKind.ANSWERED).count() == 2


def test_praise_can_be_taken_back_hidden_and_restored(
    praise: Report, works: Institution, moderator: Person, reporter: Person
) -> None:
    deliver_praise(praise, send_report(praise, works, actor=moderator))
    hide_report(praise, "", actor=moderator)
    restore_report(praise, actor=moderator)
    assert fresh(praise).state == Status.DELIVERED

    withdraw_report(praise, actor=reporter)
    assert fresh(praise).state == Status.WITHDRAWN


def test_only_praise_is_delivered(submitted: Report, works: Institution, moderator: Person) -> None:
    deliver_praise(submitted, send_report(submitted, works, actor=moderator))
    assert fresh(submitted).state == Status.SENT

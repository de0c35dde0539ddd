"""Who hears of an event: the reporter and the followers, never the actor, never twice, never of what is hidden."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.models import Person
from forwarding.actions import answer_report, say_done
from notifications.actions import fan_out_event
from notifications.models import MailChoice, Message, Mute
from notifications.sending import send_message
from reports.actions_desk import hide_report
from reports.actions_follow import follow_report
from reports.actions_reporter import withdraw_report
from reports.actions_solved import confirm_solved, deny_solved
from reports.models import Assignment, Report, ReportEvent


def fan_out_all() -> list[tuple[str, str]]:
    """Fan out what is unprocessed: (template, address) of the messages that this made."""
    made: list[Message] = []
    for pk in ReportEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
        made += fan_out_event(pk)
    return [(message.template, message.person.email) for message in made]


def send_all() -> None:
    for pk in Message.objects.due().order_by("pk").values_list("pk", flat=True):
        send_message(pk)


@pytest.fixture
def followed(assignment: Assignment, neighbour: Person) -> Assignment:
    """`sent`, followed by the neighbour, all told so far."""
    fan_out_all()
    follow_report(assignment.report, neighbour)
    return assignment


def test_received_goes_to_the_reporter_although_it_is_their_own_act(submitted: Report) -> None:
    assert fan_out_all() == [("received", "reporter@example.org")]


def test_unconfirmed_address_is_asked(make_report: Callable[..., Report]) -> None:
    make_report(confirmed=False)
    assert fan_out_all() == [("confirm", "reporter@example.org")]


def test_an_event_is_fanned_out_once(submitted: Report) -> None:
    event = submitted.events.get()
    assert len(fan_out_event(event.pk)) == 1
    assert fan_out_event(event.pk) == []
    event.refresh_from_db()
    assert event.processed_at is not None
    assert Message.objects.count() == 1


def test_answer_goes_to_reporter_and_followers(followed: Assignment) -> None:
    answer_report(followed, "Kedden jövünk.", actor=None)
    assert sorted(fan_out_all()) == [("answered", "neighbour@example.org"), ("answered", "reporter@example.org")]


def test_nobody_is_told_of_their_own_act(followed: Assignment, reporter: Person, officer: Person) -> None:
    follow_report(followed.report, officer)
    say_done(followed, "", actor=officer)
    assert sorted(fan_out_all()) == [("done_said", "neighbour@example.org"), ("done_said", "reporter@example.org")]
    confirm_solved(followed.report, actor=reporter)
    assert sorted(fan_out_all()) == [("solved", "neighbour@example.org"), ("solved", "officer@example.org")]


def test_not_solved_has_no_mail(followed: Assignment, reporter: Person) -> None:
    say_done(followed, "", actor=None)
    fan_out_all()
    deny_solved(followed.report, "Még ott van.", actor=reporter)
    assert fan_out_all() == []


def test_a_reporter_who_follows_is_told_once(followed: Assignment, reporter: Person) -> None:
    follow_report(followed.report, reporter)
    answer_report(followed, "Kedden.", actor=None)
    assert fan_out_all().count(("answered", "reporter@example.org")) == 1


def test_private_report_tells_only_its_reporter(followed: Assignment) -> None:
    Report.objects.filter(pk=followed.report_id).update(is_private=True)
    answer_report(followed, "Kedden.", actor=None)
    assert fan_out_all() == [("answered", "reporter@example.org")]


def test_hidden_report_tells_nobody(followed: Assignment, moderator: Person) -> None:
    answer_report(followed, "Kedden.", actor=None)
    hide_report(followed.report, "Sértő.", actor=moderator)
    assert fan_out_all() == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"mail_news": False}, False),
        ({"mail_none": True}, False),
        ({"is_active": False}, False),
        ({"mail_news": True}, True),
    ],
)
def test_a_person_decides(followed: Assignment, neighbour: Person, values: dict[str, Any], told: bool) -> None:
    Person.objects.filter(pk=neighbour.pk).update(**values)
    answer_report(followed, "Kedden.", actor=None)
    assert (("answered", "neighbour@example.org") in fan_out_all()) is told


@pytest.mark.parametrize(("kind", "told"), [("followed", False), ("own", True), ("comment", True)])
def test_a_person_decides_by_kind(followed: Assignment, neighbour: Person, kind: str, told: bool) -> None:
    MailChoice.objects.create(person=neighbour, kind=kind, frequency="never")
    answer_report(followed, "Kedden.", actor=None)
    assert (("answered", "neighbour@example.org") in fan_out_all()) is told


def test_reporter_mutes_one_report(followed: Assignment, reporter: Person) -> None:
    Mute.objects.create(report=followed.report, person=reporter)
    answer_report(followed, "Kedden.", actor=None)
    assert ("answered", reporter.email) not in fan_out_all()
    say_done(followed, "", actor=None)
    assert ("done_said", reporter.email) in fan_out_all()


def test_questions_go_on_after_news_are_stopped(followed: Assignment, reporter: Person) -> None:
    Person.objects.filter(pk=reporter.pk).update(mail_news=False)
    answer_report(followed, "Kedden.", actor=None)
    assert ("answered", reporter.email) not in fan_out_all()
    say_done(followed, "", actor=None)
    assert ("done_said", reporter.email) in fan_out_all()


@pytest.mark.parametrize("count", [1, 60])
def test_cost_does_not_grow_with_the_followers(
    followed: Assignment, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(count):
        follow_report(followed.report, Person.objects.create_user(f"follower{number}@example.org"))
    event = answer_report(followed, "Kedden.", actor=None)
    # savepoint and release, the lock of a solved report, event, followers, their choices, the reporter's choices and
    # mute, messages, mark
    with django_assert_num_queries(10):
        messages = fan_out_event(event.pk)
    assert len(messages) == count + 2


def test_what_became_unwanted_before_sending_is_cancelled(
    followed: Assignment, neighbour: Person, reporter: Person
) -> None:
    answer_report(followed, "Kedden.", actor=None)
    fan_out_all()
    followed.report.follows.all().delete()
    send_all()
    answered = Message.objects.filter(template="answered")
    assert answered.get(person=neighbour).status == "cancelled"
    assert answered.get(person=reporter).status == "sent"
    assert {m.to[0] for m in mail.outbox} == {"reporter@example.org"}


def test_withdrawn_report_is_not_talked_about(submitted: Report, reporter: Person) -> None:
    fan_out_all()
    withdraw_report(submitted, actor=reporter)
    send_all()
    assert mail.outbox == []
    assert Message.objects.get().status == "cancelled"

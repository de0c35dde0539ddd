"""Mails about what people write: the question to a guest, the news of a comment, and who hears of what."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.models import Dispatch
from notifications.actions import fan_out_event
from notifications.kinds import Frequency, MailKind
from notifications.models import MailChoice, Message, Mute
from notifications.sending import send_message
from reports.actions_comments import confirm_comment, decide_comment, write_comment
from reports.actions_desk import hide_report
from reports.actions_follow import follow_report
from reports.actions_sightings import reject_sighting, tell_sighting, undo_sighting
from reports.models import Comment, Photo, Report, ReportEvent

pytestmark = pytest.mark.django_db

SECRET = "Titkos szavak"


def work() -> list[EmailMessage]:
    """What the worker does with all that is there; the mails that it sent."""
    before = len(mail.outbox)
    for pk in ReportEvent.objects.filter(processed_at=None).order_by("pk").values_list("pk", flat=True):
        fan_out_event(pk)
    for pk in Message.objects.due().order_by("pk").values_list("pk", flat=True):
        send_message(pk)
    return mail.outbox[before:]


def to(mails: list[EmailMessage]) -> list[str]:
    return sorted(address for message in mails for address in message.to)


@pytest.fixture
def followed(sent: Report, stranger: Person) -> Report:
    """`sent`, followed by the stranger, everybody told so far."""
    work()
    follow_report(sent, stranger)
    return sent


@pytest.fixture
def guest(db: None) -> Person:
    return Person.objects.for_address("guest@example.org", language="en")


def test_a_typed_address_gets_one_question_without_a_word_of_the_typist(sent: Report, guest: Person) -> None:
    work()
    comment = write_comment(sent, SECRET, author=guest, confirmed=False, name="Gúnynév")
    [message] = work()
    assert message.to == [guest.email]
    words = f"{message.subject} {message.body} {message.alternatives[0].content}"  # type: ignore[attr-defined]
    assert SECRET not in words
    assert "Gúnynév" not in words
    assert sent.heading not in words
    link = re.search(r"http\S+/comment/\S+", str(message.body))
    assert link
    Client().post(link[0].split("//", 1)[1].split("/", 1)[1].join(["/", ""]), {"action": "confirm"})
    comment.refresh_from_db()
    assert comment.status == "shown"


def test_one_question_an_hour_of_whatever_sort(
    sent: Report, guest: Person, upload: Callable[..., Photo], make_report: Callable[..., Report]
) -> None:
    work()
    first = write_comment(sent, "Egy", author=guest, confirmed=False)
    assert to(work()) == [guest.email]
    write_comment(sent, "Kettő", author=guest, confirmed=False)
    tell_sighting(sent, is_solved=True, text="", author=guest, confirmed=False, photos=[upload()])
    make_report(reporter=guest, confirmed=False)
    assert work() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert to(work()) == [guest.email]
    # Who followed the link has said that such mails are welcome.
    for comment in Comment.objects.all():
        confirm_comment(comment)
    first.refresh_from_db()
    assert first.status == "shown"


def test_a_question_that_was_answered_is_not_sent(sent: Report, guest: Person) -> None:
    work()
    comment = write_comment(sent, "Egy", author=guest, confirmed=False)
    for pk in ReportEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
        fan_out_event(pk)
    confirm_comment(comment)
    assert guest.email not in to(work())
    assert Message.objects.get(template="talk_confirm").status == "cancelled"


def test_reporter_and_followers_hear_and_nobody_of_their_own(
    followed: Report, reporter: Person, stranger: Person, neighbour: Person
) -> None:
    write_comment(followed, "Ott van.", author=neighbour, confirmed=True)
    mails = work()
    assert to(mails) == [reporter.email, stranger.email]
    for message in mails:
        assert "Ott van." in str(message.body)
        assert "#comment-" in str(message.body)
        assert "List-Unsubscribe" in message.extra_headers
        assert neighbour.email not in str(message.message())
        assert "Norbert" not in str(message.body)
    assert set(Message.objects.filter(template="commented").values_list("kind", flat=True)) == {"comment"}
    write_comment(followed, "Látom.", author=stranger, confirmed=True)
    write_comment(followed, "Én is.", author=reporter, confirmed=True)
    assert to(work()) == [reporter.email, stranger.email]


def test_this_kind_of_news_can_be_switched_off(
    followed: Report, reporter: Person, stranger: Person, neighbour: Person
) -> None:
    MailChoice.objects.create(person=stranger, kind=MailKind.COMMENT, frequency=Frequency.NEVER)
    Mute.objects.create(person=reporter, report=followed)
    write_comment(followed, "Ott van.", author=neighbour, confirmed=True)
    assert work() == []


def test_nobody_hears_of_what_waits_or_is_hidden_meanwhile(
    followed: Report, neighbour: Person, moderator: Person
) -> None:
    write_comment(followed, "Kurva élet.", author=neighbour, confirmed=True)
    assert work() == []
    shown = write_comment(followed, "Ott van.", author=neighbour, confirmed=True)
    for pk in ReportEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
        fan_out_event(pk)
    assert Message.objects.filter(template="commented").count() == 2
    decide_comment(shown, show=False, actor=moderator)
    assert work() == []
    assert set(Message.objects.filter(template="commented").values_list("status", flat=True)) == {"cancelled"}


def test_nobody_hears_of_a_comment_on_a_report_that_was_hidden(
    followed: Report, neighbour: Person, moderator: Person
) -> None:
    write_comment(followed, "Ott van.", author=neighbour, confirmed=True)
    hide_report(followed, "", actor=moderator)
    assert work() == []


def test_no_body_is_written_to_for_a_comment(followed: Report, neighbour: Person) -> None:
    before = Dispatch.objects.count()
    write_comment(followed, "Ott van.", author=neighbour, confirmed=True)
    assert Dispatch.objects.count() == before


def test_the_news_cost_the_same_for_many_followers(
    followed: Report, neighbour: Person, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        write_comment(followed, f"{number}. szó", author=neighbour, confirmed=True)
        event = ReportEvent.objects.filter(processed_at=None).get()
        # Savepoint twice; event, comment, its words, readers, their choices; the messages, the mark.
        with django_assert_num_queries(10):
            fan_out_event(event.pk)
        for more in range(5):
            follow_report(followed, Person.objects.create_user(f"f{number}{more}@example.org"))


def test_a_friendly_no_goes_to_the_passer_by_unless_taken_back(
    followed: Report, neighbour: Person, moderator: Person
) -> None:
    sighting = tell_sighting(followed, is_solved=False, text="Ott van.", author=neighbour, confirmed=True)
    reject_sighting(sighting, "Ez másik hely.", actor=moderator)
    [message] = work()
    assert (message.to, "Ez másik hely." in str(message.body)) == ([neighbour.email], True)
    again = tell_sighting(followed, is_solved=False, text="Tényleg.", author=neighbour, confirmed=True)
    reject_sighting(again, "Megint nem.", actor=moderator)
    for pk in ReportEvent.objects.filter(processed_at=None).values_list("pk", flat=True):
        fan_out_event(pk)
    undo_sighting(again, actor=moderator)
    assert work() == []


@pytest.mark.parametrize("language", ["hu", "en"])
def test_each_of_these_mails_can_be_written(
    followed: Report, neighbour: Person, moderator: Person, guest: Person, language: str
) -> None:
    Person.objects.update(language=language)
    write_comment(followed, "Ott van.", author=neighbour, confirmed=True, name="Norbi")
    write_comment(followed, "Ott van.", author=guest, confirmed=False)
    sighting = tell_sighting(followed, is_solved=False, text="Ott van.", author=neighbour, confirmed=True)
    reject_sighting(sighting, "Ez másik hely.", actor=moderator)
    mails = work()
    assert len(mails) == 4
    for message in mails:
        words = f"{message.subject} {message.body} {message.alternatives[0].content}"  # type: ignore[attr-defined]
        assert "{{" not in words
        assert "{%" not in words
        assert ("Szia" in words) is (language == "hu")

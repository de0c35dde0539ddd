"""Following by a mail address alone: one question an hour, nothing of its writer in it; only the button counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from accounts.holdings import all_holdings
from accounts.models import Person
from notifications.deliveries import DeliveryStatus
from notifications.follow_requests import send_follow_confirmation, send_request
from notifications.models import FollowRequest, Message
from notifications.sending import send_message
from notifications.tasks import purge_follow_requests, sweep
from reports import links
from reports.actions_desk import hide_report
from reports.models import Report

from .test_mails import tell_all

pytestmark = pytest.mark.django_db

ADDRESS = "passer@example.org"


def ask(report: Report, email: str = ADDRESS, *, support: bool = False, language: str = "en") -> FollowRequest:
    return send_follow_confirmation(email, report, support=support, language=language)


def send_all() -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    for pk in FollowRequest.objects.due().order_by("pk").values_list("pk", flat=True):
        send_request(pk)
    return [sent for sent in mail.outbox if isinstance(sent, EmailMultiAlternatives)]


def link_in(sent: EmailMultiAlternatives) -> str:
    [line] = [line for line in str(sent.body).splitlines() if "/follow/" in line]
    return "/follow/" + line.split("/follow/")[1]


@pytest.mark.parametrize("support", [False, True])
def test_button_behind_the_mail_counts_once(client: Client, sent: Report, support: bool) -> None:
    ask(sent, " Passer@Example.org ", support=support)
    [question] = send_all()
    assert question.to == [ADDRESS]
    assert question.message()["Auto-Submitted"] == "auto-generated"
    url = link_in(question)
    assert url in str(question.alternatives[0][0])
    assert ADDRESS not in url

    for _scanner in range(2):
        page = client.get(url).content.decode()
        assert ("Téged is zavar?" in page) is support
        assert not Person.objects.filter(email=ADDRESS).exists()

    for _press in range(2):
        assert client.post(url, follow=True).status_code == 200
        person = Person.objects.get(email=ADDRESS)
        sent.refresh_from_db()
        assert sent.follows.get().person == person
        assert sent.supporters == sent.supports.count() == int(support)
    assert not person.has_usable_password()
    assert not FollowRequest.objects.exists()
    assert "<form" not in client.get(url).content.decode().split("<main")[1].split("</main")[0]


def test_question_is_in_the_language_of_the_page(sent: Report) -> None:
    ask(sent, language="hu")
    [question] = send_all()
    assert "Járókelő" in question.subject
    assert "Shall" not in question.subject + str(question.body)


def test_one_question_an_hour_and_the_next_waits(make_report: Callable[..., Report], sent: Report) -> None:
    other = make_report()
    Report.objects.filter(pk=other.pk).update(status="sent", published_at=timezone.now())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(sent)
        ask(other)
        ask(sent)
        assert len(send_all()) == 1
        assert not send_all()
        clock.shift(timedelta(minutes=59))
        assert not send_all()
        clock.shift(timedelta(minutes=2))
        [second] = send_all()
        assert other.reference in second.body


def test_confirmation_of_a_report_and_the_question_share_the_hour(
    make_report: Callable[..., Report], sent: Report
) -> None:
    tell_all()
    guest = Person.objects.create_user(ADDRESS)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        make_report(confirmed=False, reporter=guest)
        assert [m.to for m in tell_all()] == [[ADDRESS]]
        ask(sent)
        assert not send_all()
        clock.shift(timedelta(minutes=61))
        assert len(send_all()) == 1
        make_report(confirmed=False, reporter=guest)
        assert not tell_all()
        clock.shift(timedelta(minutes=61))
        send_message(Message.objects.open().get().pk)
        assert len(mail.outbox) == 1


def test_me_too_after_follow_asks_for_both(client: Client, sent: Report) -> None:
    ask(sent)
    ask(sent, support=True)
    [question] = send_all()
    client.post(link_in(question))
    sent.refresh_from_db()
    assert sent.supporters == 1


def test_reporter_hears_anyway(client: Client, sent: Report, reporter: Person) -> None:
    ask(sent, reporter.email, support=True)
    [question] = send_all()
    page = client.post(link_in(question), follow=True).content.decode()
    sent.refresh_from_db()
    assert (sent.supporters, sent.follows.count()) == (0, 0)
    assert "téged is beleszámoltunk" in page


@pytest.mark.parametrize("change", ["hidden", "private", "stopped"])
def test_nothing_goes_out_that_may_not(sent: Report, moderator: Person, change: str) -> None:
    request = ask(sent)
    if change == "hidden":
        hide_report(sent, "", actor=moderator)
    elif change == "private":
        Report.objects.update(is_private=True)
    else:
        Person.objects.create_user(ADDRESS, mail_stopped_at=timezone.now())
    assert not send_all()
    request.refresh_from_db()
    assert request.status == DeliveryStatus.CANCELLED


@pytest.mark.parametrize(("change", "code"), [("hidden", 410), ("private", 404)])
def test_link_to_what_is_not_public_any_more(
    client: Client, sent: Report, moderator: Person, change: str, code: int
) -> None:
    token = links.follow_token(sent.pk, ADDRESS, support=True)
    hide_report(sent, "", actor=moderator) if change == "hidden" else Report.objects.update(is_private=True)
    assert client.get(f"/follow/{token}").status_code == code
    assert client.post(f"/follow/{token}").status_code == code
    assert not Person.objects.filter(email=ADDRESS).exists()


def test_only_its_own_token_opens(client: Client, sent: Report) -> None:
    token = links.follow_token(sent.pk, ADDRESS, support=False)
    for wrong in (
        token[:-1] + "x",
        links.sign(links.UNSUBSCRIBE, 1, sent.pk),
        links.sign(links.FOLLOW, sent.pk),
        "a.b",
    ):
        assert client.get(f"/follow/{wrong}").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"/follow/{token}").status_code == 403


def test_sweep_finds_what_nobody_announced_and_old_ones_are_forgotten(
    sent: Report, announced: list[tuple[str, int]], django_capture_on_commit_callbacks: Any, settings: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        request = ask(sent)
        sweep()
    assert announced.count(("notifications.send_follow_request", request.pk)) == 2

    assert purge_follow_requests() == 0
    FollowRequest.objects.update(created_at=timezone.now() - settings.FOLLOW_REQUEST_KEEP - timedelta(hours=1))
    assert purge_follow_requests() == 1


def test_address_is_exported_and_erased(sent: Report) -> None:
    person = Person.objects.create_user(ADDRESS)
    ask(sent, support=True)
    ask(sent, "other@example.org")
    for address, confirmed in (("second@example.org", True), ("unproven@example.org", False)):
        EmailAddress.objects.create(user=person, email=address.title(), verified=confirmed)
        ask(sent, address)
    [holding] = [holding for holding in all_holdings() if holding.name == "follow_requests"]
    rows = holding.export(person)
    assert [(row["report"], row["me_too"]) for row in rows] == [(sent.reference, True), (sent.reference, False)]
    for _run in range(2):
        holding.erase(person, True)
        left = FollowRequest.objects.order_by("pk").values_list("email", flat=True)
        assert list(left) == ["other@example.org", "unproven@example.org"]

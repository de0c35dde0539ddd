"""Who has a case open, told by a light poll: what it says, what it keeps, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.models import IncomingMail
from moderation.actions_claims import take_case, take_over
from moderation.models import Claim, Visit
from reports.actions_desk import edit_report
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}


def poll(client: Client, report: Report, **fields: Any) -> Any:
    fields = {"version": report.version, "holder": "", **fields}
    return client.post(reverse("desk_presence", args=[report.reference]), fields, headers=EN)


@pytest.fixture
def at_other_desk(client_of: Callable[[Person], Client], employee: Person) -> Client:
    return client_of(employee)


def test_others_are_named_and_silence_is_cheap(at_desk: Client, at_other_desk: Client, submitted: Report) -> None:
    first = poll(at_desk, submitted)
    assert "has this case open" not in first.content.decode()
    assert poll(at_desk, submitted, state=first["X-State"]).status_code == HTTPStatus.NO_CONTENT
    assert "Mónika Moderátor has this case open, too" in poll(at_other_desk, submitted).content.decode()
    second = poll(at_desk, submitted, state=first["X-State"])
    assert "Emese Munkatárs has this case open, too" in second.content.decode()
    assert poll(at_desk, submitted, state=second["X-State"]).status_code == HTTPStatus.NO_CONTENT


def test_the_page_says_it_at_load(at_desk: Client, at_other_desk: Client, submitted: Report) -> None:
    poll(at_other_desk, submitted)
    page = at_desk.get(f"/desk/{submitted.reference}", headers=EN).content.decode()
    assert "Emese Munkatárs has this case open, too" in page
    state = page.partition('data-state="')[2].partition('"')[0]
    assert poll(at_desk, submitted, state=state).status_code == HTTPStatus.NO_CONTENT


def test_who_leaves_or_falls_silent_is_not_there(at_desk: Client, at_other_desk: Client, submitted: Report) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        poll(at_other_desk, submitted)
        assert poll(at_other_desk, submitted, leaves="1").status_code == HTTPStatus.NO_CONTENT
        assert "open, too" not in poll(at_desk, submitted).content.decode()
        poll(at_other_desk, submitted)
        assert "open, too" in poll(at_desk, submitted).content.decode()
        clock.shift(settings.DESK_PRESENT_FOR)
        assert "open, too" not in poll(at_desk, submitted).content.decode()


def test_the_open_page_keeps_the_lease(at_desk: Client, submitted: Report, moderator: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        take_case(submitted, actor=moderator)
        for _ in range(3):
            clock.shift(settings.DESK_LEASE - timedelta(minutes=1))
            poll(at_desk, submitted, holder=moderator.pk)
            assert Claim.objects.running().filter(person=moderator).exists()
        poll(at_desk, submitted, leaves="1")
        clock.shift(timedelta(minutes=1))
        assert not Claim.objects.running().exists()
        poll(at_desk, submitted)  # the page came back before anybody else
        assert Claim.objects.running().filter(person=moderator).exists()


def test_looking_takes_nothing_and_working_does(
    at_desk: Client, at_other_desk: Client, submitted: Report, moderator: Person
) -> None:
    poll(at_desk, submitted)
    assert not Claim.objects.exists()
    page = poll(at_desk, submitted, works="1").content.decode()
    assert "You have this case." in page
    assert 'data-moved="mine"' in page
    page = poll(at_other_desk, submitted, works="1").content.decode()
    assert "Mónika Moderátor has this case now." in page
    assert Claim.objects.get().person == moderator


def test_who_is_taken_over_from_hears_it_on_the_page(
    at_desk: Client, submitted: Report, moderator: Person, employee: Person
) -> None:
    take_case(submitted, actor=moderator)
    state = poll(at_desk, submitted, holder=moderator.pk)["X-State"]
    take_over(submitted, "Én már beszéltem velük.", actor=employee)
    page = poll(at_desk, submitted, holder=moderator.pk, state=state).content.decode()
    assert "Emese Munkatárs has taken this case over." in page
    assert "Én már beszéltem velük." in page
    assert 'data-moved="others"' in page


def test_a_change_is_told(at_desk: Client, submitted: Report, employee: Person) -> None:
    state = poll(at_desk, submitted)["X-State"]
    edit_report(submitted, {"title": "Más"}, actor=employee)
    page = poll(at_desk, submitted, state=state).content.decode()
    assert "Emese Munkatárs changed this report at" in page


def test_mails_have_it_too(
    at_desk: Client, at_other_desk: Client, assignment: Assignment, make_mail: Callable[..., IncomingMail]
) -> None:
    mail = make_mail(assignment)
    url = reverse("desk_presence_mail", args=[mail.pk])
    at_other_desk.post(url)
    assert "Emese Munkatárs has this case open, too" in at_desk.post(url, headers=EN).content.decode()
    assert "Emese Munkatárs" in at_desk.get(f"/desk/mail/{mail.pk}", headers=EN).content.decode()


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 400, "\x00", "٣"])
def test_junk_is_no_error(at_desk: Client, submitted: Report, junk: str) -> None:
    response = poll(at_desk, submitted, version=junk, holder=junk, state=junk, works=junk)
    assert response.status_code == HTTPStatus.OK
    assert at_desk.get(reverse("desk_presence", args=[submitted.reference])).status_code == 405


def test_queries_of_a_poll(
    at_desk: Client, submitted: Report, moderator: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    take_case(submitted, actor=moderator)
    state = poll(at_desk, submitted, holder=moderator.pk)["X-State"]
    # Session, person, memberships, rights; the report, old visits, this one, the lease; who else, given, claimed.
    with django_assert_max_num_queries(11):
        assert poll(at_desk, submitted, holder=moderator.pk, state=state).status_code == HTTPStatus.NO_CONTENT
    assert Visit.objects.count() == 1

"""Who did what when, and who of the staff read whose data."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.erasure import erase_person
from accounts.models import Person, Reading
from accounts.readings import export, note_reading, purge_readings
from accounts.rights import Right
from forwarding.models import IncomingMail
from moderation.acts import recorded, undo_act
from moderation.models import Act
from municipalities.models import Membership
from reports.actions_desk import edit_report, reject_report
from reports.lifecycle import Reason
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

Browser = Callable[[Person | None], Client]


@pytest.fixture
def senior(moderator: Person) -> Person:
    Membership.objects.filter(person=moderator).update(role="senior")
    return moderator


def decide(report: Report, person: Person) -> None:
    with recorded("reject", report, actor=person):
        reject_report(report, Reason.NO_PLACE, "", actor=person)


def page_of(client: Client, **query: Any) -> str:
    response = client.get(reverse("desk_history"), query)
    assert response.status_code == HTTPStatus.OK
    return response.content.decode()


def test_the_case_and_the_reporters_page_lead_to_their_history(
    client_of: Callable[[Person | None], Client],
    employee: Person,
    submitted: Report,
    make_report: Callable[..., Report],
) -> None:
    other = make_report(title="Másik")
    decide(submitted, employee)
    decide(other, employee)
    client, history = client_of(employee), reverse("desk_history")
    case = client.get(reverse("desk_case", args=[submitted.reference])).content.decode()
    assert f'href="{history}?q={submitted.reference}"' in case
    page = page_of(client, q=submitted.reference)
    assert submitted.reference in page
    assert other.reference not in page

    assert submitted.reporter is not None
    shown = client.post(reverse("desk_reporter", args=[submitted.reference])).content.decode()
    assert f'href="{history}?reporter={quote(submitted.reporter.email)}"' in shown


def test_what_waits_for_a_second_look_is_counted_at_the_desk(
    client_of: Callable[[Person | None], Client],
    at_desk: Client,
    employee: Person,
    moderator: Person,
    submitted: Report,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = f'{reverse("desk_history")}?look=on"'
    client = client_of(employee)
    assert link not in client.get(reverse("desk")).content.decode()
    decide(submitted, moderator)
    Act.objects.update(needs_look=True)
    english = {"Accept-Language": "en"}
    page = client.get(reverse("desk"), headers=english).content.decode()
    assert link in page
    assert "1 waits for a second look" in page
    assert link not in at_desk.get(reverse("desk")).content.decode()
    monkeypatch.setattr(import_module("moderation.views.desk"), "LOOKS_COUNTED", 0)
    assert "More than 0 wait" in client.get(reverse("desk"), headers=english).content.decode()


def test_volunteers_see_their_own_acts_and_may_undo_them(
    at_desk: Client, moderator: Person, employee: Person, submitted: Report, make_report: Callable[..., Report]
) -> None:
    decide(submitted, moderator)
    other = make_report()
    decide(other, employee)
    page = page_of(at_desk)
    assert submitted.reference in page
    assert other.reference not in page
    assert reverse("desk_undo", args=[submitted.acts.get().pk]) in page
    assert 'name="actor"' not in page
    assert 'name="reporter"' not in page


def test_an_employee_finds_acts_by_report_person_and_day(
    client_of: Browser, moderator: Person, employee: Person, reporter: Person, submitted: Report,
    make_report: Callable[..., Report],
) -> None:  # fmt: skip
    decide(submitted, moderator)
    other = make_report(reporter=None)
    decide(other, employee)
    client = client_of(employee)
    assert all(report.reference in page_of(client) for report in (submitted, other))
    for query in (
        {"q": submitted.reference},
        {"actor": moderator.pk},
        {"reporter": "REPORTER@example.org"},
    ):
        page = page_of(client, **query)
        assert submitted.reference in page.split("</form>", 1)[1], query
        assert other.reference not in page, query
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert submitted.reference not in page_of(client, date_from=tomorrow.isoformat())
    assert submitted.reference in page_of(client, date_to=tomorrow.isoformat())
    assert submitted.reference not in page_of(client, undone="on")
    undo_act(submitted.acts.get(), actor=employee)
    assert submitted.reference in page_of(client, undone="on")


@pytest.mark.parametrize(
    "query", [{"actor": "x"}, {"actor": "9" * 30}, {"date_from": "junk"}, {"q": "\x00"}, {"page": "x"}]
)
def test_junk_in_the_filters_is_told(client_of: Browser, employee: Person, query: dict[str, str]) -> None:
    page_of(client_of(employee), **query)


@pytest.mark.parametrize("count", [1, 6])
def test_the_history_costs_the_same_for_many(
    at_desk: Client, moderator: Person, make_report: Callable[..., Report], count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _number in range(count):
        report = make_report()
        with recorded("save", report, actor=moderator):
            edit_report(report, {"title": "Más"}, actor=moderator)
    with django_assert_num_queries(9):
        page_of(at_desk)


def test_reading_a_reporters_address_is_written_down(
    client_of: Browser, senior: Person, reporter: Person, submitted: Report
) -> None:
    response = client_of(senior).post(reverse("desk_reporter", args=[submitted.reference]))
    assert reporter.email in response.content.decode()
    reading = Reading.objects.get()
    assert (reading.actor, reading.person, reading.what) == (senior, reporter, "reporter")
    assert reading.about == submitted.reference


def test_volunteers_do_not_read_addresses(at_desk: Client, submitted: Report) -> None:
    response = at_desk.post(reverse("desk_reporter", args=[submitted.reference]))
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert not Reading.objects.exists()


def test_with_the_right_and_only_by_pressing(client_of: Browser, senior: Person, submitted: Report) -> None:
    assert client_of(senior).get(reverse("desk_reporter", args=[submitted.reference])).status_code == 405
    permission = Permission.objects.get(codename=Right.READ_PEOPLE)
    Group.objects.get(name="senior").permissions.remove(permission)
    response = client_of(senior).post(reverse("desk_reporter", args=[submitted.reference]))
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_mails_and_people_in_the_administration_are_readings_too(
    client_of: Browser,
    employee: Person,
    reporter: Person,
    assignment: Assignment,
    make_mail: Callable[..., IncomingMail],
) -> None:
    mail = make_mail(assignment, sender=reporter.email.upper())
    client = client_of(employee)
    client.get(reverse("desk_mail", args=[mail.pk]))
    client.get(reverse("desk_mail_raw", args=[mail.pk]))
    client.get(reverse("admin:accounts_person_change", args=[reporter.pk]))
    client.get(reverse("admin:accounts_person_change", args=[employee.pk]))  # one's own
    found = list(Reading.objects.order_by("pk").values_list("what", "person", "about"))
    reference = assignment.report.reference
    assert found == [
        ("mail", reporter.pk, reference),
        ("mail", reporter.pk, reference),
        ("record", reporter.pk, f"person {reporter.pk}"),
    ]
    page = client.get(reverse("desk_readings"), {"person": reporter.email}).content.decode()
    assert page.count(reference) == 2
    assert client.get(reverse("desk_readings"), {"what": "original"}).content.decode().count(reference) == 0


def test_the_log_of_readings_is_not_for_volunteers(at_desk: Client) -> None:
    assert at_desk.get(reverse("desk_readings")).status_code == HTTPStatus.NOT_FOUND


def test_the_person_hears_when_but_not_who_and_erasing_keeps_the_line(employee: Person, reporter: Person) -> None:
    note_reading(employee, Reading.What.REPORTER, person=reporter, about="abcdefgh")
    held = export(reporter)
    assert [line["what"] for line in held] == ["reporter"]
    assert employee.email not in str(held)
    erase_person(reporter, keep_reports=True)
    assert Reading.objects.get().person is None


def test_old_readings_are_forgotten(employee: Person, settings: Any) -> None:
    note_reading(employee, Reading.What.MAIL)
    assert purge_readings() == 0
    with time_machine.travel(timezone.now() + settings.READINGS_KEEP + timedelta(days=1)):
        assert purge_readings() == 1

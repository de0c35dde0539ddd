"""Every page of the staff that shows people's data leaves a line in the log of readings."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.bans import ban_person, set_trust
from accounts.models import Person, Reading
from forwarding.models import IncomingMail
from notifications.follow_requests import send_follow_confirmation
from notifications.models import FollowRequest, Message, Notice
from notifications.notices import give_notice
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

Browser = Callable[[Person | None], Client]
Line = tuple[str, int | None, str]


def lines() -> list[Line]:
    return list(Reading.objects.order_by("pk").values_list("what", "person", "about"))


def opened(client: Client, url: str, **query: str) -> list[Line]:
    """What opening this page has added to the log."""
    before = Reading.objects.count()
    assert client.get(url, query).status_code == HTTPStatus.OK
    return lines()[before:]


@pytest.fixture
def at_administration(client_of: Browser, employee: Person) -> Client:
    Person.objects.filter(pk=employee.pk).update(is_superuser=True)
    employee.refresh_from_db()
    return client_of(employee)


def test_lists_and_rows_of_people_in_the_administration(
    at_administration: Client, reporter: Person, neighbour: Person, employee: Person
) -> None:
    found = opened(at_administration, reverse("admin:accounts_person_changelist"))
    assert {line[1] for line in found} == {reporter.pk, neighbour.pk}  # one's own row is nobody's business
    assert {(line[0], line[2]) for line in found} == {("list", "admin: person")}
    narrowed = opened(at_administration, reverse("admin:accounts_person_changelist"), q=reporter.email)
    assert narrowed == [("list", reporter.pk, "admin: person")]
    row = opened(at_administration, reverse("admin:accounts_person_change", args=[reporter.pk]))
    assert row == [("record", reporter.pk, f"person {reporter.pk}")]


def test_reports_and_their_photos_and_events_in_the_administration(
    at_administration: Client, make_report: Callable[..., Report], reporter: Person
) -> None:
    report = make_report(photos=1)
    assert opened(at_administration, reverse("admin:reports_report_changelist")) == []  # names nobody
    row = opened(at_administration, reverse("admin:reports_report_change", args=[report.pk]))
    assert row == [("record", reporter.pk, report.reference)]
    photo = report.photos.get()
    row = opened(at_administration, reverse("admin:reports_photo_change", args=[photo.pk]))
    assert row == [("record", reporter.pk, f"photo {photo.pk}")]
    events = opened(at_administration, reverse("admin:reports_reportevent_changelist"))
    assert events == [("list", reporter.pk, "admin: reportevent")]
    guests = make_report(reporter=None, reporter_name="Vendég Vera")
    row = opened(at_administration, reverse("admin:reports_report_change", args=[guests.pk]))
    assert row == [("record", None, guests.reference)]  # nobody's account


def test_mails_and_messages_in_the_administration(
    at_administration: Client,
    assignment: Assignment,
    make_mail: Callable[..., IncomingMail],
    reporter: Person,
    neighbour: Person,
) -> None:
    make_mail(assignment, sender=reporter.email.upper())
    strange = make_mail(assignment, sender="nobody@example.org")
    url = reverse("admin:forwarding_incomingmail_changelist")
    assert opened(at_administration, url) == [("list", reporter.pk, "admin: incomingmail")]
    row = opened(at_administration, reverse("admin:forwarding_incomingmail_change", args=[strange.pk]))
    assert row == [("record", None, f"incomingmail {strange.pk}")]

    event = assignment.report.events.earliest("pk")
    Message.objects.create(event=event, person=neighbour, template="sent", channel="mail")
    url = reverse("admin:notifications_message_changelist")
    assert opened(at_administration, url) == [("list", neighbour.pk, "admin: message")]
    give_notice([neighbour], "mentioned", "1")
    url = reverse("admin:notifications_notice_change", args=[Notice.objects.get().pk])
    assert [line[:2] for line in opened(at_administration, url)] == [("record", neighbour.pk)]
    send_follow_confirmation(reporter.email, assignment.report, support=False, language="hu")
    send_follow_confirmation("vendeg@example.org", assignment.report, support=False, language="hu")
    url = reverse("admin:notifications_followrequest_changelist")
    assert FollowRequest.objects.count() == 2
    assert opened(at_administration, url) == [("list", reporter.pk, "admin: followrequest")]


def test_a_list_costs_one_more_query_however_long(
    at_administration: Client, reporter: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("admin:accounts_person_changelist")
    at_administration.get(url)
    for number in range(20):
        Person.objects.create_user(f"person-{number}@example.org", "pw")
    with django_assert_num_queries(8):
        assert len(opened(at_administration, url)) == 21


def test_the_desks_lists_of_mails(
    at_desk: Client, assignment: Assignment, make_mail: Callable[..., IncomingMail], reporter: Person
) -> None:
    assert opened(at_desk, reverse("desk"), queue="answers") == []
    make_mail(assignment)
    make_mail(None, sender=reporter.email)
    assert opened(at_desk, reverse("desk"), queue="answers") == [("list", None, "desk: answers")]
    assert opened(at_desk, reverse("desk"), queue="unmatched") == [("list", reporter.pk, "desk: unmatched")]
    assert opened(at_desk, reverse("desk"), queue="new") == []


def test_searching_by_address_is_reading(client_of: Browser, employee: Person, reporter: Person) -> None:
    client = client_of(employee)
    history, log = reverse("desk_history"), reverse("desk_readings")
    assert opened(client, history, reporter="REPORTER@example.org") == [("search", reporter.pk, "desk: history")]
    assert opened(client, history, reporter="nobody@example.org") == [("search", None, "desk: history")]
    assert opened(client, history, q="kátyú") == []
    # A look at the log is one line, not as many as it shows.
    assert opened(client, log) == [("list", None, "desk: readings")]
    assert ("search", reporter.pk, "desk: readings") in opened(client, log, person=reporter.email)


def test_the_page_of_people_names_whose_data_it_shows(
    client_of: Browser, employee: Person, reporter: Person, neighbour: Person
) -> None:
    client = client_of(employee)
    assert opened(client, reverse("desk_people")) == []
    ban_person(reporter, "Sértő volt.", None, actor=employee)
    set_trust(neighbour, "trusted")
    found = opened(client, reverse("desk_people"))
    assert sorted(found) == [("list", person.pk, "desk: people") for person in (reporter, neighbour)]

"""After a letter has left: recall it, or send it once more; and undoing both before they leave."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, say_not_ours, send_report
from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from moderation.models import Act
from moderation.queues import reports_to_reroute
from municipalities.models import Contact, Institution
from notifications.actions import fan_out_event
from notifications.sending import send_message
from reports import links
from reports.actions_desk import hide_report, restore_report
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, Report
from tests.moderation.undoing import rows_of, timers_of

pytestmark = pytest.mark.django_db


def letters_of(report: Report) -> str:
    return reverse("desk_letters", args=[report.reference])


def send_all() -> None:
    """What a worker does once nothing is held back any more."""
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
            send_dispatch(pk)


@pytest.fixture
def gone(assignment: Assignment) -> Assignment:
    """The letter of `assignment` has left."""
    send_all()
    mail.outbox.clear()
    return assignment


def test_recalling_tells_the_body_and_the_report_looks_for_another(
    at_desk: Client, gone: Assignment, moderator: Person, reporter: Person
) -> None:
    report, token = gone.report, links.officer_token(gone.pk)
    response = at_desk.post(letters_of(report), {"action": "recall", "text": "Nem az önök útja."})
    assert response["Location"] == letters_of(report)
    report, gone = Report.objects.get(), Assignment.objects.get()
    assert (report.status, report.needs_rerouting, report.institution, report.due_at) == (
        Status.SENT,
        True,
        None,
        None,
    )
    assert (gone.outcome, gone.is_lead) == ("recalled", False)
    assert list(reports_to_reroute(moderator)) == [report]
    assert mail.outbox == []

    send_all()
    [told] = mail.outbox
    assert told.to == ["ugyfel@utkezelo.example"]
    assert "tárgytalan" in told.subject
    assert "> Nem az önök útja." in told.body
    assert "/o/" not in told.body
    event = report.events.get(kind=EventKind.RECALLED)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        [message] = fan_out_event(event.pk)
        send_message(message.pk)
    assert mail.outbox[1].to == [reporter.email]
    assert "> Nem az önök útja." in mail.outbox[1].body

    page = Client().get(report.get_absolute_url()).content.decode()
    assert "Nem az önök útja." in page
    assert event.sentence in page
    assert Client().get(reverse("officer_case", args=[token])).status_code == HTTPStatus.GONE


def test_the_recalled_body_sees_the_case_no_more(
    client_of: Callable[[Person | None], Client], at_desk: Client, gone: Assignment, officer: Person
) -> None:
    Report.objects.update(is_private=True)
    report = gone.report
    at_office = client_of(officer)
    assert at_office.get(report.get_absolute_url()).status_code == HTTPStatus.OK
    at_desk.post(letters_of(report), {"action": "recall", "text": "Tévedés volt."})
    assert at_office.get(report.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND
    assert at_office.get(reverse("office_case", args=[gone.pk])).status_code == HTTPStatus.NOT_FOUND
    assert report.reference not in at_office.get(reverse("office")).content.decode()
    assert report.reference not in at_office.get(reverse("office") + "?show=closed").content.decode()


def test_a_body_that_had_got_nothing_is_told_nothing(at_desk: Client, assignment: Assignment) -> None:
    at_desk.post(letters_of(assignment.report), {"action": "recall", "text": "Tévedés volt."})
    send_all()
    assert mail.outbox == []
    assert set(Dispatch.objects.values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize("action", ["recall", "again"])
def test_each_is_undone_before_it_leaves(at_desk: Client, gone: Assignment, moderator: Person, action: str) -> None:
    before, timers = rows_of(gone.report), timers_of(gone.report)
    at_desk.post(letters_of(gone.report), {"action": action, "text": "Mert így jó."})
    assert Dispatch.objects.open().count() == 1
    at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]))
    send_all()
    assert mail.outbox == []
    assert rows_of(gone.report) == before
    assert timers_of(gone.report) == timers
    page = Client().get(gone.report.get_absolute_url()).content.decode()
    assert "Mert így jó." not in page


def test_sending_once_more_says_so_and_starts_no_clock(at_desk: Client, gone: Assignment) -> None:
    due_at, report = gone.due_at, gone.report
    at_desk.post(letters_of(report), {"action": "again", "text": "Nem kaptunk választ."})
    send_all()
    [again] = mail.outbox
    assert again.to == ["ugyfel@utkezelo.example"]
    assert "> Nem kaptunk választ." in again.body
    assert "/o/" in again.body
    assert again.subject.startswith("Ismét")
    fresh = Assignment.objects.get()
    assert (fresh.due_at, fresh.round, fresh.outcome) == (due_at, 1, "open")
    report.refresh_from_db()
    assert (report.status, report.due_at) == (Status.SENT, due_at)
    assert report.events.get(kind=EventKind.REPEATED).is_public


def test_sending_once_more_takes_the_address_of_today(at_desk: Client, gone: Assignment) -> None:
    Contact.objects.update(is_active=False)
    at_desk.post(letters_of(gone.report), {"action": "again", "text": "Új cím."})
    assert not gone.report.events.filter(kind=EventKind.REPEATED).exists()
    Contact.objects.create(institution=gone.institution, address="uj@utkezelo.example")
    at_desk.post(letters_of(gone.report), {"action": "again", "text": "Új cím."})
    send_all()
    assert [sent.to for sent in mail.outbox] == [["uj@utkezelo.example"]]


def test_nothing_is_repeated_while_the_letter_still_waits(at_desk: Client, assignment: Assignment) -> None:
    at_desk.post(letters_of(assignment.report), {"action": "again", "text": "Még egyszer."})
    assert Dispatch.objects.count() == 1
    assert not Act.objects.exists()


def test_a_reason_is_needed_and_what_was_typed_stays(at_desk: Client, gone: Assignment) -> None:
    response = at_desk.post(letters_of(gone.report), {"action": "recall", "text": ""})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert 'id="recall_text_error"' in response.content.decode()
    response = at_desk.post(letters_of(gone.report), {"action": "recall", "text": "x" * 3000})
    assert "x" * 3000 in response.content.decode()
    for junk in ("", "x", "a\x00b"):
        assert at_desk.post(letters_of(gone.report), {"action": junk, "text": junk}).status_code < 500
    assert not Act.objects.exists()


def test_whoever_gave_it_back_is_neither_recalled_nor_asked_again(at_desk: Client, gone: Assignment) -> None:
    say_not_ours(gone, "Nem a miénk.", actor=None)
    for action in ("recall", "again"):
        at_desk.post(letters_of(gone.report), {"action": action, "text": "Mégis."})
    assert not Act.objects.exists()
    assert 'value="recall"' not in at_desk.get(letters_of(gone.report)).content.decode()


def test_a_recalled_report_goes_to_another_body_and_survives_hiding(
    at_desk: Client, gone: Assignment, gardens: Institution, moderator: Person
) -> None:
    at_desk.post(letters_of(gone.report), {"action": "recall", "text": "Tévedés volt."})
    hide_report(gone.report, "", actor=moderator)
    report = restore_report(gone.report, actor=moderator)
    assert report.needs_rerouting
    new = send_report(report, gardens, actor=moderator)
    gone.refresh_from_db()
    assert (new.round, new.is_lead, gone.outcome) == (2, True, "recalled")


def test_an_answer_in_time_stands_in_the_way_of_undoing(
    at_desk: Client, submitted: Report, works: Institution, case_data: Callable[..., dict[str, Any]]
) -> None:
    typed = case_data(submitted, action="send", institution=works.pk)
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    answer_report(Assignment.objects.get(), "Megnézzük.", actor=None)
    page = at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]), follow=True)
    assert Report.objects.get().status == Status.IN_PROGRESS
    assert Act.objects.get().undone_at is None
    assert page.status_code == HTTPStatus.OK


def test_the_page_costs_the_same_for_many_letters(
    at_desk: Client, gone: Assignment, moderator: Person, django_assert_max_num_queries: Any
) -> None:
    for _number in range(4):
        send_report(gone.report, gone.institution, actor=moderator)
        send_all()
    at_desk.get(letters_of(gone.report))
    with django_assert_max_num_queries(13):
        at_desk.get(letters_of(gone.report))

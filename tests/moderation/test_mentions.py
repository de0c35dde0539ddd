"""Calling a colleague into an internal note."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from moderation.acts import recorded, undo_act
from moderation.mentions import call_mentioned, handle_of, mentioned
from moderation.models import Handoff
from municipalities.models import Area, Membership
from notifications.models import Notice
from notifications.notices import send_notice
from reports.actions_desk import note_report
from reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@emese.munkatars nézd meg", ["Emese Munkatárs"]),
        ("Kérlek, @Emese, és @monika!", ["Emese Munkatárs", "Mónika Moderátor"]),
        ("@emese @emese", ["Emese Munkatárs"]),
        ("írj ide: x@emese.hu", []),
        ("@nobody @e", []),
    ],
)
def test_who_is_called(moderator: Person, employee: Person, text: str, names: list[str]) -> None:
    assert [person.name for person in mentioned(text, [moderator, employee])] == names


def test_a_part_that_is_two_peoples_calls_nobody(employee: Person) -> None:
    other = Person(name="Emese Másik", email="x@example.org")
    assert mentioned("@emese", [employee, other]) == []
    assert mentioned("@emese.masik", [employee, other]) == [other]
    assert handle_of(Person(email="anna.k@example.org")) == "anna.k"


def test_a_note_calls_at_the_desk_and_by_mail(
    at_desk: Client,
    client_of: Callable[[Person | None], Client],
    submitted: Report,
    employee: Person,
    moderator: Person,
    case_data: Callable[..., dict[str, Any]],
) -> None:
    typed = case_data(submitted, action="note", note_text="@emese szerinted? @monika")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    word = Handoff.objects.get()
    assert (word.kind, word.person, word.by) == ("mentioned", employee, moderator)
    page = client_of(employee).get(reverse("desk")).content.decode()
    assert "szerinted?" in page
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        send_notice(Notice.objects.get().pk)
    [sent] = mail.outbox
    assert sent.to == [employee.email]
    assert f"/desk/{submitted.reference}" in sent.body
    assert "szerinted?" in sent.body


def test_who_may_not_see_the_report_is_not_called(
    submitted: Report, other_moderator: Person, moderator: Person
) -> None:
    assert call_mentioned(submitted, "@marton.masik", actor=moderator) == []


def test_read_at_the_desk_no_mail_is_needed(submitted: Report, employee: Person, moderator: Person) -> None:
    call_mentioned(submitted, "@emese", actor=moderator)
    Handoff.objects.update(seen_at="2026-01-01T00:00Z")
    send_notice(Notice.objects.get().pk)
    assert not mail.outbox


def test_a_note_that_is_undone_calls_nobody(submitted: Report, employee: Person, moderator: Person) -> None:
    with recorded("note", submitted, actor=moderator) as recording:
        note_report(submitted, "@emese", actor=moderator)
        call_mentioned(submitted, "@emese", actor=moderator)
    notice = Notice.objects.get()
    send_notice(notice.pk)
    assert not mail.outbox  # its time has not come
    assert recording.act is not None
    undo_act(recording.act, actor=moderator)
    assert not Handoff.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        send_notice(notice.pk)
    assert not mail.outbox


def test_finding_who_is_meant_costs_the_same_for_a_large_desk(
    submitted: Report, employee: Person, moderator: Person, city: Area, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        person = Person.objects.create_user(f"m{number}@example.org", "pw", name=f"Tag {number}")
        Membership.objects.create(person=person, role="moderator", area=city)
    with django_assert_max_num_queries(25):
        assert call_mentioned(submitted, "@emese nézd", actor=moderator) == [employee]

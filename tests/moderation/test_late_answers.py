"""Answers to closed reports by the officer's link: shown at once, and the desk looks at them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from moderation.acts import undo_act
from moderation.models import Act
from reports import links
from reports.access import undone_events
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db


def answer_by_link(client: Client, assignment: Assignment) -> None:
    url = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    assert client.post(url, {"step": "answer", "text": "Utólag: felmértük."}).status_code == 302


@pytest.mark.parametrize(
    ("status", "reason", "ends_as", "looks"),
    [
        (Status.SENT, "", Status.IN_PROGRESS, 0),
        (Status.SOLVED, "", Status.SOLVED, 1),
        (Status.UNRESOLVED, Reason.NO_ANSWER, Status.IN_PROGRESS, 0),
        (Status.UNRESOLVED, Reason.PROMISE_NOT_KEPT, Status.UNRESOLVED, 1),
        (Status.UNRESOLVED, Reason.NO_SOLUTION, Status.UNRESOLVED, 1),
        (Status.UNRESOLVED, Reason.CANNOT, Status.UNRESOLVED, 1),
        (Status.UNRESOLVED, Reason.NOBODY, Status.UNRESOLVED, 1),
    ],
)
def test_a_late_answer_is_not_lost(
    client: Client, assignment: Assignment, sent: Report, status: Status, reason: str, ends_as: Status, looks: int
) -> None:
    if status != Status.SENT:
        now, proof = timezone.now(), "stated" if status == Status.SOLVED else ""
        Report.objects.update(status=status, reason=reason, closed_at=now, proof=proof)
        Assignment.objects.update(outcome="ended", ended_at=now)
    answer_by_link(client, assignment)
    sent.refresh_from_db()
    assert sent.status == ends_as
    assert sent.events.get(kind=EventKind.ANSWERED).body == "Utólag: felmértük."
    assert "Utólag: felmértük." in client.get(sent.get_absolute_url()).text
    assert Act.objects.to_look_at().filter(kind="late_answer").count() == looks


def test_the_desk_can_take_it_off_the_page(
    client: Client, assignment: Assignment, sent: Report, moderator: Person
) -> None:
    Report.objects.update(status=Status.SOLVED, closed_at=timezone.now(), proof="stated")
    answer_by_link(client, assignment)
    undo_act(Act.objects.get(kind="late_answer"), actor=moderator)
    assert sent.events.get(kind=EventKind.ANSWERED).pk in undone_events(sent)
    assert "Utólag: felmértük." not in client.get(sent.get_absolute_url()).text

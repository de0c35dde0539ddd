"""People are being told at the very moment at which the moderator undoes it: what was just written is seen."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import say_done
from moderation.acts import recorded, undo_act
from moderation.models import Act
from notifications.actions import fan_out_event
from notifications.bundles import make_bundles
from notifications.models import Bundle, BundleLine, MailChoice, Message
from reports.actions_desk import reject_report
from reports.actions_follow import follow_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Report, ReportEvent
from tests.servers import somebody_waits, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def undo_meanwhile(act: Act, event: ReportEvent, moderator: Person) -> list[Exception]:
    """The fan-out has written its rows, but is not over, when the undoing begins."""
    raised: list[Exception] = []

    def undo() -> None:
        try:
            undo_act(act, actor=moderator)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    undoing = threading.Thread(target=undo)
    with transaction.atomic():
        assert fan_out_event(event.pk)
        undoing.start()
        wait_until(somebody_waits, "the undoing to wait for the fan-out")
    undoing.join()
    return raised


@pytest.fixture
def rejected(submitted: Report, moderator: Person) -> Act:
    """Its minute is over, and no worker has told of it yet."""
    with time_machine.travel(timezone.now() - timedelta(minutes=5)), recorded("reject", submitted, actor=moderator):
        reject_report(submitted, Reason.OTHER, "Így nem.", actor=moderator)
    return Act.objects.get()


def test_the_messages_that_were_just_written_are_taken_back(rejected: Act, moderator: Person) -> None:
    event = ReportEvent.objects.get(kind=EventKind.REJECTED)
    assert undo_meanwhile(rejected, event, moderator) == []
    assert Report.objects.get().status == Status.SUBMITTED
    assert [message.status for message in Message.objects.filter(event=event)] == ["cancelled"]


def test_thanks_for_what_was_solved_do_not_lock_the_two_in_a_ring(
    assignment: Assignment, moderator: Person, reporter: Person, neighbour: Person
) -> None:
    report = assignment.report
    follow_report(report, neighbour)
    say_done(assignment, "Kész.", actor=None)
    with time_machine.travel(timezone.now() - timedelta(minutes=5)), recorded("solve", report, actor=moderator):
        confirm_solved(report, actor=reporter)
    event = ReportEvent.objects.get(kind=EventKind.SOLVED)
    assert undo_meanwhile(Act.objects.get(), event, moderator) == []
    assert set(Message.objects.filter(event=event).values_list("status", flat=True)) == {"cancelled"}


def test_lines_in_a_bundle_that_waits_are_taken_back(
    rejected: Act, reporter: Person, moderator: Person, announced: Any
) -> None:
    MailChoice.objects.create(person=reporter, kind="own", frequency="daily")
    event = ReportEvent.objects.get(kind=EventKind.REJECTED)
    fan_out_event(event.pk)
    assert BundleLine.objects.get().event == event
    BundleLine.objects.update(due_at=timezone.now())
    [bundle] = make_bundles()
    undo_act(rejected, actor=moderator)
    assert not BundleLine.objects.exists()
    assert Bundle.objects.get(pk=bundle.pk).status == "cancelled"

"""A letter that waited while the report was hidden, or the case recalled, is not lost: it goes once that is over."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client, TestCase
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.actions_letters import recall_report
from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from jarokelo.health import queue_ages
from moderation.acts import recorded, undo_act
from moderation.models import Act
from municipalities.models import Institution
from notifications.actions import fan_out_event
from notifications.models import Message
from notifications.sending import send_message
from notifications.tasks import sweep
from reports.actions_desk import hide_report, restore_report
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=5)


def work(announced: list[tuple[str, int]]) -> None:
    """What the sweeps and the workers do some minutes later."""
    with time_machine.travel(timezone.now() + LATER):
        for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
            send_dispatch(pk)
        announced.clear()
        with TestCase.captureOnCommitCallbacks(execute=True):
            sweep()
        for task, pk in announced.copy():
            if task == "notifications.fan_out":
                fan_out_event(pk)


@pytest.fixture
def dispatch(submitted: Report, works: Institution, moderator: Person) -> Dispatch:
    with recorded("send", submitted, actor=moderator):
        send_report(submitted, works, actor=moderator)
    return Dispatch.objects.get()


def told() -> set[str]:
    return set(Message.objects.values_list("template", flat=True)) - {"received"}


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_hidden_while_it_waited(dispatch: Dispatch, moderator: Person, announced: Any, way: str) -> None:
    report = Report.objects.get()
    with recorded("hide", report, actor=moderator):
        hide_report(report, "Név látszik.", actor=moderator)
    act = Act.objects.latest("pk")
    work(announced)
    dispatch.refresh_from_db()
    assert (dispatch.status, mail.outbox, told()) == ("cancelled", [], set())
    if way == "undo":
        undo_act(act, actor=moderator)
    else:
        with recorded("restore", report, actor=moderator):
            restore_report(report, actor=moderator)
    work(announced)
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    assert [letter.to for letter in mail.outbox] == [[dispatch.address]]
    assert told() == {"sent"}


def test_what_waits_for_restoring_keeps_no_sweep_busy_and_raises_no_alarm(
    dispatch: Dispatch, moderator: Person, announced: Any
) -> None:
    hide_report(Report.objects.get(), "", actor=moderator)
    work(announced)
    assert dispatch.event.processed_at is None
    work(announced)
    assert not [pk for task, pk in announced if task == "notifications.fan_out"]


@pytest.mark.django_db(transaction=True)
def test_health_does_not_count_it(dispatch: Dispatch, moderator: Person) -> None:
    fan_out_event(Report.objects.get().events.get(kind=EventKind.RECEIVED).pk)
    hide_report(Report.objects.get(), "", actor=moderator)
    fan_out_event(Report.objects.get().events.get(kind=EventKind.HIDDEN).pk)
    assert queue_ages()["events"] is None


def test_recalled_while_it_waited_and_that_undone(dispatch: Dispatch, moderator: Person, announced: Any) -> None:
    """The recall itself stays undone: only the letter with the case goes."""
    report = Report.objects.get()
    with recorded("recall", report, actor=moderator):
        recall_report(Assignment.objects.get(), "Tévedés.", actor=moderator)
    act = Act.objects.latest("pk")
    with time_machine.travel(timezone.now() + LATER):
        send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert dispatch.status == "cancelled"
    Dispatch.objects.exclude(pk=dispatch.pk).update(next_try_at=timezone.now() + timedelta(days=1))
    undo_act(act, actor=moderator)
    work(announced)
    assert dict(Dispatch.objects.values_list("event__kind", "status")) == {
        EventKind.SENT: "sent",
        EventKind.RECALLED: "cancelled",
    }
    assert [letter.to for letter in mail.outbox] == [[dispatch.address]]


def test_what_was_undone_stays_untold(dispatch: Dispatch, moderator: Person, announced: Any) -> None:
    """Sent, undone, hidden and restored: the body hears of none of it."""
    undo_act(Act.objects.get(), actor=moderator)
    report = Report.objects.get()
    hide_report(report, "", actor=moderator)
    restore_report(report, actor=moderator)
    work(announced)
    assert Report.objects.get().status == Status.SUBMITTED
    assert (Dispatch.objects.get().status, mail.outbox) == ("cancelled", [])


def test_what_may_have_arrived_does_not_go_twice(dispatch: Dispatch, moderator: Person, announced: Any) -> None:
    report = Report.objects.get()
    hide_report(report, "", actor=moderator)
    work(announced)
    Dispatch.objects.update(may_have_arrived=True)
    restore_report(report, actor=moderator)
    work(announced)
    assert (Dispatch.objects.get().status, mail.outbox) == ("cancelled", [])


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_a_mail_that_stood_in_the_line_when_its_report_was_hidden(
    sent: Report, moderator: Person, reporter: Person, announced: Any, way: str
) -> None:
    """Fanned out before, dropped while hidden, sent once after; what the reader has said no to meanwhile is not."""
    fan_out_event(sent.events.get(kind=EventKind.SENT).pk)
    message = Message.objects.get(template="sent", person=reporter)
    with recorded("hide", sent, actor=moderator):
        hide_report(sent, "Név látszik.", actor=moderator)
    act = Act.objects.latest("pk")
    with time_machine.travel(timezone.now() + LATER):
        send_message(message.pk)
    message.refresh_from_db()
    assert (message.status, mail.outbox) == ("cancelled", [])
    if way == "undo":
        undo_act(act, actor=moderator)
    else:
        restore_report(sent, actor=moderator)
    message.refresh_from_db()
    assert message.status == "waiting"
    with time_machine.travel(timezone.now() + LATER):
        send_message(message.pk)
        send_message(message.pk)
    message.refresh_from_db()
    assert message.status == "sent"
    assert len(mail.outbox) == 1


def test_an_old_mail_that_nobody_wanted_stays_dropped(sent: Report, moderator: Person, reporter: Person) -> None:
    fan_out_event(sent.events.get(kind=EventKind.SENT).pk)
    Message.objects.update(status="cancelled", created_at=timezone.now() - timedelta(days=4))
    hide_report(sent, "", actor=moderator)
    restore_report(sent, actor=moderator)
    assert set(Message.objects.filter(event__kind=EventKind.SENT).values_list("status", flat=True)) == {"cancelled"}


def test_after_a_recall_the_report_waits_for_a_body(at_desk: Client, assignment: Assignment, moderator: Person) -> None:
    """Nobody leads any more; the report stands among those to re-route, and its case offers to send it."""
    recall_report(assignment, "Tévedés.", actor=moderator)
    report = Report.objects.get()
    assert (report.institution, report.needs_rerouting) == (None, True)
    assert not report.assignments.filter(is_lead=True).exists()
    page = at_desk.get("/desk/?queue=reroute").content.decode()
    assert report.reference in page
    case = at_desk.get(f"/desk/{report.reference}").content.decode()
    assert 'value="send"' in case
    assert f"{report.reference}/answer" not in case  # whose answer would it be?
    for url in ("letters", "word"):
        assert at_desk.get(f"/desk/{report.reference}/{url}").status_code == 200
    assert at_desk.get(report.get_absolute_url()).status_code == 200

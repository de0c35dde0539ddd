"""Every attempt to reach a body is a row: when it began and ended, and what the other side said."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from forwarding import channels, sending
from forwarding.actions import retry_delivery
from forwarding.models import Dispatch, DispatchAttempt
from municipalities.models import Contact
from notifications.mailer import SendingFailed
from reports.actions_desk import hide_report
from reports.models import Assignment

Outcome = DispatchAttempt.Outcome


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str | Exception]:
    """What the other side does, one attempt after the other."""
    script: list[str | Exception] = []

    def send(dispatch: Dispatch) -> str:
        said = script.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    settings.DELIVERY_RETRY_SECONDS = [0, 0, 0]
    monkeypatch.setitem(channels.SENDERS, Contact.Channel.MAIL, send)
    return script


def lines(dispatch: Dispatch) -> list[tuple[int, str, str]]:
    return list(dispatch.tries.order_by("number").values_list("number", "outcome", "answer"))


def test_each_attempt_is_kept_with_what_the_other_side_said(
    assignment: Assignment, scripted: list[str | Exception]
) -> None:
    scripted += [SendingFailed("451 later"), SendingFailed("cut", unknown=True), "250 queued as 7"]
    dispatch = Dispatch.objects.get()
    for _ in range(4):
        sending.send_dispatch(dispatch.pk)
    assert lines(dispatch) == [
        (1, Outcome.LATER, "451 later"),
        (2, Outcome.UNKNOWN, "cut"),
        (3, Outcome.SENT, "250 queued as 7"),
    ]
    first = dispatch.tries.first()
    assert first is not None
    assert (first.channel, first.address) == ("mail", "ugyfel@utkezelo.example")
    assert first.finished_at is not None
    assert first.started_at <= first.finished_at


def test_a_refusal_for_good_and_a_mistake_of_ours_are_kept(
    assignment: Assignment, scripted: list[str | Exception]
) -> None:
    dispatch = Dispatch.objects.get()
    scripted += [ZeroDivisionError("0"), SendingFailed("550 no", permanent=True)]
    with pytest.raises(ZeroDivisionError):
        sending.send_dispatch(dispatch.pk)
    sending.send_dispatch(dispatch.pk)
    assert lines(dispatch) == [(1, Outcome.LATER, "ZeroDivisionError: 0"), (2, Outcome.FAILED, "550 no")]


def test_an_attempt_whose_worker_died_says_so(assignment: Assignment, scripted: list[str | Exception]) -> None:
    dispatch = Dispatch.objects.get()
    claimed = Dispatch.objects.claim(dispatch.pk)
    assert claimed is not None
    claimed.begin_attempt()
    Dispatch.objects.update(lease_until=timezone.now())
    scripted.append("250 ok")
    sending.send_dispatch(dispatch.pk)
    assert lines(dispatch) == [(1, Outcome.DIED, ""), (2, Outcome.SENT, "250 ok")]


def test_what_was_not_tried_is_no_attempt(
    assignment: Assignment, moderator: Person, scripted: list[str | Exception]
) -> None:
    hide_report(assignment.report, "Név.", actor=moderator)
    sending.send_dispatch(Dispatch.objects.get().pk)
    assert Dispatch.objects.get().status == "cancelled"
    assert not DispatchAttempt.objects.exists()


def test_the_row_and_its_attempt_are_written_together(
    assignment: Assignment, scripted: list[str | Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies between the two would leave a dispatch that is out with an attempt that never ended."""

    def die(self: Dispatch, *arguments: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Dispatch, "note_outcome", die)
    scripted.append("250 ok")
    with pytest.raises(KeyboardInterrupt):
        sending.send_dispatch(Dispatch.objects.get().pk)
    assert Dispatch.objects.get().status == "sending"


def test_numbers_go_on_after_send_again(
    assignment: Assignment, employee: Person, scripted: list[str | Exception]
) -> None:
    scripted += [SendingFailed("550 no", permanent=True), "250 ok"]
    dispatch = Dispatch.objects.get()
    sending.send_dispatch(dispatch.pk)
    assert retry_delivery(Dispatch.objects.get(), actor=employee)
    sending.send_dispatch(dispatch.pk)
    assert [number for number, _outcome, _answer in lines(dispatch)] == [1, 2]

"""A worker claims a letter at the very moment at which the moderator undoes it: exactly one of them wins."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from moderation.acts import CannotUndo, recorded, undo_act
from moderation.models import Act
from municipalities.models import Institution
from notifications.deliveries import DeliveryStatus
from reports.lifecycle import Status
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20


def in_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """On a database connection of its own."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except CannotUndo as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


@pytest.fixture
def act(submitted: Report, works: Institution, moderator: Person, announced: Any) -> Act:
    """A sending whose minute is over, and that no worker has taken yet."""
    with time_machine.travel(timezone.now() - timedelta(minutes=5)), recorded("send", submitted, actor=moderator):
        send_report(submitted, works, actor=moderator)
    return Act.objects.get()


def claim() -> Dispatch | None:
    row: Dispatch | None = Dispatch.objects.claim(Dispatch.objects.get().pk)
    return row


def test_the_worker_was_first(act: Act, moderator: Person) -> None:
    """It holds the row, not yet committed: undoing waits for it, and then says that it has gone out."""
    with transaction.atomic():
        assert claim() is not None
        undoing, undone = in_thread(lambda: undo_act(act, actor=moderator))
        undoing.join(0.5)
        assert undoing.is_alive()
    undoing.join(PATIENCE)
    [error] = undone
    assert isinstance(error, CannotUndo)
    assert error.has_gone_out
    assert Report.objects.get().status == Status.SENT
    assert Assignment.objects.get().outcome == "open"
    assert Dispatch.objects.get().status == DeliveryStatus.SENDING


def test_the_moderator_was_first(act: Act, moderator: Person) -> None:
    with transaction.atomic():
        undo_act(act, actor=moderator)
        claiming, claimed = in_thread(claim)
        claiming.join(0.5)
        assert claiming.is_alive()
    claiming.join(PATIENCE)
    assert claimed == [None]
    assert Report.objects.get().status == Status.SUBMITTED
    assert Assignment.objects.get().outcome == "taken_back"
    send_dispatch(Dispatch.objects.get().pk)
    assert mail.outbox == []


@pytest.mark.parametrize("_round", range(5))
def test_both_at_once_one_wins(act: Act, moderator: Person, _round: int) -> None:
    barrier = threading.Barrier(2, timeout=PATIENCE)

    def undo() -> Act:
        barrier.wait()
        return undo_act(act, actor=moderator)

    def work() -> Dispatch | None:
        barrier.wait()
        return claim()

    (undoing, undone), (claiming, claimed) = in_thread(undo), in_thread(work)
    for thread in (undoing, claiming):
        thread.join(PATIENCE)
    was_undone, was_claimed = isinstance(undone[0], Act), claimed[0] is not None
    assert was_undone != was_claimed
    assert Report.objects.get().status == (Status.SUBMITTED if was_undone else Status.SENT)


def test_too_late_the_desk_offers_to_recall(
    act: Act, moderator: Person, client_of: Callable[[Person | None], Client]
) -> None:
    send_dispatch(Dispatch.objects.get().pk)
    assert len(mail.outbox) == 1
    response = client_of(moderator).post(reverse("desk_undo", args=[act.pk]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("desk_letters", args=[act.report.reference])
    assert 'value="recall"' in response.content.decode()
    assert Report.objects.get().status == Status.SENT

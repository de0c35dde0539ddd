"""A real mail server that does everything wrong: what each fault is called, and whose it is."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from forwarding.models import ContactHealth, Dispatch
from forwarding.sending import send_dispatch
from municipalities.models import Contact
from reports.models import Assignment
from tests.forwarding.postbox import Postbox

pytestmark = pytest.mark.django_db
ADDRESS = "ugyfel@utkezelo.example"


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DELIVERY_RETRY_SECONDS = [0] * 5
    with box.open():
        yield box


def try_once() -> tuple[str, str, str, int]:
    """What became of the dispatch, of the attempt, what the server said, and how often it failed in a row."""
    pk = Dispatch.objects.get().pk
    send_dispatch(pk)
    dispatch = Dispatch.objects.get(pk=pk)
    last = dispatch.tries.latest("number")
    health = ContactHealth.objects.filter(contact=dispatch.contact).first()
    return dispatch.status, last.outcome, last.answer, health.failures_in_row if health else 0


def test_taken_with_its_words(assignment: Assignment, postbox: Postbox) -> None:
    postbox.after_data = "250 2.0.0 queued as 4711"
    assert try_once() == ("sent", "sent", "250 2.0.0 queued as 4711", 0)


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [("451 4.7.1 greylisted", "waiting", "later"), ("550 5.1.1 no such user", "failed", "failed")],
)
def test_the_recipient_is_refused(
    assignment: Assignment, postbox: Postbox, answer: str, status: str, outcome: str
) -> None:
    postbox.answers[ADDRESS] = [answer]
    assert try_once() == (status, outcome, answer, 1)


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [("452 4.3.1 no room", "waiting", "later"), ("552 5.3.4 too large", "failed", "failed")],
)
def test_the_text_is_refused(assignment: Assignment, postbox: Postbox, answer: str, status: str, outcome: str) -> None:
    postbox.after_data = answer
    assert try_once() == (status, outcome, answer, 1)
    assert postbox.taken == []


def test_nobody_listens(assignment: Assignment, settings: Any, postbox: Postbox) -> None:
    """Our own server is away: that is no fault of the body's."""
    settings.EMAIL_PORT = 1
    status, outcome, answer, failures = try_once()
    assert (status, outcome, failures) == ("waiting", "later", 0)
    assert "refused" in answer.lower()


def test_it_keeps_silent(assignment: Assignment, postbox: Postbox) -> None:
    Contact.objects.update(timeout_seconds=1)
    postbox.hold_before = "RCPT"
    status, outcome, answer, failures = try_once()
    assert (status, outcome, failures) == ("waiting", "later", 1)
    assert "timed out" in answer


def test_it_speaks_and_speaks_and_never_answers(assignment: Assignment, postbox: Postbox, settings: Any) -> None:
    """Never late by the clock of one answer: only the whole has an end, before another worker may take the row."""
    settings.DELIVERY_LEASE = timedelta(seconds=2)
    postbox.drips = 1
    assert try_once()[:2] == ("waiting", "later")
    assert try_once()[:2] == ("sent", "sent")
    assert list(postbox.copies().values()) == [1]


def test_the_connection_is_cut_after_the_text(assignment: Assignment, postbox: Postbox) -> None:
    postbox.dies_after_data = 1
    assert try_once()[:2] == ("unknown", "unknown")
    assert Dispatch.objects.get().may_have_arrived
    assert try_once()[:2] == ("sent", "sent")
    [copies] = postbox.copies().values()
    assert copies == 2  # the same Message-ID: the mail box knows it


def test_a_clock_that_jumps_ahead_in_the_middle_hands_the_row_on(assignment: Assignment, postbox: Postbox) -> None:
    """To another worker the first one looks dead; what it says later is kept all the same."""
    first = Dispatch.objects.claim(Dispatch.objects.get().pk)
    assert first is not None
    first.begin_attempt()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert try_once()[:2] == ("sent", "sent")
    first.record_sent("250 late")
    dispatch = Dispatch.objects.get()
    assert (dispatch.status, dispatch.may_have_arrived) == ("sent", True)
    assert list(dispatch.tries.values_list("outcome", flat=True)) == ["sent", "sent"]


def test_a_clock_that_is_set_back_only_makes_it_wait(assignment: Assignment, postbox: Postbox) -> None:
    postbox.answers[ADDRESS] = ["451 later", "250 OK"]
    now = timezone.now()
    assert try_once()[0] == "waiting"
    with time_machine.travel(now - timedelta(hours=1), tick=False):
        assert not Dispatch.objects.due().exists()
    assert try_once()[0] == "sent"
    assert list(postbox.copies().values()) == [1]

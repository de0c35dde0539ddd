"""Real receivers and endpoints that do everything wrong, and clocks that are wrong: what is tried again, how often."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Person
from forwarding import sending
from forwarding.actions import send_report
from forwarding.models import Dispatch
from forwarding.outward.models import Open311Endpoint, RemoteRequest, WebhookEndpoint
from municipalities.models import Contact, Institution
from reports.models import Assignment, Report
from tests.forwarding.faulty import Fault, FaultyServer, Reply, Taken
from tests.forwarding.open311_stub import Open311Stub
from tests.servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[[], Assignment]:
    return lambda: send_report(make_report(), works, actor=moderator)


def send_due() -> Dispatch:
    for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
        sending.send_dispatch(pk)
    return Dispatch.objects.get()


def ids(receiver: FaultyServer) -> set[str]:
    return {taken.headers["webhook-id"] for taken in receiver.taken}


# -- Webhooks ------------------------------------------------------------------------------------------------------


def test_nobody_listens_to_a_webhook_and_then_somebody_does(
    webhook: WebhookEndpoint, receiver: FaultyServer, send: Callable[[], Assignment]
) -> None:
    Contact.objects.filter(pk=webhook.contact_id).update(address=f"http://127.0.0.1:{free_port()}/hook")
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("waiting", False)
    assert "refused" in dispatch.last_error
    Dispatch.objects.update(address=webhook.contact.address)
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts, len(receiver.taken)) == ("sent", 2, 1)


def test_a_receiver_that_drips_is_cut_and_gets_it_again_under_its_id(
    webhook: WebhookEndpoint, receiver: FaultyServer, send: Callable[[], Assignment], settings: Any
) -> None:
    """Never silent for long: only the whole has an end."""
    settings.OUTBOUND_SECONDS, settings.OUTBOUND_PAUSE_SECONDS = 0.6, 0.5
    receiver.answer = lambda taken: Reply(200, b"x" * 50)  # type: ignore[method-assign]
    receiver.faults = [Fault("drip", seconds=0.1)]
    send()
    began = time.monotonic()
    dispatch = send_due()
    assert time.monotonic() - began < 3
    assert (dispatch.status, dispatch.may_have_arrived) == ("unknown", True)
    assert "took too long" in dispatch.last_error
    assert send_due().status == "sent"
    assert (len(receiver.taken), len(ids(receiver))) == (2, 1)


@pytest.mark.parametrize("hours", [-2, 2])
def test_our_clock_is_wrong_for_a_while(
    webhook: WebhookEndpoint, receiver: FaultyServer, send: Callable[[], Assignment], hours: int
) -> None:
    """The receiver takes our signature for an old one, or one of tomorrow. Put right, it goes out, once."""
    right = timezone.now()
    theirs = [right]

    def check(taken: Taken) -> Reply:
        off = abs(int(taken.headers["webhook-timestamp"]) - theirs[0].timestamp())
        return Reply(200 if off < 300 else 401)

    receiver.answer = check  # type: ignore[method-assign]
    wrong = right + timedelta(hours=hours)
    with time_machine.travel(wrong, tick=False) as clock:
        send()
        dispatch = send_due()
        assert (dispatch.status, dispatch.last_error) == ("waiting", "401")
        clock.move_to(right)
        if hours > 0:  # by the row's own time it is not due yet: it waits, and is not lost
            assert send_due().attempts == 1
            theirs[0] = wrong + timedelta(seconds=1)
            clock.move_to(theirs[0])
        dispatch = send_due()
    assert (dispatch.status, dispatch.attempts) == ("sent", 2)
    assert (len(receiver.taken), len(ids(receiver))) == (2, 1)


def test_a_clock_that_jumps_ahead_while_a_receiver_thinks(
    webhook: WebhookEndpoint, receiver: FaultyServer, send: Callable[[], Assignment]
) -> None:
    """To another worker the first one looks dead: the second delivery bears the same id."""
    send()
    first = Dispatch.objects.claim(Dispatch.objects.get().pk)
    assert first is not None
    first.begin_attempt()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert send_due().status == "sent"
    first.record_sent("200 late")
    dispatch = Dispatch.objects.get()
    assert (dispatch.status, dispatch.may_have_arrived) == ("sent", True)
    assert len(ids(receiver)) == 1


# -- Open311 -------------------------------------------------------------------------------------------------------


def test_our_clock_is_set_back_before_the_lookup(
    endpoint: Open311Endpoint, stub: Open311Stub, send: Callable[[], Assignment]
) -> None:
    """Posted "in two hours": it waits until then, and is found by its reference instead of posted again."""
    stub.faults = [Fault("deaf", method="POST")]
    right = timezone.now()
    with time_machine.travel(right + timedelta(hours=2), tick=False) as clock:
        stub.clock_is_off = timedelta(hours=-2)
        send()
        assert send_due().status == "unknown"
        clock.move_to(right)
        stub.clock_is_off = timedelta(0)
        assert send_due().attempts == 1
        clock.move_to(right + timedelta(hours=2, seconds=1))
        assert send_due().status == "sent"
    assert len(stub.requests) == len(stub.posts()) == 1
    assert RemoteRequest.objects.get().request_id == "1"


def test_our_clock_was_behind_when_it_was_posted(
    endpoint: Open311Endpoint, stub: Open311Stub, send: Callable[[], Assignment]
) -> None:
    stub.faults = [Fault("deaf", method="POST")]
    right = timezone.now()
    with time_machine.travel(right - timedelta(hours=2), tick=False) as clock:
        stub.clock_is_off = timedelta(hours=2)
        send()
        assert send_due().status == "unknown"
        clock.move_to(right)
        stub.clock_is_off = timedelta(0)
        assert send_due().status == "sent"
    assert len(stub.requests) == len(stub.posts()) == 1


def test_without_texts_a_wrong_clock_leaves_it_to_staff_and_never_posts_twice(
    endpoint: Open311Endpoint, stub: Open311Stub, send: Callable[[], Assignment]
) -> None:
    """Place and time are all there is to know it by, and the time does not fit."""
    stub.faults, stub.odd.shows_descriptions = [Fault("deaf", method="POST")], False
    right = timezone.now()
    with time_machine.travel(right - timedelta(hours=2), tick=False) as clock:
        stub.clock_is_off = timedelta(hours=2)
        send()
        send_due()
        clock.move_to(right)
        stub.clock_is_off = timedelta(0)
        for _attempt in range(8):
            dispatch = send_due()
    assert (dispatch.status, dispatch.may_have_arrived) == ("failed", True)
    assert len(stub.requests) == len(stub.posts()) == 1


# -- A contact's own patience --------------------------------------------------------------------------------------


@pytest.fixture(params=["open311", "webhook"])
def server(request: pytest.FixtureRequest) -> FaultyServer:
    """Whose turn it is to think before it answers."""
    request.getfixturevalue("endpoint" if request.param == "open311" else "webhook")
    found: FaultyServer = request.getfixturevalue("stub" if request.param == "open311" else "receiver")
    return found


def test_a_contact_with_less_patience_than_the_site(
    server: FaultyServer, send: Callable[[], Assignment], settings: Any
) -> None:
    settings.OUTBOUND_SECONDS, settings.OUTBOUND_PAUSE_SECONDS = 10.0, 10.0
    Contact.objects.update(timeout_seconds=1)
    server.faults = [Fault("late", seconds=4, method="POST")]
    send()
    began = time.monotonic()
    dispatch = send_due()
    assert time.monotonic() - began < 3
    assert (dispatch.status, dispatch.may_have_arrived) == ("unknown", True)


def test_a_contact_with_more_patience_than_the_site(
    server: FaultyServer, send: Callable[[], Assignment], settings: Any
) -> None:
    settings.OUTBOUND_SECONDS, settings.OUTBOUND_PAUSE_SECONDS = 0.5, 0.3
    Contact.objects.update(timeout_seconds=10)
    server.faults = [Fault("late", seconds=1, method="POST")]
    send()
    dispatch = send_due()
    assert (dispatch.status, dispatch.attempts, dispatch.may_have_arrived) == ("sent", 1, False)
    assert len(server.posts()) == 1

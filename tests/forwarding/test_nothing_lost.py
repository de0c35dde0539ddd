"""Processes die, servers go away: every report is there, every message goes out once, failures say why.

Real PostgreSQL, Redis, Celery and SMTP. The worker's lease is 2 s, its beat sweeps each second.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.actions_ledger import resume_contact
from forwarding.models import ContactHealth, Dispatch, DispatchDigest
from municipalities.models import Contact, Institution
from notifications.deliveries import OPEN, DeliveryStatus
from notifications.models import Message
from reports.actions_follow import follow_report
from reports.models import Report, ReportEvent
from reports.outbox import holding_back, retract_events
from tests.forwarding.cluster import private_cluster
from tests.forwarding.postbox import Postbox
from tests.servers import announcing_to, running_redis, running_worker, wait_until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real"), pytest.mark.django_db(transaction=True)]

Story = Callable[[], Report]
Worker = Callable[..., AbstractContextManager[Any]]


def kill(process: "subprocess.Popen[bytes]") -> None:
    """The worker, its child and its beat, at once and without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def broker(folder: Path) -> Iterator[str]:
    with running_redis(folder) as url, announcing_to(url):
        yield url


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def worker(folder: Path, broker: str, postbox: Postbox) -> Worker:
    @contextmanager
    def start(**environment: str) -> Iterator[Any]:
        chosen = {"DELIVERY_LEASE_SECONDS": "2", "EMAIL_TIMEOUT": "10", **environment}
        with running_worker(folder, broker_url=broker, email_url=postbox.url, **chosen) as process:
            yield process
            kill(process)  # the end of a test need not be a polite one

    return start


@pytest.fixture
def story(
    make_report: Callable[..., Report], works: Institution, moderator: Person, neighbour: Person
) -> Callable[[], Report]:
    """A report that comes, is followed and sent: receipt, news for two, and a mail to the body."""

    def tell() -> Report:
        report = make_report()
        follow_report(report, neighbour)
        send_report(report, works, actor=moderator)
        return report

    return tell


def deliveries() -> list[Message | Dispatch]:
    return [*Message.objects.all(), *Dispatch.objects.all()]


def is_quiet() -> bool:
    """Nothing waits any more."""
    return (
        not ReportEvent.objects.filter(processed_at=None).exists()
        and not Message.objects.filter(status__in=OPEN).exists()
        and not Dispatch.objects.filter(status__in=OPEN).exists()
    )


def assert_all_sent_once(postbox: Postbox, reports: int = 1) -> None:
    wait_until(is_quiet, "all that waits to go out")
    assert Report.objects.count() == reports
    assert len(deliveries()) == 4 * reports
    assert {row.status for row in deliveries()} == {DeliveryStatus.SENT}, [row.last_error for row in deliveries()]
    assert postbox.copies() == {row.message_id: 1 for row in deliveries()}


def test_worker_killed_in_the_middle_of_sending(worker: Worker, postbox: Postbox, story: Story) -> None:
    with postbox.open():
        postbox.hold_before = "RCPT"
        with worker() as process:
            story()
            wait_until(lambda: postbox.is_holding, "a mail in the middle of its way")
            kill(process)
        postbox.hold_before = ""
        assert [row for row in deliveries() if row.status == DeliveryStatus.SENDING]
        with worker():
            assert_all_sent_once(postbox)


def test_worker_killed_while_the_server_says_yes(worker: Worker, postbox: Postbox, story: Story) -> None:
    """The one case where a second copy goes out: same Message-ID, so that the mail box knows it."""
    with postbox.open():
        postbox.hold_before = "YES"
        with worker() as process:
            story()
            wait_until(lambda: postbox.is_holding, "a mail whose text is under way")
            kill(process)
        postbox.hold_before = ""
        with worker():
            wait_until(is_quiet, "all that waits to go out")
    twice = [message_id for message_id, copies in postbox.copies().items() if copies == 2]
    assert len(twice) == 1
    assert set(postbox.copies()) == {row.message_id for row in deliveries()}
    assert [row.message_id for row in deliveries() if row.may_have_arrived] == twice
    assert {row.status for row in deliveries()} == {DeliveryStatus.SENT}


def test_redis_flushed_with_work_waiting(worker: Worker, broker: str, postbox: Postbox, story: Story) -> None:
    story()
    with redis.Redis.from_url(broker) as server:
        assert server.llen("celery")
        server.flushall()
    with postbox.open(), worker():
        assert_all_sent_once(postbox)


def test_redis_away_when_the_report_comes(
    folder: Path, worker: Worker, postbox: Postbox, story: Story, broker: str
) -> None:
    with announcing_to("redis://127.0.0.1:1/0"):
        story()
    with postbox.open(), worker():
        assert_all_sent_once(postbox)


def test_mail_server_down_for_a_while(worker: Worker, postbox: Postbox, story: Story) -> None:
    with worker(DELIVERY_RETRY_SECONDS=",".join("1" * 30)):
        story()
        # `in_turn`: the second mail of a line waits for the first, so not every row has a try.
        wait_until(lambda: Dispatch.objects.filter(attempts__gte=2).exists(), "two attempts in vain")
        assert "refused" in Dispatch.objects.get().last_error.lower()
        with postbox.open():
            assert_all_sent_once(postbox)
    assert not any(row.may_have_arrived for row in deliveries())


def test_one_of_two_recipients_refused(worker: Worker, postbox: Postbox, story: Story, moderator: Person) -> None:
    postbox.answers["neighbour@example.org"] = ["550 5.1.1 no such box here"]
    with postbox.open(), worker():
        story()
        wait_until(is_quiet, "all that waits to go out")
    failed = Message.objects.get(status=DeliveryStatus.FAILED)
    assert (failed.person.email, failed.attempts) == ("neighbour@example.org", 1)
    assert "550 5.1.1 no such box here" in failed.last_error
    others = [row for row in deliveries() if row != failed]
    assert {row.status for row in others} == {DeliveryStatus.SENT}
    assert postbox.copies() == {row.message_id: 1 for row in others}

    desk = Client()
    desk.force_login(moderator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "no such box here" in desk.get("/desk/", {"queue": "failed"}, follow=True).content.decode()


def test_try_later_then_yes(worker: Worker, postbox: Postbox, story: Story) -> None:
    postbox.answers["ugyfel@utkezelo.example"] = ["451 4.7.1 greylisted", "250 OK"]
    with postbox.open(), worker():
        story()
        assert_all_sent_once(postbox)
    assert Dispatch.objects.get().attempts == 2
    assert {message.attempts for message in Message.objects.all()} == {1}
    assert sorted(address for address, _ in postbox.taken) == [
        "neighbour@example.org",
        "reporter@example.org",
        "reporter@example.org",
        "ugyfel@utkezelo.example",
    ]


def test_mail_server_dies_after_data(worker: Worker, postbox: Postbox, story: Story) -> None:
    postbox.dies_after_data = 1
    with postbox.open(), worker():
        story()
        wait_until(is_quiet, "all that waits to go out")
    assert {row.status for row in deliveries()} == {DeliveryStatus.SENT}
    assert sorted(postbox.copies().values()) == [1, 1, 1, 2]
    [twice] = [message_id for message_id, copies in postbox.copies().items() if copies == 2]
    assert [row.message_id for row in deliveries() if row.may_have_arrived] == [twice]


def test_database_restarted(
    transactional_db: None, worker: Worker, postbox: Postbox, request: pytest.FixtureRequest
) -> None:
    """It stops in the middle of a sending and comes back after the mail server has said yes: still one copy."""
    with private_cluster() as cluster:
        story: Story = request.getfixturevalue("story")
        with postbox.open(), worker(DELIVERY_LEASE_SECONDS="20"):
            postbox.hold_before = "YES"
            story()
            wait_until(lambda: postbox.is_holding, "a mail in the middle of its way")
            connection.close()
            cluster.stop()
            postbox.hold_before = ""
            wait_until(lambda: postbox.said_yes, "the mail server's yes")
            cluster.start()
            story()
            assert_all_sent_once(postbox, reports=2)


def test_what_may_be_undone_waits_and_then_goes_out(
    worker: Worker, postbox: Postbox, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    """A worker with its beat looks each second, and leaves alone what its moderator may still undo."""
    kept, undone = make_report(), make_report()
    held_until = timezone.now() + timedelta(seconds=6)
    with postbox.open(), worker():
        with holding_back(held_until):
            for report in (kept, undone):
                send_report(report, works, actor=moderator)
        with transaction.atomic():
            retract_events(list(undone.events.filter(kind="sent").values_list("pk", flat=True)))
        wait_until(lambda: Dispatch.objects.filter(status=DeliveryStatus.SENT).exists(), "the letter that was kept")
    sent = Dispatch.objects.get(status=DeliveryStatus.SENT)
    assert sent.assignment.report == kept
    assert sent.sent_at is not None
    assert sent.sent_at >= held_until
    assert Dispatch.objects.get(assignment__report=undone).status == DeliveryStatus.CANCELLED
    assert not Message.objects.filter(event__report=undone, event__kind="sent").exists()


# -- Gathered mails and pauses --------------------------------------------------------------------------------


@pytest.fixture
def gathered(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[[], None]:
    """Three letters that are due now, to a body that wants them in one mail."""

    def send() -> None:
        Contact.objects.filter(institution=works).update(digest_at=[time(8)])
        for _ in range(3):
            send_report(make_report(), works, actor=moderator)
        Dispatch.objects.update(next_try_at=timezone.now())

    return send


def letters() -> list[Dispatch]:
    return list(Dispatch.objects.order_by("pk"))


def all_letters_sent() -> bool:
    return {row.status for row in letters()} == {DeliveryStatus.SENT}


def copies_to_body(postbox: Postbox) -> list[str]:
    return [message_id for address, message_id in list(postbox.taken) if address == "ugyfel@utkezelo.example"]


@pytest.mark.parametrize("stage", ["RCPT", "YES"])
def test_worker_killed_in_the_middle_of_a_gathered_mail(
    worker: Worker, postbox: Postbox, gathered: Callable[[], None], stage: str
) -> None:
    gathered()
    Message.objects.all().delete()
    ReportEvent.objects.update(processed_at=timezone.now())
    with postbox.open():
        postbox.hold_before = stage
        with worker() as process:
            wait_until(lambda: postbox.is_holding, "the gathered mail in the middle of its way")
            kill(process)
        assert {row.status for row in letters()} == {DeliveryStatus.SENDING}
        postbox.hold_before = ""
        with worker():
            wait_until(all_letters_sent, "the gathered mail")
    digest = DispatchDigest.objects.get()
    # Taken before it was killed, a second copy goes out: with the same Message-ID.
    assert copies_to_body(postbox) == [digest.message_id] * (2 if stage == "YES" else 1)
    for row in letters():
        assert row.digest == digest
        assert row.may_have_arrived
        assert list(row.tries.values_list("outcome", flat=True)) == ["died", "sent"]


def test_a_gathered_mail_with_redis_flushed_and_the_server_dying(
    worker: Worker, broker: str, postbox: Postbox, gathered: Callable[[], None]
) -> None:
    gathered()
    postbox.dies_after_data = 1
    with redis.Redis.from_url(broker) as server:
        server.flushall()
    Message.objects.all().delete()
    ReportEvent.objects.update(processed_at=timezone.now())
    with postbox.open(), worker():
        wait_until(all_letters_sent, "the gathered mail")
    assert copies_to_body(postbox) == [DispatchDigest.objects.get().message_id] * 2
    assert all(row.may_have_arrived for row in letters())


def test_a_paused_contact_gets_nothing_until_staff_resumes_it_and_then_everything_once(
    worker: Worker,
    postbox: Postbox,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    employee: Person,
) -> None:
    postbox.answers["ugyfel@utkezelo.example"] = ["451 4.3.2 not now"] * 2 + ["250 OK"]
    Contact.objects.filter(institution=works).update(pause_after=2)
    with postbox.open():
        with worker() as process:
            for _ in range(4):
                send_report(make_report(), works, actor=moderator)
            wait_until(lambda: ContactHealth.objects.filter(paused_until__isnull=False).exists(), "the pause")
            wait_until(
                lambda: not Dispatch.objects.filter(next_try_at__lte=timezone.now() + timedelta(minutes=30)).exists(),
                "all letters to wait for its end",
            )
            kill(process)
        assert copies_to_body(postbox) == []
        assert sum(row.attempts for row in letters()) == 2
        with worker():
            assert not all_letters_sent()
            assert resume_contact(Contact.objects.get(institution=works), actor=employee)
            wait_until(all_letters_sent, "all letters")
    assert sorted(copies_to_body(postbox)) == sorted(row.message_id for row in letters())
    assert not any(row.may_have_arrived for row in letters())

"""/healthz says what works, what does not, and how long work has been waiting."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from forwarding.models import Mailbox
from jarokelo import health
from notifications.models import Alert, AlertMail, Bundle, BundleLine, Message
from reports.models import Report, ReportEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/healthz")
    return response.status_code, json.loads(response.content)


def test_all_is_well(client: Client) -> None:
    status, found = ask(client)
    assert status == 200
    assert found == {
        "database": "ok",
        "broker": "ok",
        "queue_age_seconds": {
            "events": None,
            "messages": None,
            "bundles": None,
            "alerts": None,
            "notices": None,
            "timers": None,
            "dispatches": None,
        },
        "mailbox_failing_seconds": None,
    }


def test_a_queue_that_stands_still(client: Client, make_report: Callable[..., Report], monkeypatch: Any) -> None:
    make_report()
    status, found = ask(client)
    assert status == 200
    assert found["queue_age_seconds"]["events"] >= 0
    monkeypatch.setattr(health, "QUEUE_AGE_LIMIT", -1)
    status, found = ask(client)
    assert status == 503
    assert "events have been waiting" in found["reason"]


def test_a_message_due_later_does_not_wait(client: Client, make_report: Callable[..., Report]) -> None:
    report = make_report()
    assert report.reporter
    event = ReportEvent.objects.filter(report=report).earliest("pk")
    message = Message.objects.create(event=event, person=report.reporter, template="received")
    Message.objects.update(next_try_at=timezone.now() + timedelta(hours=1))
    assert ask(client)[1]["queue_age_seconds"]["messages"] is None
    Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=90))
    assert ask(client)[1]["queue_age_seconds"]["messages"] >= 90


def test_bundles_and_alerts_are_watched(client: Client, make_report: Callable[..., Report]) -> None:
    report = make_report()
    assert report.reporter
    event, due = ReportEvent.objects.filter(report=report).earliest("pk"), timezone.now() - timedelta(seconds=90)
    line = BundleLine.objects.create(event=event, person=report.reporter, template="sent", kind="own", due_at=due)
    alert = Alert.objects.create(
        person=report.reporter, name="x", frequency="now", where="anywhere", words="x", moments=["new"]
    )
    AlertMail.objects.create(alert=alert, template="alert", period="x", next_try_at=due)
    ages = ask(client)[1]["queue_age_seconds"]
    assert (ages["bundles"] >= 90, ages["alerts"] >= 90) == (True, True)
    line.bundle = Bundle.objects.create(person=report.reporter, next_try_at=due - timedelta(seconds=90))
    line.save()
    assert ask(client)[1]["queue_age_seconds"]["bundles"] >= 180


def test_a_mailbox_that_cannot_be_read_is_told_and_stops_nothing(client: Client, settings: Any) -> None:
    """Another's server is away: the site still works, and must not be taken out of service."""
    since = timezone.now() - timedelta(hours=1)
    settings.IMAP_URL = "imap://us:pw@127.0.0.1:1143/INBOX"
    Mailbox.objects.create(name="us@old.example:993/INBOX", failing_since=since)
    assert ask(client)[1]["mailbox_failing_seconds"] is None, "it is not ours any more"
    Mailbox.objects.create(name="us@127.0.0.1:1143/INBOX", failing_since=since, error="secret words")
    status, found = ask(client)
    assert (status, found["mailbox_failing_seconds"] >= 3600) == (200, True)
    assert "mailbox" in found["warning"]
    assert "127.0.0.1" not in str(found)
    assert "secret" not in str(found)


def test_the_broker_is_away(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, found = ask(client)
    assert status == 503
    assert found["broker"] == "failed"
    assert found["database"] == "ok"
    assert found["reason"].startswith("broker: ")
    assert "127.0.0.1" not in found["reason"]


def test_a_silent_broker_is_not_waited_for(client: Client, settings: Any, silent_server: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.2)
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_server}/0"
    status, found = ask(client)
    assert status == 503
    assert found["broker"] == "failed"


def test_the_database_is_away(client: Client, monkeypatch: Any) -> None:
    def fail(now: datetime) -> None:
        raise DatabaseError("connection to 10.0.0.3 failed")

    monkeypatch.setattr(health, "queue_ages", fail)
    status, found = ask(client)
    assert status == 503
    assert found["reason"] == "database: DatabaseError"


def test_only_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405

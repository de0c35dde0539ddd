"""/healthz: can this site do its work? For machines that watch over it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NotRequired, TypedDict

import redis
from django.conf import settings
from django.db import DatabaseError, connection, models
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forwarding.mailbox import failing_mailboxes
from forwarding.models import Dispatch, DispatchDigest
from forwarding.office.models import OfficeDigest
from notifications.actions import WAITS_FOR_RESTORING
from notifications.models import AlertMail, Bundle, BundleLine, Message, Notice
from reports.models import ReportEvent, Timer

PROBE_SECONDS = 3
QUEUE_AGE_LIMIT = 15 * 60  # the sweep runs every half minute: older than this, nobody works
# Threads bound the wait even when a server accepts and never answers; two stuck probes make the next ones wait in line.
_probes = ThreadPoolExecutor(max_workers=2, thread_name_prefix="healthz")


class Health(TypedDict):
    database: str
    broker: str
    queue_age_seconds: dict[str, int | None]
    mailbox_failing_seconds: int | None
    reason: NotRequired[str]
    warning: NotRequired[str]  # of what others' servers do: the site itself works


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    database, broker = _probes.submit(ask_database), _probes.submit(ping_broker)
    reasons: list[str] = []
    health: Health = {"database": "ok", "broker": "ok", "queue_age_seconds": {}, "mailbox_failing_seconds": None}
    try:
        health["queue_age_seconds"], health["mailbox_failing_seconds"] = database.result(PROBE_SECONDS)
    except (DatabaseError, TimeoutError) as error:
        health["database"] = "failed"
        reasons.append(f"database: {_in_words(error)}")
    try:
        broker.result(PROBE_SECONDS)
    except (redis.RedisError, TimeoutError) as error:
        health["broker"] = "failed"
        reasons.append(f"broker: {_in_words(error)}")
    for name, age in health["queue_age_seconds"].items():
        if age is not None and age > QUEUE_AGE_LIMIT:
            reasons.append(f"{name} have been waiting for {age} s; is a worker running?")
    failing = health["mailbox_failing_seconds"]
    if failing is not None and failing > QUEUE_AGE_LIMIT:
        health["warning"] = f"the mailbox could not be read for {failing} s; the administration says why"
    if reasons:
        health["reason"] = "; ".join(reasons)
    return JsonResponse(health, status=503 if reasons else 200)


def _in_words(error: Exception) -> str:
    """The kind of error only: this page is public, and drivers put addresses into their messages."""
    return f"no answer within {PROBE_SECONDS} s" if isinstance(error, TimeoutError) else type(error).__name__


def ask_database() -> tuple[dict[str, int | None], int | None]:
    now = timezone.now()
    try:
        return queue_ages(now), _age(failing_mailboxes(), "failing_since", now)
    finally:
        connection.close()  # the probe's thread has its own


def queue_ages(now: datetime | None = None) -> dict[str, int | None]:
    """Seconds that the oldest piece of each kind of work has been waiting; None when none waits."""
    now = now or timezone.now()
    return {
        "events": _age(ReportEvent.objects.filter(processed_at=None).exclude(WAITS_FOR_RESTORING), "created_at", now),
        "messages": _age(Message.objects.due(now), "next_try_at", now),
        "bundles": _oldest(
            _age(BundleLine.objects.filter(bundle=None, due_at__lte=now), "due_at", now),
            _age(Bundle.objects.due(now), "next_try_at", now),
        ),
        "alerts": _age(AlertMail.objects.due(now), "next_try_at", now),
        "notices": _age(Notice.objects.due(now), "next_try_at", now),
        "timers": _age(Timer.objects.filter(done_at=None, due_at__lte=now), "due_at", now),
        "dispatches": _oldest(
            _age(Dispatch.objects.due(now), "next_try_at", now),
            _age(DispatchDigest.objects.due(now), "next_try_at", now),
            _age(OfficeDigest.objects.due(now), "next_try_at", now),
        ),
    }


def _oldest(*ages: int | None) -> int | None:
    return max((age for age in ages if age is not None), default=None)


def ping_broker() -> None:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PROBE_SECONDS, socket_connect_timeout=PROBE_SECONDS
    ) as client:
        client.ping()


def _age(waiting: models.QuerySet[Any], field: str, now: datetime) -> int | None:
    oldest = waiting.order_by(field).values_list(field, flat=True).first()
    return max(0, int((now - oldest).total_seconds())) if oldest else None

"""What an endpoint has to say: its updates since the last time, or, where it has none, each open case's status.

Windows overlap by more than a day, so that a clock or a time zone that is wrong over there loses nothing: each update
is taken once anyway. What was asked for is only counted as known once all of it is stored.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from forwarding.open311.client import Client
from forwarding.open311.statuses import plain_status
from forwarding.open311.taking import LONGEST_TEXT, Word, day_of, read_update, take_word
from forwarding.open311.wire import Row, moment_of, text_of
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.models import Open311Endpoint, RemoteRequest

logger = logging.getLogger(__name__)
T = TypeVar("T")

OVERLAP = timedelta(hours=26)
FIRST_WINDOW = timedelta(days=7)
LONGEST_WINDOW = timedelta(days=89)  # the specification allows 90
ASK_AFTER_END = timedelta(days=30)  # a late answer to a case that has ended
IDS_AT_ONCE = 50
SINGLE_AT_MOST = 100  # for servers that do not take a list of ids
LIST_SECONDS = SINGLE_SECONDS = 120  # and for slow ones: no further question after that
# One round at a time: longer than both of these, the questions that run on, and what is made of the answers.
ROUND_AT_MOST = timedelta(minutes=15)


def poll(endpoint: Open311Endpoint) -> int:
    """How many new words came; trouble stands at the endpoint, and the next window begins where this one did.

    Nothing where another worker still asks the same endpoint.
    """
    now = timezone.now()
    mine = Open311Endpoint.objects.filter(pk=endpoint.pk)
    if not mine.filter(Q(polled_until=None) | Q(polled_until__lte=now)).update(polled_until=now + ROUND_AT_MOST):
        return 0
    try:
        return _poll(endpoint, now)
    finally:
        mine.filter(polled_until=now + ROUND_AT_MOST).update(polled_until=None)


def _poll(endpoint: Open311Endpoint, now: datetime) -> int:
    start = max((endpoint.updates_until or now - FIRST_WINDOW + OVERLAP) - OVERLAP, now - LONGEST_WINDOW)
    batches: Iterable[list[Word]]
    client = Client(endpoint)
    new, trouble = 0, ""
    try:
        if endpoint.updates == Open311Endpoint.Updates.EXTENSION:
            batches = [[read_update(row, start, now) for row in client.updates(start, now)]]
        else:
            batches = statuses(client)
        for words in batches:
            for word in sorted(words, key=lambda one: one.said_at or now):
                word.skew = client.skew
                new += take_word(endpoint, word) is not None
    except OutboundFailed as error:
        trouble = error.reason
    except Exception as error:  # of one word, in our own code: what came before it is stored, the rest comes again
        logger.exception("an update of endpoint %s could not be taken", endpoint.pk)
        trouble = f"{type(error).__name__}: {error}"
    if not trouble:
        endpoint.updates_until = now
    endpoint.updates_error = trouble[:300]
    endpoint.save(update_fields=["updates_until", "updates_error"])
    return new


def statuses(client: Client) -> Iterator[list[Word]]:
    """A word for each case whose status or notes have changed since they were last seen, as each answer comes."""
    since = timezone.now() - ASK_AFTER_END
    known = RemoteRequest.objects.filter(contact=client.endpoint.contact_id, state=RemoteRequest.State.KNOWN)
    asked = known.filter(Q(assignment__ended_at=None) | Q(assignment__ended_at__gte=since))
    by_number = {remote.request_id: remote for remote in asked.order_by("pk")}
    for rows in asked_for(client, list(by_number)):
        found = [(row, by_number.get(text_of(row, "service_request_id"))) for row in rows]
        yield [word for row, remote in found if remote is not None and (word := word_of(row, remote))]


def asked_for(client: Client, numbers: list[str]) -> Iterator[list[Row]]:
    """In lists; who is not among the answers is asked for by itself, for some servers take no list."""
    missing: list[str] = []
    deadline = time.monotonic() + LIST_SECONDS
    for some in _turned(list(_batches(numbers, IDS_AT_ONCE)), 1):
        if time.monotonic() > deadline:
            break
        rows = client.requests_by_id(some)
        yield rows
        found = {text_of(row, "service_request_id") for row in rows}
        missing += [number for number in some if number not in found]
    deadline = time.monotonic() + SINGLE_SECONDS
    for number in _some_of(missing):
        if time.monotonic() > deadline:
            return
        try:
            row = client.request(number)
        except OutboundFailed as error:
            if error.status in (400, 404, 410):
                continue
            raise
        if row is not None:
            yield [row]


def _some_of(numbers: list[str]) -> list[str]:
    """Others each time, where there are too many."""
    return numbers if len(numbers) <= SINGLE_AT_MOST else _turned(numbers, SINGLE_AT_MOST)[:SINGLE_AT_MOST]


def _turned(ones: list[T], step: int) -> list[T]:
    """Each round begins so many further on: by the clock, so that nothing needs to be kept."""
    start = int(timezone.now().timestamp()) // settings.OPEN311_POLL_SECONDS * step % (len(ones) or 1)
    return ones[start:] + ones[:start]


def _batches(numbers: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def word_of(row: Row, remote: RemoteRequest) -> Word | None:
    """None where the case stands as it stood."""
    status, notes = plain_status(text_of(row, "status")), text_of(row, "status_notes")[:LONGEST_TEXT]
    said_at: datetime | None = moment_of(row, "updated_datetime")
    if status in ("", "open") and not notes and remote.status in ("", "open"):
        return None
    said = "\0".join([remote.request_id, status, notes, said_at.isoformat() if said_at else ""])
    key = f"poll:{hashlib.sha256(said.encode()).hexdigest()}"
    return Word(
        key=key,
        request_id=remote.request_id,
        status=status,
        text=notes,
        # By our clock where theirs says nothing: then it is new when we see it.
        said_at=said_at or timezone.now(),
        expected_on=day_of(row),
        raw={name: row[name] for name in row if name in KEPT},
    )


KEPT = ("service_request_id", "status", "status_notes", "updated_datetime", "expected_datetime", "agency_responsible")

"""How many reports somebody may send within an hour: few while we do not know them, many once they are trusted.

Trust is what one has done: each published report raises the limit, up to `SEND_AT_MOST`. In the living service one
per cent of the named authors write half of the named reports, and they are not the ones to be stopped. Keys are hashed
with a salt that is drawn anew each day and then deleted; the database counts, in the transaction of the report itself.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from reports.models import Report
from reports.models.limit import SendCount, SendSalt
from reports.pace import network_of

KEPT = timedelta(days=1)


class TooManySent(Exception):
    """The limit of this hour is reached; `minutes` until the next one."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"again in {minutes} minutes")
        self.minutes = minutes


@dataclass(frozen=True)
class Limit:
    what: str  # "person:12", "mail:a@b.hu", "ip:192.0.2.1": never stored
    at_most: int


def limits_for(person: Any, *, email: str = "", ip: str = "") -> list[Limit]:
    """What counts for a signed-in person, or for a guest with this mail address. Whoever is signed in and has a
    published report is known well enough for their network not to count."""
    if person.is_authenticated:
        published = published_count(person)
        limits = [Limit(f"person:{person.pk}", grown(settings.SEND_PER_PERSON, published))]
        return limits if published else [*limits, *network_limits(ip)]
    # The same for every address: a limit that knew one would tell who has reported.
    return [Limit(f"mail:{email.lower()}", settings.SEND_PER_GUEST), *network_limits(ip)]


def published_count(person: Person) -> int:
    """Up to as many as change anything."""
    enough = settings.SEND_AT_MOST // max(settings.SEND_TRUST_STEP, 1) + 1
    return len(Report.objects.filter(reporter=person, published_at__isnull=False).values_list("pk")[:enough])


def grown(first: int, published: int) -> int:
    return min(first + settings.SEND_TRUST_STEP * published, settings.SEND_AT_MOST)


def network_limits(ip: str) -> list[Limit]:
    """Junk and sockets without an address are not counted."""
    network = network_of(ip)
    return [Limit(f"ip:{network}", settings.SEND_PER_NETWORK)] if network else []


def count_sending(limits: list[Limit]) -> None:
    """One more, inside the transaction that stores the report; raises `TooManySent` where that would be too many."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    salt, _is_new = SendSalt.objects.get_or_create(day=timezone.localdate(now))
    # In one order, so that two writers never wait for each other in a ring.
    for key, at_most in sorted((hashed(salt.salt, limit.what), limit.at_most) for limit in limits):
        if not count_one(key, hour, at_most):
            raise TooManySent(minutes=max(1, 60 - now.minute))


def hashed(salt: str, what: str) -> str:
    return hmac.new(salt.encode(), what.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def count_one(key: str, hour: datetime, at_most: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reports_sendcount AS known (key, hour, count)
            SELECT %s, %s, 1 WHERE %s > 0
            ON CONFLICT (key, hour) DO UPDATE SET count = known.count + 1 WHERE known.count < %s
            RETURNING count
            """,
            [key, hour, at_most, at_most],
        )
        return cursor.fetchone() is not None


def purge_counts() -> None:
    """Yesterday's salt first: from then on the rest means nothing."""
    SendSalt.objects.filter(day__lt=timezone.localdate()).delete()
    SendCount.objects.filter(hour__lt=timezone.now() - KEPT).delete()

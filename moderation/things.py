"""Rows of the tabs that are no cases of their own, handed out one at a time: comments, photos, passers-by's words,
flags, and letters that failed. A `Claim` names such a row by its key, "comment-5".
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.utils import timezone

from accounts.models import Person
from moderation import queues, talk
from moderation.models import Claim
from moderation.queues import Queue
from reports.typed import typed_key

KINDS: dict[str, tuple[str, ...]] = {
    "talk": talk.TALK,
    "flagged": talk.FLAGS,
    "failed": ("dispatch", "message", "bundle"),
}
LOOKED_AT = 200  # more people than that are never at the desk


class Thing(NamedTuple):
    kind: str
    pk: int
    since: Any = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


def waiting_of(queue: Queue, person: Person) -> dict[str, QuerySet[Any]]:
    """What waits in a tab, by kind: rows that can be locked."""
    kinds = KINDS[queue.key]
    lists = queues.failed_lists(person)[: len(kinds)] if queue.key == "failed" else talk.waiting_lists(person, kinds)
    return dict(zip(kinds, lists, strict=True))


def waiting_things(queue: Queue, person: Person) -> list[Thing]:
    """The oldest first; one query."""
    lists = [
        rows.order_by()
        .annotate(kind_of=Value(kind), since=F("uploaded_at" if kind == "photo" else "created_at"))
        .values_list("kind_of", "pk", "since")
        for kind, rows in waiting_of(queue, person).items()
    ]
    rows: Any = lists[0].union(*lists[1:], all=True).order_by("since", "pk")
    return [Thing(*row) for row in rows[:LOOKED_AT]]


def find_thing(queue: Queue, person: Person, key: str) -> Thing | None:
    """By its key in the address, if it waits in this tab; one query, none for another tab's kind."""
    kind, _dash, number = key.partition("-")
    rows = waiting_of(queue, person).get(kind)
    if rows is None:
        return None
    since = "uploaded_at" if kind == "photo" else "created_at"
    row = rows.order_by().filter(pk=typed_key(number)).values_list("pk", since).first()
    return Thing(kind, *row) if row else None


def claim_next_thing(person: Person, queue: Queue, *, after: Thing | None = None) -> Thing | None:
    """The oldest row of the tab that nobody else has, claimed for this person; those behind `after` come first.

    Of two who ask at once one gets the row locked and the other passes it over; whoever comes after the first one's
    transaction sees the claim.
    """
    waiting = waiting_things(queue, person)
    if after is not None:
        place = (after.since, after.pk)
        waiting = [thing for thing in waiting if thing.key != after.key]
        waiting.sort(key=lambda thing: ((thing.since, thing.pk) < place, thing.since, thing.pk))
    others = Claim.objects.running().exclude(person=person).filter(thing__isnull=False)
    held = set(others.values_list("thing", flat=True))
    return next((thing for thing in waiting if thing.key not in held and _claim(thing, queue, person)), None)


@transaction.atomic
def _claim(thing: Thing, queue: Queue, person: Person) -> bool:
    rows = waiting_of(queue, person)[thing.kind].order_by().filter(pk=thing.pk)
    if not rows.select_for_update(of=("self",), skip_locked=True).values_list("pk"):
        return False  # being decided or taken right now, or done
    now = timezone.now()
    claim = Claim.objects.of_thing(thing.key).first() or Claim(thing=thing.key, until=now)
    if claim.until > now and claim.person_id != person.pk:
        return False
    if claim.until <= now or claim.person_id != person.pk:
        claim.person, claim.since = person, now
    claim.until = now + settings.DESK_LEASE
    claim.save()
    Claim.objects.filter(person=person, thing__isnull=False, until__lt=now).delete()  # what lapsed unseen
    return True


def release_thing(key: str, *, person: Person | None = None) -> None:
    """Decided, or put back by whoever has it."""
    claims = Claim.objects.of_thing(key)
    (claims if person is None else claims.filter(person=person)).delete()


def holders_of_things(keys: Iterable[str]) -> dict[str, Claim]:
    """Who has which of these rows; one query."""
    wanted: Sequence[str] = list(keys)
    claims = Claim.objects.running().filter(thing__in=wanted).select_related("person") if wanted else ()
    return {str(claim.thing): claim for claim in claims}


def url_of(queue: Queue, thing: Thing) -> str:
    return f"{queue.url}&row={thing.key}#desk-rows"


def next_thing_url(person: Person, queue: Queue, *, after: Thing | None) -> str:
    """One at a time: the next row, claimed; from an empty tab the tab."""
    thing = claim_next_thing(person, queue, after=after)
    return url_of(queue, thing) if thing else queue.url

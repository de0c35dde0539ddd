"""Taking, giving and leaving cases of the desk. A case is a report or an incoming mail (`row`).

Every function that lets somebody take a case locks the row of the case first, so that of two who press at the same
moment one comes second and is told.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from moderation.deeds import note_deed
from moderation.holders import free_for
from moderation.models import Claim, Deed, Handoff, Visit
from moderation.models.claim import case_field
from moderation.queues import Queue
from reports.models import Report

# Whoever closes the page may only have gone on to the next step of the same case: its first sign renews the lease.
LEAVING = timedelta(seconds=30)
TRIES = 50  # each means that somebody else was a moment faster


def claim_next(person: Person, queue: Queue, *, after: Any = None) -> Any:
    """The oldest case of the queue that nobody else has, claimed for this person; None where there is none.

    `after` (as it was when it stood in the queue) is not given again; those younger than it come before those older.
    """
    for _try in range(TRIES):
        with transaction.atomic():
            row = _lock_first(queue, person, after)
            if row is None or _claim(row, person):
                return row
    return None


def _lock_first(queue: Queue, person: Person, after: Any) -> Any:
    """Rows that somebody holds locked are being taken or decided right now: they are left out, not waited for."""
    rows = free_for(person, queue.waiting(person)).select_for_update(of=("self",), skip_locked=True)
    if after is None:
        return rows.first()
    rows = rows.exclude(pk=after.pk)
    return queue.younger_than(after, rows).first() or rows.first()


def _claim(row: Any, person: Person) -> bool:
    """For a locked row. False where somebody else has it."""
    now = timezone.now()
    claim = Claim.objects.of_row(row).first() or Claim(**{case_field(row): row})
    is_mine = claim.pk is not None and claim.person_id == person.pk
    if claim.pk is not None and claim.until > now:
        if not is_mine:
            return False
    else:
        claim.person, claim.since = person, now
    claim.until = now + settings.DESK_LEASE
    claim.save()
    return True


def _lock(row: Any) -> None:
    type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def take_case(row: Any, *, actor: Person) -> bool:
    """Claim a case that one has opened by hand. False where somebody else has it: see `take_over`."""
    _lock(row)
    return _claim(row, actor)


def renew_claim(row: Any, *, actor: Person) -> bool:
    """A sign of life of the page of whoever has it; one that lapsed is theirs again if nobody took it meanwhile."""
    mine = Claim.objects.of_row(row).filter(person=actor)
    return bool(mine.update(until=timezone.now() + settings.DESK_LEASE))


@transaction.atomic
def take_over(row: Any, note: str, *, actor: Person) -> None:
    """Take a case from whoever has it (by claim, or because it was given to them); they are told, with the note."""
    _lock(row)
    now = timezone.now()
    others = {claim.person for claim in Claim.objects.of_row(row).running(now).exclude(person=actor)}
    if case_field(row) == "report":
        given = Handoff.objects.given().filter(report=row).exclude(person=actor)
        others |= {handoff.person for handoff in given.select_related("person")}
        given.update(ended_at=now)
    Claim.objects.of_row(row).exclude(person=actor).delete()
    _claim(row, actor)
    for other in others:
        note_deed(Deed.Kind.TAKE_OVER, actor=actor, person=other, **{case_field(row): row})
    Handoff.objects.bulk_create(
        Handoff(kind=Handoff.Kind.TAKEN, person=other, by=actor, note=note, at=now, **{case_field(row): row})
        for other in sorted(others, key=lambda person: person.pk)
    )


@transaction.atomic
def give_case(report: Report, to: Person, note: str, *, actor: Person) -> Handoff:
    """It stands under "mine" of `to` until it is decided; whoever had it before has it no more."""
    _lock(report)
    now = timezone.now()
    Handoff.objects.given().filter(report=report).update(ended_at=now)
    Claim.objects.of_row(report).exclude(person=to).delete()
    note_deed(Deed.Kind.GIVE, actor=actor, report=report, person=to)
    return Handoff.objects.create(kind=Handoff.Kind.GIVEN, report=report, person=to, by=actor, note=note, at=now)


@transaction.atomic
def take_back(report: Report, *, actor: Person) -> bool:
    """Nobody's any more. False where it was not given to anybody."""
    _lock(report)
    is_taken = bool(Handoff.objects.given().filter(report=report).update(ended_at=timezone.now()))
    if is_taken:
        note_deed(Deed.Kind.TAKE_BACK, actor=actor, report=report)
    return is_taken


def leave_case(row: Any, *, actor: Person) -> None:
    """The page is closed: gone from there, and the claim ends in a moment unless the page comes back."""
    soon = timezone.now() + LEAVING
    Visit.objects.filter(person=actor, **{case_field(row): row}).delete()
    Claim.objects.of_row(row).filter(person=actor, until__gt=soon).update(until=soon)


def put_back(row: Any, *, actor: Person) -> None:
    """Somebody else may have it."""
    Visit.objects.filter(person=actor, **{case_field(row): row}).delete()
    Claim.objects.of_row(row).filter(person=actor).delete()


def close_case(row: Any) -> None:
    """Decided: nobody has it any more."""
    Claim.objects.of_row(row).delete()
    if case_field(row) == "report":
        Handoff.objects.given().filter(report=row).update(ended_at=timezone.now())


def mark_seen(person: Person, ids: Iterable[int]) -> None:
    Handoff.objects.unseen_by(person).filter(pk__in=list(ids)).update(seen_at=timezone.now())

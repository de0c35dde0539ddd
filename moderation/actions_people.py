"""Bans, trust and second looks, with a line in the history of the desk for each."""

from datetime import date

from django.db import transaction

from accounts.bans import ban_person, lift_ban, set_trust
from accounts.models import Person
from moderation.deeds import note_deed
from moderation.models import Deed
from municipalities.models import Membership
from reports.models import Report


@transaction.atomic
def ban_author(person: Person, reason: str, until: date | None, *, actor: Person, report: Report) -> None:
    """Whoever wrote the report, or something under it."""
    ban_person(person, reason, until, actor=actor)
    last = until.isoformat() if until else ""
    note_deed(Deed.Kind.BAN, actor=actor, report=report, person=person, until=last)


@transaction.atomic
def end_ban(person: Person, *, actor: Person) -> None:
    lift_ban(person, actor=actor)
    note_deed(Deed.Kind.LIFT_BAN, actor=actor, person=person)


@transaction.atomic
def trust_author(person: Person, trust: str, *, actor: Person, report: Report | None = None) -> None:
    """`trust`: a `Person.Trust`, or empty for what everybody has. Nothing is noted where it was so before."""
    before = person.trust
    set_trust(person, trust)
    if trust != before:
        note_deed(Deed.Kind.TRUST, actor=actor, report=report, person=person, trust=trust)


@transaction.atomic
def end_second_looks(membership: Membership, *, actor: Person) -> None:
    Membership.objects.filter(pk=membership.pk).update(is_new=False)
    note_deed(Deed.Kind.END_NEW, actor=actor, person=membership.person)

"""Who may not send or say anything for a while, and whom the desk trusts."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.holdings import Holding, register_holding
from accounts.models import Ban, Person


class Banned(Exception):
    """The person may not do this while `ban` runs."""

    def __init__(self, ban: Ban) -> None:
        super().__init__("banned")
        self.ban = ban


def running_ban(person: Person) -> Ban | None:
    ban = Ban.objects.filter(person=person, lifted_at=None).first()
    return ban if ban and ban.is_running else None


def refuse_banned(person: Any) -> None:
    """Raises `Banned`. Whoever has only typed an address is asked nothing: the link in the mail is."""
    ban = running_ban(person) if person is not None and person.is_authenticated else None
    if ban:
        raise Banned(ban)


@transaction.atomic
def ban_person(person: Person, reason: str, until: date | None, *, actor: Person) -> Ban:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _lift(person, actor)
    return Ban.objects.create(person=person, reason=reason, until=until, by=actor)


@transaction.atomic
def lift_ban(person: Person, *, actor: Person) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _lift(person, actor)


def _lift(person: Person, actor: Person) -> None:
    Ban.objects.filter(person=person, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=actor)


def set_trust(person: Person, trust: str) -> None:
    person.trust = trust
    person.save(update_fields=["trust"])


def export(person: Person) -> list[dict[str, Any]]:
    rows = Ban.objects.filter(person=person).order_by("pk")
    return [{"reason": row.reason, "until": row.until, "at": row.at, "lifted_at": row.lifted_at} for row in rows]


def erase(person: Person, keep_reports: bool) -> None:
    """Whom it was about is nobody any more."""
    Ban.objects.filter(person=person).delete()
    person.trust = ""
    Person.objects.filter(pk=person.pk).update(trust="")


def register() -> None:
    register_holding(Holding("bans", export, erase))

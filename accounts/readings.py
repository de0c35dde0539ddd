"""The log of personal data that the staff read. Whoever shows such data calls `note_reading` first."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.holdings import Holding, register_holding
from accounts.models import Person, Reading


def note_reading(actor: Person, what: Reading.What, *, person: Person | None = None, about: str = "") -> None:
    """One's own data is nobody's business."""
    if person is None or person.pk != actor.pk:
        Reading.objects.create(actor=actor, person=person, what=what, about=about)


def note_list(actor: Person, people: Iterable[Person | None], *, about: str) -> None:
    """A page showed data of several people: a line for each that we know, one without a name where we know none.

    One statement. A page that shows nobody but its reader calls it with nobody: nothing is written.
    """
    shown = list(people)
    known = {person.pk: person for person in shown if person is not None and person.pk != actor.pk}
    found: list[Person | None] = [*known.values()] or [None] * (None in shown)
    Reading.objects.bulk_create(
        Reading(actor=actor, person=person, what=Reading.What.LIST, about=about) for person in found
    )


def people_by_address(addresses: Iterable[str]) -> dict[str, Person]:
    """Whose addresses these are, by the address in small letters; one query."""
    wanted = {address.lower() for address in addresses if address}
    rows = Person.objects.annotate(address=Lower("email")).filter(address__in=wanted) if wanted else ()
    return {person.email.lower(): person for person in rows}


def purge_readings() -> int:
    deleted, _rows = Reading.objects.filter(at__lt=timezone.now() - settings.READINGS_KEEP).delete()
    return deleted


def export(person: Person) -> list[dict[str, Any]]:
    """When the staff looked at whose data this is, and at what; not who it was."""
    rows = Reading.objects.filter(person=person).order_by("pk")
    return [{"what": row.what, "about": row.about, "at": row.at} for row in rows]


def erase(person: Person, keep_reports: bool) -> None:
    """That somebody read stays in the log; whose it was goes."""
    Reading.objects.filter(person=person).update(person=None)


def register() -> None:
    register_holding(Holding("readings_by_staff", export, erase))

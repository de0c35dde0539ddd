"""The log of personal data that the staff read. Whoever shows such data calls `note_reading` first."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.holdings import Holding, register_holding
from accounts.models import Person, Reading


def note_reading(actor: Person, what: Reading.What, *, person: Person | None = None, about: str = "") -> None:
    """One's own data is nobody's business."""
    if person is None or person.pk != actor.pk:
        Reading.objects.create(actor=actor, person=person, what=what, about=about)


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

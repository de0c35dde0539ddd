"""What acts of the desk hold about a person: rows as they were. Erasing the person takes those away."""

from typing import Any

from django.db.models import Q

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from moderation.models import Act


def export(person: Person) -> list[dict[str, Any]]:
    """What the person did at the desk."""
    acts = Act.objects.filter(actor=person).select_related("report").order_by("pk")
    return [{"kind": act.kind, "report": act.report.reference, "at": act.at.isoformat()} for act in acts]


def erase(person: Person, keep_reports: bool) -> None:
    """Acts on the person's reports cannot be undone any more: what they changed held their words."""
    own = Act.objects.filter(Q(report__reporter=person) | Q(others__reporter=person), is_sealed=False)
    Act.objects.filter(pk__in=own.values("pk")).update(changes=[], is_sealed=True)


def register() -> None:
    register_holding(Holding("acts", export, erase))

"""What acts of the desk hold about a person: rows as they were. Erasing the person takes those away."""

from typing import Any

from django.db.models import Q

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from moderation.models import Act, Bulk
from reports.models import Report


def export(person: Person) -> list[dict[str, Any]]:
    """What the person did, undid and looked at a second time at the desk."""
    theirs = Q(actor=person) | Q(undone_by=person) | Q(looked_by=person)
    acts = Act.objects.filter(theirs).select_related("report").order_by("pk")
    return [
        {
            "kind": act.kind,
            "report": act.report.reference,
            "done_at": act.at if act.actor_id == person.pk else None,
            "undone_at": act.undone_at if act.undone_by_id == person.pk else None,
            "looked_at": act.looked_at if act.looked_by_id == person.pk else None,
        }
        for act in acts
    ]


def erase(person: Person, keep_reports: bool) -> None:
    """Acts on the person's reports cannot be undone any more: what they changed held their words."""
    own = Act.objects.filter(Q(report__reporter=person) | Q(others__reporter=person), is_sealed=False)
    Act.objects.filter(pk__in=own.values("pk")).update(changes=[], is_sealed=True)
    reports = list(Report.objects.filter(reporter=person).values_list("pk", flat=True))
    for bulk in Bulk.objects.filter(reports__overlap=reports).exclude(values__text=""):
        bulk.values = {**bulk.values, "text": ""}
        bulk.save(update_fields=["values"])


def register() -> None:
    register_holding(Holding("acts", export, erase))

"""What the office keeps about an officer: the views that they saved, the daily lists that were mailed."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from forwarding.office.models import OfficeDigest, SavedView


def export(person: Person) -> dict[str, Any]:
    views = SavedView.objects.filter(person=person).values("name", "query", "shared_with__name")
    digests = OfficeDigest.objects.filter(person=person).order_by("day").values("day", "status", "sent_at")
    return {"views": list(views), "daily_lists": list(digests)}


def erase(person: Person, keep_reports: bool) -> None:
    SavedView.objects.filter(person=person).delete()
    OfficeDigest.objects.filter(person=person).delete()


def register() -> None:
    register_holding(Holding("office_list", export, erase))

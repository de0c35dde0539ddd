"""What the office keeps about an officer: saved views, daily lists that were mailed, answers to many cases."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from forwarding.office.models import OfficeBulk, OfficeDigest, SavedView


def export(person: Person) -> dict[str, Any]:
    views = SavedView.objects.filter(person=person).values("name", "query", "shared_with__name")
    digests = OfficeDigest.objects.filter(person=person).order_by("day").values("day", "status", "sent_at")
    bulks = OfficeBulk.objects.filter(actor=person).order_by("pk").values("action", "values", "created_at")
    return {"views": list(views), "daily_lists": list(digests), "many_at_once": list(bulks)}


def erase(person: Person, keep_reports: bool) -> None:
    SavedView.objects.filter(person=person).delete()
    OfficeDigest.objects.filter(person=person).delete()
    OfficeBulk.objects.filter(actor=person).delete()


def register() -> None:
    register_holding(Holding("office_list", export, erase))

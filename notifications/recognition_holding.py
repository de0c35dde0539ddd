"""The profile, the badges and what they were counted from: part of the archive, and gone with the person."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from notifications.recognition_models import Badge, Contribution


def register() -> None:
    register_holding(Holding("recognition", export=export, erase=erase))


def export(person: Person) -> dict[str, Any]:
    return {
        "profile": {
            "public": person.profile_public,
            "name": person.profile_name,
            "address": person.profile_slug,
            "findable": person.profile_findable,
            "in_lists": person.in_lists,
        },
        "badges": list(Badge.objects.filter(person=person).values("kind", "level", "since")),
        "contributions": list(
            Contribution.objects.filter(person=person)
            .order_by("month", "kind", "area")
            .values("kind", "month", "area__name", "acts")
        ),
    }


def erase(person: Person, keep_reports: bool) -> None:
    person.profile_public = person.profile_findable = person.in_lists = False
    person.profile_name = person.profile_slug = ""
    person.save(update_fields=["profile_public", "profile_findable", "in_lists", "profile_name", "profile_slug"])
    Badge.objects.filter(person=person).delete()
    Contribution.objects.filter(person=person).delete()

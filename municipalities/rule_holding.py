"""What the history of the rules holds about a person: that it was they who changed one."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from municipalities.models import RuleChange


def export(person: Person) -> list[dict[str, Any]]:
    changes = RuleChange.objects.filter(actor=person).order_by("pk")
    return [{"rule": change.rule_id, "street_group": change.street_group_id, "at": change.at} for change in changes]


def erase(person: Person, keep_reports: bool) -> None:
    """The change stays: it is about a body, not about them."""
    RuleChange.objects.filter(actor=person).update(actor=None)


def register() -> None:
    register_holding(Holding("rule_changes", export, erase))

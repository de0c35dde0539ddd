"""What the desk holds about who worked on what: claims, cases given and taken over, open pages, saved filters."""

from typing import Any

from django.db.models import Q

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from moderation.models import Claim, Handoff, SavedFilter, Visit


def export(person: Person) -> dict[str, Any]:
    """The words are given along to who wrote them and to whom they were written."""
    handoffs = Handoff.objects.filter(Q(person=person) | Q(by=person)).select_related("report").order_by("pk")
    claims = Claim.objects.filter(person=person).select_related("report").order_by("pk")
    return {
        "claims": [{"case": _case(claim), "since": claim.since, "until": claim.until} for claim in claims],
        "handed_over": [
            {
                "case": _case(row),
                "what": row.kind,
                "to_or_from_me": row.person_id == person.pk,
                "by_me": row.by_id == person.pk,
                "note": row.note,
                "at": row.at,
            }
            for row in handoffs
        ],
        "filters": list(SavedFilter.objects.filter(person=person).values("name", "query", "is_default")),
    }


def _case(row: Claim | Handoff) -> str:
    if isinstance(row, Claim) and row.thing:
        return row.thing
    return row.report.reference if row.report else f"mail {row.mail_id}"


def erase(person: Person, keep_reports: bool) -> None:
    """Nobody has their cases any more; words about a case of theirs may tell of them."""
    Claim.objects.filter(person=person).delete()
    Visit.objects.filter(person=person).delete()
    SavedFilter.objects.filter(person=person).delete()
    Handoff.objects.filter(person=person).delete()
    Handoff.objects.filter(by=person).update(by=None, note="")
    Handoff.objects.filter(report__reporter=person).update(note="")


def register() -> None:
    register_holding(Holding("desk_cases", export, erase))

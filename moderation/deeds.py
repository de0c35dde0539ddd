"""What is done at the desk beside decisions, written down in the transaction of the deed; see `models.deed`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from forwarding.models import IncomingMail
from moderation.models import Deed
from reports.models import Report


def note_deed(
    kind: Deed.Kind,
    *,
    actor: Person,
    report: Report | None = None,
    mail: IncomingMail | None = None,
    person: Person | None = None,
    **values: str,
) -> Deed:
    return Deed.objects.create(kind=kind, actor=actor, report=report, mail=mail, person=person, values=values)


@contextmanager
def noted(kind: Deed.Kind, *, actor: Person, **about: Any) -> Iterator[None]:
    """One transaction: what happens inside, and its line."""
    with transaction.atomic():
        yield
        note_deed(kind, actor=actor, **about)


def details_of(deed: Deed) -> str:
    """In the reader's language; a citizen's name or address stands on the page of people only."""
    match deed.kind:
        case Deed.Kind.BAN:
            until = deed.values.get("until")
            return _("until %(day)s") % {"day": date_format(date.fromisoformat(until))} if until else _("for good")
        case Deed.Kind.TRUST:
            labels = {value: str(label) for value, label in Person.Trust.choices}
            return labels[deed.values.get("trust", "")]
        case Deed.Kind.GIVE | Deed.Kind.TAKE_OVER | Deed.Kind.END_NEW:
            return str(deed.person or "")
    return str(deed.values.get("name", ""))


def export(person: Person) -> list[dict[str, Any]]:
    """What the person did, and what was done to them; not by whom."""
    rows = Deed.objects.filter(Q(actor=person) | Q(person=person)).select_related("report").order_by("pk")
    return [
        {
            "kind": deed.kind,
            "at": deed.at,
            "report": deed.report.reference if deed.report else "",
            "by_me": deed.actor_id == person.pk,
            "values": deed.values,
        }
        for deed in rows
    ]


def erase(person: Person, keep_reports: bool) -> None:
    """That it was done stays; to whom goes."""
    Deed.objects.filter(person=person).update(person=None)


def register() -> None:
    register_holding(Holding("desk_deeds", export, erase))

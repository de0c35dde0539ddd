"""Who has which case: for lists, for the case itself, and for "next case", which leaves alone what others have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from moderation.access import area_chain
from moderation.models import Claim, Handoff, Visit
from moderation.models.claim import case_field
from municipalities.models import Membership
from reports.models import Report


@dataclass(frozen=True)
class Holder:
    """`person` works on it until `until`, or was given it. `given` is the giving, which may be to somebody else."""

    person: Person
    since: datetime
    until: datetime | None = None
    given: Handoff | None = None

    @property
    def word(self) -> Handoff | None:
        """The giving, where a note came with it for the one who has it."""
        return self.given if self.given and self.given.note and self.given.person_id == self.person.pk else None


def free_for(person: Person, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what somebody else has claimed, was given, or has open at this moment."""
    now = timezone.now()
    field = case_field(rows.model)
    here = {field: OuterRef("pk")}
    claimed = Claim.objects.running(now).filter(**here).exclude(person=person)
    open_now = Visit.objects.filter(**here, seen_at__gt=now - settings.DESK_PRESENT_FOR).exclude(person=person)
    rows = rows.filter(~Exists(claimed), ~Exists(open_now))
    if field == "report":
        since = now - settings.DESK_GIVEN_FOR
        given = Handoff.objects.given().filter(**here, at__gt=since).exclude(person=person)
        rows = rows.filter(~Exists(given))
    return rows


def of_person(person: Person, field: str = "report") -> Q:
    """Cases that this person has: claimed, or given to them."""
    claimed = Claim.objects.running().filter(person=person, **{f"{field}__isnull": False})
    mine = Q(pk__in=claimed.values(field))
    if field == "report":
        mine |= Q(pk__in=Handoff.objects.given().filter(person=person).values("report"))
    return mine


def holders_of(rows: Sequence[Any]) -> dict[int, Holder]:
    """By the keys of the rows (all reports or all mails), in two queries.

    Who works on it goes before who was given it.
    """
    if not rows:
        return {}
    field = case_field(rows[0])
    here = {f"{field}__in": [row.pk for row in rows]}
    found: dict[int, Holder] = {}
    if field == "report":
        for given in Handoff.objects.given().filter(**here).select_related("person", "by"):
            found[given.report_id or 0] = Holder(given.person, given.at, given=given)
    for claim in Claim.objects.running().filter(**here).select_related("person"):
        key = (claim.report_id if field == "report" else claim.mail_id) or 0
        before = found.get(key)
        found[key] = Holder(claim.person, claim.since, claim.until, before.given if before else None)
    return found


def people_for(report: Report) -> QuerySet[Person]:
    """Whom a case may be given to: employees, and moderators with rights to its area."""
    here = Q(area=None) | Q(area__in=area_chain(report.area))
    members = Membership.objects.filter(here, role__in=Membership.DESK_ROLES)
    return desk_people().filter(Q(is_staff=True) | Q(pk__in=members.values("person")))


def desk_people() -> QuerySet[Person]:
    """Everybody who works at a desk somewhere."""
    members = Membership.objects.filter(role__in=Membership.DESK_ROLES)
    anywhere = Q(is_staff=True) | Q(pk__in=members.values("person"))
    return Person.objects.filter(anywhere, is_active=True, erased_at=None).order_by("name", "email")

"""Who has a case open right now, and whether it changed: what the page asks every `DESK_POLL_SECONDS`."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Person
from moderation.holders import Holder, holders_of
from moderation.models import Handoff, Visit
from moderation.models.claim import case_field
from reports.models import Report, ReportEvent


@dataclass(frozen=True)
class Presence:
    others: list[Visit]
    holder: Holder | None
    is_mine: bool
    version: int
    # It went to another hand (or to nobody's) since the page was opened; `taken` is the word of who took it over.
    has_moved: bool = False
    taken: Handoff | None = None
    # The last thing that happened since the page was opened, if anything did.
    change: ReportEvent | None = None
    is_changed: bool = False

    @property
    def state(self) -> str:
        """The same as long as there is nothing new to say."""
        holder = (self.holder.person.pk, self.holder.since) if self.holder else None
        said = (self.version, self.is_changed, holder, [(visit.person_id, visit.since) for visit in self.others])
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def note_visit(row: Any, person: Person) -> None:
    """One statement; a visit that had ended begins anew."""
    now = timezone.now()
    field = case_field(row)
    Visit.objects.filter(person=person, seen_at__lt=now - settings.DESK_PRESENT_FOR).delete()
    Visit.objects.bulk_create(
        [Visit(person=person, since=now, seen_at=now, **{field: row})],
        update_conflicts=True,
        update_fields=["seen_at"],
        unique_fields=[field, "person"],
    )


def presence_at(row: Any, person: Person, *, seen: int | None = None, holder_seen: str | None = None) -> Presence:
    """`seen` is the version of the report that the page shows, `holder_seen` who had it ("": nobody)."""
    present = Visit.objects.filter(seen_at__gt=timezone.now() - settings.DESK_PRESENT_FOR, **{case_field(row): row})
    others = list(present.exclude(person=person).select_related("person").order_by("since", "pk"))
    holder = holders_of([row]).get(row.pk)
    version = row.version if isinstance(row, Report) else 0
    is_changed = seen is not None and version != seen
    change = row.events.select_related("actor").last() if is_changed and isinstance(row, Report) else None
    is_mine = holder is not None and holder.person == person
    has_moved = holder_seen is not None and holder_seen != (str(holder.person.pk) if holder else "")
    taken = None
    if has_moved and not is_mine and holder_seen == str(person.pk):
        words = Handoff.objects.unseen_by(person).filter(kind=Handoff.Kind.TAKEN, **{case_field(row): row})
        taken = words.select_related("by").first()
    return Presence(others, holder, is_mine, version, has_moved, taken, change, is_changed)

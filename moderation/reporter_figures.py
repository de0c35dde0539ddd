"""A reporter's history in numbers: enough to decide by, without saying who it is."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q

from accounts.models import Person
from reports.lifecycle import Proof, Status
from reports.models import Report


class ReporterFigures(NamedTuple):
    since: datetime
    sent: int
    published: int
    rejected: int
    solved: int
    confirmed: int  # by themselves, after the body had said "done"
    duplicates: int
    waiting: int  # at the desk now, this one included

    @property
    def is_first(self) -> bool:
        return self.sent <= 1


def figures_of(person: Person) -> ReporterFigures:
    """One query. What was never sent in (draft, unconfirmed) counts nowhere."""
    count = Count("pk")
    reports = Report.objects.filter(reporter=person, submitted_at__isnull=False)
    row = reports.aggregate(
        first=Min("submitted_at"),
        sent=count,
        published=Count("pk", Q(published_at__isnull=False)),
        rejected=Count("pk", Q(status=Status.REJECTED)),
        solved=Count("pk", Q(status=Status.SOLVED)),
        confirmed=Count("pk", Q(status=Status.SOLVED, proof=Proof.REPORTER)),
        duplicates=Count("pk", Q(status=Status.DUPLICATE)),
        waiting=Count("pk", Q(status=Status.SUBMITTED)),
    )
    first = row.pop("first")
    return ReporterFigures(since=min(first or person.date_joined, person.date_joined), **row)

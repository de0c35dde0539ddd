"""Was a body's answer helpful? One opinion per person and answer; numbers only, and no list of the worst."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from reports.lifecycle import EventKind, Role
from reports.models import AnswerRating, Report, ReportEvent

ANSWERS = (EventKind.ANSWERED, EventKind.PROMISED, EventKind.DONE_SAID, EventKind.NOT_OURS)


class MayNotRate(Exception):
    """Nobody rates the answer of their own body."""


def is_answer(event: ReportEvent) -> bool:
    """Words of a body on the public timeline, however they came."""
    return event.is_public and event.kind in ANSWERS and event.role in (Role.OFFICER, Role.MODERATOR)


def works_for(person: Any, event: ReportEvent) -> bool:
    body = event.assignment.institution_id if event.assignment else None
    return any(m.role in m.BODY_ROLES and m.institution_id == body for m in person.memberships.all())


@transaction.atomic
def rate_answer(event: ReportEvent, person: Any, is_helpful: bool | None) -> None:
    """Say it, change it, or (None) take it back; raises `MayNotRate`."""
    if works_for(person, event):
        raise MayNotRate
    if is_helpful is None:
        AnswerRating.objects.filter(event=event, person=person).delete()
    else:
        AnswerRating.objects.update_or_create(event=event, person=person, defaults={"is_helpful": is_helpful})


def show_ratings(report: Report, events: list[ReportEvent], person: Any) -> None:
    """Give each answer on the timeline its `rating`: counts, one's own opinion, and whether one may give it."""
    answers = [event for event in events if is_answer(event)]
    if not answers or not report.is_public:
        return
    helpful, not_helpful = Count("pk", filter=Q(is_helpful=True)), Count("pk", filter=Q(is_helpful=False))
    rows = AnswerRating.objects.filter(event__in=answers).values("event").annotate(yes=helpful, no=not_helpful)
    counts = {row["event"]: (row["yes"], row["no"]) for row in rows}
    mine = {}
    if person.is_authenticated:
        mine = dict(AnswerRating.objects.filter(event__in=answers, person=person).values_list("event", "is_helpful"))
    for event in answers:
        yes, no = counts.get(event.pk, (0, 0))
        allowed = not (person.is_authenticated and works_for(person, event))
        event.rating = {"yes": yes, "no": no, "mine": mine.get(event.pk), "allowed": allowed}  # type: ignore[attr-defined]

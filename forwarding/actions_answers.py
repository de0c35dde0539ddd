"""What a body said, written down by a moderator: it came by phone or letter, or the body wished us to write it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from forwarding.actions import answer_report, promise_date, say_cannot, say_done, say_not_ours
from forwarding.forms import Step
from municipalities.models import Institution
from reports.actions_desk import note_report
from reports.lifecycle import Role
from reports.models import Assignment, ReportEvent
from reports.ways import Way


@dataclass(frozen=True)
class Entered:
    """`said_by` and everything about it stay at the desk; `text` is published as the body's."""

    way: Way
    told_on: date
    step: Step
    text: str
    said_by: str = ""
    promised_on: date | None = None
    pointed_to: Institution | None = None


@transaction.atomic
def enter_answer(assignment: Assignment, entered: Entered, *, actor: Any) -> ReportEvent:
    """Publish it as the body's answer, with the way it came. The body's clock stops on the day it said so.

    Written for the body at its wish, it is the body's own word to everybody, and `actor`'s act to the desk.
    """
    options: dict[str, Any] = {
        "actor": actor,
        "role": Role.OFFICER if entered.way == Way.FOR_BODY else Role.MODERATOR,
        "came_at": _moment(entered.told_on, assignment.sent_at),
        "way": entered.way,
        "told_on": entered.told_on.isoformat(),
    }
    match entered.step:
        case Step.PROMISE if entered.promised_on:
            event = promise_date(assignment, entered.promised_on, entered.text, **options)
        case Step.DONE:
            event = say_done(assignment, entered.text, **options)
        case Step.CANNOT:
            event = say_cannot(assignment, entered.text, **options)
        case Step.NOT_OURS:
            event = say_not_ours(assignment, entered.text, pointed_to=entered.pointed_to, **options)
        case _:
            event = answer_report(assignment, entered.text, **options)
    if entered.said_by:
        note_report(
            assignment.report, f"{entered.way.label}, {entered.told_on.isoformat()}: {entered.said_by}", actor=actor
        )
    return event


def _moment(day: date, sent_at: datetime) -> datetime:
    """Noon of that day; not before the body had the report, nor after now."""
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return min(max(noon, sent_at), timezone.now())

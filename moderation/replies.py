"""A reporter's reply comes back to whoever asked: it stands under "mine" of that moderator, and under "Reporters'
answers" of all."""

from accounts.models import Person
from moderation.models import Handoff
from reports.actions_words import ASKED, GIVEN
from reports.models import Report, ReportEvent
from reports.outbox import register_writer


def connect() -> None:
    register_writer(give_back)


def give_back(event: ReportEvent) -> None:
    """In the transaction of the reply, which holds the report. Whom it was given to meanwhile keeps it."""
    if event.kind not in GIVEN:
        return
    asker = _who_asked(event.report)
    if asker is None or Handoff.objects.given().filter(report=event.report).exists():
        return
    Handoff.objects.create(kind=Handoff.Kind.GIVEN, report=event.report, person=asker, at=event.created_at)


def _who_asked(report: Report) -> Person | None:
    """The moderator whose question was the last, if they still work here."""
    asked = report.events.filter(kind__in=ASKED, actor__isnull=False).select_related("actor").order_by("pk").last()
    asker = asked.actor if asked else None
    if asker is None or not asker.is_active or not asker.is_moderator:
        return None
    return asker if Report.objects.for_desk_of(asker).filter(pk=report.pk).exists() else None

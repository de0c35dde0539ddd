"""Who hears of an event, and how somebody stops hearing."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from notifications.models import Message
from reports.actions import unfollow_report
from reports.lifecycle import EVENTS, EventKind, Role, Status
from reports.models import Report, ReportEvent
from reports.outbox import announce

# What the reporter is asked, in contrast to what they are told: unsubscribing from news does not stop it.
QUESTIONS = ("confirm", "needs_info", "done_said")
# These answer the reporter's own act, so they go out although nobody is told of their own act.
RECEIPTS = (EventKind.CONFIRMATION_ASKED, EventKind.RECEIVED)
SILENT = (Status.HIDDEN, Status.WITHDRAWN)


@transaction.atomic
def fan_out_event(event_id: int) -> list[Message]:
    """One message for each person who hears of this event, and the event's processed mark, in one transaction.

    Doing it again changes nothing. A fixed number of queries, however many follow the report.
    """
    events = ReportEvent.objects.select_for_update(of=("self",), no_key=True).select_related("report__reporter")
    event = events.filter(pk=event_id, processed_at=None).first()
    if event is None:
        return []
    messages = Message.objects.bulk_create(_messages(event))
    ReportEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now())
    for message in messages:
        announce("notifications.send_message", message.pk)
    return messages


def _messages(event: ReportEvent) -> Iterable[Message]:
    rule = EVENTS[EventKind(event.kind)]
    if not rule.mail or event.report.status in SILENT:
        return
    reporter = event.report.reporter
    own_act = event.role == Role.REPORTER or (reporter is not None and event.actor_id == reporter.pk)
    is_question = rule.mail in QUESTIONS
    if reporter and may_tell(reporter, news=not is_question) and (not own_act or event.kind in RECEIPTS):
        yield Message(event=event, person=reporter, template=rule.mail, is_news=not is_question)
    if rule.followers and event.is_public and event.report.is_public:
        followers = Person.objects.filter(follows__report=event.report_id).exclude(
            pk__in=[pk for pk in (event.actor_id, event.report.reporter_id) if pk]
        )
        for follower in followers:
            if may_tell(follower, news=True):
                yield Message(event=event, person=follower, template=rule.mail, is_news=True)


def may_tell(person: Person, *, news: bool) -> bool:
    return person.can_get_mail and (person.mail_news or not news)


@transaction.atomic
def stop_news(person: Any, report: Report) -> None:
    """The way out at the foot of each news mail: a follower leaves this report, a reporter all news.

    Questions to the reporter go on. Doing it again changes nothing.
    """
    if report.reporter_id == person.pk:
        Person.objects.filter(pk=person.pk).update(mail_news=False)
    else:
        unfollow_report(report, person)

"""Who hears of an event, and how somebody stops hearing."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import set_mail_limits
from accounts.models import Person
from notifications.alarm import call_employees
from notifications.kinds import Frequency, MailKind
from notifications.models import MailChoice, Message
from reports.actions import unfollow_report
from reports.lifecycle import EVENTS, EventKind, Role, Status
from reports.models import Report, ReportEvent
from reports.outbox import announce

# What the reporter is asked, in contrast to what they are told: unsubscribing from news does not stop it.
QUESTIONS = ("confirm", "needs_info", "done_said", "info_reminded", "progress_asked", "solved_asked")
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
    if event.kind == EventKind.ALARMED:
        call_employees()
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
    kind = None if is_question else MailKind.OWN
    wanted = reporter and (not own_act or event.kind in RECEIPTS) and may_tell(reporter, kind=kind)
    if wanted and (is_question or not event.report.mutes.filter(person=reporter).exists()):
        yield Message(event=event, person=reporter, template=rule.mail, kind=kind or "")
    if rule.followers and event.is_public and event.report.is_public:
        followers = (
            Person.objects.filter(follows__report=event.report_id)
            .exclude(pk__in=[pk for pk in (event.actor_id, event.report.reporter_id) if pk])
            .prefetch_related("mail_choices")
        )
        for follower in followers:
            if may_tell(follower, kind=MailKind.FOLLOWED):
                yield Message(event=event, person=follower, template=rule.mail, kind=MailKind.FOLLOWED)


def may_tell(person: Person, *, kind: MailKind | None) -> bool:
    """Whether a mail of this kind may go to the person; None: a question or a receipt, which only `mail_none` stops.

    Where many people are asked for, prefetch their `mail_choices`.
    """
    if not person.can_get_mail:
        return False
    return kind is None or (person.mail_news and frequency_of(person, kind) != Frequency.NEVER)


def frequency_of(person: Person, kind: MailKind) -> Frequency:
    """How often the person wants mails of this kind (`mail_choices` may be prefetched)."""
    choices: Iterable[MailChoice] = person.mail_choices.all()
    return next((Frequency(choice.frequency) for choice in choices if choice.kind == kind), Frequency.NOW)


@transaction.atomic
def choose_mails(person: Person, *, level: str, choices: dict[MailKind, Frequency]) -> None:
    """`level`: "news", "questions" (nothing that one can do without) or "none". `choices`: how often each kind."""
    set_mail_limits(person, news=level == "news", none=level == "none")
    MailChoice.objects.bulk_create(
        [MailChoice(person=person, kind=kind, frequency=frequency) for kind, frequency in choices.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["frequency"],
    )


@transaction.atomic
def stop_news(person: Any, report: Report) -> None:
    """The way out at the foot of each news mail: a follower leaves this report, a reporter all news.

    Questions to the reporter go on. Doing it again changes nothing.
    """
    if report.reporter_id == person.pk:
        Person.objects.filter(pk=person.pk).update(mail_news=False)
    else:
        unfollow_report(report, person)

"""Who hears of an event. (How somebody stops hearing: `stopping.py`.)"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from accounts.models import Person
from notifications import talk
from notifications.alarm import call_employees
from notifications.choices import may_tell
from notifications.gratitude import thank_for
from notifications.kinds import MailKind
from notifications.models import BundleLine, Message
from notifications.timing import RECEIPTS, split_messages
from reports.lifecycle import EVENTS, EventKind, Role, Status
from reports.models import Report, ReportEvent
from reports.outbox import announce

# What the reporter is asked, in contrast to what they are told: unsubscribing from news does not stop it.
QUESTIONS = ("confirm", "needs_info", "word", "done_said", "info_reminded", "progress_asked", "solved_asked")
SILENT = (Status.HIDDEN, Status.WITHDRAWN)
TOLD = [kind for kind, rule in EVENTS.items() if rule.mail]
# Told once the report is restored; until then the sweep passes over it.
WAITS_FOR_RESTORING = Q(report__status=Status.HIDDEN, kind__in=TOLD)


@transaction.atomic
def fan_out_event(event_id: int) -> list[Message]:
    """One message for each person who hears of this event, and the event's processed mark, in one transaction.

    Doing it again changes nothing. A fixed number of queries, however many follow the report. What happened to a hidden
    report waits until that is restored.
    """
    # What follows the event may refer to the report, too; everybody locks reports before events.
    solved = Report.objects.filter(events=event_id, events__kind=EventKind.SOLVED)
    list(solved.select_for_update(of=("self",), no_key=True).values_list("pk"))
    events = ReportEvent.objects.select_for_update(of=("self",), no_key=True).select_related(
        "report__reporter", "actor"
    )
    event = events.filter(pk=event_id, processed_at=None).first()
    if event is None or event.is_held or waits_for_restoring(event):
        return []
    now = timezone.now()
    at_once, lines = split_messages(messages_of(event), now)
    messages = Message.objects.bulk_create(at_once)
    if lines:
        BundleLine.objects.bulk_create(lines)
    thank_for(event)
    if event.kind == EventKind.ALARMED:
        call_employees()
    ReportEvent.objects.filter(pk=event.pk).update(processed_at=now)
    for message in messages:
        announce("notifications.send_message", message.pk)
    return messages


def waits_for_restoring(event: ReportEvent) -> bool:
    """As `WAITS_FOR_RESTORING` in queries."""
    return event.report.status == Status.HIDDEN and event.kind in TOLD


def messages_of(event: ReportEvent) -> Iterable[Message]:
    """Unsaved: who hears of it now, the reporter first."""
    rule = EVENTS[EventKind(event.kind)]
    if not rule.mail or event.report.status in SILENT:
        return
    if event.kind in talk.KINDS:
        yield from talk.talk_messages(event)
        return
    reporter = event.report.reporter
    own_act = event.role == Role.REPORTER or (reporter is not None and event.actor_id == reporter.pk)
    if reporter is not None:
        prefetch_related_objects([reporter], "mail_choices")
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
            # "Solved" is news and thanks in one: whoever wants either gets it.
            kinds = (MailKind.FOLLOWED, MailKind.THANKS) if event.kind == EventKind.SOLVED else (MailKind.FOLLOWED,)
            wish = next((each for each in kinds if may_tell(follower, kind=each)), None)
            if wish:
                yield Message(event=event, person=follower, template=rule.mail, kind=wish)

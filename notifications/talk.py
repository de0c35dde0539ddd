"""Mails about what people write under a report: the question to a guest, the news of a comment, a friendly no.

These go to other people than the reporter's mails do, and ask once more before sending whether they still hold.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from notifications.choices import may_tell
from notifications.kinds import MailKind
from notifications.models import Message
from notifications.words import quoted
from reports import links
from reports.lifecycle import EventKind
from reports.models import Comment, ReportEvent, Sighting

CONFIRM = "talk_confirm"
COMMENTED = "commented"
SIGHTING_NO = "sighting_no"
TEMPLATES = (CONFIRM, COMMENTED, SIGHTING_NO)
KINDS = (EventKind.ADDRESS_ASKED, EventKind.COMMENTED, EventKind.SIGHTING_DECIDED)

# Questions to an address that nobody has confirmed yet: at most one an hour, of whatever sort.
UNANSWERED = Q(
    Q(event__comments__status=Comment.Status.UNCONFIRMED) | Q(event__sightings__status=Sighting.Status.UNCONFIRMED),
    template=CONFIRM,
)


def comment_of(event: ReportEvent) -> Comment | None:
    return Comment.objects.filter(pk=event.data.get("comment")).prefetch_related("texts").first()


def sighting_of(event: ReportEvent) -> Sighting | None:
    return Sighting.objects.filter(pk=event.data.get("sighting")).select_related("author").first()


def talk_messages(event: ReportEvent) -> Iterable[Message]:
    """To whom an event of `KINDS` is told."""
    match event.kind:
        case EventKind.ADDRESS_ASKED if event.actor and may_tell(event.actor, kind=None):
            yield Message(event=event, person=event.actor, template=CONFIRM)
        case EventKind.SIGHTING_DECIDED:
            sighting = sighting_of(event)
            author = sighting.author if sighting else None
            if event.data.get("status") == Sighting.Status.REJECTED and author and may_tell(author, kind=None):
                yield Message(event=event, person=author, template=SIGHTING_NO)
        case EventKind.COMMENTED:
            for person in _readers(event):
                if may_tell(person, kind=MailKind.COMMENT):
                    yield Message(event=event, person=person, template=COMMENTED, kind=MailKind.COMMENT)


def _readers(event: ReportEvent) -> list[Person]:
    """The reporter, unless muted, and the followers; never who wrote it."""
    comment = comment_of(event)
    report = event.report
    if comment is None or comment.status != Comment.Status.SHOWN or not report.is_public:
        return []
    muted = report.mutes.values("person")
    people = Person.objects.filter(Q(follows__report=report) | Q(pk=report.reporter_id)).exclude(
        pk__in=[pk for pk in (event.actor_id, comment.author_id) if pk]
    )
    return list(people.exclude(pk__in=muted).distinct().order_by("pk").prefetch_related("mail_choices"))


def why_not_talk(message: Message) -> str:
    """What may have happened since the fan-out; empty when all is well."""
    event, person = message.event, message.person
    report = event.report
    if message.template == CONFIRM:
        comment, sighting = comment_of(event), sighting_of(event)
        asked = comment or sighting
        return "" if asked and asked.status == "unconfirmed" else _("The address was confirmed meanwhile.")
    if message.template == SIGHTING_NO:
        sighting = sighting_of(event)
        rejected = sighting is not None and sighting.status == Sighting.Status.REJECTED
        return "" if rejected else _("The decision was taken back meanwhile.")
    comment = comment_of(event)
    if comment is None or comment.status != Comment.Status.SHOWN or not report.is_public:
        return _("The comment is not shown any more.")
    is_reporter = report.reporter_id == person.pk
    if is_reporter and report.mutes.filter(person=person).exists():
        return _("The person wants no more news of this report.")
    if not is_reporter and not report.follows.filter(person=person).exists():
        return _("The person does not follow the report any more.")
    return ""


def talk_context(message: Message) -> dict[str, Any]:
    """What these mails say beyond what all of them do."""
    event = message.event
    if message.template == CONFIRM:
        # Perhaps somebody typed a stranger's address: nothing of what they wrote goes there.
        kind, pk = (
            ("sighting", event.data["sighting"]) if "sighting" in event.data else ("comment", event.data["comment"])
        )
        return {"url": links.talk_url(kind, pk), "is_sighting": kind == "sighting"}
    if message.template == COMMENTED and (comment := comment_of(event)):
        url = links.absolute(comment.get_absolute_url())
        return {"comment": comment, "quote": comment.text, "quoted": quoted(comment.text), "url": url}
    return {"url": links.absolute(event.report.get_absolute_url()), "is_reporter": False}

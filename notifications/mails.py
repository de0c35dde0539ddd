"""The mails to reporters and followers: made at sending, from the event, in the person's language."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications import talk
from notifications.addresses import make_address
from notifications.gratitude import how_many_cared
from notifications.mailer import build_mail
from notifications.models import Message
from notifications.words import quoted, render_mail
from reports import links
from reports.lifecycle import EventKind, Reason
from reports.models import Report, ReportEvent

REPORT = "p"
ALERT = "a"


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail, ready to be sent; the rows behind it are read, never written."""
    report, person = message.event.report, message.person
    headers = {}
    if message.is_news:
        # RFC 2369 and RFC 8058: the mail program's own button.
        headers["List-Unsubscribe"] = f"<{links.unsubscribe_url(person.pk, report.pk, message.kind)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with override(person.language or settings.LANGUAGE_CODE):
        words = render_mail(f"notifications/mail/{message.template}", _context(message))
    return build_mail(
        to=person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=message.message_id,
        own_address=make_address(REPORT, report.pk),
        headers=headers,
    )


# A reminder has no words of its own: it repeats those it reminds of.
REPEATED = {EventKind.INFO_REMINDED: EventKind.INFO_ASKED, EventKind.SOLVED_ASKED_AGAIN: EventKind.DONE_SAID}


def words_of(event: ReportEvent) -> str:
    repeated = REPEATED.get(EventKind(event.kind))
    if repeated is None:
        return "" if event.is_between_bodies else event.body
    earlier = event.report.events.filter(kind=repeated).select_related("text").last()
    return earlier.body if earlier else ""


def _original(report: Report) -> dict[str, Any]:
    """What a duplicate points to, where everybody may read it."""
    original = report.original
    if original is None or not original.is_public:
        return {}
    return {"original": original, "original_url": links.absolute(original.get_absolute_url())}


def _context(message: Message) -> dict[str, Any]:
    event, person = message.event, message.person
    report = event.report
    if message.template == "confirm":
        # Perhaps somebody typed a stranger's address: nothing of what they wrote goes there.
        return {"url": links.confirm_url(report.pk), "is_reporter": True}
    if message.template == talk.CONFIRM:
        return talk.talk_context(message)
    is_reporter = report.reporter_id == person.pk
    quote = words_of(event)
    public_url = links.absolute(report.get_absolute_url())
    return {
        "report": report,
        "event": event,
        "sentence": event.sentence,
        "institution": event.assignment.institution if event.assignment else _("the responsible body"),
        "due_at": event.assignment.due_at if event.assignment else None,
        "reason": Reason(report.reason).label if report.reason else "",
        "is_reporter": is_reporter,
        "name": person.name,
        "url": links.owner_url(report.pk) if is_reporter else public_url,
        "public_url": public_url if report.is_public else "",
        "quote": quote,
        "quoted": quoted(quote),
        "is_refused": event.kind == EventKind.PUBLISHED,
        "has_no_address": event.assignment is not None and event.assignment.has_no_address,
        "is_reopened": event.kind == EventKind.REOPENED,
        **_original(report),
        "unsubscribe_url": links.unsubscribe_url(person.pk, report.pk, message.kind) if message.is_news else "",
        **({"cared": how_many_cared(report)} if message.template == "solved" else {}),
        **(talk.talk_context(message) if message.template in talk.TEMPLATES else {}),
    }

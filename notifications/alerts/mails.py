"""The words of alerts' mails: made at sending, in the person's language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import override

from notifications.addresses import make_address
from notifications.alerts.letter import collect
from notifications.mailer import build_mail
from notifications.mails import ALERT
from notifications.models import AlertHit, AlertMail
from notifications.words import render_mail
from reports import links

NAMED_AT_MOST = 30  # reports in one mail; the rest is counted
Template = AlertMail.Template


def compose(mail: AlertMail, hits: Sequence[AlertHit]) -> EmailMultiAlternatives | None:
    """The mail, ready to be sent; None where there is nothing to tell."""
    alert, person = mail.alert, mail.alert.person
    context: dict[str, Any] = {"url": links.alert_url(alert.pk), "name": person.name}
    with override(person.language or alert.language or settings.LANGUAGE_CODE):
        match mail.template:
            case Template.QUESTION:
                # Perhaps somebody typed a stranger's address: nothing of what they wrote goes there.
                context["name"] = ""
            case Template.HITS:
                if not hits:
                    return None
                context |= {"alert": alert, "count": len(hits), "more": max(0, len(hits) - NAMED_AT_MOST)}
                context["items"] = [_item(hit) for hit in hits[-NAMED_AT_MOST:]]
            case Template.LETTER:
                letter = collect(alert, mail.period.removeprefix("letter "))
                if letter is None:
                    return None
                context |= {"alert": alert, "letter": letter}
        if mail.template != Template.QUESTION:
            context["stop_url"] = links.alert_stop_url(alert.pk)
        words = render_mail(f"notifications/mail/{mail.template}", context)
    return build_mail(
        to=person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=mail.message_id,
        own_address=make_address(ALERT, alert.pk),
        headers=_way_out(mail),
    )


def _way_out(mail: AlertMail) -> dict[str, str]:
    """RFC 2369 and RFC 8058: the mail program's own button stops this alert."""
    if mail.template == Template.QUESTION:
        return {}
    return {
        "List-Unsubscribe": f"<{links.alert_stop_url(mail.alert_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _item(hit: AlertHit) -> dict[str, Any]:
    report = hit.report
    return {
        "report": report,
        "moment": hit.moment_label,
        "at": hit.event.created_at,
        "url": links.absolute(report.get_absolute_url()),
    }

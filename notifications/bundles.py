"""News that may wait: several lines in one mail, at the end of the day or of the week.

A line is written with the event, like a message. When its time has come the sweep puts the lines of a person into one
`Bundle`, which is claimed and sent like every delivery: no line is lost with a worker, none stands in two mails.
"""

from email.utils import parseaddr
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications.deliveries import attempt
from notifications.mailer import build_mail, send_mail
from notifications.models import Bundle, BundleLine
from notifications.sending import why_not_to_send
from notifications.words import render_mail
from reports import links
from reports.outbox import announce

LINES_AT_MOST = 2000  # put into bundles by one sweep
SHOWN_AT_MOST = 50  # in one mail; the rest is counted


@transaction.atomic
def make_bundles() -> list[Bundle]:
    """Put lines whose time has come into one mail for each person. Two sweeps at once take no line twice."""
    due = BundleLine.objects.select_for_update(of=("self",)).filter(bundle=None, due_at__lte=timezone.now())
    lines = list(due.order_by("person_id", "pk")[:LINES_AT_MOST])
    bundles = []
    for person_id, group in groupby(lines, key=lambda line: line.person_id):
        bundle = Bundle.objects.create(person_id=person_id)
        BundleLine.objects.filter(pk__in=[line.pk for line in group]).update(bundle=bundle)
        bundles.append(bundle)
        announce("notifications.send_bundle", bundle.pk)
    return bundles


def send_bundle(bundle_id: int) -> None:
    """Does nothing where the bundle is not due, or somebody else has it."""
    bundle: Bundle | None = Bundle.objects.select_related("person").claim(bundle_id)
    if bundle is None:
        return
    if bundle.died_too_often:
        return bundle.record_failure(_("The worker died at each attempt."), permanent=True)
    lines = bundle.lines.select_related("event__report__reporter", "event__text", "event__assignment__institution")
    lines = lines.order_by("event__report", "pk")
    told = [line for line in lines if not why_not_to_send(line.as_message(bundle.person))]
    if not told:
        return bundle.record_cancelled(_("The person gets no such mail any more."))
    attempt(bundle, lambda: send_mail(compose(bundle, told)))
    return None


def compose(bundle: Bundle, lines: list[BundleLine]) -> EmailMultiAlternatives:
    person = bundle.person
    kinds = sorted({line.kind for line in lines})
    way_out = links.unsubscribe_url(person.pk, 0, "-".join(kinds))
    with override(person.language or settings.LANGUAGE_CODE):
        shown = [_item(line, person.pk) for line in lines[:SHOWN_AT_MOST]]
        reports = [list(group) for _report, group in groupby(shown, key=lambda item: item["report"].pk)]
        words = render_mail(
            "notifications/mail/bundle",
            {
                "name": person.name,
                "count": len(lines),
                "more": len(lines) - len(shown),
                "reports": reports,
                "url": links.absolute("/my/"),
                "unsubscribe_url": way_out,
            },
        )
    return build_mail(
        to=person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=bundle.message_id,
        own_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        headers={"List-Unsubscribe": f"<{way_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def _item(line: BundleLine, person_id: int) -> dict[str, Any]:
    report = line.event.report
    is_reporter = report.reporter_id == person_id
    return {
        "report": report,
        "sentence": line.event.sentence,
        "at": line.event.created_at,
        "url": links.owner_url(report.pk) if is_reporter else links.absolute(report.get_absolute_url()),
    }

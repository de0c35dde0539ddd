"""The letter to a body, for trying out: to the moderator alone, marked as a test, never to the body.

Its links and its reply address belong to a sending that was never made: they lead nowhere.
"""

import re
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from forwarding.models import SampleLetter
from forwarding.weight import pictures_of
from municipalities.models import Institution
from notifications.deliveries import DeliveryStatus, attempt
from notifications.mailer import build_mail, send_mail
from reports.models import Report
from reports.outbox import announce

_BODY = re.compile(r"<body\b[^>]*>", re.I)


class TooManySamples(Exception):
    """More than `SAMPLE_LETTERS_AN_HOUR`."""


@transaction.atomic
def ask_sample(report: Report, institution: Institution, letter: EmailMultiAlternatives, *, person: Person) -> None:
    """Raises `TooManySamples`. `letter` as the body would get it."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two presses at once are counted one by one
    since = timezone.now() - timedelta(hours=1)
    if SampleLetter.objects.filter(person=person, created_at__gt=since).count() >= settings.SAMPLE_LETTERS_AN_HOUR:
        raise TooManySamples
    html = str(letter.alternatives[0][0]) if letter.alternatives else ""
    sample = SampleLetter.objects.create(
        person=person,
        report=report,
        institution=institution,
        subject=letter.subject[:300],
        text=str(letter.body),
        html=html,
    )
    announce("forwarding.send_sample", sample.pk)


def send_sample(sample_id: int) -> None:
    """Does nothing where the sample is not due, or somebody else has it."""
    rows = SampleLetter.objects.select_related("person", "report", "institution")
    sample: SampleLetter | None = rows.claim(sample_id)
    if sample is None:
        return
    if sample.died_too_often:
        sample.record_failure(_("The worker died at each attempt."), permanent=True)
    else:
        attempt(sample, lambda: send_mail(compose(sample)))
    if sample.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED):
        sample.forget_words()


def compose(sample: SampleLetter) -> EmailMultiAlternatives:
    with override(sample.person.language or settings.LANGUAGE_CODE):
        mark = _("TEST – only you got this letter. %(institution)s has not got it, and its links lead nowhere.") % {
            "institution": sample.institution
        }
        subject = _("[TEST] %(subject)s") % {"subject": sample.subject}
    banner = format_html('<p style="margin:0;padding:12px 16px;background:#b23a12;color:#fff"><b>{}</b></p>', mark)
    return build_mail(
        to=sample.person.email,
        subject=subject,
        text=f"*** {mark} ***\n\n{sample.text}",
        html=_BODY.sub(lambda found: found[0] + banner, sample.html, count=1),
        message_id=sample.message_id,
        own_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        images=[picture.image for picture in pictures_of(sample.report)],
    )

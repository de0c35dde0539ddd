"""Mails that belong to no event: each kind has a composer that gives the words' context, or None when it is moot.

A later app adds its own with `register_notice`; `give_notice` writes the row in the transaction of the change.
"""

from collections.abc import Callable, Iterable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from notifications.deliveries import attempt
from notifications.mailer import build_mail, send_mail
from notifications.models import Notice
from notifications.words import render_mail
from reports.outbox import announce, current_hold

# (person, key) → context of `notifications/mail/<template>`, with "url"; None: not needed any more.
Composer = Callable[[Person, str], dict[str, Any] | None]
_composers: dict[str, Composer] = {}


def register_notice(template: str, composer: Composer) -> None:
    _composers[template] = composer


def give_notice(people: Iterable[Person], template: str, key: str) -> None:
    """One row for each person, once for this `key`; the mail goes out after the commit."""
    hold = current_hold()
    first_try = hold or timezone.now()
    rows = [Notice(person=person, template=template, key=key, next_try_at=first_try) for person in people]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if hold is not None:
        return  # the sweep finds them then
    fresh = Notice.objects.open().filter(template=template, key=key, person__in=[row.person_id for row in rows])
    for pk in fresh.values_list("pk", flat=True):
        announce("notifications.send_notice", pk)


def send_notice(notice_id: int) -> None:
    """Does nothing where the notice is not due, or somebody else has it."""
    notice: Notice | None = Notice.objects.select_related("person").claim(notice_id)
    if notice is None:
        return
    if not notice.person.can_get_mail:
        return notice.record_cancelled(_("The person gets no such mail any more."))
    context = _composers[notice.template](notice.person, notice.key)
    if context is None:
        return notice.record_cancelled(_("It was not needed any more."))
    if notice.died_too_often:
        return notice.record_failure(_("The worker died at each attempt."), permanent=True)
    attempt(notice, lambda: send_mail(compose(notice, context)))
    return None


def compose(notice: Notice, context: dict[str, Any]) -> EmailMultiAlternatives:
    with override(notice.person.language or settings.LANGUAGE_CODE):
        words = render_mail(f"notifications/mail/{notice.template}", {"name": notice.person.name, **context})
    return build_mail(
        to=notice.person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=notice.message_id,
        own_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )

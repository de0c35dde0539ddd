"""One message to one person: claimed, checked once more, put into words, sent, and its outcome recorded."""

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from notifications import talk
from notifications.actions import SILENT
from notifications.choices import may_tell
from notifications.deliveries import DeliveryStatus, attempt
from notifications.kinds import MailKind
from notifications.mailer import send_mail
from notifications.mails import compose
from notifications.models import AlertMail, FollowRequest, Message
from reports.lifecycle import Status
from reports.outbox import announce


def send_message(message_id: int) -> None:
    """Does nothing where the message is not due, or somebody else has it."""
    message: Message | None = Message.objects.select_related("event__report__reporter", "person").claim(message_id)
    if message is None:
        return
    deliver(message)
    if message.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED):
        waiting = message.next_in_line()
        if waiting:
            announce("notifications.send_message", waiting)


def deliver(message: Message) -> None:
    why_not = why_not_to_send(message)
    if why_not:
        return message.record_cancelled(why_not)
    if message.died_too_often:
        return message.record_failure(_("The worker died at each attempt."), permanent=True)
    if message.template in ("confirm", talk.CONFIRM) and postpone_confirmation(message):
        return None
    attempt(message, lambda: send_mail(compose(message)))
    return None


def why_not_to_send(message: Message) -> str:
    """Since the fan-out the report may have been hidden, or the person may have said stop; empty when all is well."""
    report, person = message.event.report, message.person
    if report.status in SILENT:
        return _("The report was hidden or withdrawn meanwhile.")
    if not may_tell(person, kind=MailKind(message.kind) if message.kind else None):
        return _("The person gets no such mail any more.")
    if message.template == "confirm" and report.status != Status.UNCONFIRMED:
        return _("The address was confirmed meanwhile.")
    if message.template in talk.TEMPLATES:
        return talk.why_not_talk(message)
    is_reporter = report.reporter_id == person.pk
    if is_reporter and message.is_news and report.mutes.filter(person=person).exists():
        return _("The person wants no more news of this report.")
    if not is_reporter and not (report.is_public and report.follows.filter(person=person).exists()):
        return _("The person does not follow the report any more.")
    return ""


@transaction.atomic
def postpone_confirmation(message: Message) -> bool:
    """An address that somebody typed gets one confirmation mail each `CONFIRMATION_MAIL_EVERY`, the next ones wait.

    A mail whose link was followed holds nothing back: its reader has said that such mails are welcome.
    The lock on the person lets one worker at a time look; one that sees another at it stands back.
    """
    Person.objects.select_for_update(no_key=True).get(pk=message.person_id)
    unanswered = Q(template="confirm", event__report__status=Status.UNCONFIRMED) | talk.UNANSWERED
    others = Message.objects.filter(unanswered, person=message.person_id).exclude(pk=message.pk)
    now, pause = timezone.now(), settings.CONFIRMATION_MAIL_EVERY
    last = others.filter(sent_at__gt=now - pause).aggregate(last=Max("sent_at"))["last"]
    asked = FollowRequest.objects.filter(email=message.person.email.lower(), sent_at__gt=now - pause)
    alerts = AlertMail.objects.filter(
        template=AlertMail.Template.QUESTION,
        alert__person=message.person_id,
        alert__confirmed_at=None,
        sent_at__gt=now - pause,
    )
    times = [last, *(rows.aggregate(last=Max("sent_at"))["last"] for rows in (asked, alerts))]
    last = max((time for time in times if time), default=None)
    if last is None and others.filter(status=DeliveryStatus.SENDING, lease_until__gt=now).exists():
        last = now
    if last is None:
        return False
    message.postpone(last + pause)
    return True

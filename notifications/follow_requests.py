"""Following by a mail address alone, perhaps with "me too": a typed address gets one question, and its yes counts.

The question is a row first, like every mail; nothing else is kept, and a yes deletes it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from accounts.verification import addresses_of
from notifications import talk
from notifications.addresses import make_address
from notifications.deliveries import DeliveryStatus, attempt, new_message_id
from notifications.mailer import build_mail, send_mail
from notifications.mails import REPORT
from notifications.models import AlertMail, FollowRequest, Message
from notifications.words import render_mail
from reports import links
from reports.actions_follow import follow_report, support_report
from reports.actions_merge import original_of
from reports.lifecycle import Status
from reports.models import Report
from reports.outbox import announce


@transaction.atomic
def send_follow_confirmation(email: str, report: Report, *, support: bool, language: str) -> FollowRequest:
    """Ask a typed address whether it wants the news of this public report; `support`: and says "me too".

    One mail to one address in `CONFIRMATION_MAIL_EVERY`, the next ones wait. Nothing tells whether it is known.
    """
    address = email.strip().lower()
    request, is_new = FollowRequest.objects.select_for_update().get_or_create(
        email=address, report=report, defaults={"is_support": support, "language": language}
    )
    if not is_new:
        _ask_again(request, support=support or request.is_support, language=language)
    if request.status == DeliveryStatus.WAITING:
        announce("notifications.send_follow_request", request.pk)
    return request


def _ask_again(request: FollowRequest, *, support: bool, language: str) -> None:
    """A mail that is still to go out says the newest; one that went is sent again if its hour is over."""
    changed = request.is_support != support
    request.is_support, request.language = support, language
    hour_is_over = request.sent_at is None or request.sent_at <= timezone.now() - settings.CONFIRMATION_MAIL_EVERY
    if request.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED) and (
        hour_is_over or changed
    ):
        request.status, request.attempts, request.message_id = DeliveryStatus.WAITING, 0, new_message_id()
        request.next_try_at = request.created_at = timezone.now()
    request.save()


@transaction.atomic
def confirm_follow(email: str, report: Report, *, support: bool, language: str) -> Person:
    """The reader of the address pressed the button. Doing it again changes nothing."""
    person = Person.objects.for_address(email, language=language)
    if support:
        support_report(report, person)
    else:
        follow_report(report, person)
    FollowRequest.objects.filter(email=email.lower(), report=report).delete()
    return person


def is_following(email: str, report: Report, *, support: bool) -> bool:
    """Of a duplicate: its original."""
    report = original_of(report)
    rows = report.supports if support else report.follows
    is_reporter = report.reporter is not None and report.reporter.email.lower() == email.lower()
    return is_reporter or rows.filter(person__email__iexact=email).exists()


# -- Sending ----------------------------------------------------------------------------------------------


def send_request(request_id: int) -> None:
    """Does nothing where the row is gone, not due, or somebody else has it."""
    request: FollowRequest | None = FollowRequest.objects.select_related("report").claim(request_id)
    if request is None:
        return
    why_not = _why_not(request)
    if why_not:
        return request.record_cancelled(why_not)
    if request.died_too_often:
        return request.record_failure(_("The worker died at each attempt."), permanent=True)
    last = last_question(request.email)
    if last:
        return request.postpone(last + settings.CONFIRMATION_MAIL_EVERY)
    attempt(request, lambda: send_mail(_compose(request)))
    return None


def last_question(email: str) -> datetime | None:
    """When this address was last asked something that it has not answered, if that was less than
    `CONFIRMATION_MAIL_EVERY` ago."""
    since = timezone.now() - settings.CONFIRMATION_MAIL_EVERY
    unanswered = Q(template="confirm", event__report__status=Status.UNCONFIRMED) | talk.UNANSWERED
    reports = Message.objects.filter(unanswered, person__email__iexact=email, sent_at__gt=since)
    follows = FollowRequest.objects.filter(email=email.lower(), sent_at__gt=since)
    alerts = AlertMail.objects.filter(
        template=AlertMail.Template.QUESTION,
        alert__confirmed_at=None,
        alert__person__email__iexact=email,
        sent_at__gt=since,
    )
    times = [rows.aggregate(last=Max("sent_at"))["last"] for rows in (reports, follows, alerts)]
    return max((time for time in times if time), default=None)


def _why_not(request: FollowRequest) -> str:
    if not Report.objects.visible_to(AnonymousUser()).filter(pk=request.report_id).exists():
        return _("The report was hidden or withdrawn meanwhile.")
    person = Person.objects.filter(email__iexact=request.email).first()
    return "" if person is None or person.can_get_mail else _("The person gets no such mail any more.")


def _compose(request: FollowRequest) -> EmailMultiAlternatives:
    """Nothing of what its writer typed: the report's own heading is public, and was read by a moderator."""
    report = request.report
    url = links.follow_url(report.pk, request.email, support=request.is_support)
    with override(request.language or settings.LANGUAGE_CODE):
        words = render_mail(
            "notifications/mail/follow", {"report": report, "url": url, "is_support": request.is_support}
        )
    return build_mail(
        to=request.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=request.message_id,
        own_address=make_address(REPORT, report.pk),
    )


# -- What is held about a person ----------------------------------------------------------------------------


def connect() -> None:
    register_holding(Holding("follow_requests", export=_export, erase=_erase))


def _export(person: Person) -> list[dict[str, Any]]:
    rows = FollowRequest.objects.filter(email__in=addresses_of(person)).select_related("report").order_by("pk")
    return [
        {"report": row.report.reference, "me_too": row.is_support, "asked_at": row.created_at.isoformat()}
        for row in rows
    ]


def _erase(person: Person, keep_reports: bool) -> None:
    FollowRequest.objects.filter(email__in=addresses_of(person)).delete()

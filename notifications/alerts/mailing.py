"""From hits to mails: when an alert's mail is due, which hits it holds, and its sending.

The hours are those of the clock on the wall, so a change to summer time moves nothing. A beat that was missed is
made up for by the next one: a mail holds whatever waited until its hour. Its period (a day, a week, a month) is
unique for the alert, and hits get their mail in the transaction that makes it: nothing is told twice.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from notifications.alerts.mails import compose
from notifications.choices import may_tell
from notifications.deliveries import DeliveryStatus, NothingToSend, attempt
from notifications.follow_requests import last_question
from notifications.mailer import send_mail
from notifications.models import Alert, AlertHit, AlertMail
from notifications.models.alert import Rhythm
from reports.models import Report
from reports.outbox import announce

HOUR = time(7)
ALERTS_AT_ONCE = 500
HITS_AT_MOST = 500  # of one mail; it names the newest and counts the rest
Template = AlertMail.Template


def last_hour(rhythm: str, now: datetime) -> datetime:
    """When mails of this rhythm last became due."""
    if rhythm == Rhythm.NOW:
        return now
    today = timezone.localdate(now)
    if timezone.localtime(now).time() < HOUR:
        today -= timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        today -= timedelta(days=today.weekday())
    if rhythm == Rhythm.MONTHLY:
        today = today.replace(day=1)
    return datetime.combine(today, HOUR, tzinfo=timezone.get_current_timezone())


def period_of(rhythm: str, hour: datetime) -> str:
    """ "daily 2026-11-25"; a letter is named after the month that it tells of, one at once after its moment."""
    if rhythm == Rhythm.NOW:
        return f"now {hour:%Y%m%d%H%M%S%f}"[:24]
    day = timezone.localdate(hour)
    if rhythm == Rhythm.MONTHLY:
        return f"letter {day - timedelta(days=1):%Y-%m}"
    return f"{rhythm} {day.isoformat()}"


def gather_mails(now: datetime | None = None) -> list[AlertMail]:
    """Make and announce the mails that are due: a fixed number of queries for up to `ALERTS_AT_ONCE` of a rhythm."""
    now = now or timezone.now()
    made: list[AlertMail] = []
    for rhythm in (Rhythm.NOW, Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY):
        hour = last_hour(rhythm, now)
        made += _gather(rhythm, hour, period_of(rhythm, hour))
    return made


@transaction.atomic
def _gather(rhythm: Rhythm, hour: datetime, period: str) -> list[AlertMail]:
    if not _alone():
        return []
    told = AlertMail.objects.filter(alert=OuterRef("pk"), period=period)
    # One that has become a letter meanwhile tells what waited: no letter will.
    rhythms = [Rhythm.NOW, Rhythm.MONTHLY] if rhythm == Rhythm.NOW else [rhythm]
    alerts = Alert.objects.running().filter(~Exists(told), frequency__in=rhythms)
    if rhythm == Rhythm.MONTHLY:
        alerts = alerts.filter(active_since__lt=hour)
    else:
        alerts = alerts.filter(pk__in=AlertHit.objects.filter(mail=None, created_at__lte=hour).values("alert_id"))
    locked = alerts.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
    ids = list(locked.values_list("pk", flat=True)[:ALERTS_AT_ONCE])
    template = Template.LETTER if rhythm == Rhythm.MONTHLY else Template.HITS
    mails = AlertMail.objects.bulk_create(AlertMail(alert_id=pk, template=template, period=period) for pk in ids)
    if rhythm != Rhythm.MONTHLY and mails:
        mail_of = AlertMail.objects.filter(alert=OuterRef("alert"), period=period).values("pk")[:1]
        AlertHit.objects.filter(alert__in=ids, mail=None, created_at__lte=hour).update(mail=mail_of)
    for mail in mails:
        announce("notifications.send_alert_mail", mail.pk)
    return mails


def _alone() -> bool:
    """One gatherer at a time, to the end of the transaction: so each sees the mails of the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('notifications.gather_mails'))")
        return bool(cursor.fetchone()[0])


def send_alert_mail(mail_id: int) -> None:
    """Does nothing where the mail is not due, or somebody else has it."""
    mails = AlertMail.objects.select_related("alert__person", "alert__area", "alert__category", "alert__institution")
    mail: AlertMail | None = mails.claim(mail_id)
    if mail is not None:
        deliver(mail)


def deliver(mail: AlertMail) -> None:
    why_not = why_not_to_send(mail)
    if why_not:
        return mail.record_cancelled(why_not)
    if mail.died_too_often:
        return mail.record_failure(_("The worker died at each attempt."), permanent=True)
    if mail.template == Template.QUESTION and postpone_question(mail):
        return None
    attempt(mail, lambda: send_letter(mail))
    return None


def send_letter(mail: AlertMail) -> str:
    letter = compose(mail, shown_hits(mail))
    if letter is None:
        raise NothingToSend(_("There is nothing to tell."))
    return send_mail(letter)


def why_not_to_send(mail: AlertMail) -> str:
    """Since it was made, the person may have said stop; empty when all is well."""
    alert = mail.alert
    if mail.template == Template.QUESTION:
        if alert.confirmed_at is not None:
            return _("The address was confirmed meanwhile.")
        return "" if may_tell(alert.person, kind=None) else _("The person gets no such mail any more.")
    if alert.active_since is None:
        return _("The alert was paused meanwhile.")
    return "" if may_tell(alert.person, kind=alert.mail_kind) else _("The person gets no such mail any more.")


def shown_hits(mail: AlertMail) -> list[AlertHit]:
    """The newest of each report that everybody may still read, oldest first: what was hidden meanwhile is left out."""
    readable: QuerySet[Report] = Report.objects.visible_to(AnonymousUser()).published()
    hits = mail.hits.filter(report__in=readable).exclude(report__reporter=mail.alert.person)
    newest = hits.values("report_id").annotate(newest=Max("pk")).values("newest")
    rows = AlertHit.objects.filter(pk__in=newest).select_related("report__category", "report__area", "event")
    return list(rows.order_by("event__created_at", "pk")[:HITS_AT_MOST])


@transaction.atomic
def postpone_question(mail: AlertMail) -> bool:
    """An address that somebody typed gets one question each `CONFIRMATION_MAIL_EVERY`, whatever it is about."""
    person = mail.alert.person
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    last = last_question(person.email)
    others = AlertMail.objects.filter(alert__person=person, template=Template.QUESTION).exclude(pk=mail.pk)
    now = timezone.now()
    if last is None and others.filter(status=DeliveryStatus.SENDING, lease_until__gt=now).exists():
        last = now
    if last is None:
        return False
    mail.postpone(last + settings.CONFIRMATION_MAIL_EVERY)
    return True

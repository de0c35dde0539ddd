"""Making, changing, pausing and deleting alerts. A person's alerts are changed under the lock of the person's row."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from accounts.models import Person
from notifications.alerts.matching import stems
from notifications.models import Alert, AlertHit, AlertMail
from notifications.models.alert import Rhythm
from reports.outbox import announce

# What a form may set; the rest says how the alert runs.
FIELDS = (
    "name",
    "frequency",
    "where",
    "point",
    "radius",
    "area",
    "shape",
    "category",
    "institution",
    "words",
    "moments",
)


class TooManyAlerts(Exception):
    """The person has as many as one may have."""


class LetterTaken(Exception):
    """The person gets a letter of a neighbourhood already."""


@transaction.atomic
def create_alert(draft: Alert, person: Person, *, confirmed: bool, language: str) -> Alert:
    """Store a filled-in alert for a person. `confirmed`: they are signed in, so the address is known to be theirs;
    else it gets one question, and nothing before its yes.

    Raises `TooManyAlerts`, `LetterTaken`.
    """
    _lock(person)
    _check_room(person, draft, confirmed=confirmed)
    now = timezone.now()
    draft.person, draft.language = person, language
    draft.created_at = now
    draft.confirmed_at = draft.active_since = now if confirmed else None
    draft.query = stems(draft.words)
    draft.save(force_insert=True)
    if not confirmed:
        question = AlertMail.objects.create(alert=draft, template=AlertMail.Template.QUESTION, period="question")
        announce("notifications.send_alert_mail", question.pk)
    return draft


@transaction.atomic
def edit_alert(alert: Alert, draft: Alert) -> Alert:
    """Take over what a form says. Hits that wait are told all the same. Raises `LetterTaken`."""
    fresh = _lock_alert(alert)
    if draft.is_letter and not fresh.is_letter:
        _check_letter(fresh.person, draft)
    for name in FIELDS:
        setattr(fresh, name, getattr(draft, name))
    fresh.query = stems(fresh.words)
    fresh.save(update_fields=[*FIELDS, "query"])
    return fresh


@transaction.atomic
def confirm_alert(alert: Alert) -> Alert:
    """The reader of the address said yes. Doing it again changes nothing. Raises `TooManyAlerts`, `LetterTaken`."""
    alert = _lock_alert(alert)
    if alert.confirmed_at is None:
        _check_room(alert.person, alert, confirmed=True)
        alert.confirmed_at = alert.active_since = timezone.now()
        alert.save(update_fields=["confirmed_at", "active_since"])
    return alert


@transaction.atomic
def pause_alert(alert: Alert) -> Alert:
    """No more mails of this one until it is resumed; what waited for the next mail is forgotten."""
    alert = _lock_alert(alert)
    if alert.active_since is not None:
        alert.active_since = None
        alert.save(update_fields=["active_since"])
        AlertHit.objects.filter(alert=alert, mail=None).delete()
    return alert


@transaction.atomic
def resume_alert(alert: Alert) -> Alert:
    alert = _lock_alert(alert)
    if alert.is_paused:
        alert.active_since = timezone.now()
        alert.save(update_fields=["active_since"])
    return alert


def stop_alert(alert: Alert) -> None:
    """One click in a mail, or in the mail program: an alert that runs is paused; a question is answered with no."""
    if alert.confirmed_at is None:
        delete_alert(alert)
    else:
        pause_alert(alert)


def delete_alert(alert: Alert) -> None:
    delete_alerts(Alert.objects.filter(pk=alert.pk))


@transaction.atomic
def delete_alerts(alerts: QuerySet[Alert]) -> int:
    """Locked first: a matching that is under way has either stored its hits by then, or finds the alert gone."""
    pks = list(alerts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    deleted: int = Alert.objects.filter(pk__in=pks).delete()[1].get("notifications.Alert", 0)
    return deleted


@transaction.atomic
def purge_unconfirmed() -> int:
    """Forget alerts that nobody confirmed within `ALERT_QUESTION_KEEP`, and addresses typed for nothing else."""
    old = Alert.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - settings.ALERT_QUESTION_KEEP)
    typed = list(old.values_list("person_id", flat=True))
    deleted = delete_alerts(old)
    strangers = Person.objects.filter(
        pk__in=typed, last_login=None, is_staff=False, reports=None, follows=None, supports=None, alerts=None,
        memberships=None, emailaddress=None,
    )  # fmt: skip
    for person in strangers:
        if not person.has_usable_password():
            with suppress(ProtectedError), transaction.atomic():
                person.delete()
    return deleted


def _lock(person: Person) -> None:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _lock_alert(alert: Alert) -> Alert:
    _lock(alert.person)
    return Alert.objects.select_related("person").get(pk=alert.pk)


def _check_room(person: Person, draft: Alert, *, confirmed: bool) -> None:
    own = person.alerts.filter(confirmed_at__isnull=not confirmed)
    if own.count() >= (settings.ALERTS_AT_MOST if confirmed else settings.ALERT_QUESTIONS_AT_MOST):
        raise TooManyAlerts
    if confirmed and draft.is_letter:
        _check_letter(person, draft)


def _check_letter(person: Person, draft: Alert) -> None:
    others = person.alerts.filter(frequency=Rhythm.MONTHLY, confirmed_at__isnull=False)
    if others.exclude(pk=draft.pk).exists():
        raise LetterTaken

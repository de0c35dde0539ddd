"""How a contact fares: failures in a row, pauses, silence; and the mail that holds several dispatches at once.

A contact that fails `failures_allowed` times in a row is paused, longer each time; after a pause the next dispatch is
the probe. One success ends it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models import Contact
from notifications.deliveries import Delivery, DeliveryStatus


class ContactHealth(models.Model):
    class Trouble(models.TextChoices):
        PAUSED = "paused", _("fails again and again")
        STOPPED = "stopped", _("the address does not exist any more")
        SILENT = "silent", _("never answers")

    contact = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="health")
    failures_in_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_failure_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    # Reports sent since its last answer, and when the first of them went.
    unanswered = models.PositiveIntegerField(_("sent since its last answer"), default=0)
    unanswered_since = models.DateTimeField(null=True, blank=True)
    # What the employees were told of, and when: once, until it is over.
    trouble = models.CharField(_("trouble"), max_length=7, choices=Trouble.choices, blank=True)
    told_at = models.DateTimeField(_("employees told"), null=True, blank=True)

    resumed_at = models.DateTimeField(_("pause ended by hand"), null=True, blank=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("health of a contact")
        verbose_name_plural = _("health of contacts")
        indexes = [
            # The notice that tells of all the contacts that came into trouble at one time.
            models.Index(fields=["told_at"], name="health_told", condition=models.Q(told_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.failures_in_row}"

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()


class DispatchDigest(Delivery):
    """One mail with several dispatches to one contact. Which, is fixed when it is made; each has its own outcome."""

    LINE = ("contact",)
    is_tried = False  # by the claim that this object is: what becomes of it says something of the contact

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="digests")
    address = models.CharField(_("address"), max_length=254)

    class Meta:
        verbose_name = _("gathered mail")
        verbose_name_plural = _("gathered mails")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="digest_status_known"),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="digest_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} → {self.address}"

    @property
    def waits(self) -> list[int]:
        return self.contact.waits

    def next_time(self, at: datetime) -> datetime:
        return self.contact.in_hours(at)

    def note_outcome(self, values: dict[str, Any], words: str, *, unknown: bool, ours: bool) -> None:
        from forwarding.digests import note_members  # it needs the dispatches, which need this

        asks = note_members(self, values, words, unknown=unknown)
        if not self.is_tried:
            return
        note_result(self.contact, values["status"], words, ours=ours, asks=asks)


def note_result(contact: Contact, status: str, words: str, *, ours: bool = False, asks: int = 0) -> None:
    """After an attempt. `ours`: it says nothing of the contact. `asks`: so many new reports went out with it."""
    now = timezone.now()
    if status == DeliveryStatus.CANCELLED or (ours and status != DeliveryStatus.SENT):
        return
    ContactHealth.objects.get_or_create(contact=contact)
    health = ContactHealth.objects.filter(pk=contact.pk)
    if status == DeliveryStatus.SENT:
        values: dict[str, Any] = {"failures_in_row": 0, "last_success_at": now, "last_error": "", "paused_until": None}
        if asks:
            values |= {"unanswered": F("unanswered") + asks, "unanswered_since": Coalesce("unanswered_since", now)}
        health.update(**values)
        return
    health.update(failures_in_row=F("failures_in_row") + 1, last_failure_at=now, last_error=words)
    failures = health.values_list("failures_in_row", flat=True).get() - contact.failures_allowed
    pauses: list[int] = settings.CONTACT_PAUSE_MINUTES
    if failures >= 0 and pauses:
        pause = timedelta(minutes=pauses[min(failures, len(pauses) - 1)])
        health.update(paused_until=contact.in_hours(now + pause))


def note_word(contact: Contact) -> None:
    """It said something of a case: it is not silent."""
    ContactHealth.objects.filter(contact=contact, unanswered__gt=0).update(unanswered=0, unanswered_since=None)

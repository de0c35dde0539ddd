"""A row that wants to leave the house: a message to a person or a dispatch to a body.

The row is the truth. A worker claims it by conditional update with a lease, sends, and records the
outcome; the broker only says "look". Whoever dies in between loses nothing: the lease runs out and
the sweep hands the row to the next worker.
"""

from datetime import datetime
from email.utils import make_msgid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def new_message_id() -> str:
    return make_msgid(domain=settings.MAIL_DOMAIN)


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown: the other side broke off")
    CANCELLED = "cancelled", _("not needed any more")


class DeliveryQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime | None = None) -> Self:
        """What may be sent now: waiting with its time come, or claimed by a worker that has been silent too long."""
        now = now or timezone.now()
        waiting = models.Q(status__in=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], next_try_at__lte=now)
        abandoned = models.Q(status=DeliveryStatus.SENDING, lease_until__lte=now)
        return self.filter(waiting | abandoned)

    def failed(self) -> Self:
        return self.filter(status=DeliveryStatus.FAILED)


class Delivery(models.Model):
    status = models.CharField(_("status"), max_length=9, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    # Fixed before the first attempt: a second copy after a broken connection is recognised by it.
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True

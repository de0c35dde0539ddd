"""The daily list of an officer's cases, by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.deliveries import Delivery, DeliveryStatus


class OfficeDigest(Delivery):
    """One mail to one person for one day; what stands in it is looked up when it goes out."""

    LINE = ("person",)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="office_digests")
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("office's daily list")
        verbose_name_plural = _("office's daily lists")
        constraints = [
            # Also serves the last one of a person.
            models.UniqueConstraint(fields=["person", "day"], name="office_digest_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values), name="office_digest_status_known"
            ),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="office_digest_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
            # The purge of old ones.
            models.Index(fields=["day"], name="office_digest_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"

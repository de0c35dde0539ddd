"""What people are told: one row per event, person and channel."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.deliveries import Delivery, DeliveryStatus


class Message(Delivery):
    """A mail to a person. Its words are made at sending, in the person's language, from `template` and the event."""

    LINE = ("person", "event__report")

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="messages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    channel = models.CharField(_("channel"), max_length=8, default="mail")
    template = models.CharField(_("template"), max_length=20)
    # News can be unsubscribed from; questions to the reporter and confirmations cannot.
    is_news = models.BooleanField(_("news"), default=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="message_once"),
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="message_status_known"),
        ]
        indexes = [
            # The sweep, and the queue's age.
            models.Index(
                fields=["next_try_at"],
                name="message_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
            # The desk's failed sends.
            models.Index(fields=["-created_at"], name="message_failed", condition=models.Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.person_id}"

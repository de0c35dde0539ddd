"""What people are told: one row per event, person and channel; and what they want to be told."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.deliveries import Delivery, DeliveryStatus
from notifications.kinds import Frequency, MailKind


class Message(Delivery):
    """A mail to a person. Its words are made at sending, in the person's language, from `template` and the event."""

    LINE = ("person", "event__report")

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="messages")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    channel = models.CharField(_("channel"), max_length=8, default="mail")
    template = models.CharField(_("template"), max_length=20)
    # News can be unsubscribed from; questions to the reporter and confirmations are of no kind and cannot.
    kind = models.CharField(_("kind"), max_length=8, choices=MailKind.choices, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="message_once"),
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="message_status_known"),
            models.CheckConstraint(condition=models.Q(kind__in=["", *MailKind.values]), name="message_kind_known"),
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

    @property
    def is_news(self) -> bool:
        return bool(self.kind)


class MailChoice(models.Model):
    """How often a person wants the mails of one kind. No row: at once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choices")
    kind = models.CharField(_("kind"), max_length=8, choices=MailKind.choices)
    frequency = models.CharField(_("how often"), max_length=6, choices=Frequency.choices)

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_choice_once"),
            models.CheckConstraint(condition=models.Q(kind__in=MailKind.values), name="mail_choice_kind_known"),
            models.CheckConstraint(
                condition=models.Q(frequency__in=Frequency.values), name="mail_choice_frequency_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.frequency}"


class Mute(models.Model):
    """A reporter wants no more news of one report of theirs. Questions about it go on. (A follower just unfollows.)"""

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="mutes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("muted report")
        verbose_name_plural = _("muted reports")
        constraints = [models.UniqueConstraint(fields=["report", "person"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.person_id} – {self.report_id}"


class FollowRequest(Delivery):
    """Somebody typed a mail address to follow a report, perhaps with "me too". The address gets one question, and the
    row is deleted when it says yes, or after `FOLLOW_REQUEST_KEEP`.
    """

    LINE = ("email",)

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="follow_requests")
    email = models.EmailField(_("e-mail address"), max_length=254)  # in small letters
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_support = models.BooleanField(_("me too"), default=False)

    class Meta:
        verbose_name = _("request to follow")
        verbose_name_plural = _("requests to follow")
        constraints = [
            # Also serves the address's line, its hourly limit and its erasure.
            models.UniqueConstraint(fields=["email", "report"], name="follow_request_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values), name="follow_request_status_known"
            ),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="follow_request_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
            # Purging what nobody confirmed.
            models.Index(fields=["created_at"], name="follow_request_age"),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.report_id}"


class Notice(Delivery):
    """A mail to a person that belongs to no event; `template` and `key` say which, so that it goes out once."""

    LINE = ("person", "template")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    template = models.CharField(_("template"), max_length=20)
    key = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "template", "key"], name="notice_once"),
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="notice_status_known"),
        ]
        indexes = [
            # The sweep, and the queue's age.
            models.Index(
                fields=["next_try_at"],
                name="notice_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.person_id}"


class Bundle(Delivery):
    """One mail with all the news that waited for a person's evening or week."""

    LINE = ("person",)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bundles")

    class Meta:
        verbose_name = _("bundle of news")
        verbose_name_plural = _("bundles of news")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="bundle_status_known"),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="bundle_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"bundle → {self.person_id}"


class BundleLine(models.Model):
    """One piece of news that waits for its bundle: what a `Message` would have said by itself."""

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="bundle_lines")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bundle_lines")
    template = models.CharField(max_length=20)
    kind = models.CharField(_("kind"), max_length=8, choices=MailKind.choices)
    due_at = models.DateTimeField(_("due"))
    bundle = models.ForeignKey(Bundle, models.CASCADE, null=True, blank=True, related_name="lines")

    class Meta:
        verbose_name = _("line of a bundle")
        verbose_name_plural = _("lines of bundles")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="bundle_line_once")]
        indexes = [
            # The sweep: lines whose time has come.
            models.Index(fields=["due_at"], name="bundle_line_due", condition=models.Q(bundle=None)),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.person_id}"

    def as_message(self, person: Any) -> Message:
        """For the questions that are asked of messages; never saved."""
        return Message(event=self.event, person=person, template=self.template, kind=self.kind)

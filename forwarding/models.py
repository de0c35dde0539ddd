"""What goes out to bodies, and every mail that comes back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.deliveries import Delivery, DeliveryStatus


class Dispatch(Delivery):
    """One delivery of one event to one contact. The address is frozen: what was sent where stays true."""

    LINE = ("contact", "assignment__report")

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="dispatches")
    assignment = models.ForeignKey("reports.Assignment", models.CASCADE, related_name="dispatches")
    contact = models.ForeignKey("municipalities.Contact", models.PROTECT, related_name="dispatches")
    address = models.CharField(_("address"), max_length=254)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        constraints = [
            models.UniqueConstraint(fields=["event", "contact"], name="dispatch_once"),
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="dispatch_status_known"),
        ]
        indexes = [
            # The sweep, and the queue's age.
            models.Index(
                fields=["next_try_at"],
                name="dispatch_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
            # The desk's failed sends.
            models.Index(fields=["-created_at"], name="dispatch_failed", condition=models.Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.address}"


class IncomingMail(models.Model):
    """A mail as it came, byte by byte; reading it better later is possible because nothing was thrown away."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        BOUNCE = "bounce", _("bounce")
        AUTOMATIC = "automatic", _("automatic answer")

    class State(models.TextChoices):
        TO_READ = "to_read", _("to read")
        UNMATCHED = "unmatched", _("unmatched")
        PUBLISHED = "published", _("published as the answer")
        FILED = "filed", _("filed")

    raw = models.BinaryField()
    digest = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the raw bytes: the same mail comes once."
    )
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    sender = models.CharField(_("from"), max_length=320, blank=True)
    recipient = models.CharField(_("to"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.ANSWER)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.UNMATCHED)
    assignment = models.ForeignKey(
        "reports.Assignment", models.SET_NULL, null=True, blank=True, related_name="incoming_mails"
    )
    # The sender's address is one of the institution's own: a hint for the moderator, never a right.
    from_contact = models.BooleanField(_("from a known contact"), default=False)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        ordering = ["received_at", "pk"]
        indexes = [
            # The desk's tabs "answers to read" and "unmatched mail".
            models.Index(
                fields=["state", "received_at"],
                name="incoming_waiting",
                condition=models.Q(state__in=["to_read", "unmatched"]),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender

    @property
    def may_unfile(self) -> bool:
        """What was filed by itself, of no case, may be a reporter's private word: it is not for every desk to read."""
        return self.state == self.State.FILED and (self.assignment_id is not None or self.handled_by_id is not None)


class SampleLetter(Delivery):
    """A letter as it would go to a body, sent to the moderator who wants to see it. Its words go once it is out."""

    LINE = ("person",)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sample_letters")
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="sample_letters")
    institution = models.ForeignKey("municipalities.Institution", models.CASCADE, related_name="+")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)

    class Meta:
        verbose_name = _("sample letter")
        verbose_name_plural = _("sample letters")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="sample_status_known"),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="sample_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
            # How many a person has asked for within the hour; what was tried of a report.
            models.Index(fields=["person", "-created_at"], name="sample_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.person_id}"

    def forget_words(self) -> None:
        self.subject = self.text = self.html = ""
        self.save(update_fields=["subject", "text", "html"])

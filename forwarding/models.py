"""What goes out to bodies, and every mail that comes back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forwarding.health_models import ContactHealth, DispatchDigest, note_result
from forwarding.office.models import BodyEntry, Invitation, OfficeBulk, OfficeDigest, OfficeText, SavedView, Subtask
from forwarding.outward.models import (
    Open311Endpoint,
    RemoteRequest,
    RemoteService,
    RemoteUpdate,
    ServiceChoice,
    WebhookEndpoint,
)
from notifications.deliveries import Delivery, DeliveryStatus
from reports.lifecycle import BRINGS

__all__ = [
    "BodyEntry",
    "ContactHealth",
    "Dispatch",
    "DispatchAttempt",
    "DispatchDigest",
    "IncomingMail",
    "Invitation",
    "OfficeBulk",
    "OfficeDigest",
    "OfficeText",
    "Open311Endpoint",
    "RemoteRequest",
    "RemoteService",
    "RemoteUpdate",
    "SampleLetter",
    "SavedView",
    "ServiceChoice",
    "Subtask",
    "WebhookEndpoint",
]

ANSWER_KEPT = 2000  # characters of what the other side said


class Dispatch(Delivery):
    """One delivery of one event to one contact. The address is frozen: what was sent where stays true."""

    LINE = ("contact", "assignment__report")
    GATHERED_IN = "digest"
    running: "DispatchAttempt | None" = None  # the attempt of the claim that this object is

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="dispatches")
    assignment = models.ForeignKey("reports.Assignment", models.CASCADE, related_name="dispatches")
    contact = models.ForeignKey("municipalities.Contact", models.PROTECT, related_name="dispatches")
    address = models.CharField(_("address"), max_length=254)
    # The mail that holds it together with others.
    digest = models.ForeignKey(DispatchDigest, models.SET_NULL, null=True, blank=True, related_name="dispatches")
    # By the desk: nothing but the desk brings it back.
    is_dropped = models.BooleanField(_("cancelled by the desk"), default=False)

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
            # The ledger: all of them, and those to one contact, the newest first.
            models.Index(fields=["-created_at"], name="dispatch_newest"),
            models.Index(fields=["contact", "-created_at"], name="dispatch_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.address}"

    @property
    def waits(self) -> list[int]:
        return self.contact.waits

    def next_time(self, at: datetime) -> datetime:
        return self.contact.in_hours(at)

    def begin_attempt(self) -> None:
        """Before anything leaves."""
        last = self.tries.order_by("-number").values_list("number", flat=True).first() or 0
        self.running = self.tries.create(
            number=last + 1, channel=self.contact.channel, address=self.address, started_at=timezone.now()
        )

    def close_attempts(self) -> None:
        """One that was never finished is one whose worker died; if it lives after all, it says better itself."""
        self.tries.filter(finished_at=None).update(outcome=DispatchAttempt.Outcome.DIED, finished_at=timezone.now())

    def note_outcome(self, values: dict[str, Any], words: str, *, unknown: bool, ours: bool) -> None:
        if self.running is None:
            return
        if values["status"] == DeliveryStatus.WAITING and "attempts" in values:  # postponed: it was no attempt
            DispatchAttempt.objects.filter(pk=self.running.pk).delete()
            return
        told = outcome_of(values["status"], words, unknown=unknown)
        DispatchAttempt.objects.filter(pk=self.running.pk).update(**told)
        note_result(self.contact, values["status"], words, ours=ours, asks=int(self.event.kind in BRINGS))


class DispatchAttempt(models.Model):
    """One try to bring a dispatch to the other side, with what that said. Kept for ever, but for its running state."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("under way")
        SENT = "sent", pgettext_lazy("attempt", "taken")
        LATER = "later", _("not taken, tried again")
        FAILED = "failed", pgettext_lazy("attempt", "not taken")
        UNKNOWN = "unknown", _("broken off: perhaps taken")
        DIED = "died", _("our worker died: perhaps taken")
        CANCELLED = "cancelled", pgettext_lazy("attempt", "not needed any more")
        BOUNCED = "bounced", _("came back")
        LETTER = "letter", _("went by post")

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField(_("number"))
    channel = models.CharField(_("channel"), max_length=8)
    address = models.CharField(_("address"), max_length=254)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, default=Outcome.RUNNING)
    answer = models.TextField(_("answer"), blank=True)
    # Who sent it by post.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["dispatch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "number"], name="attempt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id}/{self.number}: {self.outcome}"


_OUTCOMES = {
    DeliveryStatus.SENT: DispatchAttempt.Outcome.SENT,
    DeliveryStatus.WAITING: DispatchAttempt.Outcome.LATER,
    DeliveryStatus.UNKNOWN: DispatchAttempt.Outcome.UNKNOWN,
    DeliveryStatus.FAILED: DispatchAttempt.Outcome.FAILED,
    DeliveryStatus.CANCELLED: DispatchAttempt.Outcome.CANCELLED,
}


def outcome_of(status: str, words: str, *, unknown: bool) -> dict[str, Any]:
    """The columns of an attempt that has ended with this status of its dispatch."""
    outcome = DispatchAttempt.Outcome.UNKNOWN if unknown else _OUTCOMES[DeliveryStatus(status)]
    return {"outcome": outcome, "answer": words[:ANSWER_KEPT], "finished_at": timezone.now()}


class IncomingMail(models.Model):
    """A mail as it came, byte by byte; reading it better later is possible because nothing was thrown away."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer")
        BOUNCE = "bounce", _("bounce")
        AUTOMATIC = "automatic", _("automatic answer")
        COMPLAINT = "complaint", _("complaint about spam")

    class State(models.TextChoices):
        TO_READ = "to_read", _("to read")
        UNMATCHED = "unmatched", _("unmatched")
        PUBLISHED = "published", _("published as the answer")
        FILED = "filed", _("filed")

    class Why(models.TextChoices):
        """Why it waits for a person, or was filed by itself."""

        FITS = "fits", _("Nothing speaks against publishing it by rule.")
        RULE_OFF = "rule_off", _("Answers are published by a moderator here.")
        NO_TOKEN = "no_token", _("It did not come to the reply address of the case.")
        NOT_THE_CONTACT = "not_contact", _("It came from another address than the one that we write to.")
        STRANGER = "stranger", _("Its sender is none of the body's contacts.")
        ODD_SENDER = (
            "odd_sender",
            _("Its sender is not clear: several addresses, or a name that looks like another one."),
        )
        NOT_VOUCHED = "not_vouched", _("Our mail server could not prove that its sender is genuine.")
        SEVERAL_CASES = "several", _("It names more than one case.")
        ATTACHMENTS = "attachments", _("It has attachments.")
        PERSONAL_DATA = "personal", _("It seems to hold personal data.")
        NO_WORDS = "no_words", _("It holds no words of its own.")
        TOO_LONG = "too_long", _("It is very long.")
        PROPOSES = "proposes", _("It says more than words: look at the step.")
        CASE_MOVED = "moved", _("The case takes no answer by itself as it stands.")
        LISTED = "listed", _("It came through a mailing list or a bulk sender.")
        BY_REFERENCE = "reference", _("It was matched by the reference in it; please check.")
        HINT_ONLY = "hint", _("It names a report, but its sender is not of that report's body.")
        OUR_OWN = "our_own", _("A mail of ours that came back.")
        LOOP = "loop", _("One of very many mails from this address: it looks like a loop.")
        MACHINE = "machine", _("Written by a program: out of office, a receipt or the like.")

    raw = models.BinaryField()
    is_cut = models.BooleanField(
        _("cut"), default=False, help_text=_("The mail was larger than what is taken; its beginning was kept.")
    )
    digest = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of what stays the same on every way: the same mail comes once."
    )
    message_id = models.CharField(max_length=200, blank=True)
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
    # Of a mail without assignment: the reporter's own words to the desk, or a report that it seems to be about.
    report = models.ForeignKey("reports.Report", models.SET_NULL, null=True, blank=True, related_name="incoming_mails")
    why = models.CharField(_("why"), max_length=11, choices=Why.choices, blank=True)
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
            # The mail that another one answers; how many came from one address within the hour.
            models.Index(fields=["message_id"], name="incoming_thread", condition=~models.Q(message_id="")),
            models.Index(fields=["sender", "-received_at"], name="incoming_of_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender

    @property
    def is_by_rule(self) -> bool:
        """Published without anybody's eyes."""
        return self.state == self.State.PUBLISHED and self.handled_by_id is None

    @property
    def may_unfile(self) -> bool:
        """What was filed by itself, of no case, may be a reporter's private word: it is not for every desk to read."""
        is_ours = self.assignment_id is not None or self.handled_by_id is not None or self.why == self.Why.LOOP
        return self.state == self.State.FILED and is_ours


class Mailbox(models.Model):
    """A folder that is read by IMAP. One worker at a time holds the lease; what went wrong is shown to staff."""

    name = models.CharField(_("mailbox"), max_length=200, unique=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return self.name


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

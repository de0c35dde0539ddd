"""The life of a report, one append-only line at a time: timeline, history and outbox in one.

A trigger in the database refuses DELETE and every UPDATE but the setting of `processed_at`. Events
hold ids and codes; free text and names lie in `EventText`, which only the erasure of a person blanks.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.lifecycle import BETWEEN_BODIES, EVENTS, SAID_BESIDE, EventKind, Proof, Reason, Role, Status
from reports.ways import Way, came


class ReportEvent(models.Model):
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    role = models.CharField(_("as"), max_length=10, choices=Role.choices)
    old_status = models.CharField(max_length=21, choices=Status.choices, blank=True)
    new_status = models.CharField(max_length=21, choices=Status.choices, blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    assignment = models.ForeignKey("reports.Assignment", models.CASCADE, null=True, blank=True, related_name="events")
    # Ids and codes only: {"reason": "no_answer"}, {"date": "2026-12-01"}, {"proof": "reporter"}, {"changed": [...]}
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("when"))
    # Until then nobody hears of it, because whoever did it may still undo it; empty: at once.
    held_until = models.DateTimeField(_("held back until"), null=True, blank=True)
    # Set in the transaction that writes the messages to people; imported events are born processed.
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report event")
        verbose_name_plural = _("report events")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["report", "created_at"], name="event_timeline"),
            # The sweep: what a dead worker or an empty broker left behind.
            models.Index(fields=["created_at"], name="event_unprocessed", condition=models.Q(processed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"

    @property
    def is_held(self) -> bool:
        return self.held_until is not None and self.held_until > timezone.now()

    @property
    def sentence(self) -> str:
        """The timeline's sentence, in the language of the reader."""
        data: dict[str, Any] = self.data
        day = parse_date(data.get("date") or "")
        words = SAID_BESIDE.get(data.get("beside", ""), EVENTS[EventKind(self.kind)].sentence)
        if self.kind in (EventKind.SENT, EventKind.ALSO_SENT) and self.assignment and self.assignment.has_no_address:
            words = _("It belongs to %(institution)s, but we have no address of theirs yet.")
        handed_from = self.assignment.handed_from if self.assignment and self.kind in BETWEEN_BODIES else None
        sentence = str(words) % {
            "from": handed_from.institution if handed_from else _("another body"),
            "institution": self.assignment.institution if self.assignment else _("the responsible body"),
            "reason": Reason(data["reason"]).label if data.get("reason") else "",
            "proof": Proof(data["proof"]).label if data.get("proof") else "",
            "date": date_format(day, "DATE_FORMAT") if day else "",
        }
        return sentence.replace("..", ".")  # "… Kft." and Hungarian dates bring a full stop of their own

    @property
    def who(self) -> str:
        """Who did it, as everybody may know it: a body by its name, people by what they are."""
        match self.role:
            case Role.OFFICER if self.assignment:
                handed_from = self.assignment.handed_from if self.kind in BETWEEN_BODIES else None
                return str((handed_from or self.assignment).institution)
            case Role.REPORTER:
                return gettext("the reporter")
            case Role.CITIZEN:
                return gettext("a passer-by")
            case Role.MODERATOR:
                return gettext("a volunteer")
        return gettext("by itself")

    @property
    def came(self) -> str:
        """How and when it reached us, where neither by the body's link nor by its mail."""
        return came(self.data.get("way", ""), parse_date(self.data.get("told_on") or ""))

    @property
    def is_for_body(self) -> bool:
        """A moderator wrote it for the body; said at the desk only."""
        return self.data.get("way") == Way.FOR_BODY

    @property
    def body(self) -> str:
        text = getattr(self, "text", None)
        return text.text if text else ""

    @property
    def is_between_bodies(self) -> bool:
        """Its words are for desk and bodies only; also where a case that was given back ended at the desk."""
        return self.kind in BETWEEN_BODIES or bool(self.data.get("given_back"))

    @property
    def public_body(self) -> str:
        """The words that everybody may read: a body's and a moderator's. A citizen's, and what bodies write to each
        other, are for desk and bodies only."""
        return "" if self.role in (Role.REPORTER, Role.CITIZEN) or self.is_between_bodies else self.body


class EventText(models.Model):
    """The words that came with an event: an answer, a question, a reason, a note."""

    event = models.OneToOneField(ReportEvent, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField()

    class Meta:
        verbose_name = _("event text")
        verbose_name_plural = _("event texts")

    def __str__(self) -> str:
        return self.text[:60]


class EventAttachment(models.Model):
    """A file that came with an answer (PDF, document); pictures among answers are `Photo` rows."""

    event = models.ForeignKey(ReportEvent, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("event_attachment", args=[self.event.report.reference, self.pk])

"""A passer-by went to see: is it solved? "Yes" comes with a photo, "no" with a reason; a moderator looks at both.

Accepted, it is the citizen's proof (solved, `proof="photo"`) or sends the report back to its body.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.lifecycle import Status as ReportStatus


class Sighting(models.Model):
    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", pgettext_lazy("sighting", "unconfirmed")
        WAITING = "waiting", pgettext_lazy("sighting", "waits for a moderator")
        ACCEPTED = "accepted", pgettext_lazy("sighting", "accepted")
        REJECTED = "rejected", pgettext_lazy("sighting", "not accepted")

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="sightings")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sightings",
        verbose_name=_("who"),
    )
    is_solved = models.BooleanField(_("says that it is solved"))
    # What the report was when the passer-by looked: the desk says so where it has moved since.
    report_status = models.CharField(max_length=21, choices=ReportStatus.choices)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices)
    asked = models.ForeignKey("reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="sightings")
    # What accepting it wrote on the timeline.
    event = models.ForeignKey("reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("passer-by's word on the solution")
        verbose_name_plural = _("passers-by's words on the solution")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["unconfirmed", "waiting", "accepted", "rejected"]),
                name="sighting_status_known",
            ),
            models.UniqueConstraint(
                fields=["report", "author"],
                condition=models.Q(status="waiting"),
                name="sighting_one_waits",
            ),
        ]
        indexes = [
            # How many somebody sent lately; their own list.
            models.Index(fields=["author", "created_at"], name="sighting_by_author"),
            # The desk's tab, oldest first.
            models.Index(fields=["created_at"], name="sighting_waiting", condition=models.Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {'+' if self.is_solved else '-'}"

    @property
    def words(self) -> str:
        text: Any = getattr(self, "text", None)
        return text.text if text else ""

    @property
    def has_moved(self) -> bool:
        """The report is not any more what it was when the passer-by looked."""
        return self.report.status != self.report_status


class SightingText(models.Model):
    """The passer-by's words."""

    sighting = models.OneToOneField(Sighting, models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField(_("text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("words of a passer-by")
        verbose_name_plural = _("words of passers-by")

    def __str__(self) -> str:
        return self.text[:60]

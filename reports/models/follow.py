from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Follow(models.Model):
    """A person who gets the news of a report. The reporter needs none: they hear of their own report anyway."""

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["report", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.report_id}"

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Support(models.Model):
    """ "Me too": a person who has the same problem. Whoever presses it follows the report as well."""

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supports")
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [models.UniqueConstraint(fields=["report", "person"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.person_id} + {self.report_id}"

"""Thanks that a person has received: for a report that was solved, and from neighbours who pressed "thank you"."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.lifecycle import Status


class ThanksQuerySet(models.QuerySet["Thanks"]):
    def shown(self) -> "ThanksQuerySet":
        """While the report is public and solved: hidden, private or reopened, it has nothing to thank for."""
        return self.filter(report__status=Status.SOLVED, report__is_private=False)


class Thanks(models.Model):
    class Kind(models.TextChoices):
        REPORTED = "reported", _("for reporting it")
        SUPPORTED = "supported", _("for standing by it")
        FOLLOWED = "followed", _("for keeping an eye on it")
        NEIGHBOUR = "neighbour", _("from a neighbour")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="thanks")
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="thanks")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    # Who pressed "thank you"; empty where the site itself thanks, and when the giver was erased.
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = ThanksQuerySet.as_manager()

    class Meta:
        verbose_name = _("thanks")
        verbose_name_plural = _("thanks")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "report"], condition=~models.Q(kind="neighbour"), name="thanks_once"
            ),
            models.UniqueConstraint(fields=["report", "giver"], name="thanks_of_a_neighbour_once"),
            models.CheckConstraint(condition=models.Q(giver=None) | models.Q(kind="neighbour"), name="thanks_giver"),
        ]
        indexes = [
            # "Thanks received", newest first.
            models.Index(fields=["person", "-since"], name="thanks_received"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.report_id}"

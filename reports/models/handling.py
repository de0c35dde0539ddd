from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HandlingRating(models.Model):
    """How content the reporter is with what became of a closed report: one, changeable, never public as it stands.

    The score counts in figures; the words are for the desk.
    """

    class Score(models.IntegerChoices):
        BAD = 1, _("Not content")
        FAIR = 2, _("So-so")
        GOOD = 3, _("Content")

    report = models.OneToOneField("reports.Report", models.CASCADE, related_name="handling_rating")
    # None after the erasure of a person: the score stays, the words go.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handling_ratings"
    )
    score = models.PositiveSmallIntegerField(_("score"), choices=Score.choices)
    words = models.TextField(_("words"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("rating of the handling")
        verbose_name_plural = _("ratings of the handling")
        constraints = [
            models.CheckConstraint(condition=models.Q(score__in=[1, 2, 3]), name="handling_score_known"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.get_score_display()}"

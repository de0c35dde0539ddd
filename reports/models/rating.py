from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerRating(models.Model):
    """Whether a body's answer helped this person: one opinion per person and answer, changeable."""

    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="ratings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="answer_ratings")
    is_helpful = models.BooleanField(_("helpful"))
    rated_at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        verbose_name = _("rating of an answer")
        verbose_name_plural = _("ratings of answers")
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="answer_rating_once")]

    def __str__(self) -> str:
        return f"{self.event_id} {'+' if self.is_helpful else '-'}"

"""What was suggested first when a case was sent on, beside what the moderator chose: for the team's figures."""

from datetime import datetime

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _


class SuggestedQuerySet(models.QuerySet["Suggested"]):
    def counted(self, since: datetime) -> dict[str, int]:
        """Decisions since then that still stand: how many, and in how many the first suggestion was taken."""
        standing = self.filter(act__at__gte=since, act__undone_at=None)
        return standing.aggregate(
            decisions=Count("pk"),
            category_taken=Count("pk", filter=Q(category=F("act__report__category"))),
            institution_taken=Count("pk", filter=Q(institution=F("chosen"))),
        )


class Suggested(models.Model):
    act = models.OneToOneField("moderation.Act", models.CASCADE, related_name="suggested")
    # When the model was learned ("20261125-024000"); empty: the rules spoke.
    version = models.CharField(_("learned version"), max_length=15, blank=True)
    # Empty: nothing was suggested.
    category = models.ForeignKey("municipalities.Category", models.SET_NULL, null=True, related_name="+")
    institution = models.ForeignKey("municipalities.Institution", models.SET_NULL, null=True, related_name="+")
    # The report's own may change later.
    chosen = models.ForeignKey("municipalities.Institution", models.SET_NULL, null=True, related_name="+")

    objects = SuggestedQuerySet.as_manager()

    class Meta:
        verbose_name = _("first suggestion")
        verbose_name_plural = _("first suggestions")

    def __str__(self) -> str:
        return f"{self.act_id}: {self.institution_id}"

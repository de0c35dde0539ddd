"""Rules: this institution handles this category in this area or street group, and answers by then."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class StreetGroup(models.Model):
    """Streets that somebody else looks after, e.g. the main roads of a road operator."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    streets = ArrayField(models.CharField(max_length=120), verbose_name=_("streets"), default=list)

    class Meta:
        verbose_name = _("street group")
        verbose_name_plural = _("street groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Responsibility(models.Model):
    """Empty area or category means "any". Without a contact the institution's first usable one is taken.

    Example: district IX × lighting → BDK, 15 days. A rule for the street group "Main roads" wins over
    one for the district, which wins over one for the city; `routing.py` orders them and says why.
    """

    area = models.ForeignKey("municipalities.Area", models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    category = models.ForeignKey(
        "municipalities.Category", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    street_group = models.ForeignKey(StreetGroup, models.CASCADE, null=True, blank=True, verbose_name=_("street group"))
    institution = models.ForeignKey(
        "municipalities.Institution",
        models.CASCADE,
        related_name="responsibilities",
        verbose_name=_("institution"),
    )
    contact = models.ForeignKey(
        "municipalities.Contact", models.SET_NULL, null=True, blank=True, verbose_name=_("contact")
    )
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=30, validators=[MinValueValidator(1)])
    priority = models.SmallIntegerField(_("priority"), default=0, help_text=_("The highest wins."))
    # How often moderators chose this body for this area and category (import, later learning).
    weight = models.PositiveIntegerField(_("times chosen"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "category", "street_group", "institution"],
                name="responsibility_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(answer_days__gte=1), name="responsibility_answer_days"),
        ]
        indexes = [
            # Suggestions for a report: rules of its areas and categories.
            models.Index(fields=["area", "category"], name="responsibility_place_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.area or '*'} × {self.category or '*'} → {self.institution}"

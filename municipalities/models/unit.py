"""A part of a body that has cases of its own: a department, a depot, a desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    institution = models.ForeignKey(
        "municipalities.Institution", models.CASCADE, related_name="units", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="unit_named_once",
                violation_error_message=_("There is a unit of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""A view of the office's list that somebody keeps under a name, for themselves or for their body."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=40)
    # As it stands in the address of the page: "show=late&category=pothole".
    query = models.CharField(_("filters"), max_length=1100)
    # Colleagues of this body see it too; who kept it alone changes it.
    shared_with = models.ForeignKey(
        "municipalities.Institution", models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["pk"]
        constraints = [
            # Also serves a person's own.
            models.UniqueConstraint("person", Lower("name"), name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

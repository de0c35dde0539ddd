"""A filter of the desk that somebody keeps under a name: it stands among their tabs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=40)
    # As it stands in the address of the page: "category=pothole&age=7".
    query = models.CharField(_("filters"), max_length=1000)
    is_default = models.BooleanField(_("opens first"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["pk"]
        constraints = [
            # Also serves the tabs of a person.
            models.UniqueConstraint("person", Lower("name"), name="saved_filter_name_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(is_default=True), name="saved_filter_one_default"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What `?queue=` calls it."""
        return f"filter-{self.pk}"

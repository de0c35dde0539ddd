"""A report that somebody with an account has begun: kept on the server, so that it is found on every device.

Example: Rita writes in the bus, "Piszkozat mentése"; at home she opens it from My page and sends it. It has no row in
`Report`, where place and text are never empty (docs/decisions/013). Sending deletes it in the same transaction.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, person: Any) -> "DraftQuerySet":
        """One's own; nobody else ever sees a draft, employees neither."""
        return self.filter(person=person) if person.is_authenticated else self.none()

    def for_list(self) -> "DraftQuerySet":
        return self.prefetch_related("photos")

    def untouched_since(self, moment: datetime) -> "DraftQuerySet":
        return self.filter(updated__lt=moment)


class Draft(models.Model):
    """`data` holds the form's fields as they were sent: {name: [value, …]}; `version` counts the savings."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    # The form's own number, which the report will carry: whatever way it is sent, it is sent once.
    submission = models.UUIDField(_("submission"), unique=True)
    data = models.JSONField(_("fields"), default=dict)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("last changed"), auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-updated", "-pk"]
        indexes = [
            # The list "My drafts".
            models.Index(fields=["person", "-updated"], name="draft_of_person"),
            # The timer: warned at 75 days, deleted at 90.
            models.Index(fields=["updated"], name="draft_untouched"),
        ]

    def __str__(self) -> str:
        return str(self.submission)

    def get_absolute_url(self) -> str:
        return f"{reverse('report_new')}?draft={self.submission}"

    @property
    def heading(self) -> str:
        return Truncator(self._first("title") or self._first("description")).chars(80) or str(_("Draft without words"))

    @property
    def address(self) -> str:
        return self._first("address")

    @property
    def deleted_at(self) -> datetime:
        """When it goes, if nobody touches it before."""
        keep: timedelta = settings.DRAFT_KEEP
        return self.updated + keep

    def fields(self) -> QueryDict:
        """As the form takes them."""
        query = QueryDict(mutable=True)
        for name, values in self.data.items():
            query.setlist(name, values)
        return query

    def _first(self, name: str) -> str:
        return next((str(value).strip() for value in self.data.get(name, [])), "")

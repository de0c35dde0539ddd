"""Pages of the administration that show people's data: who opens one stands in the log of readings first."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from accounts.models import Person, Reading
from accounts.readings import note_list, note_reading


class ReadingAdmin(admin.ModelAdmin):
    """`names_people`: the list does so, too, not only the page of one row."""

    names_people = True

    def people_of(self, rows: Sequence[Any]) -> list[Person | None]:
        """Whose data each of the rows shows; None where it is nobody that we know."""
        return [getattr(row, "person", None) for row in rows]

    def about(self, row: Model) -> str:
        """Where in the administration, in at most forty characters."""
        return f"{row._meta.model_name} {row.pk}"[:40]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None) or {}
        if self.names_people and "cl" in found and request.user.is_authenticated:
            rows = list(found["cl"].result_list)
            note_list(request.user, self.people_of(rows), about=f"admin: {self.opts.model_name}"[:40])
        return response

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if object_id else None
        if row is not None and request.user.is_authenticated and self.has_view_permission(request, row):
            for person in set(self.people_of([row])):
                note_reading(request.user, Reading.What.RECORD, person=person, about=self.about(row))
        return super().changeform_view(request, object_id, *args, **kwargs)

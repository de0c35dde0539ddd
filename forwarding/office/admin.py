"""What employees see of bodies' own work in the administration: who belongs to them and may do what."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Person
from forwarding.models import BodyEntry
from reports.admin import ReadOnlyAdmin


@admin.register(BodyEntry)
class BodyEntryAdmin(ReadOnlyAdmin):
    """Who joined, left and may do what in which body. What a body writes to itself about its cases is not shown."""

    list_display = ("at", "institution", "kind", "actor", "person", "role", "unit")
    list_filter = ("kind",)
    list_select_related = ("institution", "actor", "person", "unit")
    search_fields = ("institution__name", "actor__email", "person__email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BodyEntry]:
        return super().get_queryset(request).filter(assignment=None)

    def report_of(self, obj: BodyEntry) -> None:
        return None

    def people_of(self, rows: Sequence[BodyEntry]) -> list[Person | None]:
        return [row.person for row in rows if row.person]

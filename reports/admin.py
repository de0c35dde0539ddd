"""Reports are looked at here and worked on at the desk."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.read_admin import ReadingAdmin
from reports.models import Assignment, EventText, Photo, Report, ReportEvent, Timer


class ReadOnlyAdmin(ReadingAdmin):
    """To look at, not to touch: changes have their actions, and the link leads to where those are."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def report_of(self, obj: Any) -> Report | None:
        return obj.report

    @admin.display(description=_("At the desk"))
    def desk_link(self, obj: Any) -> SafeString | str:
        report = self.report_of(obj)
        if report is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("desk_case", args=[report.reference]), report.reference)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return ["desk_link", *[f for f in super().get_fields(request, obj) if f != "desk_link"]]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return ["desk_link", *super().get_readonly_fields(request, obj)]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("reference", "heading", "status", "category", "area", "institution", "created_at", "desk_link")
    list_filter = ("status", "kind", "channel", "is_private")
    list_select_related = ("category", "area", "institution")
    search_fields = ("reference", "source_id")
    exclude = ("search",)

    names_people = False

    def report_of(self, obj: Report) -> Report:
        return obj

    def people_of(self, rows: Sequence[Report]) -> list[Person | None]:
        return [report.reporter for report in rows if report.reporter or report.reporter_name]

    def about(self, row: Any) -> str:
        return str(row.reference)


@admin.register(Photo)
class PhotoAdmin(ReadOnlyAdmin):
    list_display = ("token", "kind", "is_hidden", "uploaded_at", "desk_link")
    list_filter = ("kind", "is_hidden", "awaits_review")
    list_select_related = ("report",)
    exclude = ("original", "large", "medium", "small")
    names_people = False

    def people_of(self, rows: Sequence[Photo]) -> list[Person | None]:
        return [photo.report.reporter for photo in rows if photo.report and photo.report.reporter]


class EventTextInline(admin.StackedInline):
    model = EventText

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(ReportEvent)
class ReportEventAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "role", "actor", "old_status", "new_status", "processed_at", "desk_link")
    list_filter = ("kind", "role")
    list_select_related = ("report", "actor")
    inlines = (EventTextInline,)

    def people_of(self, rows: Sequence[ReportEvent]) -> list[Person | None]:
        return [event.actor for event in rows if event.actor]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("institution", "round", "is_lead", "outcome", "sent_at", "due_at", "promised_on", "desk_link")
    list_filter = ("outcome", "is_lead")
    list_select_related = ("report", "institution")
    search_fields = ("institution__name", "report__reference")

    def people_of(self, rows: Sequence[Assignment]) -> list[Person | None]:
        return []  # what a body was sent and answered


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin):
    list_display = ("due_at", "kind", "report", "done_at", "tries", "last_error", "desk_link")
    list_filter = ("kind",)
    list_select_related = ("report",)
    search_fields = ("report__reference",)

    def people_of(self, rows: Sequence[Timer]) -> list[Person | None]:
        return []

    def report_of(self, obj: Timer) -> Report:
        return obj.report

from collections.abc import Sequence

from django.contrib import admin

from accounts.models import Person
from accounts.readings import people_by_address
from notifications.models import FollowRequest, Message, Notice
from reports.admin import ReadOnlyAdmin
from reports.models import Report


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "template", "person", "status", "attempts", "sent_at", "last_error", "desk_link")
    list_filter = ("status", "template")
    list_select_related = ("event__report", "person")
    search_fields = ("person__email", "message_id", "event__report__reference")

    def report_of(self, obj: Message) -> Report:
        return obj.event.report


@admin.register(FollowRequest)
class FollowRequestAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "report", "email", "is_support", "status", "attempts", "sent_at", "last_error")
    list_filter = ("status",)
    list_select_related = ("report",)
    search_fields = ("email", "message_id", "report__reference")

    def people_of(self, rows: Sequence[FollowRequest]) -> list[Person | None]:
        known = people_by_address(row.email for row in rows)
        return [known.get(row.email.lower()) for row in rows]

    def report_of(self, obj: FollowRequest) -> Report:
        return obj.report


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "template", "key", "person", "status", "attempts", "sent_at", "last_error")
    list_filter = ("status", "template")
    list_select_related = ("person",)
    search_fields = ("person__email", "message_id")

from collections.abc import Sequence

from django.contrib import admin

from accounts.models import Person
from forwarding.models import Dispatch, IncomingMail, Mailbox
from forwarding.office import admin as office_admin  # noqa: F401  (registers its own)
from forwarding.outward import admin as outward_admin  # noqa: F401  (registers its own)
from forwarding.senders import senders_of
from reports.admin import ReadOnlyAdmin
from reports.models import Report


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "address", "status", "attempts", "sent_at", "last_error", "desk_link")
    list_filter = ("status",)
    list_select_related = ("event__report",)
    search_fields = ("address", "message_id", "event__report__reference")

    def people_of(self, rows: Sequence[Dispatch]) -> list[Person | None]:
        return []  # letters to bodies

    def report_of(self, obj: Dispatch) -> Report:
        return obj.event.report


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "sender", "subject", "kind", "state", "is_cut", "desk_link")
    list_filter = ("kind", "state", "is_cut")
    list_select_related = ("assignment__report",)
    search_fields = ("sender", "subject")
    exclude = ("raw",)

    def people_of(self, rows: Sequence[IncomingMail]) -> list[Person | None]:
        return senders_of(rows)

    def report_of(self, obj: IncomingMail) -> Report | None:
        return obj.assignment.report if obj.assignment else None


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    list_display = ("name", "read_at", "failing_since", "error")
    exclude = ("leased_until",)

    def people_of(self, rows: Sequence[Mailbox]) -> list[Person | None]:
        return []

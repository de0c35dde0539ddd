"""Open311 endpoints with their services, webhooks, and what other servers know our cases as."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from forwarding.outward.forms import ChoiceForm, Open311Form, WebhookForm
from forwarding.outward.models import (
    Open311Endpoint,
    RemoteRequest,
    RemoteService,
    RemoteUpdate,
    ServiceChoice,
    WebhookEndpoint,
)
from forwarding.webhook.signing import new_secret
from reports.admin import ReadOnlyAdmin
from reports.models import Report
from reports.outbox import announce


class ChoiceInline(admin.TabularInline):
    model = ServiceChoice
    form = ChoiceForm
    extra = 1

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Services of this endpoint only; one that has left the list stays to be seen, and says so."""
        if db_field.name == "service":
            match = request.resolver_match
            endpoint = match.kwargs.get("object_id") if match else None
            kwargs["queryset"] = (
                RemoteService.objects.filter(endpoint=endpoint) if endpoint else RemoteService.objects.none()
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Open311Endpoint)
class Open311EndpointAdmin(admin.ModelAdmin):
    form = Open311Form
    list_display = (
        "contact",
        "institution",
        "format",
        "services_synced_at",
        "services_error",
        "updates_until",
        "updates_error",
    )
    list_select_related = ("contact__institution",)
    search_fields = ("contact__address", "contact__institution__name")
    readonly_fields = ("services_synced_at", "services_error", "updates_until", "updates_error")
    inlines = (ChoiceInline,)
    actions = ("sync_now", "poll_now")

    @admin.display(description=gettext_lazy("institution"), ordering="contact__institution")
    def institution(self, obj: Open311Endpoint) -> str:
        return obj.contact.institution.name

    def get_inlines(self, request: HttpRequest, obj: Open311Endpoint | None = None) -> Any:
        """What is chosen from the services can be chosen once they are there."""
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Open311Endpoint, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            announce("forwarding.sync_endpoint", obj.pk)

    @admin.action(description=gettext_lazy("Ask for the services now"))
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Open311Endpoint]) -> None:
        self._announce(request, queryset, "forwarding.sync_endpoint")

    @admin.action(description=gettext_lazy("Ask for the updates now"))
    def poll_now(self, request: HttpRequest, queryset: QuerySet[Open311Endpoint]) -> None:
        self._announce(request, queryset.exclude(updates=Open311Endpoint.Updates.NONE), "forwarding.poll_endpoint")

    def _announce(self, request: HttpRequest, queryset: QuerySet[Open311Endpoint], task: str) -> None:
        for pk in queryset.values_list("pk", flat=True):
            announce(task, pk)
        messages.info(request, _("They are being asked; what came stands here in a moment."))


@admin.register(RemoteService)
class RemoteServiceAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "group", "endpoint", "kind", "needs", "gone_at")
    list_filter = ("endpoint", "kind", "group")
    list_select_related = ("endpoint__contact__institution",)
    search_fields = ("code", "name", "keywords")

    def people_of(self, rows: Sequence[RemoteService]) -> list[Person | None]:
        return []  # numbers and statuses; words are in the incoming mails

    def report_of(self, obj: RemoteService) -> None:
        return None

    @admin.display(description=gettext_lazy("attributes"))
    def needs(self, obj: RemoteService) -> str:
        """ "LAMP*, DANGER (1: yes, 0: no)": what must be filled bears a star."""
        return ", ".join(map(_attribute, obj.attributes))


def _attribute(attribute: dict[str, Any]) -> str:
    values = ", ".join(f"{one['key']}: {one['name']}" for one in attribute.get("values", [])[:20])
    star = "*" if attribute.get("required") else ""
    return f"{attribute['code']}{star}" + (f" ({values})" if values else "")


@admin.register(RemoteRequest)
class RemoteRequestAdmin(ReadOnlyAdmin):
    list_display = ("posted_at", "contact", "state", "request_id", "token", "status", "problem", "desk_link")
    list_filter = ("state", "contact__institution")
    fields = (
        *("desk_link", "contact", "state", "service_code", "request_id", "token", "posted_at", "problem"),
        *("lookups", "tries", "next_try_at", "status", "changed_at"),
    )
    list_select_related = ("contact__institution", "assignment__report")
    search_fields = ("request_id", "token", "assignment__report__reference")

    def people_of(self, rows: Sequence[RemoteRequest]) -> list[Person | None]:
        return []  # numbers and statuses; words are in the incoming mails

    def report_of(self, obj: RemoteRequest) -> Report:
        return obj.assignment.report

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its number can be entered, where the body said it to somebody: then its updates find the case."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        is_known = obj is not None and obj.state == RemoteRequest.State.KNOWN
        return [name for name in self.fields if name != "request_id" or is_known]

    def save_model(self, request: HttpRequest, obj: RemoteRequest, form: Any, change: bool) -> None:
        if obj.request_id:
            obj.state, obj.next_try_at, obj.problem = RemoteRequest.State.KNOWN, None, ""
        super().save_model(request, obj, form, change)


@admin.register(RemoteUpdate)
class RemoteUpdateAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "contact", "request_id", "status", "outcome", "said_at", "problem", "desk_link")
    list_filter = ("status", "contact__institution")
    list_select_related = ("contact__institution", "case__assignment__report")
    search_fields = ("request_id", "key")

    def people_of(self, rows: Sequence[RemoteUpdate]) -> list[Person | None]:
        return []  # numbers and statuses; words are in the incoming mails

    def report_of(self, obj: RemoteUpdate) -> Report | None:
        return obj.case.assignment.report if obj.case else None


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    form = WebhookForm
    list_display = ("contact", "institution", "old_secret_until", "tested_at", "test_result")
    list_select_related = ("contact__institution",)
    readonly_fields = ("old_secret_until", "tested_at", "test_result")
    actions = ("send_test",)

    @admin.display(description=gettext_lazy("institution"), ordering="contact__institution")
    def institution(self, obj: WebhookEndpoint) -> str:
        return obj.contact.institution.name

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        is_new = not obj.secret
        if is_new or form.cleaned_data.get("new_secret"):
            if not is_new:
                obj.old_secret, obj.old_secret_until = obj.secret, timezone.now() + WebhookEndpoint.OLD_SECRET_LIFE
            obj.secret = new_secret()
            words = _("The secret of the webhook, shown this once: %(secret)s") % {"secret": obj.secret}
            messages.warning(request, words)
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Send a test delivery"))
    def send_test(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for pk in queryset.values_list("pk", flat=True):
            announce("forwarding.test_webhook", pk)
        messages.info(request, _("The test is on its way; what the receiver said stands here in a moment."))

"""What employees set up about other bodies' servers. A key that is stored is never written into a page again."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forwarding.open311.attributes import read_lines
from forwarding.open311.statuses import OUTCOMES, plain_status
from forwarding.outward.models import Open311Endpoint, RemoteService, ServiceChoice, WebhookEndpoint
from municipalities.models import Contact


class StatusesField(forms.CharField):
    """`{"in progress": "answer"}`, a line for each: "in progress = answer"."""

    widget = AdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{status} = {outcome}" for status, outcome in value.items())
        return value

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for line in filter(str.strip, str(super().clean(value) or "").splitlines()):
            status, _equals, outcome = (part.strip() for part in line.partition("="))
            if not status or outcome not in OUTCOMES:
                raise ValidationError(
                    _("Write each line like this: their status = one of %(outcomes)s"),
                    params={"outcomes": ", ".join(OUTCOMES)},
                )
            found[plain_status(status)] = outcome
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class Open311Form(forms.ModelForm):
    statuses = StatusesField(
        label=_("what their statuses mean"),
        required=False,
        help_text=_(
            "Only what differs from the usual ones, a line each: “wombat = answer”. "
            "To choose from: answer, promise, done, not_ours, nothing."
        ),
    )
    api_key = forms.CharField(
        label="api_key",
        required=False,
        strip=True,
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is never shown again. Leave it empty to keep the one that is stored."),
    )
    forget_key = forms.BooleanField(label=_("forget the stored key"), required=False)

    class Meta:
        model = Open311Endpoint
        fields = (
            "contact",
            "format",
            "jurisdiction_id",
            "api_key",
            "forget_key",
            "photos",
            "takes_updates",
            "takes_private",
            "updates",
            "publishes_updates",
            "statuses",
            "default_service",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = Contact.objects.filter(channel=Contact.Channel.OPEN311).select_related("institution")
        if "contact" in self.fields:
            self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
            offered = RemoteService.objects.offered().filter(endpoint=self.instance.pk)
            self.fields["default_service"].queryset = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("forget_key"):
            data["api_key"] = ""
        elif not data.get("api_key") and self.instance.pk:
            data["api_key"] = Open311Endpoint.objects.values_list("api_key", flat=True).get(pk=self.instance.pk)
        return data


class ChoiceForm(forms.ModelForm):
    class Meta:
        model = ServiceChoice
        fields = ("category", "service", "values")
        widgets = {"values": forms.Textarea(attrs={"rows": 3, "cols": 50})}
        help_texts = {
            "values": _(
                "A line for each: LAMP = {lamp} is the answer to the question “lamp”, DANGER = {danger: yes=1, no=0} "
                "puts its answers into theirs, SOURCE = web is fixed; {title}, {address}, {reference} are the report's."
            )
        }

    def clean_values(self) -> str:
        words: str = self.cleaned_data["values"]
        try:
            read_lines(words)
        except ValueError as error:
            raise ValidationError(_("This line cannot be read: %(line)s"), params={"line": error}) from error
        return words


class WebhookForm(forms.ModelForm):
    new_secret = forms.BooleanField(
        label=_("make a new secret"),
        required=False,
        help_text=_("It is shown once, after saving. The old one goes on signing beside it for seven days."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("contact", "new_secret")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = Contact.objects.filter(channel=Contact.Channel.WEBHOOK).select_related("institution")
        if "contact" in self.fields:
            self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]

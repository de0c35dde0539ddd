"""The ledger's filters, and what is typed with its acts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from forwarding.actions_ledger import other_contacts
from forwarding.models import Dispatch
from moderation.filters import AGES, institutions
from municipalities.models import Contact, Institution
from reports.filters import FilterForm, PickFilter


class LedgerFilter(FilterSet):
    institution = PickFilter(
        label=_("Body"), field_name="assignment__institution", model=Institution, options=institutions
    )
    address = CharFilter(label=_("Address"), lookup_expr="icontains", max_length=254)
    channel = ChoiceFilter(
        label=_("Way"),
        field_name="contact__channel",
        choices=Contact.Channel.choices,
        empty_label=pgettext_lazy("ways", "All"),
    )
    age = ChoiceFilter(label=_("Age"), method="by_age", choices=AGES, empty_label=pgettext_lazy("age", "Any"))

    class Meta:
        model = Dispatch
        fields: list[str] = []
        form = FilterForm

    def by_age(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(created_at__lte=timezone.now() - timedelta(days=int(value)))


class ElsewhereForm(forms.Form):
    contact = forms.ModelChoiceField(
        label=_("To which of its contacts?"), queryset=Contact.objects.none(), empty_label=None
    )

    def __init__(self, dispatch: Dispatch, data: Any = None) -> None:
        super().__init__(data, auto_id="elsewhere_%s")
        contacts = Contact.objects.filter(pk__in=[contact.pk for contact in other_contacts(dispatch)])
        field = self.fields["contact"]
        field.queryset = contacts.order_by("position", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = label_of  # type: ignore[attr-defined]


def label_of(contact: Contact) -> str:
    return f"{contact.name} – {contact.address}" if contact.name else contact.address


class PostedForm(forms.Form):
    day = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say when it was posted.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="posted_%s", initial={"day": timezone.localdate()})

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

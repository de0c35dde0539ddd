"""What is typed to keep a view of the office's list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from municipalities.models import Institution
from reports.fields import LineField


class SavedViewForm(forms.Form):
    name = LineField(label=_("Name of the view"), max_length=40)
    shared_with = forms.ModelChoiceField(
        label=_("Who sees it"), required=False, queryset=Institution.objects.none(), empty_label=_("only I")
    )
    query = forms.CharField(required=False, max_length=1100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: list[Institution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Institution.objects.filter(pk__in=[body.pk for body in bodies])
        self.fields["shared_with"].queryset = own  # type: ignore[attr-defined]

"""What is typed to keep a filter of the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.filters import LONGEST
from reports.fields import LineField


class SavedFilterForm(forms.Form):
    name = LineField(label=_("Name of the filter"), max_length=40)
    is_default = forms.BooleanField(label=_("Opens first when I come to the desk"), required=False)
    query = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

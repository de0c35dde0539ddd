"""The filters of one's own lists: what a person reported, follows or supports."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from reports.filters import SORTS, ReportWords
from reports.lifecycle import Status
from reports.models import Report
from reports.models.report import ReportQuerySet


class MyFilter(ReportWords):
    q = CharFilter(
        label=_("Words, place or code"),
        method="by_words",
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = ChoiceFilter(
        label=_("Status"),
        choices=[(status.value, status.label) for status in Status if status != Status.DRAFT],
        empty_label=pgettext_lazy("status", "All"),
    )
    kind = ChoiceFilter(
        label=_("Kind"), choices=Report.Kind.choices, empty_label=pgettext_lazy("kind of report", "All")
    )
    sort = ChoiceFilter(label=pgettext_lazy("list", "Order"), method="in_order", choices=SORTS, empty_label=None)

    class Meta:
        model = Report
        fields: list[str] = []
        form = forms.Form

    def in_order(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.reverse() if value == "oldest" else queryset

"""The filters of one's own lists: what a person reported, follows or supports."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from reports.filters import SORTS
from reports.lifecycle import Status
from reports.models import Report
from reports.models.report import ReportQuerySet


class MyFilter(FilterSet):
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

    @property
    def wanted(self) -> dict[str, Any]:
        """The filters that are really set, without the order."""
        junk = self.form.errors
        values: dict[str, Any] = self.form.cleaned_data
        return {name: value for name, value in values.items() if value and name not in junk and name != "sort"}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.wanted or self.form.errors)

    def by_words(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.search(value)

    def in_order(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.reverse() if value == "oldest" else queryset

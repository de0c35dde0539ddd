"""The filters that list, map and the map's JSON share. All of them stand in the address of the page."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet

from municipalities.models import Area, Category, Institution
from reports.lifecycle import LISTED
from reports.models import Report
from reports.models.report import ReportQuerySet
from reports.typed import typed_key

OFFERED_FOR = 600  # seconds that the areas and bodies with reports are remembered
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
SORTS = [("newest", _("Newest first")), ("oldest", _("Oldest first"))]


def areas_with_reports() -> list[tuple[int, str]]:
    """Areas that hold a published report, with their parents' names; remembered for some minutes."""

    def load() -> list[tuple[int, str]]:
        inside = Report.objects.published().filter(area=OuterRef("pk"))
        areas = Area.objects.filter(Exists(inside)).values_list("pk", "name", "parent__pk", "parent__name")
        found = {pk: name for pk, name, _parent, _parent_name in areas}
        found |= {parent: name for _pk, _name, parent, name in areas if parent}
        return sorted(found.items(), key=lambda area: natural(area[1]))

    return cache.get_or_set("filters:areas", load, OFFERED_FOR) or []


def institutions_with_reports() -> list[tuple[int, str]]:
    def load() -> list[tuple[int, str]]:
        theirs = Report.objects.published().filter(institution=OuterRef("pk"))
        found = Institution.objects.filter(Exists(theirs)).values_list("pk", "name")
        return sorted(found, key=lambda institution: natural(institution[1]))

    return cache.get_or_set("filters:institutions", load, OFFERED_FOR) or []


def natural(name: str) -> list[Any]:
    """Sorting key: "IX. kerület" after "VIII. kerület" and "10" after "9"."""
    roman = re.match(r"^([IVX]+)\. ", name)
    if roman:
        values = {"I": 1, "V": 5, "X": 10}
        digits = [values[letter] for letter in roman[1]]
        total = sum(-d if d < max(digits[i:], default=0) else d for i, d in enumerate(digits))
        return [0, total, name]
    return [1, 0, name.casefold()]


class PickSelect(forms.Select):
    def use_required_attribute(self, initial: Any) -> bool:
        """Never; Django would read the options once more to find out."""
        return False


class PickField(forms.ChoiceField):
    """A select whose options are rows; the cleaned value is the row, unknown or junk is a message at the field."""

    def __init__(self, *, model: Any, options: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(choices=options, widget=PickSelect, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        row = self.find(text)
        if row is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": text[:60]})
        return row

    def find(self, text: str) -> Any:
        return self.model.objects.filter(pk=typed_key(text)).first()

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"])


class CategoryField(PickField):
    """By slug, which is what the select sends, or by id."""

    def find(self, text: str) -> Any:
        by_id = super().find(text)
        if by_id:
            return by_id
        return Category.objects.filter(slug=text).first() if re.fullmatch(r"[\w-]{1,60}", text) else None


def category_options() -> list[tuple[str, Any]]:
    """Top categories with their own below them; what is private has no place in public lists."""
    options: list[tuple[str, Any]] = [("", _("All categories"))]
    for category in Category.objects.offered().filter(is_private=False):
        options.append((category.slug, f"– {category.name}" if category.parent_id else category.name))
    return options


class PickFilter(Filter):
    field_class = PickField


class CategoryFilter(Filter):
    field_class = CategoryField


class FilterForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("date_from"), values.get("date_to")
        if first and last and first > last:
            self.add_error("date_to", _("This day is before the first one."))
        return values


def day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


_in_range = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
_day_input = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReportWords(FilterSet):
    """What every list of reports can: search, and say what is set."""

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


class ReportFilter(ReportWords):
    q = CharFilter(
        label=_("Words, place or code"),
        method="by_words",
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = ChoiceFilter(
        label=_("Status"),
        choices=[(status.value, status.label) for status in LISTED],
        empty_label=pgettext_lazy("status", "All"),
    )
    overdue = ChoiceFilter(
        label=_("Deadline"),
        choices=[("yes", _("overdue"))],
        empty_label=pgettext_lazy("status", "All"),
        method="by_deadline",
    )
    category = CategoryFilter(label=_("Category"), method="by_category", model=Category, options=category_options)
    area = PickFilter(
        label=_("Area"),
        method="by_area",
        model=Area,
        options=lambda: [("", _("Everywhere")), *areas_with_reports()],
    )
    institution = PickFilter(
        label=_("Responsible"),
        field_name="institution",
        model=Institution,
        options=lambda: [("", _("Anybody")), *institutions_with_reports()],
    )
    date_from = DateFilter(
        label=pgettext_lazy("date", "From"), method="by_first_day", validators=_in_range, widget=_day_input
    )
    date_to = DateFilter(
        label=pgettext_lazy("date", "To"), method="by_last_day", validators=_in_range, widget=_day_input
    )
    sort = ChoiceFilter(label=pgettext_lazy("list", "Order"), method="in_order", choices=SORTS, empty_label=None)

    class Meta:
        model = Report
        fields: list[str] = []
        form = FilterForm

    def by_deadline(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.overdue() if value else queryset

    def by_category(self, queryset: ReportQuerySet, name: str, value: Category | None) -> ReportQuerySet:
        return queryset.filter(category__in=category_ids(value)) if value else queryset

    def by_area(self, queryset: ReportQuerySet, name: str, value: Area | None) -> ReportQuerySet:
        if not value:
            return queryset
        inside = Area.objects.filter(Q(pk=value.pk) | Q(parent=value) | Q(parent__parent=value))
        return queryset.filter(area__in=list(inside.values_list("pk", flat=True)))

    def by_first_day(self, queryset: ReportQuerySet, name: str, value: date) -> ReportQuerySet:
        return queryset.filter(published_at__gte=day_start(value))

    def by_last_day(self, queryset: ReportQuerySet, name: str, value: date) -> ReportQuerySet:
        return queryset.filter(published_at__lt=day_start(value + timedelta(days=1)))

    def in_order(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.order_by("published_at", "id") if value == "oldest" else queryset


def category_ids(category: Category) -> list[int]:
    """The category and what lies below it."""
    return [category.pk, *category.children.values_list("pk", flat=True)]

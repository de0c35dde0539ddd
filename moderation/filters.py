"""Any reports of the desk by what they are: the filter form, and the query behind a saved filter's tab.

Everything stands in the address of the page, so that a filter can be kept, sent to a colleague, or worked through.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter

from accounts.models import Person
from moderation.holders import desk_people, of_person
from moderation.models import Claim, Handoff
from municipalities.models import Area, Category, Institution
from reports.filters import (
    CategoryFilter,
    FilterForm,
    PickFilter,
    ReportFilter,
    ReportWords,
    _day_input,
    _in_range,
    category_ids,
    day_start,
    natural,
)
from reports.lifecycle import Status
from reports.models import Flag, Photo, Report
from reports.models.report import ReportQuerySet
from reports.typed import typed_key

AGES = [("1", _("older than a day")), ("3", _("older than 3 days")), ("7", _("older than a week"))]
AGES += [("30", _("older than a month")), ("90", _("older than 3 months")), ("365", _("older than a year"))]
MINE, NOBODY = "me", "nobody"
SORTS = [("oldest", _("Oldest first")), ("newest", _("Newest first"))]
LONGEST = 1000  # characters of a query


def categories() -> list[tuple[str, Any]]:
    rows = Category.objects.select_related("parent")
    named = [(row.slug, f"{row.parent.name} › {row.name}" if row.parent else str(row.name)) for row in rows]
    return [("", _("All categories")), *sorted(named, key=lambda option: natural(option[1]))]


def areas() -> list[tuple[str, Any]]:
    rows = Area.objects.served().values_list("pk", "name", "parent__pk", "parent__name")
    found = {str(pk): name for pk, name, _parent, _parent_name in rows}
    found |= {str(parent): name for _pk, _name, parent, name in rows if parent}
    return [("", _("Everywhere")), *sorted(found.items(), key=lambda area: natural(area[1]))]


def institutions() -> list[tuple[str, Any]]:
    rows = Institution.objects.values_list("pk", "name")
    return [("", _("Anybody")), *sorted(((str(pk), name) for pk, name in rows), key=lambda row: natural(row[1]))]


def people() -> list[tuple[str, Any]]:
    named = [(str(person.pk), str(person)) for person in desk_people()]
    return [("", _("Whoever")), (MINE, _("Me")), (NOBODY, _("Nobody")), *named]


class DeskFilter(ReportWords):
    """`queryset` is what the person may see at the desk (`for_desk_of`)."""

    q = CharFilter(
        label=_("Words, reference or source id"),
        method="by_words",
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = ChoiceFilter(
        label=_("Status"),
        choices=[(s.value, s.label) for s in Status if s not in (Status.DRAFT, Status.UNCONFIRMED)],
        empty_label=pgettext_lazy("status", "All"),
    )
    category = CategoryFilter(label=_("Category"), method="by_category", model=Category, options=categories)
    area = PickFilter(label=_("Area"), method="by_area", model=Area, options=areas)
    institution = PickFilter(label=_("Responsible"), field_name="institution", model=Institution, options=institutions)
    kind = ChoiceFilter(
        label=_("Kind"), choices=Report.Kind.choices, empty_label=pgettext_lazy("kind of report", "All")
    )
    age = ChoiceFilter(label=_("Age"), method="by_age", choices=AGES, empty_label=pgettext_lazy("age", "Any"))
    date_from = DateFilter(
        label=pgettext_lazy("date", "From"), method="by_first_day", validators=_in_range, widget=_day_input
    )
    date_to = DateFilter(
        label=pgettext_lazy("date", "To"), method="by_last_day", validators=_in_range, widget=_day_input
    )
    late = ChoiceFilter(
        label=_("Deadline"),
        method="by_deadline",
        choices=[("yes", _("overdue")), ("no", _("not overdue"))],
        empty_label=pgettext_lazy("deadline", "Any"),
    )
    photos = ChoiceFilter(
        label=_("Photos"),
        method="by_photos",
        choices=[("yes", _("with photos")), ("no", _("without photos"))],
        empty_label=pgettext_lazy("photos", "Any"),
    )
    flagged = ChoiceFilter(
        label=_("Flagged"),
        method="by_flags",
        choices=[("yes", _("people point at something")), ("no", _("nobody does"))],
        empty_label=pgettext_lazy("flags", "Any"),
    )
    holder = ChoiceFilter(label=_("Who has it"), method="by_holder", choices=people, empty_label=None)
    sort = ChoiceFilter(label=pgettext_lazy("list", "Order"), method="in_order", choices=SORTS, empty_label=None)

    class Meta:
        model = Report
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, person: Person) -> None:
        self.person = person
        super().__init__(data, Report.objects.for_desk_of(person).order_by("created_at", "pk"))

    @classmethod
    def is_asked(cls, data: Any) -> bool:
        """Whether an address holds any of these filters."""
        return any(data.get(name, "").strip() for name in cls.base_filters)

    # The same as in public lists.
    by_area = ReportFilter.by_area

    def by_category(self, queryset: ReportQuerySet, name: str, value: Category | None) -> ReportQuerySet:
        return queryset.filter(category__in=category_ids(value)) if value else queryset

    def by_age(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.filter(created_at__lt=timezone.now() - timedelta(days=int(value)))

    def by_first_day(self, queryset: ReportQuerySet, name: str, value: Any) -> ReportQuerySet:
        return queryset.filter(created_at__gte=day_start(value))

    def by_last_day(self, queryset: ReportQuerySet, name: str, value: Any) -> ReportQuerySet:
        return queryset.filter(created_at__lt=day_start(value + timedelta(days=1)))

    def by_deadline(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        if value == "yes":
            return queryset.overdue()
        return queryset.exclude(pk__in=Report.objects.overdue().values("pk"))

    def by_photos(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        shown = Exists(Photo.objects.filter(report=OuterRef("pk"), kind=Photo.Kind.PROBLEM, is_hidden=False))
        return queryset.filter(shown if value == "yes" else ~shown)

    def by_flags(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        pointed_at = Q(pk__in=Flag.objects.filter(status=Flag.Status.OPEN).values("report"))
        return queryset.filter(pointed_at if value == "yes" else ~pointed_at)

    def by_holder(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        if value == MINE:
            return queryset.filter(of_person(self.person))
        if value == NOBODY:
            claimed = Claim.objects.running().filter(report=OuterRef("pk"))
            return queryset.filter(~Exists(claimed), ~Exists(Handoff.objects.given().filter(report=OuterRef("pk"))))
        holder = Person.objects.filter(pk=typed_key(value)).first()
        return queryset.filter(of_person(holder)) if holder else queryset.none()

    def in_order(self, queryset: ReportQuerySet, name: str, value: str) -> ReportQuerySet:
        return queryset.order_by("-created_at", "-pk") if value == "newest" else queryset

    @cached_property
    def query(self) -> str:
        """What is set, as it is kept and linked; what the form does not know or could not read is left out."""
        kept = QueryDict(mutable=True)
        for name in self.form.fields:
            value = str(self.form.data.get(name, "")).strip()
            if value and name not in self.form.errors:
                kept[name] = value
        return kept.urlencode()[:LONGEST]

"""The filters of the office's list, map and exports. All of them stand in the address of the page."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Exists, F, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter

from forwarding.office.access import bodies_of, colleagues_of, own_cases
from forwarding.office.states import WAITS_FOR_ANSWER, WAITS_FOR_PROMISED, deadline_day, is_due_soon, is_late
from municipalities.models import Area, Category, Institution, Unit
from reports.filters import (
    CategoryFilter,
    FilterForm,
    PickFilter,
    ReportWords,
    _day_input,
    _in_range,
    category_ids,
    day_start,
    natural,
)
from reports.lifecycle import PUBLIC
from reports.models import Assignment, Photo, Report
from reports.models.assignment import AssignmentQuerySet

SORTS = {
    "deadline": _("The nearest deadline first"),
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "category": _("By category"),
    "area": _("By area"),
    "status": _("By status"),
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "deadline": (F("deadline_day").asc(nulls_last=True), "sent_at", "pk"),
    "newest": ("-sent_at", "-pk"),
    "oldest": ("sent_at", "pk"),
    "category": (F("report__category").asc(nulls_last=True), "sent_at", "pk"),
    "area": (F("report__area__name").asc(nulls_last=True), "report__address", "pk"),
    "status": ("report__status", "sent_at", "pk"),
    "ended": (F("ended_at").desc(nulls_last=True), "-pk"),
}
MINE, NOBODY = "me", "nobody"
PERSON, UNIT = "p", "u"  # before the key of whoever has a case
LONGEST = 1000  # characters of a query


class OfficeFilter(ReportWords):
    """Over the cases of the person's bodies; which tab is open is no filter (`forwarding.office.listing`)."""

    q = CharFilter(
        label=_("Words, place or reference"),
        method="by_words",
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    body = PickFilter(label=_("Body"), method="by_body", model=Institution, options=list)
    category = CategoryFilter(label=_("Category"), method="by_category", model=Category, options=list)
    area = PickFilter(label=_("Area"), method="by_area", model=Area, options=list)
    status = ChoiceFilter(
        label=_("Status"),
        field_name="report__status",
        choices=[(status.value, status.label) for status in PUBLIC],
        empty_label=pgettext_lazy("status", "All"),
    )
    deadline = ChoiceFilter(
        label=_("Deadline"),
        method="by_deadline",
        choices=[
            ("late", _("overdue")),
            ("7", _("in 7 days")),
            ("30", _("in 30 days")),
            ("none", _("without a deadline")),
        ],
        empty_label=pgettext_lazy("deadline", "Any"),
    )
    promised = ChoiceFilter(
        label=_("Promised day"),
        method="by_promise",
        choices=[("yes", _("promised")), ("no", _("not promised"))],
        empty_label=pgettext_lazy("deadline", "Any"),
    )
    photos = ChoiceFilter(
        label=_("Photos"),
        method="by_photos",
        choices=[("yes", _("with photos")), ("no", _("without photos"))],
        empty_label=pgettext_lazy("photos", "Any"),
    )
    holder = ChoiceFilter(label=_("Who has it"), method="by_holder", choices=list, empty_label=None)
    date_from = DateFilter(
        label=pgettext_lazy("case", "Sent from"), method="by_first_day", validators=_in_range, widget=_day_input
    )
    date_to = DateFilter(
        label=pgettext_lazy("case", "Sent until"), method="by_last_day", validators=_in_range, widget=_day_input
    )
    sort = ChoiceFilter(
        label=pgettext_lazy("list", "Order"),
        method="in_order",
        choices=list(SORTS.items()),
        empty_label=_("As usual"),
    )

    class Meta:
        model = Assignment
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: QueryDict, person: Any) -> None:
        self.person = person
        self.bodies = bodies_of(person)
        super().__init__(data, own_cases(person).annotate(deadline_day=deadline_day()))
        self.filters["body"].extra["options"] = self._bodies
        self.filters["category"].extra["options"] = self._categories
        self.filters["area"].extra["options"] = self._areas
        self.filters["holder"].extra["choices"] = lambda: self._holders
        if len(self.bodies) == 1:
            del self.filters["body"]

    def _bodies(self) -> list[tuple[str, Any]]:
        return [("", _("All our bodies")), *[(str(body.pk), body.name) for body in self.bodies]]

    def _categories(self) -> list[tuple[str, Any]]:
        """Those of the person's own cases, private ones too."""
        own = Category.objects.filter(pk__in=own_cases(self.person).values("report__category"))
        rows = own.select_related("parent")
        named = [(row.slug, f"{row.parent.name} › {row.name}" if row.parent else str(row.name)) for row in rows]
        return [("", _("All categories")), *sorted(named, key=lambda option: natural(option[1]))]

    def _areas(self) -> list[tuple[str, Any]]:
        own = Area.objects.filter(pk__in=own_cases(self.person).values("report__area"))
        rows = own.values_list("pk", "name")
        return [("", _("Everywhere")), *sorted(((str(pk), name) for pk, name in rows), key=lambda a: natural(a[1]))]

    @cached_property
    def _holders(self) -> list[tuple[str, Any]]:
        """Colleagues, and units after them. A select asks for its choices more than once."""
        people = colleagues_of(self.bodies).exclude(pk=self.person.pk)
        units = Unit.objects.filter(institution__in=self.bodies, is_active=True).order_by("name")
        named = [(f"{PERSON}{person.pk}", str(person)) for person in people]
        named += [(f"{UNIT}{unit.pk}", unit.name) for unit in units]
        return [("", _("Whoever")), (MINE, _("Me")), (NOBODY, _("Nobody")), *named]

    def by_words(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:  # type: ignore[override]
        return queryset.filter(report__in=Report.objects.search(value).values("pk"))

    def by_body(self, queryset: AssignmentQuerySet, name: str, value: Institution | None) -> AssignmentQuerySet:
        return queryset.filter(institution=value) if value else queryset

    def by_category(self, queryset: AssignmentQuerySet, name: str, value: Category | None) -> AssignmentQuerySet:
        return queryset.filter(report__category__in=category_ids(value)) if value else queryset

    def by_area(self, queryset: AssignmentQuerySet, name: str, value: Area | None) -> AssignmentQuerySet:
        return queryset.filter(report__area=value) if value else queryset

    def by_deadline(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        now = timezone.now()
        match value:
            case "late":
                return queryset.filter(is_late(now))
            case "none":
                return queryset.exclude(WAITS_FOR_PROMISED | (WAITS_FOR_ANSWER & Q(due_at__isnull=False)))
        return queryset.filter(is_due_soon(now, timedelta(days=int(value))))

    def by_promise(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        return queryset.filter(promised_on__isnull=value == "no")

    def by_photos(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        shown = Exists(Photo.objects.filter(report=OuterRef("report"), kind=Photo.Kind.PROBLEM, is_hidden=False))
        return queryset.filter(shown if value == "yes" else ~shown)

    def by_holder(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        match value:
            case "me":
                return queryset.filter(assignee=self.person.pk)
            case "nobody":
                return queryset.filter(assignee=None, unit=None)
        key = int(value[1:])
        return queryset.filter(assignee=key) if value.startswith(PERSON) else queryset.filter(unit=key)

    def by_first_day(self, queryset: AssignmentQuerySet, name: str, value: date) -> AssignmentQuerySet:
        return queryset.filter(sent_at__gte=day_start(value))

    def by_last_day(self, queryset: AssignmentQuerySet, name: str, value: date) -> AssignmentQuerySet:
        return queryset.filter(sent_at__lt=day_start(value + timedelta(days=1)))

    def in_order(self, queryset: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        return queryset.order_by(*ORDERS[value]) if value else queryset

    @cached_property
    def query(self) -> str:
        """What is set, as it is kept and linked; what the form does not know or could not read is left out."""
        kept = QueryDict(mutable=True)
        for name in self.form.fields:
            value = str(self.form.data.get(name, "")).strip()
            if value and name not in self.form.errors:
                kept[name] = value
        return kept.urlencode()[:LONGEST]

"""Who did what, and who read what: searched by report, person and day.

What was done is of two kinds, in one list: acts, which can be undone here, and deeds (`models.deed`).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from accounts.models import Person, Reading
from accounts.rights import Right
from moderation.models import Act, Deed
from moderation.models.act import LABELS
from reports.filters import FilterForm, _day_input, _in_range, day_start, natural
from reports.models import Report

_words = [ProhibitNullCharactersValidator()]


def acts_for(person: Person) -> QuerySet[Act]:
    """One's own acts; with the right to see the team, everybody's on the reports of one's desk; with the right to take
    second looks, those that wait for one."""
    acts = Act.objects.select_related("report", "actor", "undone_by", "looked_by").order_by("-at", "-pk")
    if Right.SEE_TEAM not in person.rights:
        return (
            acts.filter(Q(actor=person) | Q(pk__in=second_looks(person)))
            if may_look(person)
            else acts.filter(actor=person)
        )
    return acts if person.is_staff else acts.filter(report__in=Report.objects.for_desk_of(person))


def deeds_for(person: Person) -> QuerySet[Deed]:
    """As `acts_for`: one's own; with the right to see the team also others' that touch the reports of one's desk."""
    deeds = Deed.objects.select_related("report", "actor", "person", "mail")
    if Right.SEE_TEAM not in person.rights:
        return deeds.filter(actor=person)
    desk = Report.objects.for_desk_of(person)
    return deeds if person.is_staff else deeds.filter(Q(actor=person) | Q(report__in=desk))


def entries(acts: QuerySet[Act], deeds: QuerySet[Deed]) -> QuerySet[Any]:
    """("act" or "deed", key, when) of both, the newest first."""
    rows = [
        found.order_by().annotate(what=Value(what)).values_list("what", "pk", "at")
        for what, found in (("act", acts), ("deed", deeds))
    ]
    return rows[0].union(rows[1], all=True).order_by("-at", "-pk")


def read_entries(page: Iterable[tuple[str, int, Any]], person: Person) -> list[Act | Deed]:
    """The rows of a page of `entries`, in two queries."""
    keys = list(page)
    acts = acts_for(person).in_bulk([pk for what, pk, _at in keys if what == "act"])
    deeds = deeds_for(person).in_bulk([pk for what, pk, _at in keys if what == "deed"])
    found = [acts.get(pk) if what == "act" else deeds.get(pk) for what, pk, _at in keys]
    return [row for row in found if row is not None]


def may_look(person: Person) -> bool:
    return Right.REVIEW in person.rights


def second_looks(person: Person) -> QuerySet[Act]:
    """Others' acts on the reports of one's desk that wait for a second look."""
    acts = Act.objects.to_look_at().exclude(actor=person)
    return acts if person.is_staff else acts.filter(report__in=Report.objects.for_desk_of(person))


def staff() -> QuerySet[Person]:
    """Whoever works at the desk, or did."""
    works = Q(is_staff=True) | Q(memberships__role__in=["moderator", "senior"])
    did = Q(pk__in=Act.objects.order_by().values("actor").union(Deed.objects.order_by().values("actor")))
    return Person.objects.filter(works | did).distinct().order_by("name", "email")


class DaysFilter(FilterSet):
    """`date_from` and `date_to` of `at`, both included."""

    date_from = DateFilter(
        label=pgettext_lazy("date", "From"), method="by_first_day", validators=_in_range, widget=_day_input
    )
    date_to = DateFilter(
        label=pgettext_lazy("date", "To"), method="by_last_day", validators=_in_range, widget=_day_input
    )

    def by_first_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return queryset.filter(at__gte=day_start(value))

    def by_last_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return queryset.filter(at__lt=day_start(value + timedelta(days=1)))


class DoneFilter(DaysFilter):
    """What acts and deeds are searched by."""

    q = CharFilter(
        label=_("Report: words or code"),
        method="by_words",
        max_length=200,
        validators=_words,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    actor = ModelChoiceFilter(label=_("Who"), queryset=lambda request: staff(), empty_label=_("Anybody"))
    reporter = CharFilter(
        label=_("Reporter's e-mail address"),
        method="by_address",
        max_length=254,
        validators=_words,
    )
    kind = ChoiceFilter(
        label=_("What"),
        choices=lambda: sorted([*LABELS.items(), *Deed.Kind.choices], key=lambda label: natural(str(label[1]))),
        empty_label=pgettext_lazy("kind of act", "All"),
    )
    look = BooleanFilter(label=_("Waits for a second look"), method="by_look", widget=forms.CheckboxInput)
    undone = BooleanFilter(label=_("Undone only"), method="by_undone", widget=forms.CheckboxInput, required=False)

    class Meta:
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Right.SEE_TEAM not in person.rights:
            del self.filters["actor"]
        if Right.READ_PEOPLE not in person.rights:
            del self.filters["reporter"]
        if not may_look(person):
            del self.filters["look"]

    def by_words(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(report__in=Report.objects.search(value))


class HistoryFilter(DoneFilter):
    def by_address(self, queryset: QuerySet[Act], name: str, value: str) -> QuerySet[Act]:
        return queryset.filter(report__reporter__email__iexact=value)

    def by_look(self, queryset: QuerySet[Act], name: str, value: bool | None) -> QuerySet[Act]:
        return queryset.filter(needs_look=True, undone_at=None) if value else queryset

    def by_undone(self, queryset: QuerySet[Act], name: str, value: bool | None) -> QuerySet[Act]:
        return queryset.filter(undone_at__isnull=False) if value else queryset


class DeedFilter(DoneFilter):
    """No deed waits for a second look, none is undone."""

    def by_address(self, queryset: QuerySet[Deed], name: str, value: str) -> QuerySet[Deed]:
        return queryset.filter(Q(report__reporter__email__iexact=value) | Q(person__email__iexact=value))

    def by_look(self, queryset: QuerySet[Deed], name: str, value: bool | None) -> QuerySet[Deed]:
        return queryset.none() if value else queryset

    by_undone = by_look


class ReadingFilter(DaysFilter):
    actor = ModelChoiceFilter(label=_("Who"), queryset=lambda request: staff(), empty_label=_("Anybody"))
    person = CharFilter(
        label=_("Whose data (e-mail address)"),
        field_name="person__email",
        lookup_expr="iexact",
        max_length=254,
        validators=_words,
    )
    what = ChoiceFilter(
        label=_("What"), choices=Reading.What.choices, empty_label=pgettext_lazy("kind of reading", "All")
    )
    about = CharFilter(label=_("Report's code"), field_name="about", max_length=40, validators=_words)

    class Meta:
        model = Reading
        fields: list[str] = []
        form = FilterForm


def readings() -> QuerySet[Reading]:
    return Reading.objects.select_related("actor", "person").order_by("-at", "-pk")


def undoable_by(person: Person, acts: Iterable[Act]) -> set[int]:
    """Which of these acts lie, with all the reports that they changed, on this person's desk: keys."""
    touched = {act.pk: {act.report_id} for act in acts if act.undone_at is None and not act.is_sealed}
    others = Act.others.through.objects.filter(act__in=touched)
    for act_id, report_id in others.values_list("act_id", "report_id"):
        touched[act_id].add(report_id)
    desk = Report.objects.for_desk_of(person).filter(pk__in=set().union(*touched.values()))
    ours = set(desk.values_list("pk", flat=True))
    return {act_id for act_id, reports in touched.items() if reports <= ours}

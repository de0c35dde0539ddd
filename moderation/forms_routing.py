"""What is typed about the rules of responsibility, and to have one explained."""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from moderation.forms import FlatCategoryField
from moderation.shapes import ShapeField
from municipalities.actions_rules import values_of
from municipalities.matching import Facts
from municipalities.models import Area, Category, Contact, Institution, Question, Responsibility, StreetGroup
from reports.facts import day_of
from reports.fields import CoordinateField, LineField, WordsField
from reports.models import Report

LONGEST = 4000


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def area_choices(chosen: int | None = None) -> QuerySet[Area]:
    """Served areas of today, what they lie in, and the one that a rule has already."""
    served = Area.objects.served()
    either = Q(pk__in=served) | Q(pk__in=served.values("parent")) | Q(pk__in=served.values("parent__parent"))
    return Area.objects.filter(either | Q(pk=chosen)).order_by("name")


class NumbersField(forms.TypedMultipleChoiceField):
    """Several numbers with names, as tick boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, names: dict[int, Any], **options: Any) -> None:
        choices = [(str(number), str(name)) for number, name in names.items()]
        super().__init__(choices=choices, coerce=int, required=False, empty_value=[], **options)


class ExplainForm(forms.Form):
    """A place, a category and words, as of a report that may not exist."""

    latitude = CoordinateField(label=_("Latitude"), limit=90)
    longitude = CoordinateField(label=_("Longitude"), limit=180)
    address = LineField(label=_("Address"), required=False, max_length=250)
    category = FlatCategoryField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.select_related("parent"),
        empty_label=_("Not chosen yet"),
    )
    text = WordsField(
        label=_("Text"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For what was learned: title and description."),
    )  # fmt: skip
    day = day_field(label=_("Day"), help_text=_("Areas and rules of that day; empty: today."))
    answers = WordsField(
        label=_("Answers to the category's questions"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line: question: answer, both by their codes."),
    )

    def clean_answers(self) -> dict[str, list[str]]:
        lines = (line.partition(":") for line in self.cleaned_data["answers"].split("\n") if line.strip())
        found: dict[str, list[str]] = {}
        for code, colon, answer in lines:
            if not colon or not code.strip() or not answer.strip():
                raise forms.ValidationError(_("Write each answer as question: answer."))
            found.setdefault(code.strip(), []).append(answer.strip())
        return found

    @property
    def facts(self) -> Facts:
        data = self.cleaned_data
        point = Point(data["longitude"], data["latitude"], srid=4326)
        return Facts(point, data["category"], data["address"], data["text"], data["answers"], data["day"])

    @classmethod
    def of_report(cls, report: Report) -> "ExplainForm":
        """Filled in with the report, for the day on which it came in."""
        answers = report.answers.current().values_list("code", "value")
        data = {
            "latitude": f"{report.latitude:.6f}",
            "longitude": f"{report.longitude:.6f}",
            "address": report.address,
            "category": report.category_id,
            "text": f"{report.title}\n{report.description}"[:LONGEST],
            "day": day_of(report).isoformat(),
            "answers": "\n".join(f"{code}: {one}" for code, value in answers for one in _several(value)),
        }
        return cls(data)


def _several(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [" ".join(str(one).split()) for one in values if str(one).strip()]


class RuleForm(forms.ModelForm):
    """A rule: who, what it says, where, when. Empty is "any"."""

    category = FlatCategoryField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.select_related("parent"),
        empty_label=_("Any category"),
    )
    shape = ShapeField(label=_("Own line or polygon"), required=False)
    answer_code = forms.ChoiceField(label=_("Question"), required=False)
    answer_value = LineField(
        label=_("Answer"), required=False, max_length=100, help_text=_("The code of the answer, or its words.")
    )
    valid_from = day_field(label=_("First day"))
    valid_to = day_field(label=_("Last day"))
    weekdays = NumbersField(
        {number + 1: name for number, name in WEEKDAYS.items()}, label=_("Only on these days of the week")
    )
    months = NumbersField(dict(MONTHS), label=_("Only in these months"))
    # The rule as it was when the page was opened: somebody else may have changed it meanwhile.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = Responsibility
        fields = (
            "institution",
            "effect",
            "category",
            "area",
            "street_group",
            "shape",
            "metres",
            "answer_code",
            "answer_value",
            "valid_from",
            "valid_to",
            "weekdays",
            "months",
            "contact",
            "answer_days",
            "counting",
            "priority",
            "preferred",
            "is_active",
        )

    def __init__(self, data: Any = None, *, instance: Responsibility) -> None:
        self.stored = fingerprint(instance) if instance.pk else ""
        super().__init__(data, instance=instance, initial={"seen": self.stored})
        fields: dict[str, Any] = self.fields
        fields["area"].queryset = area_choices(instance.area_id)
        fields["area"].empty_label = _("Everywhere")
        fields["street_group"].queryset = StreetGroup.objects.defer("shape", "streets")
        fields["street_group"].empty_label = _("None")
        fields["contact"].queryset = Contact.objects.select_related("institution").order_by("institution__name")
        fields["contact"].label_from_instance = lambda one: f"{one.institution}: {one.address}"
        fields["contact"].empty_label = _("The institution's first")
        fields["institution"].queryset = Institution.objects.order_by("name")
        fields["counting"].required = False  # a form without it leaves it as it is
        fields["answer_code"].choices = question_choices(instance.answer_code)
        fields["priority"].help_text = _("The highest wins, also before what was learned from moderators' choices.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("institution"):
            self.instance.institution_id = None  # what is not chosen is not asked for its name
        return data

    @property
    def was_changed_meanwhile(self) -> bool:
        return self.cleaned_data["seen"] != self.stored


class StreetGroupForm(forms.ModelForm):
    streets = WordsField(
        label=_("Streets"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One on each line. An address that holds the name belongs to the group."),
    )
    shape = ShapeField(label=_("Lines or polygons"), required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = StreetGroup
        fields = ("name", "streets", "shape", "metres")

    def __init__(self, data: Any = None, *, instance: StreetGroup) -> None:
        self.stored = fingerprint(instance) if instance.pk else ""
        initial = {"seen": self.stored, "streets": "\n".join(instance.streets)}
        super().__init__(data, instance=instance, initial=initial)

    def clean_streets(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["streets"].split("\n")]
        names = list(dict.fromkeys(line for line in lines if line))
        if any(len(name) > 120 for name in names):
            raise forms.ValidationError(_("A name of a street has 120 characters at most."))
        return names

    @property
    def was_changed_meanwhile(self) -> bool:
        return self.cleaned_data["seen"] != self.stored


def fingerprint(rule: Responsibility | StreetGroup) -> str:
    return hashlib.sha256(json.dumps(values_of(rule), sort_keys=True).encode()).hexdigest()


def question_choices(chosen: str) -> list[tuple[str, str]]:
    """By their codes, each once: a question of that code may be asked in several categories."""
    found: dict[str, str] = {}
    for question in Question.objects.filter(is_active=True).order_by("code", "pk"):
        if question.is_asked:
            found.setdefault(question.code, f"{question.text} ({question.code})"[:120])
    if chosen:
        found.setdefault(chosen, chosen)
    return [("", _("None")), *found.items()]  # type: ignore[list-item]


class RuleFilterForm(forms.Form):
    """Which rules the list shows."""

    name = LineField(label=_("Institution"), required=False, max_length=200)
    category = FlatCategoryField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.select_related("parent"),
        empty_label=_("All categories"),
    )
    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Area.objects.none(), empty_label=_("Everywhere")
    )
    effect = forms.ChoiceField(
        label=_("What it says"), required=False, choices=[("", _("Anything")), *Responsibility.Effect.choices]
    )
    origin = forms.ChoiceField(
        label=_("Origin"),
        required=False,
        choices=[("", _("Any")), ("written", _("written by people")), ("learned", _("learned from choices"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("switched on")),
            ("off", _("switched off")),
            ("over", _("its days are over")),
            ("all", _("all")),
        ],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["area"].queryset = area_choices()  # type: ignore[attr-defined]

    def filter(self, rules: QuerySet[Responsibility]) -> QuerySet[Responsibility]:
        """Where a field makes no sense it is not asked."""
        self.is_valid()
        data = self.cleaned_data
        if data.get("name"):
            rules = rules.filter(institution__name__icontains=data["name"])
        for name in ("category", "area", "effect"):
            if data.get(name):
                rules = rules.filter(**{name: data[name]})
        if data.get("origin"):
            rules = rules.filter(weight__gt=0) if data["origin"] == "learned" else rules.filter(weight=0)
        today = timezone.localdate()
        match data.get("state", ""):
            case "off":
                return rules.filter(is_active=False)
            case "over":
                return rules.filter(valid_to__lt=today)
            case "all":
                return rules
        return rules.filter(is_active=True)

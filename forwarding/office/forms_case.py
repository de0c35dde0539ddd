"""What is typed at the office about a case, besides the answer."""

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from forwarding.actions_handing import bodies_to_hand_to
from forwarding.office.actions_case import takers_of
from municipalities.models import Institution, Unit
from municipalities.routing import suggest_institutions
from reports.fields import LineField, WordsField
from reports.models import Assignment


def units_of(institution_id: int, kept: int | None = None) -> QuerySet[Unit]:
    """The active ones, and the one that is chosen already."""
    return Unit.objects.filter(Q(is_active=True) | Q(pk=kept), institution=institution_id)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name or obj.email


class GiveForm(forms.Form):
    person = PersonField(
        label=_("Colleague"), required=False, queryset=Person.objects.none(), empty_label=_("nobody in particular")
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), required=False, queryset=Unit.objects.none(), empty_label=_("no unit")
    )
    text = WordsField(
        label=_("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only your own body reads it."),
    )

    def __init__(self, assignment: Assignment, data: Any = None) -> None:
        initial = {"person": assignment.assignee_id, "unit": assignment.unit_id}
        super().__init__(data, auto_id="give-%s", initial=initial)
        self.fields["person"].queryset = takers_of(assignment.institution_id)  # type: ignore[attr-defined]
        units = units_of(assignment.institution_id, assignment.unit_id)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not units.exists():
            del self.fields["unit"]


class NoteForm(forms.Form):
    text = WordsField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only your own body reads it."),
        error_messages={"required": _("Write the note.")},
    )
    for_desk = forms.BooleanField(label=_("The volunteers of the site should read it, too"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="note-%s")


class SubtaskForm(forms.Form):
    title = LineField(
        label=_("What is to be done"), max_length=150, error_messages={"required": _("Write what is to be done.")}
    )
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    assignee = PersonField(
        label=_("Who"), required=False, queryset=Person.objects.none(), empty_label=_("nobody in particular")
    )

    def __init__(self, assignment: Assignment, data: Any = None) -> None:
        super().__init__(data, auto_id="task-%s")
        self.fields["assignee"].queryset = takers_of(assignment.institution_id)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Bodies that rules name for the place and category come first."""

    to = forms.ModelChoiceField(
        label=_("To which body?"), queryset=Institution.objects.none(), empty_label=_("Choose one")
    )
    reason = WordsField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The other body and our volunteers read it. On the public page stands only who handed it to whom."),
        error_messages={"required": _("Write why.")},
    )
    is_not_ours = forms.BooleanField(
        label=_("It is not ours: if they give it back, our volunteers look for who is responsible"), required=False
    )

    def __init__(self, assignment: Assignment, data: Any = None) -> None:
        super().__init__(data)
        report = assignment.report
        found = suggest_institutions(report.point, report.category, report.address, limit=10)
        named = [suggestion.institution.pk for suggestion in found]
        order = Case(
            *[When(pk=pk, then=Value(number)) for number, pk in enumerate(named)],
            default=Value(len(named)),
            output_field=IntegerField(),
        )
        rows = bodies_to_hand_to(assignment).annotate(named=order).order_by("named", "name")
        self.fields["to"].queryset = rows  # type: ignore[attr-defined]

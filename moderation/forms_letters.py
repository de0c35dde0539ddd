"""What is typed about letters and words: a reason, a word to the reporter, an answer that came by phone or letter."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forwarding.actions_answers import Entered
from forwarding.forms import AnswerForm, Step
from moderation.wording import OUTCOMES
from reports.fields import LineField, WordsField
from reports.models import Assignment
from reports.ways import Way


class ReasonForm(forms.Form):
    text = WordsField(
        label=_("The reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The body reads it in the letter, and everybody on the report's page."),
        error_messages={"required": _("Write why.")},
    )


class WordForm(forms.Form):
    text = WordsField(
        label=_("Your word to the reporter"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the reporter and the desk read it; the report stays where it is."),
        error_messages={"required": _("Write what you want to say.")},
    )


class EnteredForm(AnswerForm):
    """A body's answer, entered at the desk: the officers' form, with the way it came."""

    way = forms.ChoiceField(label=_("How did it come?"), choices=Way.choices, widget=forms.RadioSelect)
    told_on = forms.DateField(
        label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    said_by = LineField(
        label=_("Who said it?"),
        required=False,
        max_length=150,
        help_text=_("Stays at the desk, as an internal note."),
    )

    field_order = ["way", "told_on", "said_by", "step", "text", "promised_on", "pointed_to", "attachments"]

    def __init__(self, assignment: Assignment, data: Any = None, files: Any = None, *, first: str = "") -> None:
        """`first` stands in the text by itself."""
        initial = {"told_on": timezone.localdate(), "step": Step.ANSWER, "text": first}
        super().__init__(assignment, data, files, initial=initial)
        self.fields["step"].label = _("What it says")
        self.fields["step"].choices = [(s.value, OUTCOMES[s]) for s in self.steps]  # type: ignore[attr-defined]
        self.fields["text"].label = _("Answer as published")
        self.fields["text"].help_text = _("Take out names, phone numbers and signatures of officers and citizens.")
        if "promised_on" in self.fields:
            self.fields["promised_on"].label = _("Promised by")
            self.fields["promised_on"].help_text = _("Only with a promised date.")
        if "pointed_to" in self.fields:
            self.fields["pointed_to"].label = _("Whose do they say it is?")
            self.fields["pointed_to"].help_text = _("Only with “not theirs”.")
            self.fields["pointed_to"].empty_label = _("They do not say")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = data.get("told_on")
        if day and day > timezone.localdate():
            self.add_error("told_on", _("This day is still to come."))
        elif day and day < timezone.localdate(self.assignment.sent_at):
            self.add_error("told_on", _("The body did not have the report yet on that day."))
        return data

    @property
    def entered(self) -> Entered:
        data = self.cleaned_data
        return Entered(
            way=Way(data["way"]),
            told_on=data["told_on"],
            step=Step(data["step"]),
            text=data["text"],
            said_by=data["said_by"],
            promised_on=data.get("promised_on"),
            pointed_to=data.get("pointed_to"),
        )

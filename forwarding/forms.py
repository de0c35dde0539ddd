"""What a body's officer writes: one form with one question, "how does it stand?"."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models import Institution
from reports.attachments import check_attachment
from reports.fields import WordsField
from reports.lifecycle import Status
from reports.models import Assignment, Report

MAX_FILES = 5


class Step(models.TextChoices):
    """What the answer does with the case."""

    ANSWER = "answer", _("We answer, the case goes on")
    PROMISE = "promise", _("We will solve it by a date")
    DONE = "done", _("It is done")
    CANNOT = "cannot", _("It cannot be solved")
    NOT_OURS = "not_ours", _("It is not ours")


def possible_steps(assignment: Assignment) -> list[Step]:
    """Words are always welcome, but not from whom the case was taken back; the rest needs the leading, running
    assignment of an open case, and a problem: a question wants an answer, a praise nothing.

    A body beside the leading one speaks of its own part.
    """
    kind, state = assignment.report.kind, assignment.report.state
    if not assignment.is_of_body:
        return []
    steps = [Step.ANSWER]
    if assignment.is_beside and kind == Report.Kind.PROBLEM and state.is_with_body:
        return [*steps, Step.PROMISE, Step.DONE, Step.CANNOT, Step.NOT_OURS]
    if assignment.may_come_late and state == Status.UNRESOLVED and kind == Report.Kind.PROBLEM:
        return [*steps, Step.PROMISE, Step.DONE]
    if not assignment.is_leading or kind == Report.Kind.PRAISE:
        return steps
    if kind == Report.Kind.PROBLEM and state in (Status.SENT, Status.IN_PROGRESS):
        steps += [Step.PROMISE, Step.DONE, Step.CANNOT]
    if state.is_with_body:
        steps.append(Step.NOT_OURS)
    return steps


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one field; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(FilesField, self).clean(file, initial) for file in data or []]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("At most %(count)s files.") % {"count": MAX_FILES})
        for file in files:
            check_attachment(file)
        return files


class AnswerForm(forms.Form):
    step = forms.ChoiceField(
        label=_("How does it stand?"), choices=Step.choices, widget=forms.RadioSelect, initial=Step.ANSWER
    )
    text = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody can read it on the report's page, so please leave out personal data."),
    )
    promised_on = forms.DateField(
        label=_("Solved by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only with “We will solve it by a date”."),
    )
    pointed_to = forms.ModelChoiceField(
        label=_("Whose is it?"),
        required=False,
        queryset=Institution.objects.active(),
        empty_label=_("I do not know"),
        help_text=_("Only with “It is not ours”."),
    )
    attachments = FilesField(
        label=_("Pictures or documents"),
        required=False,
        help_text=_("At most 5 files of 20 MB each: pictures, PDF, office documents."),
    )

    def __init__(self, assignment: Assignment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.steps = possible_steps(assignment)
        if assignment.report.is_private:
            self.fields["text"].help_text = _("The reporter and our volunteers read it, nobody else.")
        self.fields["step"].choices = [(step.value, step.label) for step in self.steps]  # type: ignore[attr-defined]
        if Step.PROMISE not in self.steps:
            del self.fields["promised_on"]
        if Step.NOT_OURS not in self.steps:
            del self.fields["pointed_to"]
        else:
            others = Institution.objects.active().exclude(pk=assignment.institution_id)
            self.fields["pointed_to"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        step, day = data.get("step"), data.get("promised_on")
        if step == Step.ANSWER and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Please write the answer."))
        if step == Step.CANNOT and not data.get("text") and "text" not in self.errors:
            self.add_error("text", _("Please write why it cannot be solved."))
        if step == Step.PROMISE and "promised_on" not in self.errors:
            if not day:
                self.add_error("promised_on", _("Please give the day."))
            elif day < timezone.localdate():
                self.add_error("promised_on", _("This day has passed; please give one to come."))
        return data


class OfficerForm(AnswerForm):
    """As an officer fills it. What was handed over by another body is given back with a button of its own."""

    def __init__(self, assignment: Assignment, *args: Any, **kwargs: Any) -> None:
        super().__init__(assignment, *args, **kwargs)
        if assignment.waits_for_acceptance and Step.NOT_OURS in self.steps:
            self.steps.remove(Step.NOT_OURS)
            del self.fields["pointed_to"]
            self.fields["step"].choices = [(step.value, step.label) for step in self.steps]  # type: ignore[attr-defined]


class GiveBackForm(forms.Form):
    reason = WordsField(
        label=_("Why it is not yours"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The body that handed it over and our volunteers read it, nobody else."),
        error_messages={"required": _("Write why.")},
    )

"""The questions of a category as a part of the form, and their answers as rows.

A category's questions come in when it is chosen: at once with JavaScript (a fragment), else with the next press of any
button. `asked` tells for which category the page showed them; a form whose questions nobody has seen is not sent.
"""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format, number_format
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from municipalities.models import Category, Question
from municipalities.models.question import questions_for
from reports.fields import NUMBER, LineField
from reports.models import Answer

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 1, 1)
LARGEST = 1e12


class NumberField(LineField):
    """A number as people write it, "2,5" or "2.5"."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace(",", ".").replace(" ", "")
        if not text:
            return None
        number = float(text) if NUMBER.fullmatch(text) else math.nan
        if not abs(number) <= LARGEST:
            raise ValidationError(_("Write a number here, like 12 or 2.5."), code="invalid")
        return int(number) if number == int(number) else number


def answer_name(code: str) -> str:
    return f"answer_{code}"


def name_of(question: Question) -> str:
    return answer_name(question.code)


def field_of(question: Question, *, required: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": escape(question.help),
        "required": required and question.is_required,
        "error_messages": {"required": _("This question has to be answered.")},
    }
    choices = [(option.code, option.label) for option in question.choices()]
    match question.kind:
        case Question.Kind.CHOICE:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case Question.Kind.SEVERAL:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case Question.Kind.NUMBER:
            return NumberField(**common)
        case Question.Kind.DATE:
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
            return forms.DateField(widget=day, validators=limits, **common)
    return LineField(max_length=500, **common)


def words_of(question: Question, value: Any) -> str:
    """The answer as people read it, in the language of the page."""
    labels = {option.code: option.label for option in question.choices()}
    match question.kind:
        case Question.Kind.CHOICE:
            return labels.get(value, value)
        case Question.Kind.SEVERAL:
            return ", ".join(labels.get(code, code) for code in value)
        case Question.Kind.NUMBER:
            return str(number_format(value))
        case Question.Kind.DATE:
            return date_format(value, "DATE_FORMAT")
    return str(value)


class QuestionsForm(forms.Form):
    """To be inherited by a form with a `category`; call `ask_questions` when the fields are there.

    `questions` are what the chosen category asks; `stops` is what is said instead of sending.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions: list[Question] = []
        self.stops: list[str] = []
        self.are_new = False
        self.asked_now = ""

    def ask_questions(self) -> None:
        category = self.chosen_category()
        self.questions = questions_for(category) if category else []
        self.are_new = bool(self.questions) and category is not None and self.data.get("asked") != str(category.pk)
        added = {
            name_of(question): field_of(question, required=not self.are_new)
            for question in self.questions
            if question.is_asked
        }
        self.fields |= added
        names = [name for name in self.fields if name not in added]
        self.order_fields([*names[: names.index("category") + 1], *added])
        # What the page shows from here on, whatever the browser had seen before.
        self.asked_now = str(category.pk) if category else ""

    def chosen_category(self) -> Category | None:
        value = str(self["category"].value() or "")
        if not value.isascii() or not value.isdigit() or len(value) > 18:
            return None
        offered: Any = self.fields["category"]
        found: Category | None = offered.queryset.filter(pk=int(value)).first()
        return found

    def question_parts(self) -> Iterator[dict[str, Any]]:
        """For the page: each question with its field, if there is anything to answer."""
        for question in self.questions:
            yield {
                "question": question,
                "field": self[name_of(question)] if question.is_asked else None,
                "stops": [option for option in question.choices() if option.stop],
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.are_new:
            self._check_stops(data)
        return data

    def _check_stops(self, data: dict[str, Any]) -> None:
        for question in self.questions:
            if question.kind == Question.Kind.STOPPER:
                self._stop("category", question.text)
                continue
            given = data.get(name_of(question)) if question.is_asked else None
            chosen = given if isinstance(given, list) else [given]
            for option in question.choices():
                if option.stop and option.code in chosen:
                    self._stop(name_of(question), option.stop)

    def _stop(self, name: str, words: str) -> None:
        self.stops.append(words)
        self.add_error(name, ValidationError(words, code="stopped"))

    def answers(self) -> list[Answer]:
        """What was answered, as unsaved rows."""
        given: list[Answer] = []
        for question in self.questions:
            value = self.cleaned_data.get(name_of(question)) if question.is_asked else None
            if value in (None, "", []):
                continue
            given.append(
                Answer(
                    question=question,
                    code=question.code,
                    wording=question.text[:500],
                    value=value.isoformat() if isinstance(value, date) else value,
                    text=words_of(question, value),
                    is_public=question.is_public,
                    position=len(given),
                )
            )
        return given


class AnswersForm(QuestionsForm):
    """These questions alone, for somebody at the desk: none must be answered, and nothing is stopped any more."""

    def __init__(self, *args: Any, questions: list[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions = questions
        self.fields |= {name_of(question): field_of(question, required=False) for question in questions}

    def _check_stops(self, data: dict[str, Any]) -> None:
        pass

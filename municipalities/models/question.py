"""What is asked beyond the form where a category is chosen.

Example: "Közvilágítás" asks for the number on the lamp post (text), "Kátyú" whether somebody is in danger (choice); its
answer "yes" stops the form with "Call 112". A question of a main category is asked for all below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from municipalities.models.category import Category, text_in


@dataclass(frozen=True)
class Option:
    """One answer to choose. `stop` is what is said instead of sending, where this answer is given."""

    code: str
    label: str
    stop: str = ""


class Question(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("one of several")
        SEVERAL = "several", _("several of several")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        NOTICE = "notice", _("notice: nothing is asked")
        STOPPER = "stopper", _("stopper: the form is not sent")

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions", verbose_name=_("category"))
    code = models.SlugField(_("code"), max_length=40, help_text=_("Stays the same when the words change."))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    texts = models.JSONField(_("question"), default=dict)
    helps = models.JSONField(_("help"), default=dict, blank=True)
    # [{"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}, "stops": {"hu": "Hívd a 112-t!", …}}, …]
    options = models.JSONField(_("answers to choose from"), default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    is_public = models.BooleanField(
        _("answer is public"), default=True, help_text=_("Else only the desk and the body read it.")
    )
    is_active = models.BooleanField(_("asked"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["category", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="question_code_once_a_category"),
            models.CheckConstraint(condition=models.Q(texts__has_key=settings.LANGUAGE_CODE), name="question_worded"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return text_in(self.texts, get_language())

    @property
    def help(self) -> str:
        return text_in(self.helps, get_language())

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to answer."""
        return self.kind not in (self.Kind.NOTICE, self.Kind.STOPPER)

    def choices(self) -> Iterator[Option]:
        """The answers in the reader's language."""
        for option in self.options:
            stops: dict[str, str] = option.get("stops") or {}
            yield Option(option["code"], text_in(option["texts"], get_language()), text_in(stops, get_language()))

    def clean(self) -> None:
        if self.kind in (self.Kind.CHOICE, self.Kind.SEVERAL) and len(self.options) < 2:
            raise ValidationError({"options": _("Give at least two answers to choose from.")})


def questions_for(category: Category) -> list[Question]:
    """In the order of asking, the main category's first; an own one of the same code takes the place of a main one."""
    categories = [pk for pk in (category.pk, category.parent_id) if pk]
    found = Question.objects.filter(is_active=True, category__in=categories)
    rows = sorted(found, key=lambda question: (question.category_id == category.pk, question.position, question.pk))
    last = {question.code: question for question in rows}
    return [question for question in rows if last[question.code] is question]

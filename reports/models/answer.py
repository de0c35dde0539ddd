"""What the reporter answered to a category's questions, worded as it was asked and in the language it was asked in."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerQuerySet(models.QuerySet["Answer"]):
    def current(self) -> "AnswerQuerySet":
        """To what the report's category asks."""
        return self.filter(is_current=True)

    def public(self) -> "AnswerQuerySet":
        return self.current().filter(is_public=True)


class Answer(models.Model):
    """Frozen like a letter: when the question is changed or deleted later, this stays as it was given."""

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        "municipalities.Question", models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    code = models.SlugField(_("code"), max_length=40)
    wording = models.CharField(_("question as asked"), max_length=500)
    # "42", ["a", "b"], 3.5, "2026-11-25": codes for chosen answers, for machines.
    value: Any = models.JSONField(_("value"), null=True, blank=True)
    text = models.TextField(_("answer"))  # the same in words, for people
    is_public = models.BooleanField(_("public"), default=True)
    # Off once the report has another category that does not ask this: kept as it was given, shown no more.
    is_current = models.BooleanField(_("current"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code"], condition=models.Q(is_current=True), name="answer_once_a_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording} {self.text}"

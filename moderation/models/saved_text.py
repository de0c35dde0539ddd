"""Texts that moderators write again and again: per act, category and area, in several languages, with placeholders.

Example: for "ask", category "Pothole", anywhere: "Kedves bejelentő! A(z) {title} bejelentésedhez …". An automatic one
stands in the field by itself; two automatic ones never fit to the same report.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from municipalities.models.category import text_in


class SavedText(models.Model):
    class For(models.TextChoices):
        SEND = "send", _("a word to the body when sending")
        ASK = "ask", _("asking the reporter for more")
        REJECT = "reject", _("not publishing")
        HIDE = "hide", _("hiding (internal)")
        NOTE = "note", _("an internal note")
        WORD = "word", _("a word to the reporter")
        AGAIN = "again", _("sending the letter once more")
        RECALL = "recall", _("recalling the letter")
        ANSWER = "answer", _("a body's answer that is entered")
        MAIL = "mail", _("publishing a body's mail")
        SIGHTING = "sighting", _("not accepting a passer-by's word")

    act = models.CharField(_("for"), max_length=8, choices=For.choices)
    name = models.CharField(_("name"), max_length=80, help_text=_("How it is called in the list."))
    texts = models.JSONField(_("texts"), default=dict)  # {"hu": "…", "en": "…"}
    category = models.ForeignKey(
        "municipalities.Category", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    area = models.ForeignKey("municipalities.Area", models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    is_automatic = models.BooleanField(_("stands in the field by itself"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("saved text")
        verbose_name_plural = _("saved texts")
        ordering = ["act", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "name"], name="saved_text_named_once"),
            models.CheckConstraint(condition=models.Q(texts__has_key=settings.LANGUAGE_CODE), name="saved_text_said"),
        ]

    def __str__(self) -> str:
        return self.name

    def text_in(self, language: str) -> str:
        return text_in(self.texts, language)

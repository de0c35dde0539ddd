"""Something done at the desk beside a decision: a ban, a case that went to another hand, a saved text.

An `Act` keeps rows as they were and is undone from the history; a deed has its own way back on the page it came from,
and only tells who did what when. Example: Emese bans the reporter of a report until Friday: the deed holds Emese, the
report, the person, and {"until": "2026-12-04"}.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Deed(models.Model):
    class Kind(models.TextChoices):
        BAN = "ban", _("Banned")
        LIFT_BAN = "lift_ban", _("Ban lifted")
        TRUST = "trust", _("Trust given or taken back")
        END_NEW = "end_new", _("No second look at a colleague's decisions any more")
        GIVE = "give", _("Case given")
        TAKE_OVER = "take_over", _("Case taken over")
        TAKE_BACK = "take_back_case", _("Case taken back")
        NEW_TEXT = "new_text", _("Saved text written")
        CHANGE_TEXT = "change_text", _("Saved text changed")
        DELETE_TEXT = "delete_text", _("Saved text deleted")  # of the first days, before one could be put away
        PUT_TEXT_AWAY = "put_text_away", _("Saved text put away")
        BRING_TEXT_BACK = "bring_text_back", _("Saved text brought back")
        ENTER = "enter", _("Report entered by hand")
        MATCH_MAIL = "match_mail", _("Mail matched with a report")
        UNMATCH_MAIL = "unmatch_mail", _("Mail taken from a report")
        FILE_STRAY = "file_stray", _("Mail of no report filed")
        UNFILE_STRAY = "unfile_stray", _("Mail of no report put back")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    report = models.ForeignKey("reports.Report", models.CASCADE, null=True, related_name="deeds")
    mail = models.ForeignKey("forwarding.IncomingMail", models.SET_NULL, null=True, related_name="+")
    # Whom it was done to: banned, trusted, given a case.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # {"trust": "trusted"}, {"until": "2026-12-04"}, {"name": "…"} of a saved text.
    values = models.JSONField(default=dict)

    is_act = False

    class Meta:
        verbose_name = _("deed at the desk")
        verbose_name_plural = _("deeds at the desk")
        ordering = ["-pk"]
        indexes = [
            # The history of all, newest first.
            models.Index(fields=["-at"], name="deed_newest"),
            # One's own.
            models.Index(fields=["actor", "-at"], name="deed_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.actor_id}"

    @property
    def label(self) -> str:
        return str(self.get_kind_display())

"""One thing that somebody did at the desk, with what takes it back.

Example: Anna rejects a report by mistake. The act holds that its status was "submitted"; undoing it puts that back, and
the event of the rejection, which nobody outside has heard of yet, is told to nobody.
"""

from math import ceil

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What each kind of act is called in lists; a new kind adds its line here.
LABELS = {
    "save": _("Edited"),
    "send": _("Published and forwarded"),
    "ask": _("Reporter asked"),
    "reject": _("Not published"),
    "hide": _("Hidden"),
    "restore": _("Restored"),
    "resubmit": _("Back in the queue"),
    "note": _("Note written"),
    "answers": _("Answers filled in"),
    "hide_photo": _("Photo hidden"),
    "show_photo": _("Photo shown"),
    "merge": _("Joined as a duplicate"),
    "split": _("Split"),
    "highlight": _("Highlighted"),
    "unhighlight": _("Not highlighted any more"),
    "edit_photo": _("Photo edited"),
    "recall": _("Recalled from the body"),
    "letter_again": _("Letter sent again"),
    "letter_elsewhere": _("Letter sent elsewhere"),
    "letter_posted": _("Letter sent by post"),
    "letter_dropped": _("Letter cancelled"),
    "again": _("Sent once more"),
    "answer": _("Answer entered"),
    "word": _("Word to the reporter"),
    "read": _("Reporter's word read"),
    "show_comment": _("Comment shown"),
    "hide_comment": _("Comment hidden"),
    "accept_sighting": _("Passer-by's word accepted"),
    "reject_sighting": _("Passer-by's word not accepted"),
    "dismiss_flag": _("Nothing wrong found"),
    "hide_flag": _("Hidden, as people asked"),
    "take_back": _("Decision taken back"),
    "hide_step": _("Step hidden"),
    "publish_mail": _("Mail published as the answer"),
    "late_answer": _("Late answer of a body"),
    "file_mail": _("Mail filed"),
    "unfile_mail": _("Mail put back"),
}


class ActQuerySet(models.QuerySet["Act"]):
    def to_look_at(self) -> "ActQuerySet":
        return self.filter(needs_look=True, undone_at=None)

    def undoable(self) -> "ActQuerySet":
        return self.filter(undone_at=None, is_sealed=False)


class Act(models.Model):
    # Which decision (`moderation.actions.ACTIONS`), or another verb of the desk: "merge", "crop_photo".
    kind = models.CharField(_("kind"), max_length=20)
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="acts", verbose_name=_("report"))
    # Further reports whose rows it changed: those merged, those split off.
    others = models.ManyToManyField("reports.Report", related_name="+", blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="acts_done", verbose_name=_("who"), null=True, blank=True
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    # Ids of the events it wrote, and the rows as they were before and after (`reports.journal`). May hold words of
    # people: erasing a person empties it.
    events = models.JSONField(default=list, blank=True)
    changes = models.JSONField(default=list, blank=True)
    # One of many that were decided at once.
    bulk = models.ForeignKey("moderation.Bulk", models.SET_NULL, null=True, blank=True, related_name="acts")
    # Nobody outside hears of it before.
    held_until = models.DateTimeField(_("held back until"), null=True, blank=True)
    # Done by somebody new at the desk, or by rule: somebody else looks at it, too.
    needs_look = models.BooleanField(_("waits for a second look"), default=False)
    looked_at = models.DateTimeField(_("second look"), null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("looked at by"),
    )
    # What came before cannot be put back any more: somebody was erased.
    is_sealed = models.BooleanField(_("cannot be undone"), default=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("undone by")
    )

    objects = ActQuerySet.as_manager()
    is_act = True  # in the history, which holds deeds, too

    class Meta:
        verbose_name = _("act of the desk")
        verbose_name_plural = _("acts of the desk")
        ordering = ["-pk"]
        indexes = [
            # What somebody did last, for undoing and for their history.
            models.Index(fields=["actor", "-at"], name="act_of_person"),
            # What was done to a report, newest first.
            models.Index(fields=["report", "-at"], name="act_of_report"),
            # The history of all, newest first, and the figures of the last weeks.
            models.Index(fields=["-at"], name="act_newest"),
            # The queue of second looks.
            models.Index(fields=["at"], name="act_to_look_at", condition=models.Q(needs_look=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.report_id}"

    @property
    def label(self) -> str:
        return str(LABELS.get(self.kind, self.kind))

    @property
    def seconds_left(self) -> int:
        """Until somebody may hear of it."""
        return max(0, ceil((self.held_until - timezone.now()).total_seconds())) if self.held_until else 0

    @property
    def is_held(self) -> bool:
        return self.held_until is not None and self.held_until > timezone.now()

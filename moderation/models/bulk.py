"""Many reports decided at once, one after the other by a worker, undone as one.

The row is the truth: `position` counts what is done in the transaction of each act, so a killed worker's work goes on
where it stopped.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Bulk(models.Model):
    class Action(models.TextChoices):
        CATEGORY = "category", _("Give them a category")
        SEND = "send", _("Publish and forward, each to the suggested body")
        REJECT = "reject", _("Do not publish")
        HIDE = "hide", _("Hide")
        RESTORE = "restore", _("Bring back what was hidden")
        NOTE = "note", _("Write an internal note")

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    action = models.CharField(_("what"), max_length=8, choices=Action.choices)
    values = models.JSONField(default=dict)  # {"category": 5, "reason": "no_place", "text": "…"}
    reports = ArrayField(models.BigIntegerField(), verbose_name=_("reports"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    position = models.PositiveIntegerField(_("done"), default=0)
    troubles = models.JSONField(default=dict)  # {"5": "why this report was left"}
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    # From the form: sent twice, it is one.
    nonce = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["actor", "nonce"], name="bulk_sent_once")]
        indexes = [
            # The sweep: what a dead worker left.
            models.Index(
                fields=["touched_at"], name="bulk_unfinished", condition=models.Q(state__in=["running", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({len(self.reports)})"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.UNDOING)

    @property
    def total(self) -> int:
        return len(self.reports)

    @property
    def changed(self) -> int:
        return self.position - len(self.troubles)

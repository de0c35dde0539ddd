"""One answer to many cases, given to one after the other by a worker.

The row is the truth: `position` counts what is done, in the transaction of each case, so that a killed worker's work
goes on where it stopped and nothing is said twice.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OfficeBulk(models.Model):
    class Action(models.TextChoices):
        ANSWER = "answer", _("Answer all with one text")
        PROMISE = "promise", _("Promise a day")
        DONE = "done", _("Say that they are done")
        NOT_OURS = "not_ours", _("Say that they are not ours")
        GIVE = "give", _("Give them to a colleague")

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        STOPPED = "stopped", pgettext_lazy("bulk", "stopped")

    action = models.CharField(_("what"), max_length=8, choices=Action.choices)
    values = models.JSONField(default=dict)  # {"text": "…", "promised_on": "2026-12-24", "person": 5}
    cases = ArrayField(models.BigIntegerField(), verbose_name=_("cases"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.RUNNING)
    position = models.PositiveIntegerField(_("done"), default=0)
    troubles = models.JSONField(default=dict)  # {"5": "why this case was left"}
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    # From the form: sent twice, it is one.
    nonce = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer to many cases")
        verbose_name_plural = _("answers to many cases")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["actor", "nonce"], name="office_bulk_sent_once")]
        indexes = [
            # The sweep: what a dead worker left.
            models.Index(fields=["touched_at"], name="office_bulk_unfinished", condition=models.Q(state="running")),
            # A person's last ones.
            models.Index(fields=["actor", "-id"], name="office_bulk_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({len(self.cases)})"

    @property
    def is_busy(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def total(self) -> int:
        return len(self.cases)

    @property
    def changed(self) -> int:
        return self.position - len(self.troubles)

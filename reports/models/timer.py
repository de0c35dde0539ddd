"""What will happen to a report by itself: a row first, like everything that may not be lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimerKind(models.TextChoices):
    CONFIRM_AGAIN = "confirm_again", _("ask for the confirmation again")
    FORGET = "forget", _("delete what was never confirmed")
    ALARM = "alarm", _("call the employees")
    TELL_DELAY = "tell_delay", _("tell the reporter of the delay")
    INFO_AGAIN = "info_again", _("remind the reporter of the question")
    INFO_ENDS = "info_ends", _("end what was not completed")
    ASK_PROMISED = "ask_promised", _("ask the reporter on the promised day")
    ASK_PROMISED_AGAIN = "ask_promised_again", _("ask the reporter after the promised day")
    ASK_PROGRESS = "ask_progress", _("ask the reporter of progress")
    SOLVED_AGAIN = "solved_again", _("ask again whether it is solved")
    SOLVED_STATED = "solved_stated", _("close what nobody denied")


class Timer(models.Model):
    """`base` is the moment that the term counts from: the same base never makes the same timer twice.

    So a note or an edit moves no clock, and a clock that was set back fires nothing a second time.
    """

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="timers")
    kind = models.CharField(_("kind"), max_length=20, choices=TimerKind.choices)
    base = models.DateTimeField(_("counts from"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        constraints = [models.UniqueConstraint(fields=["report", "kind", "base"], name="timer_once")]
        indexes = [
            # The sweep: what is due now.
            models.Index(fields=["due_at"], name="timer_due", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"

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
    NOBODY = "nobody", _("end what nobody is responsible for")
    REMIND_BEFORE = "remind_before", _("remind the body of the due day")
    REMIND_DUE = "remind_due", _("remind the body on the due day")
    ESCALATE = "escalate", _("write to the body's second contact")
    NO_ANSWER = "no_answer", _("end what the body did not answer")
    BODY_PROMISED = "body_promised", _("ask the body on the promised day")
    BODY_PROMISED_AGAIN = "body_promised_again", _("ask the body after the promised day")
    NOT_KEPT = "not_kept", _("end what was promised in vain")
    ASK_DATE = "ask_date", _("ask the body for a date")
    NO_SOLUTION = "no_solution", _("end what was answered but not solved")


class Timer(models.Model):
    """`base` is the moment that the term counts from: the same base never makes the same timer twice.

    So a note or an edit moves no clock, and a clock that was set back fires nothing a second time.
    """

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="timers")
    # The body whose clock it is; empty: the report's own.
    assignment = models.ForeignKey(
        "reports.Assignment", models.CASCADE, null=True, blank=True, related_name="timers", verbose_name=_("assignment")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TimerKind.choices)
    base = models.DateTimeField(_("counts from"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "assignment", "kind", "base"], name="timer_once", nulls_distinct=False
            )
        ]
        indexes = [
            # The sweep: what is due now.
            models.Index(fields=["due_at"], name="timer_due", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"

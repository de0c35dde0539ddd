"""One body's turn at a report.

Contact, text, rule and deadline are frozen at sending, so that later edits of the rules change no
running clock. One assignment of a report leads and alone moves its status.
"""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from municipalities.models import Counting
from reports.lifecycle import EventKind


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of_body(self) -> "AssignmentQuerySet":
        """What a body has: neither taken back before it went out, nor recalled."""
        return self.exclude(outcome__in=NOT_THEIRS)


class Assignment(models.Model):
    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("said done")
        NOT_OURS = "not_ours", _("said not theirs")
        CANNOT = "cannot", _("cannot be solved")
        SUPERSEDED = "superseded", _("handed to another body")
        ENDED = "ended", _("ended with the report")
        TAKEN_BACK = "taken_back", _("taken back before it went out")
        RECALLED = "recalled", _("recalled")
        NO_ANSWER = "no_answer", _("did not answer")
        NOT_KEPT = "not_kept", _("did not keep its promise")
        UNSOLVED = "unsolved", _("reported no solution")

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="assignments")
    institution = models.ForeignKey(
        "municipalities.Institution",
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("institution"),
    )
    contact = models.ForeignKey(
        "municipalities.Contact", models.SET_NULL, null=True, blank=True, verbose_name=_("contact")
    )
    responsibility = models.ForeignKey(
        "municipalities.Responsibility", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    is_lead = models.BooleanField(_("leads"), default=True)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent"))
    answer_days = models.PositiveSmallIntegerField(_("days to answer"))
    counting = models.CharField(
        _("counted in"),
        max_length=8,
        choices=Counting.choices,
        default=Counting.CALENDAR,
        db_default=Counting.CALENDAR.value,
    )
    # Since when this body has had the case, which a second letter to it does not change; empty: since `sent_at`.
    clock_from = models.DateTimeField(_("its clock runs since"), null=True, blank=True)
    due_at = models.DateTimeField(_("first answer due"), null=True, blank=True)
    first_answer_at = models.DateTimeField(_("first answer"), null=True, blank=True)
    promised_on = models.DateField(_("promised by"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # "Not ours": whose the officer thinks it is.
    pointed_to = models.ForeignKey(
        "municipalities.Institution", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    # Within the body: who looks after it.
    unit = models.ForeignKey(
        "municipalities.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("colleague")
    )
    # Handed over by another body's turn; or given back by it (`is_returned`) to whoever had handed it over.
    handed_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="handed_to")
    is_returned = models.BooleanField(_("came back"), default=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["report", "round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=models.Q(is_lead=True), name="assignment_one_leads"),
            models.UniqueConstraint(fields=["report", "institution", "round"], name="assignment_once_a_round"),
            models.CheckConstraint(
                condition=models.Q(outcome="open", ended_at=None)
                | (~models.Q(outcome="open") & models.Q(ended_at__isnull=False)),
                name="assignment_ended_has_outcome",
            ),
        ]
        indexes = [
            # An institution's open list, the nearest deadline first.
            models.Index(fields=["institution", "due_at"], name="assignment_open", condition=models.Q(ended_at=None)),
            # What one person has open, at the office and when the person leaves.
            models.Index(
                fields=["assignee"],
                name="assignment_of_colleague",
                condition=models.Q(assignee__isnull=False, ended_at=None),
            ),
            # The desk's tab of failed sends: ours to send, and no address.
            models.Index(
                fields=["due_at"],
                name="assignment_without_contact",
                condition=models.Q(contact=None, ended_at=None, is_lead=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.institution} ({self.round})"

    @property
    def has_no_address(self) -> bool:
        """Ours to send, but with nowhere to send it. What was imported has no clock: others sent it."""
        return self.contact_id is None and self.due_at is not None

    def take_back(self) -> None:
        """As if it had not been sent; the row stays, because events name it."""
        self.is_lead, self.outcome, self.ended_at = False, self.Outcome.TAKEN_BACK, timezone.now()
        self.save(update_fields=["is_lead", "outcome", "ended_at"])

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def is_leading(self) -> bool:
        """It alone moves the report's status, and has not ended."""
        return self.is_lead and self.is_running

    @property
    def is_beside(self) -> bool:
        """It has the report together with whoever leads."""
        return not self.is_lead and self.is_running

    @property
    def was_sent_beside(self) -> bool:
        """It never led, whether or not it has ended since."""
        return not self.is_lead and self.events.filter(kind=EventKind.ALSO_SENT).exists()

    @property
    def runs_since(self) -> datetime:
        return self.clock_from or self.sent_at

    @property
    def is_overdue(self) -> bool:
        """Its first answer, or what it promised, is late."""
        if not self.is_running:
            return False
        if self.promised_on is not None:
            return self.promised_on < timezone.localdate()
        return self.first_answer_at is None and self.due_at is not None and self.due_at < timezone.now()

    @property
    def overdue_since(self) -> date | None:
        if not self.is_overdue:
            return None
        return self.promised_on or (timezone.localdate(self.due_at) if self.due_at else None)

    @property
    def may_come_late(self) -> bool:
        """Ended by a term that ran out: the body may still say how it stands."""
        return self.is_lead and self.outcome in RAN_OUT

    @property
    def is_nobodys(self) -> bool:
        """The case looks for another body: this one has given it back, or was asked to forget it."""
        return self.outcome in (self.Outcome.NOT_OURS, self.Outcome.RECALLED)

    @property
    def waits_for_acceptance(self) -> bool:
        """Another body handed it over, and this one has said neither yes nor no nor anything else."""
        is_handed = self.handed_from_id is not None and not self.is_returned
        return is_handed and self.is_leading and self.accepted_at is None and self.first_answer_at is None

    @property
    def is_of_body(self) -> bool:
        """As `of_body` in queries."""
        return self.outcome not in NOT_THEIRS


NOT_THEIRS = (Assignment.Outcome.TAKEN_BACK, Assignment.Outcome.RECALLED)
RAN_OUT = (Assignment.Outcome.NO_ANSWER, Assignment.Outcome.NOT_KEPT, Assignment.Outcome.UNSOLVED)

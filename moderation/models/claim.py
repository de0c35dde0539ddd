"""Who works on what at the desk, so that nobody does the same work twice.

Example: Anna presses "next case" and gets the oldest one that nobody has: a `Claim` holds it for her, for as long as
the page is open and `DESK_LEASE` after it. Béla gives her another one with a word (`Handoff`): it stands under "mine"
until somebody decides it. Whoever has a case open at this moment has a `Visit`.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ClaimQuerySet(models.QuerySet["Claim"]):
    def running(self, now: datetime | None = None) -> "ClaimQuerySet":
        return self.filter(until__gt=now or timezone.now())

    def of_row(self, row: Any) -> "ClaimQuerySet":
        return self.filter(**{case_field(row): row.pk})

    def of_thing(self, thing: str) -> "ClaimQuerySet":
        return self.filter(thing=thing)


class Claim(models.Model):
    """A lease on one report, one incoming mail, or one row of a tab that is no case of its own (`thing`).

    A row whose time has run out is as good as none.
    """

    report = models.OneToOneField("reports.Report", models.CASCADE, null=True, blank=True, related_name="claim")
    mail = models.OneToOneField("forwarding.IncomingMail", models.CASCADE, null=True, blank=True, related_name="claim")
    # "comment-5", "flag-7", "dispatch-12": see `moderation.things`.
    thing = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001  (no thing, or one: NULLs differ)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", verbose_name=_("who has it")
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("lapses"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(report=None, mail__isnull=False, thing=None)
                | Q(report__isnull=False, mail=None, thing=None)
                | Q(report=None, mail=None, thing__isnull=False),
                name="claim_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id or self.mail_id or self.thing} {self.person_id}"


class HandoffQuerySet(models.QuerySet["Handoff"]):
    def given(self) -> "HandoffQuerySet":
        return self.filter(kind=Handoff.Kind.GIVEN, ended_at=None)

    def unseen_by(self, person: Any) -> "HandoffQuerySet":
        return self.filter(person=person, seen_at=None).exclude(by=person)


class Handoff(models.Model):
    """A report went from one hand to another: given to somebody, or taken over from them. Also the word about it."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("given")
        TAKEN = "taken", _("taken over")
        MENTIONED = "mentioned", _("called into a note")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    report = models.ForeignKey("reports.Report", models.CASCADE, null=True, blank=True, related_name="handoffs")
    mail = models.ForeignKey("forwarding.IncomingMail", models.CASCADE, null=True, blank=True, related_name="handoffs")
    # Whom it was given to, or taken from: the one to be told.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="handoffs", verbose_name=_("whom it concerns")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    # What was given: decided, taken back, or given to somebody else.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        verbose_name = _("handing over")
        verbose_name_plural = _("handings over")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(report=None, mail__isnull=False, kind="taken") | Q(report__isnull=False, mail=None),
                name="handoff_of_one_thing",
            ),
            # Also tells lists and "next case" who has been given a report.
            models.UniqueConstraint(
                fields=["report"], condition=Q(kind="given", ended_at=None), name="handoff_given_to_one"
            ),
        ]
        indexes = [
            # The tab "mine".
            models.Index(fields=["person"], name="handoff_mine", condition=Q(kind="given", ended_at=None)),
            # What somebody is to be told at the desk.
            models.Index(fields=["person", "-at"], name="handoff_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.report_id or self.mail_id} {self.person_id}"


class Visit(models.Model):
    """Somebody has a case open; told every `DESK_POLL_SECONDS` by the page itself, gone when the page is left."""

    report = models.ForeignKey("reports.Report", models.CASCADE, null=True, blank=True, related_name="visits")
    mail = models.ForeignKey("forwarding.IncomingMail", models.CASCADE, null=True, blank=True, related_name="visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_visits")
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last sign"))

    class Meta:
        verbose_name = _("visit at the desk")
        verbose_name_plural = _("visits at the desk")
        constraints = [
            models.CheckConstraint(
                condition=Q(report=None, mail__isnull=False) | Q(report__isnull=False, mail=None),
                name="visit_of_one_thing",
            ),
            # Also answer who else is there.
            models.UniqueConstraint(fields=["report", "person"], name="visit_once"),
            models.UniqueConstraint(fields=["mail", "person"], name="visit_mail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id or self.mail_id} {self.person_id}"


def case_field(row: Any) -> str:
    """ "mail" or "report": which column of the tables above names this row."""
    return "mail" if row._meta.model_name == "incomingmail" else "report"

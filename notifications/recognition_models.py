"""What people did for their neighbourhood, counted; and the badges that come of it."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

LEVELS = 3


class Help(models.TextChoices):
    """Every kind of act that helps. A new one needs a line in each table below and a source in `recognition.py`."""

    REPORT = "report", _("Reports")
    CONFIRM = "confirm", _("Says how it ended")
    PROOF = "proof", _("Goes and looks")
    PHOTO = "photo", _("Adds photos")
    SUPPORT = "support", _("Joins instead of repeating")
    INFO = "info", _("Completes")
    COMMENT = "comment", _("Tells what they know")
    FOLLOW = "follow", _("Keeps an eye on a neighbourhood")

    @property
    def levels(self) -> tuple[int, int, int]:
        """From how many on; small, so that the first steps count most. Following counts months, not reports."""
        return {
            Help.REPORT: (1, 5, 20),
            Help.CONFIRM: (1, 5, 15),
            Help.PROOF: (1, 5, 15),
            Help.PHOTO: (1, 5, 15),
            Help.SUPPORT: (1, 5, 15),
            Help.INFO: (1, 3, 10),
            Help.COMMENT: (1, 5, 15),
            Help.FOLLOW: (2, 6, 12),
        }[self]

    @property
    def icon(self) -> str:
        return {
            Help.REPORT: "camera",
            Help.CONFIRM: "badge-check",
            Help.PROOF: "footprints",
            Help.PHOTO: "image-plus",
            Help.SUPPORT: "hand-heart",
            Help.INFO: "message-square-reply",
            Help.COMMENT: "message-circle",
            Help.FOLLOW: "eye",
        }[self]

    @property
    def words(self) -> Promise:
        return {
            Help.REPORT: _("Reported problems that were published."),
            Help.CONFIRM: _("Said whether a problem was really solved."),
            Help.PROOF: _("Passed by and said how it looks; a volunteer accepted it."),
            Help.PHOTO: _("Added photos that were accepted."),
            Help.SUPPORT: _("Found that a problem was reported already, and pressed “me too”."),
            Help.INFO: _("Answered when a volunteer asked for more."),
            Help.COMMENT: _("Wrote about problems that others had reported."),
            Help.FOLLOW: _("Follows what happens in one neighbourhood, month after month."),
        }[self]

    def counted(self, number: int) -> str:
        """What stands after the number, where all are counted together."""
        return {
            Help.REPORT: ngettext("published report", "published reports", number),
            Help.CONFIRM: ngettext("answer to “is it solved?”", "answers to “is it solved?”", number),
            Help.PROOF: ngettext("look at the place itself", "looks at the place itself", number),
            Help.PHOTO: ngettext("photo added later", "photos added later", number),
            Help.SUPPORT: ngettext("“me too” in place of a new report", "“me too” in place of new reports", number),
            Help.INFO: ngettext("answer to a volunteer's question", "answers to a volunteer's question", number),
            Help.COMMENT: ngettext("comment", "comments", number),
            Help.FOLLOW: ngettext("report that somebody follows", "reports that somebody follows", number),
        }[self]


class Contribution(models.Model):
    """How often a person helped in one way, in one area and month. Counted anew every night.

    `shown` leaves out what belongs to reports that were sent without a name: only that is ever shown to others.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contributions")
    kind = models.CharField(_("kind"), max_length=10, choices=Help.choices)
    area = models.ForeignKey("municipalities.Area", models.CASCADE, related_name="+")
    month = models.DateField(_("month"))  # its first day, on the site's own clock
    acts = models.PositiveIntegerField()
    shown = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "area", "month"], name="contribution_once"),
            models.CheckConstraint(condition=models.Q(shown__lte=models.F("acts")), name="contribution_shown_of_acts"),
        ]
        indexes = [
            # What a neighbourhood did in a month.
            models.Index(fields=["month", "area"], name="contribution_month"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.month}"


class Badge(models.Model):
    """A quiet word of thanks for one way of helping. `shown_level` is what others see, from named reports alone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="badges")
    kind = models.CharField(_("kind"), max_length=10, choices=Help.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    shown_level = models.PositiveSmallIntegerField(_("level that others see"))
    since = models.DateField(_("since"))

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="badge_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, LEVELS)), name="badge_level_known"),
            models.CheckConstraint(condition=models.Q(shown_level__lte=models.F("level")), name="badge_shown_of_level"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.level}"

    @property
    def help(self) -> Help:
        return Help(self.kind)

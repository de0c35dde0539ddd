"""What people say about a public report. The words lie in rows of their own: erasing a person blanks them.

Example: Norbert writes "Still there" and it is shown at once; two minutes later he mends a slip (a second
`CommentText`, the first stays for moderators). A guest's comment waits for the button behind the mail's link.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown(self) -> "CommentQuerySet":
        return self.filter(status=Comment.Status.SHOWN)

    def of(self, person: Any, also: list[int]) -> "CommentQuerySet":
        """Those that this person, or this browser (`also`: ids), wrote."""
        mine = models.Q(pk__in=also)
        return self.filter(mine | models.Q(author=person.pk) if person.is_authenticated else mine)


class Comment(models.Model):
    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", pgettext_lazy("comment", "unconfirmed")
        WAITING = "waiting", pgettext_lazy("comment", "waits for a moderator")
        SHOWN = "shown", pgettext_lazy("comment", "shown")
        HIDDEN = "hidden", pgettext_lazy("comment", "hidden")
        WITHDRAWN = "withdrawn", pgettext_lazy("comment", "withdrawn")

    class Check(models.TextChoices):
        """Why a comment waits for a moderator instead of being shown at once."""

        PERSONAL = "personal", _("perhaps personal data")
        INSULT = "insult", _("a rude word")
        LINKS = "links", _("many links")
        SHOUTING = "shouting", _("written in capitals")
        FLOOD = "flood", _("many comments in a short time")

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="comments")
    # The report that it was written under, where joining that one with another brought it here.
    came_from = models.ForeignKey(
        "reports.Report", models.SET_NULL, null=True, blank=True, related_name="lent_comments", editable=False
    )
    # Empty once the person is erased.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("who")
    )
    name = models.CharField(_("name shown"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=11, choices=Status.choices)
    flagged_for = ArrayField(models.CharField(max_length=10, choices=Check.choices), default=list, blank=True)
    # The event whose mail asks a guest whether the address is theirs.
    asked = models.ForeignKey("reports.ReportEvent", models.SET_NULL, null=True, blank=True, related_name="comments")
    created_at = models.DateTimeField(_("created"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    shown_at = models.DateTimeField(_("first shown"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = [models.F("shown_at").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["unconfirmed", "waiting", "shown", "hidden", "withdrawn"],
                ),
                name="comment_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="shown") | models.Q(shown_at__isnull=False), name="comment_shown_has_date"
            ),
        ]
        indexes = [
            # The report's page: its comments in their order.
            models.Index(fields=["report", "shown_at", "id"], name="comment_page"),
            # How many somebody wrote lately; their own list.
            models.Index(fields=["author", "created_at"], name="comment_by_author"),
            # The desk's tab, oldest first.
            models.Index(fields=["created_at"], name="comment_waiting", condition=models.Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} #{self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the report that holds this comment, at the comment."""
        return f"{self.report.get_absolute_url()}?comment={self.pk}#comment-{self.pk}"

    @property
    def state(self) -> "Comment.Status":
        return Comment.Status(self.status)

    @property
    def text(self) -> str:
        """The words as they are now (works on prefetched texts)."""
        texts = list(self.texts.all())
        return texts[-1].text if texts else ""

    @property
    def version(self) -> int:
        """How often it was written: a decision on an older version is not obeyed."""
        return len(self.texts.all())

    @property
    def shown_photos(self) -> list[Any]:
        return [photo for photo in self.photos.all() if photo.is_shown]

    @property
    def waiting_photos(self) -> list[Any]:
        return [photo for photo in self.photos.all() if photo.awaits_review]

    @property
    def may_edit(self) -> bool:
        """Published or waiting, and its author pressed the button less than five minutes ago."""
        window: timedelta = settings.COMMENT_EDIT_WINDOW
        return (
            self.status in (Comment.Status.SHOWN, Comment.Status.WAITING)
            and self.confirmed_at is not None
            and timezone.now() - self.confirmed_at <= window
        )

    @property
    def may_withdraw(self) -> bool:
        return self.status in (Comment.Status.SHOWN, Comment.Status.WAITING, Comment.Status.UNCONFIRMED)

    @property
    def check_words(self) -> list[str]:
        return [str(Comment.Check(code).label) for code in self.flagged_for]


class CommentText(models.Model):
    """One version of the words; the last is the one that counts, earlier ones are for moderators."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="texts")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"), max_length=2000, blank=True)
    written_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("text of a comment")
        verbose_name_plural = _("texts of comments")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comment_text_once")]

    def __str__(self) -> str:
        return self.text[:60]

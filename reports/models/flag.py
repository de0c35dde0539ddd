""" "Something wrong with this?": one row for each thing that people point at, with a voice for each of them.

The thing stays as it is until a moderator has looked; `FLAGS_HIDE_AFTER` voices that see personal data in a comment
or a photo hide it until then (docs/decisions: what people write under a report).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Flag(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("flag", "open")
        DISMISSED = "dismissed", pgettext_lazy("flag", "nothing wrong")
        UPHELD = "upheld", pgettext_lazy("flag", "hidden")

    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="flags")
    # Neither: the report itself.
    comment = models.ForeignKey("reports.Comment", models.CASCADE, null=True, blank=True, related_name="flags")
    photo = models.ForeignKey("reports.Photo", models.CASCADE, null=True, blank=True, related_name="flags")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)
    count = models.PositiveIntegerField(_("voices"), default=0)
    has_hidden = models.BooleanField(_("hidden until looked at"), default=False)
    created_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "comment", "photo"],
                condition=models.Q(status="open"),
                nulls_distinct=False,
                name="flag_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(comment=None) | models.Q(photo=None), name="flag_points_at_one_thing"
            ),
        ]
        indexes = [
            # The desk's tab, oldest first.
            models.Index(fields=["created_at"], name="flag_waiting", condition=models.Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} ({self.count})"

    @property
    def reasons(self) -> dict[str, int]:
        """The reasons given, in words, with how often (works on prefetched voices)."""
        found: dict[str, int] = {}
        for voice in self.voices.all():
            label = str(FlagVoice.Reason(voice.reason).label)
            found[label] = found.get(label, 0) + 1
        return found


class FlagVoice(models.Model):
    class Reason(models.TextChoices):
        PERSONAL = "personal", _("It shows personal data (a face, a name, a plate, a phone number)")
        INSULT = "insult", _("It insults or threatens somebody")
        SPAM = "spam", _("It is advertising or has nothing to do with the report")
        NOT_PUBLIC = "not_public", _("It is not a public matter")
        COPYRIGHT = "copyright", _("It is somebody else's picture or text")
        OTHER = "other", _("Something else")

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="voices")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="flag_voices"
    )
    # Of who is not signed in: a keyed hash of the network address, so that one voice counts once.
    address_hash = models.CharField(max_length=32, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    text = models.TextField(_("words"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("voice of a flag")
        verbose_name_plural = _("voices of flags")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["flag", "person"], condition=models.Q(person__isnull=False), name="flag_voice_person_once"
            ),
            models.UniqueConstraint(
                fields=["flag", "address_hash"],
                condition=models.Q(person=None) & ~models.Q(address_hash=""),
                name="flag_voice_address_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.reason}"

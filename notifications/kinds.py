"""What we write to people about, and how often.

A question to the reporter ("needs more info", "is it solved?") and a receipt are of no kind: nobody unsubscribes
from them but by wanting no mail at all.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailKind(models.TextChoices):
    OWN = "own", _("news of my reports")
    FOLLOWED = "followed", _("news of reports that I follow")
    COMMENT = "comment", _("comments")
    ALERT = "alert", _("alerts on new reports")
    DIGEST = "digest", _("the monthly digest")
    THANKS = "thanks", _("thanks")
    OFFICE = "office", _("the daily list of my body's cases")

    @property
    def offered(self) -> tuple["Frequency", ...]:
        """What one may choose. An alert has its own frequency and the digest comes each month: on or off."""
        return tuple(Frequency) if self in BUNDLED else (Frequency.NOW, Frequency.NEVER)


class Frequency(models.TextChoices):
    NOW = "now", pgettext_lazy("frequency", "at once")
    DAILY = "daily", pgettext_lazy("frequency", "once a day")
    WEEKLY = "weekly", pgettext_lazy("frequency", "once a week")
    NEVER = "never", pgettext_lazy("frequency", "never")


# News that may wait and come as several lines of one mail.
BUNDLED = (MailKind.OWN, MailKind.FOLLOWED, MailKind.COMMENT)

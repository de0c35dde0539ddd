"""How a contact wants to be written to: how patiently, at which hours, one by one or gathered.

Example: an office that reads mail on working days from 8 to 16 gets Friday evening's letters on Monday at 8. All times
of day are those of its own clocks, so that they stay right when clocks are set forward or back.
"""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

WAITS_AT_MOST = 20
WEEK_MINUTES = 7 * 24 * 60
LOOK_AHEAD = 9  # days: every weekday is among them


def check_waits(waits: list[int]) -> None:
    if sorted(waits) != list(waits):
        raise ValidationError(_("Each wait must be as long as the one before, or longer."))


def check_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no such time zone. Write it like this: Europe/Budapest."))


class SendingOptions(models.Model):
    """Empty means: as the settings of the site say, at any hour, one by one."""

    timeout_seconds = models.PositiveSmallIntegerField(
        _("patience in seconds"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("How long the other side may keep silent."),
    )
    retry_minutes = ArrayField(
        models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(WEEK_MINUTES)]),
        verbose_name=_("waits between attempts, in minutes"),
        default=list,
        blank=True,
        size=WAITS_AT_MOST,
        validators=[check_waits],
        help_text=_("For example 5, 30, 240. After the last one and one more attempt it has failed."),
    )
    max_mail_bytes = models.PositiveIntegerField(
        _("largest mail in bytes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(50_000)],
        help_text=_("What does not fit is a link."),
    )
    work_days = models.CharField(
        _("working days"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^1?2?3?4?5?6?7?$", _("Write the days as numbers in order; 1 is Monday."))],
        help_text=_("12345 is Monday to Friday. Outside them, letters wait."),
    )
    work_from = models.TimeField(_("working hours from"), null=True, blank=True)
    work_until = models.TimeField(_("working hours until"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, blank=True, validators=[check_timezone])
    digest_at = ArrayField(
        models.TimeField(),
        verbose_name=_("gathered at"),
        default=list,
        blank=True,
        size=24,
        help_text=_("Times of day, such as 08:00, 14:00: one mail with all that waits. Empty: each by itself."),
    )
    pause_after = models.PositiveSmallIntegerField(
        _("pause after so many failures in a row"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.work_from and self.work_until and self.work_from >= self.work_until:
            raise ValidationError({"work_until": _("Working hours end after they begin.")})

    @property
    def waits(self) -> list[int]:
        """Seconds between the attempts."""
        own = [minutes * 60 for minutes in self.retry_minutes]
        default: list[int] = settings.DELIVERY_RETRY_SECONDS
        return own or default

    @property
    def timeout(self) -> int:
        return self.timeout_seconds or int(settings.EMAIL_TIMEOUT)

    @property
    def mail_limit(self) -> int:
        return self.max_mail_bytes or int(settings.MAIL_MAX_BYTES)

    @property
    def failures_allowed(self) -> int:
        return self.pause_after or int(settings.CONTACT_PAUSE_AFTER)

    @property
    def wants_digest(self) -> bool:
        return bool(self.digest_at)

    @property
    def work_days_in_words(self) -> str:
        return ", ".join(str(WEEKDAYS_ABBR[int(day) - 1]) for day in self.work_days)

    def in_hours(self, at: datetime) -> datetime:
        """`at`, or the beginning of the next working hours after it."""
        if not self.work_days and self.work_from is None and self.work_until is None:
            return at
        for day in self._days_from(at):
            begin = self._moment(day, self.work_from or time.min)
            end = self._moment(day, self.work_until) if self.work_until else self._moment(_next(day), time.min)
            if at < end:
                return max(at, begin)
        return at

    def next_digest(self, after: datetime) -> datetime:
        """The next time at which letters are gathered; `after` itself where they are not."""
        for day in self._days_from(after):
            for clock in sorted(self.digest_at):
                moment = self._moment(day, clock)
                if moment > after:
                    return moment
        return after

    def first_try(self, at: datetime) -> datetime:
        """When a letter that is ready `at` that time goes out."""
        return self.next_digest(at) if self.wants_digest else self.in_hours(at)

    def _days_from(self, at: datetime) -> list[date]:
        first = at.astimezone(self._zone).date()
        days = [first + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)]
        return [day for day in days if not self.work_days or str(day.isoweekday()) in self.work_days]

    def _moment(self, day: date, clock: time) -> datetime:
        """In UTC: two times of the same zone are compared by their faces, and clocks are set back."""
        return datetime.combine(day, clock, tzinfo=self._zone).astimezone(UTC)

    @property
    def _zone(self) -> Any:
        return zoneinfo.ZoneInfo(self.timezone or settings.TIME_ZONE)


def _next(day: date) -> date:
    return day + timedelta(days=1)

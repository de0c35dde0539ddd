"""Alerts: "tell me of what happens here".

Example: Norbert draws a shape around his street and wants new reports of potholes, once a day. A report is
published there: its event leaves an `AlertCandidate` in the same transaction. A worker asks all alerts about
all candidates with one query, which leaves an `AlertHit` per person and event. At seven o'clock the hits of
the alert are gathered into one `AlertMail`.

A circle is kept as the polygon that it is nearly (`shape`), so that one index finds circles and drawn shapes.
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.contrib.postgres.search import SearchQueryField
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.deliveries import Delivery, DeliveryStatus
from notifications.kinds import MailKind
from reports.lifecycle import Status


class Moment(models.TextChoices):
    """What of a report's life one may want to hear."""

    NEW = "new", _("a new report")
    IN_PROGRESS = Status.IN_PROGRESS.value, _("the responsible body answered")
    AWAITING_CONFIRMATION = Status.AWAITING_CONFIRMATION.value, _("the body says that it is done")
    SOLVED = Status.SOLVED.value, _("solved")
    UNRESOLVED = Status.UNRESOLVED.value, _("closed without a solution")


class Rhythm(models.TextChoices):
    NOW = "now", pgettext_lazy("rhythm", "at once")
    DAILY = "daily", pgettext_lazy("rhythm", "once a day, in the morning")
    WEEKLY = "weekly", pgettext_lazy("rhythm", "once a week, on Monday morning")
    # Another mail: the letter of the neighbourhood, which gathers by itself what happened in the month.
    MONTHLY = "monthly", pgettext_lazy("rhythm", "a letter of the neighbourhood, once a month")


class Where(models.TextChoices):
    AROUND = "around", _("around a place")
    AREA = "area", _("in a district or settlement")
    SHAPE = "shape", _("inside a shape that I draw")
    ANYWHERE = "anywhere", pgettext_lazy("place of an alert", "anywhere")


class AlertQuerySet(models.QuerySet["Alert"]):
    def running(self) -> "AlertQuerySet":
        return self.filter(active_since__isnull=False)


class Alert(models.Model):
    Moment, Rhythm, Where = Moment, Rhythm, Where

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    name = models.CharField(_("name"), max_length=80)
    frequency = models.CharField(_("how often"), max_length=7, choices=Rhythm.choices)
    where = models.CharField(_("where"), max_length=8, choices=Where.choices)
    point = models.PointField(_("place"), srid=4326, null=True, blank=True, spatial_index=False)
    radius = models.PositiveIntegerField(_("radius in metres"), null=True, blank=True)
    area = models.ForeignKey("municipalities.Area", models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    shape = models.PolygonField(_("shape"), srid=4326, null=True, blank=True, spatial_index=False)
    category = models.ForeignKey(
        "municipalities.Category", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    institution = models.ForeignKey(
        "municipalities.Institution", models.CASCADE, null=True, blank=True, verbose_name=_("institution")
    )
    words = models.CharField(_("words"), max_length=100, blank=True)
    query = SearchQueryField(null=True, blank=True, editable=False)  # the stems of `words`
    moments = ArrayField(models.CharField(max_length=21, choices=Moment.choices), verbose_name=_("of what"))
    language = models.CharField(_("language"), max_length=8, blank=True)  # of the page it was made on
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    # When its reader said that the address is theirs; somebody who is signed in has done so before.
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # Empty while it waits for confirmation or is paused; what happened earlier is never told.
    active_since = models.DateTimeField(_("runs since"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(where=Where.AROUND, point__isnull=False, radius__isnull=False, shape__isnull=False)
                | models.Q(where=Where.AREA, area__isnull=False, shape=None)
                | models.Q(where=Where.SHAPE, shape__isnull=False, area=None)
                | models.Q(where=Where.ANYWHERE, area=None, shape=None),
                name="alert_place_is_whole",
            ),
            models.CheckConstraint(condition=models.Q(frequency__in=Rhythm.values), name="alert_frequency_known"),
            models.CheckConstraint(condition=models.Q(moments__contained_by=Moment.values), name="alert_moments_known"),
            models.CheckConstraint(
                condition=models.Q(active_since=None) | models.Q(confirmed_at__isnull=False),
                name="alert_runs_when_confirmed",
            ),
            # One letter of the neighbourhood a month; those that wait for a yes may be several.
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(frequency=Rhythm.MONTHLY, confirmed_at__isnull=False),
                name="alert_one_letter",
            ),
        ]
        indexes = [
            # Matching: which circles and shapes hold a report's point.
            GistIndex(fields=["shape"], name="alert_shape", condition=models.Q(active_since__isnull=False)),
            # Matching: alerts of the report's area and of what lies around it.
            models.Index(fields=["area"], name="alert_area_runs", condition=models.Q(active_since__isnull=False)),
            # Matching: alerts without a place, of the report's category or of any.
            models.Index(
                fields=["category"],
                name="alert_anywhere",
                condition=models.Q(where=Where.ANYWHERE, active_since__isnull=False),
            ),
            # The month's letters.
            models.Index(
                fields=["active_since"],
                name="alert_letters",
                condition=models.Q(frequency=Rhythm.MONTHLY, active_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alert", args=[self.pk])

    @property
    def is_letter(self) -> bool:
        return self.frequency == Rhythm.MONTHLY

    @property
    def is_paused(self) -> bool:
        return self.confirmed_at is not None and self.active_since is None

    @property
    def mail_kind(self) -> MailKind:
        return MailKind.DIGEST if self.is_letter else MailKind.ALERT

    @property
    def moment_labels(self) -> list[str]:
        return [str(label) for value, label in Moment.choices if value in self.moments]


class AlertCandidate(models.Model):
    """A public change that alerts have not been asked about yet: written with its event, deleted with the hits."""

    event = models.OneToOneField("reports.ReportEvent", models.CASCADE, primary_key=True, related_name="+")
    moment = models.CharField(max_length=21, choices=Moment.choices)

    class Meta:
        verbose_name = _("change that waits for alerts")
        verbose_name_plural = _("changes that wait for alerts")

    def __str__(self) -> str:
        return f"{self.event_id} {self.moment}"


class AlertMail(Delivery):
    """One mail of an alert: its question to a typed address, a batch of hits, or the month's letter."""

    class Template(models.TextChoices):
        QUESTION = "alert_question", _("is this your address?")
        HITS = "alert", _("alert")
        LETTER = "letter", _("letter of the neighbourhood")

    LINE = ("alert",)

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="mails")
    template = models.CharField(_("template"), max_length=14, choices=Template.choices)
    # What it tells of: a day, a week, a month; never told twice.
    period = models.CharField(_("period"), max_length=24)

    class Meta:
        verbose_name = _("mail of an alert")
        verbose_name_plural = _("mails of alerts")
        constraints = [
            models.UniqueConstraint(fields=["alert", "period"], name="alert_mail_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values), name="alert_mail_status_known"
            ),
        ]
        indexes = [
            # The sweep.
            models.Index(
                fields=["next_try_at"],
                name="alert_mail_open",
                condition=models.Q(status__in=["waiting", "sending", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.period}"


class AlertHit(models.Model):
    """A change that a person wanted to hear of, through the alert that found it first."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="hits")
    # Writing hits is most of what matching costs, so no index too many: `alert_hit_once` finds a person's.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    report = models.ForeignKey("reports.Report", models.CASCADE, related_name="+")
    event = models.ForeignKey("reports.ReportEvent", models.CASCADE, related_name="+")
    moment = models.CharField(max_length=21, choices=Moment.choices)
    created_at = models.DateTimeField()
    mail = models.ForeignKey(AlertMail, models.SET_NULL, null=True, blank=True, related_name="hits", db_index=False)

    class Meta:
        verbose_name = _("hit of an alert")
        verbose_name_plural = _("hits of alerts")
        constraints = [
            # Nobody is told twice, however many of their alerts fit.
            models.UniqueConstraint(fields=["person", "event"], name="alert_hit_once"),
            models.UniqueConstraint(
                fields=["person", "report"], condition=models.Q(moment=Moment.NEW), name="alert_new_once"
            ),
        ]
        indexes = [
            # Gathering what no mail holds yet.
            models.Index(fields=["alert", "created_at"], name="alert_hit_waits", condition=models.Q(mail=None)),
            # What a mail tells.
            models.Index(fields=["mail"], name="alert_hit_told", condition=models.Q(mail__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.event_id}"

    @property
    def moment_label(self) -> str:
        return str(Moment(self.moment).label)

"""Rules: this institution handles this category in this area or street group, and answers by then."""

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

FARTHEST = 2000  # metres around a line or a polygon
WEEKDAYS = list(range(1, 8))  # Monday is 1
MONTHS = list(range(1, 13))
DRAWN = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


def check_drawn(shape: Any, metres: int) -> None:
    """A line without a width holds no point at all; a point is no place that somebody looks after."""
    if shape is None:
        return
    if shape.geom_type not in DRAWN:
        raise ValidationError({"shape": _("Draw lines or polygons.")})
    if "Line" in shape.geom_type and not metres:
        raise ValidationError({"metres": _("Say how many metres around the line it holds.")})


class StreetGroup(models.Model):
    """Streets that somebody else looks after, e.g. the main roads of a road operator.

    By name (an address that holds one of them), by place (lines or polygons, and so many metres around), or both:
    then either is enough.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    streets = ArrayField(models.CharField(max_length=120), verbose_name=_("streets"), default=list, blank=True)
    shape = GeometryField(_("lines or polygons"), srid=4326, null=True, blank=True)
    metres = models.PositiveSmallIntegerField(
        _("metres around them"), default=0, validators=[MaxValueValidator(FARTHEST)]
    )

    class Meta:
        verbose_name = _("street group")
        verbose_name_plural = _("street groups")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(metres__lte=FARTHEST), name="street_group_metres"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_drawn(self.shape, self.metres)
        if not self.streets and self.shape is None:
            raise ValidationError({"streets": _("Name at least one street, or draw it.")})


class Counting(models.TextChoices):
    """How the days of a deadline are counted (`municipalities.deadlines`)."""

    CALENDAR = "calendar", _("calendar days")
    WORKING = "working", _("working days")


class Responsibility(models.Model):
    """Where, what and when a body is responsible. What is empty means "any"; what is filled must all hold.

    Example: district IX × lighting → BDK, 15 days. A rule for the street group "Main roads" wins over one for the
    district, which wins over one for the city; `routing.py` orders them and says why. Without a contact the
    institution's first usable one is taken. An area stands for all its generations (the same kind and code).
    """

    class Effect(models.TextChoices):
        LEADS = "leads", _("is responsible")
        ALSO = "also", _("gets it too, beside whoever leads")
        ONLY = "only", _("is responsible alone: nobody else is suggested")
        NOT = "not", _("is not responsible")

    # -- Where and what --
    area = models.ForeignKey("municipalities.Area", models.CASCADE, null=True, blank=True, verbose_name=_("area"))
    category = models.ForeignKey(  # and those below it
        "municipalities.Category", models.CASCADE, null=True, blank=True, verbose_name=_("category")
    )
    street_group = models.ForeignKey(StreetGroup, models.CASCADE, null=True, blank=True, verbose_name=_("street group"))
    shape = GeometryField(_("own line or polygon"), srid=4326, null=True, blank=True)
    metres = models.PositiveSmallIntegerField(
        _("metres around it"), default=0, validators=[MaxValueValidator(FARTHEST)]
    )
    # The reporter's answer to one of the category's questions: its code, and the code of the answer (or the text).
    answer_code = models.SlugField(_("question"), max_length=40, blank=True, db_index=False)
    answer_value = models.CharField(_("answer"), max_length=100, blank=True)

    # -- When: at the desk that is today, where an old report is explained the day on which it came in --
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    months = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("months"), default=list, blank=True)

    # -- Who, and what that means --
    institution = models.ForeignKey(
        "municipalities.Institution",
        models.CASCADE,
        related_name="responsibilities",
        verbose_name=_("institution"),
    )
    contact = models.ForeignKey(
        "municipalities.Contact", models.SET_NULL, null=True, blank=True, verbose_name=_("contact")
    )
    effect = models.CharField(_("what it says"), max_length=5, choices=Effect.choices, default=Effect.LEADS)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=30, validators=[MinValueValidator(1)])
    counting = models.CharField(
        _("counted in"),
        max_length=8,
        choices=Counting.choices,
        default=Counting.CALENDAR,
        db_default=Counting.CALENDAR.value,
    )
    priority = models.SmallIntegerField(_("priority"), default=0, help_text=_("The highest wins."))
    preferred = models.BooleanField(
        _("preferred"), default=False, help_text=_("Goes first where several rules fit equally well.")
    )
    # How often moderators chose this body for this area and category (import, later learning).
    weight = models.PositiveIntegerField(_("times chosen"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            # An import that learns rules finds them by it (`reports.import_storing`). Shapes are too large for it.
            models.UniqueConstraint(
                fields=[
                    "area",
                    "category",
                    "street_group",
                    "institution",
                    "effect",
                    "answer_code",
                    "answer_value",
                    "valid_from",
                    "valid_to",
                    "weekdays",
                    "months",
                ],
                condition=models.Q(shape=None),
                name="responsibility_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a rule already."),
            ),
            models.CheckConstraint(condition=models.Q(answer_days__gte=1), name="responsibility_answer_days"),
            models.CheckConstraint(
                condition=models.Q(metres__lte=FARTHEST) & (models.Q(metres=0) | models.Q(shape__isnull=False)),
                name="responsibility_metres",
            ),
            models.CheckConstraint(
                condition=models.Q(answer_code="", answer_value="")
                | (~models.Q(answer_code="") & ~models.Q(answer_value="")),
                name="responsibility_answer_whole",
                violation_error_message=_("A question and its answer go together."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="responsibility_days_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekdays__contained_by=WEEKDAYS),
                name="responsibility_weekdays",
                violation_error_message=_("Weekdays are numbers from 1 (Monday) to 7."),
            ),
            models.CheckConstraint(
                condition=models.Q(months__contained_by=MONTHS),
                name="responsibility_months",
                violation_error_message=_("Months are numbers from 1 to 12."),
            ),
        ]
        indexes = [
            # Suggestions for a report: rules of its areas and categories.
            models.Index(fields=["area", "category"], name="responsibility_place_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.area or '*'} × {self.category or '*'} → {self.institution}"

    def clean(self) -> None:
        check_drawn(self.shape, self.metres)
        if self.metres and self.shape is None:
            raise ValidationError({"metres": _("Metres are counted from what is drawn; nothing is.")})
        if self.contact and self.institution_id and self.contact.institution_id != self.institution_id:
            raise ValidationError({"contact": _("This contact belongs to another institution.")})

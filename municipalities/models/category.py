"""What kind of problem: a tree of two levels, with its texts in each language of the site."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class CategoryQuerySet(models.QuerySet["Category"]):
    def offered(self) -> "CategoryQuerySet":
        """What a citizen may choose: active, and not under an inactive parent; parents stand before their children."""
        return (
            self.filter(is_active=True)
            .exclude(parent__is_active=False)
            .select_related("parent")
            .order_by(
                models.functions.Coalesce("parent__position", "position"),
                models.functions.Coalesce("parent_id", "id"),
                models.F("parent_id").asc(nulls_first=True),
                "position",
                "id",
            )
        )


class Category(models.Model):
    slug = models.SlugField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    # {"hu": "Kátyú", "en": "Pothole"}: read with every list, so it lies in the row.
    names = models.JSONField(_("names"), default=dict)
    descriptions = models.JSONField(_("descriptions"), default=dict, blank=True)
    # {"hu": ["kátyú", "gödör"], "en": ["pothole"]}: what suggests it to somebody who writes (`categorising`).
    keywords = models.JSONField(_("keywords"), default=dict, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="map-pin", help_text=_("Name in the Lucide set."))
    colour = models.CharField(
        _("colour"), max_length=7, default="#5b6b62", validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    is_private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_("Reports of this kind are seen by reporter, staff and body only."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    similar_metres = models.PositiveSmallIntegerField(
        _("how far the same problem may lie"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
        help_text=_("In metres: reports this near are offered as “is it this one?”. Empty: the usual distance."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="category_not_its_own_parent"),
            models.CheckConstraint(condition=models.Q(names__has_key=settings.LANGUAGE_CODE), name="category_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return text_in(self.names, get_language())

    @property
    def description(self) -> str:
        return text_in(self.descriptions, get_language())

    def clean(self) -> None:
        if self.parent and self.parent.parent_id:
            raise ValidationError({"parent": _("Categories have two levels at most.")})


def text_in(texts: dict[str, str], language: str | None) -> str:
    """The text in this language, else in the site's own, else any."""
    short = (language or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(short) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), "")

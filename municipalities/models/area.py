"""Administrative boundaries, the identity apart from the shape.

Example: Budapest (county, code 01) is the parent of twenty-three districts. The shape of each is cut
into small pieces on import, so that "which district is this point in?" reads a few dozen vertices
instead of thousands. A new boundary closes the old row (`valid_to`) and opens another, so that a
report of last year keeps the district it was in.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.gis.geos import MultiPolygon

PIECE_VERTICES = 128


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self) -> "AreaQuerySet":
        return self.filter(valid_to=None)

    def served(self) -> "AreaQuerySet":
        return self.current().filter(is_served=True)

    def valid_on(self, day: date | None) -> "AreaQuerySet":
        """The generations of that day; None: today's."""
        if day is None:
            return self.current()
        return self.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=day),
            models.Q(valid_to=None) | models.Q(valid_to__gt=day),
        )

    def covering(self, point: Point, day: date | None = None) -> "AreaQuerySet":
        """Areas of that day (today) that hold the point (lon/lat), the smallest kind first; a border belongs to both
        sides."""
        ids = AreaPiece.objects.filter(geometry__covers=point).values("area_id")
        rank = models.Case(*[models.When(kind=kind, then=rank) for rank, kind in enumerate(Area.Kind.smallest_first())])
        return self.valid_on(day).filter(pk__in=ids).annotate(rank=rank).order_by("is_sketch", "rank", "code")

    def at(self, point: Point) -> "Area | None":
        """The served area of a point, or None where nobody is served."""
        return self.served().covering(point).first()


class Area(models.Model):
    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        COUNTY = "county", _("county")
        SETTLEMENT = "settlement", _("settlement")
        DISTRICT = "district", _("district")

        @classmethod
        def smallest_first(cls) -> "list[Area.Kind]":
            return [cls.DISTRICT, cls.SETTLEMENT, cls.COUNTY, cls.COUNTRY]

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40, help_text=_("The national statistical office's code."))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    is_served = models.BooleanField(_("reports are taken here"), default=True)
    # A hand-drawn stand-in: an import with the same code replaces it, and a real boundary wins before it.
    is_sketch = models.BooleanField(_("hand-drawn sketch"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=models.Q(valid_to=None), name="area_code_once_per_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None)
                | models.Q(valid_from=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="area_valid_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_shape(self, shape: "MultiPolygon") -> None:
        """Store a valid boundary (SRID 4326) and cut the pieces anew."""
        AreaShape.objects.update_or_create(area=self, defaults={"geometry": shape})

    def cut_pieces(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM municipalities_areapiece WHERE area_id = %s", [self.pk])
            cursor.execute(
                """
                INSERT INTO municipalities_areapiece (area_id, geometry)
                SELECT area_id, ST_Subdivide(geometry, %s) FROM municipalities_areashape WHERE area_id = %s
                """,
                [PIECE_VERTICES, self.pk],
            )


class AreaShape(models.Model):
    """The whole boundary, for drawing and editing."""

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="shape")
    # Serves the boundaries of the part of the map that is on screen.
    geometry = models.MultiPolygonField(_("boundary"), srid=4326, spatial_index=True)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")

    def __str__(self) -> str:
        return str(self.area)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.area.cut_pieces()


class AreaPiece(models.Model):
    """A part of an area's shape with at most `PIECE_VERTICES` vertices, for point lookups only."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="pieces")
    geometry = models.PolygonField(srid=4326, spatial_index=True)

    class Meta:
        verbose_name = _("area piece")
        verbose_name_plural = _("area pieces")

    def __str__(self) -> str:
        return f"{self.area_id}/{self.pk}"

"""Places of alerts: circles, and shapes told as a list of points. Metres and areas are measured in the database."""

import re

from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

POINTS_AT_MOST = 100
AREA_AT_LEAST, AREA_AT_MOST = 0.0005, 1000  # km²: a yard; Budapest has 525
RADIUS_AT_LEAST, RADIUS_AT_MOST = 50, 20_000  # metres
# "47.5, 19.04", "47.5 19.04" and, as our own language writes numbers, "47,5; 19,04".
_WITH_POINTS = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)
_WITH_COMMAS = re.compile(r"([+-]?\d{1,3},\d{1,15})\s*[;\s]\s*([+-]?\d{1,3},\d{1,15})", re.ASCII)


def circle(point: Point, metres: int) -> Polygon:
    """The circle around a point (lon/lat) as a polygon that is nowhere off by more than 0.2 % of the radius."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsHEXEWKB(ST_Buffer(ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography, %s,"
            " 'quad_segs=16')::geometry)",
            [point.x, point.y, metres],
        )
        shape = GEOSGeometry(cursor.fetchone()[0])
    if not isinstance(shape, Polygon):  # so large a circle goes around a pole
        raise ValidationError(_("This circle is too large here."))
    return shape


def read_points(text: str) -> Polygon:
    """One point a line, latitude first; the last line need not repeat the first one.

    Raises `ValidationError` with a sentence for people, which names the line where it can.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > POINTS_AT_MOST + 1:
        raise ValidationError(_("A shape may have %(count)d points at most.") % {"count": POINTS_AT_MOST})
    points = [_read_line(number, line) for number, line in lines]
    if points and points[0] == points[-1]:
        points.pop()
    if len(set(points)) < 3:
        raise ValidationError(_("A shape needs at least three different points."))
    shape = Polygon([*points, points[0]], srid=4326)
    if not shape.valid:
        raise ValidationError(_("The outline crosses itself. Go around the place in one direction."))
    size = area_of(shape)
    if size < AREA_AT_LEAST:
        raise ValidationError(_("The shape is too small: draw it around the place."))
    if size > AREA_AT_MOST:
        raise ValidationError(_("The shape is too large: %(limit)d km² at most.") % {"limit": AREA_AT_MOST})
    return shape


def write_points(shape: Polygon) -> str:
    """The way back: what `read_points` reads."""
    corners = list(shape.exterior_ring.coords)[:-1]
    return "\n".join(f"{corner[1]:.6f}, {corner[0]:.6f}" for corner in corners)


def area_of(shape: Polygon) -> float:
    """In square kilometres."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Area(ST_GeomFromEWKB(%s)::geography) / 1e6", [bytes(shape.ewkb)])
        return float(cursor.fetchone()[0])


def _read_line(number: int, line: str) -> tuple[float, float]:
    match = _WITH_POINTS.fullmatch(line) or _WITH_COMMAS.fullmatch(line)
    if match is None:
        raise ValidationError(
            _("Line %(number)d is no point. Write latitude and longitude: 47.4979, 19.0402") % {"number": number}
        )
    latitude, longitude = (float(part.replace(",", ".")) for part in match.groups())
    if abs(latitude) > 85 or abs(longitude) > 180:
        raise ValidationError(_("Line %(number)d lies outside the map.") % {"number": number})
    return longitude, latitude

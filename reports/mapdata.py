"""What the map draws: single reports where they are few, clusters where they are many.

Clusters of a map filtered by status and category only come from `MapCell`, whose counts the database
keeps with every change: the city costs the same at a thousand reports as at millions. Other filters
group the filtered rows themselves. Both hold exactly the published reports.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Avg, Count, F, FloatField, Func, IntegerField, Q, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from municipalities.models import Category
from reports.filters import ReportFilter, category_ids
from reports.lifecycle import Status
from reports.models import MapCell, Report
from reports.models.report import ReportQuerySet

POINTS_AT_MOST = 100  # single reports on a map of a city or a district
POINTS_IN_STREETS = 1000
GROUPED_AT_MOST = 100_000  # rows that are read where the database keeps no counts
STREET_ZOOM = 16
LAST_CLUSTER_ZOOM = 17
CELL_ZOOMS = 2  # a cluster's square is a quarter of a map tile wide (64 pixels)
FIRST_GRID, LAST_GRID = 6, 19
CELLS_AT_MOST = 96  # squares on one side of the window: six thousand pixels of map
MAX_ZOOM = 22
SIDES = ("west", "south", "east", "north")


class Feature(TypedDict):
    type: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class FeatureCollection(TypedDict):
    type: str
    features: list[Feature]
    count: int
    truncated: NotRequired[bool]


@dataclass(frozen=True)
class Window:
    """The part of the world on screen, in degrees; one that crosses the date line has two boxes."""

    boxes: tuple[tuple[float, float, float, float], ...]
    zoom: int

    @property
    def rows(self) -> Q:
        """Reports inside, by the index of places; a point on the edge is inside."""
        found = Q()
        for box in self.boxes:
            found |= Q(point__bboverlaps=polygon(box))
        return found


def polygon(box: tuple[float, float, float, float]) -> Polygon:
    shape = Polygon.from_bbox(box)
    shape.srid = 4326
    return shape


def read_window(bbox: str, zoom: str) -> Window:
    """`bbox` is west,south,east,north in degrees; raises `ValidationError` with a sentence for people."""
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise ValidationError(_("“bbox” wants four numbers: west,south,east,north in degrees.")) from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise ValidationError(_("“bbox” wants four numbers: west,south,east,north in degrees."))
    if not (-90 <= south <= north <= 90) or max(abs(west), abs(east)) > 540:
        raise ValidationError(_("“bbox” is not a part of the world."))
    try:
        level = round(float(zoom))
    except (ValueError, OverflowError):
        raise ValidationError(_("“zoom” wants a number.")) from None
    if not 0 <= level <= MAX_ZOOM:
        raise ValidationError(_("“zoom” wants a number from 0 to %(most)s.") % {"most": MAX_ZOOM})
    return Window(_boxes(west, south, east, north), level)


def _boxes(west: float, south: float, east: float, north: float) -> tuple[tuple[float, float, float, float], ...]:
    if east - west >= 360:
        return ((-180, south, 180, north),)
    west, east = _wrapped(west), _wrapped(east)
    if west <= east:
        return ((west, south, east, north),)
    return ((west, south, 180, north), (-180, south, east, north))


def _wrapped(longitude: float) -> float:
    """The same meridian between -180 and 180; both ends stay what they are."""
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


# -- The grid, as the database counts it (0002_triggers) ----------------------------------------------------


def grid_x(longitude: float, zoom: int) -> int:
    return math.floor((longitude + 180) / 360 * 2**zoom)


def grid_y(latitude: float, zoom: int) -> int:
    radians = math.radians(max(-85.05, min(85.05, latitude)))
    return math.floor((1 - math.log(math.tan(radians) + 1 / math.cos(radians)) / math.pi) / 2 * 2**zoom)


@dataclass(frozen=True)
class Grid:
    """Squares of `zoom`, read from the stored grid `stored` (which is never coarser), inside these ranges."""

    zoom: int
    stored: int
    ranges: tuple[tuple[int, int, int, int], ...]  # first and last x, first and last y, of the stored grid

    @property
    def shift(self) -> int:
        return self.stored - self.zoom

    @property
    def cells(self) -> Q:
        found = Q()
        for first_x, last_x, first_y, last_y in self.ranges:
            found |= Q(x__gte=first_x, x__lte=last_x, y__gte=first_y, y__lte=last_y)
        return Q(zoom=self.stored) & found


def grid_of(window: Window) -> Grid:
    """The grid for the window's zoom; coarser where a caller asks for more squares than a screen has."""
    zoom = min(window.zoom + CELL_ZOOMS, LAST_GRID)
    while zoom > 0 and max(max(b - a, d - c) for a, b, c, d in _ranges(window, zoom)) >= CELLS_AT_MOST:
        zoom -= 1
    stored = max(zoom, FIRST_GRID)
    return Grid(zoom, stored, _ranges(window, stored))


def _ranges(window: Window, zoom: int) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(
        (grid_x(west, zoom), grid_x(east, zoom), grid_y(north, zoom), grid_y(south, zoom))
        for west, south, east, north in window.boxes
    )


# -- What is drawn --------------------------------------------------------------------------------------------


def map_features(window: Window, filters: ReportFilter, reports: ReportQuerySet) -> FeatureCollection:
    """Points or clusters of `reports` (already narrowed by `filters`) in the window."""
    wanted = filters.wanted
    if set(wanted) <= {"status", "category"}:
        return _from_cells(window, wanted, reports)
    return row_features(window, reports)


def _from_cells(window: Window, wanted: dict[str, Any], reports: ReportQuerySet) -> FeatureCollection:
    grid = grid_of(window)
    cells = MapCell.objects.filter(grid.cells, count__gt=0)
    if "status" in wanted:
        cells = cells.filter(status=wanted["status"])
    if "category" in wanted:
        category: Category = wanted["category"]
        cells = cells.filter(category_id__in=category_ids(category))
    side = 2**grid.shift
    sums = cells.annotate(column=F("x") / side, row=F("y") / side).values("column", "row").order_by("column", "row")
    clusters = list(
        sums.annotate(total=Sum("count"), lon=Sum("lon_sum"), lat=Sum("lat_sum")).values_list("total", "lon", "lat")
    )
    total = sum(count for count, _lon, _lat in clusters)
    if shows_points(window, total):
        return _points(window, reports)
    return _collection(_cluster(count, lon / count, lat / count) for count, lon, lat in clusters)


def page_of(report: Report) -> str:
    return reverse("report_detail", args=[report.reference])


def row_features(
    window: Window, reports: ReportQuerySet, url_of: Callable[[Report], str] = page_of
) -> FeatureCollection:
    """Points or clusters of any reports that the caller may show, grouped as they are asked for; points lead to
    `url_of`."""
    inside = reports.filter(window.rows).order_by()
    most = POINTS_IN_STREETS if window.zoom >= STREET_ZOOM else POINTS_AT_MOST
    if shows_points(window, inside[: most + 1].count()):
        return _points(window, reports, url_of)
    grid = Value(grid_of(window).zoom)
    # A word that stands in every report must not make the map read them all.
    bounded = Report.objects.filter(pk__in=inside.values("pk")[:GROUPED_AT_MOST])
    squares = bounded.annotate(
        column=Func("point", grid, function="reports_map_x", output_field=IntegerField()),
        row=Func("point", grid, function="reports_map_y", output_field=IntegerField()),
    )
    middle = {"lon": _mean("ST_X"), "lat": _mean("ST_Y")}
    found = squares.values("column", "row").order_by("column", "row").annotate(total=Count("pk"), **middle)
    collection = _collection(_cluster(*row) for row in found.values_list("total", "lon", "lat"))
    collection["truncated"] = collection["count"] >= GROUPED_AT_MOST
    return collection


def _mean(function: str) -> Avg:
    return Avg(Func("point", function=function, output_field=FloatField()))


def shows_points(window: Window, total: int) -> bool:
    """Nearer than the last grid there is nothing but points."""
    if window.zoom > LAST_CLUSTER_ZOOM:
        return True
    return total <= (POINTS_IN_STREETS if window.zoom >= STREET_ZOOM else POINTS_AT_MOST)


def _points(window: Window, reports: ReportQuerySet, url_of: Callable[[Report], str] = page_of) -> FeatureCollection:
    rows = reports.filter(window.rows).order_by().select_related("category").defer("original_description", "search")
    found = list(rows[: POINTS_IN_STREETS + 1])
    collection = _collection(_point(report, url_of(report)) for report in found[:POINTS_IN_STREETS])
    collection["truncated"] = len(found) > POINTS_IN_STREETS
    return collection


def _point(report: Report, url: str) -> Feature:
    category = report.category
    return _feature(
        report.longitude,
        report.latitude,
        reference=report.reference,
        title=report.heading,
        status=report.status,
        label=str(Status(report.status).label),
        category=category.name if category else "",
        icon=category.icon if category else "map-pin",
        colour=category.colour if category else "#5b6b62",
        url=url,
    )


def _cluster(count: int, longitude: float, latitude: float) -> Feature:
    return _feature(longitude, latitude, count=count)


def _feature(longitude: float, latitude: float, **properties: Any) -> Feature:
    place = {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}
    return {"type": "Feature", "geometry": place, "properties": properties}


def _collection(features: Iterable[Feature]) -> FeatureCollection:
    drawn = list(features)
    return {
        "type": "FeatureCollection",
        "features": drawn,
        "count": sum(feature["properties"].get("count", 1) for feature in drawn),
    }


# -- Boundaries -------------------------------------------------------------------------------------------------

AREAS_AT_MOST = 300
NEAR_ZOOM = 11  # from here on single settlements and districts have room


def area_shapes(window: Window) -> dict[str, Any]:
    """Boundaries of served areas in the window, as fine as the zoom can show: counties from afar, districts near."""
    near = window.zoom >= NEAR_ZOOM
    pixel = min(360 / (256 * 2**window.zoom), 0.1)  # in degrees
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT area.id, area.name, ST_AsGeoJSON(ST_SimplifyPreserveTopology(shape.geometry, %(pixel)s), %(digits)s)
            FROM municipalities_area area JOIN municipalities_areashape shape ON shape.area_id = area.id
            WHERE area.is_served AND area.valid_to IS NULL
              AND shape.geometry && ANY(SELECT ST_MakeEnvelope(west, south, east, north, 4326) FROM unnest(
                  %(west)s::float[], %(south)s::float[], %(east)s::float[], %(north)s::float[]
              ) AS box (west, south, east, north))
              AND NOT EXISTS (
                  SELECT FROM municipalities_area other WHERE other.is_served AND other.valid_to IS NULL
                  AND CASE WHEN %(near)s THEN other.parent_id = area.id ELSE other.id = area.parent_id END
              )
            ORDER BY area.id
            LIMIT %(limit)s
            """,
            {
                "pixel": pixel,
                "digits": math.ceil(-math.log10(pixel)),
                "near": near,
                "limit": AREAS_AT_MOST,
                **{name: [box[side] for box in window.boxes] for side, name in enumerate(SIDES)},
            },
        )
        rows = cursor.fetchall()
    features = [
        {"type": "Feature", "id": pk, "geometry": json.loads(shape), "properties": {"name": name}}
        for pk, name, shape in rows
    ]
    return {"type": "FeatureCollection", "features": features}

"""Where a report lies within its area, as a drawing that needs no map tiles."""

import math
from typing import Any, NamedTuple

from django.contrib.gis.geos import MultiPolygon

from municipalities.models import AreaShape
from reports.models import Report

WIDTH = 300.0
MARGIN = 14.0
DETAIL = 400  # a boundary is drawn no finer than this part of its width


class Sketch(NamedTuple):
    """Sizes and places as text for an SVG: no language writes them with a comma."""

    width: str
    height: str
    path: str
    x: str
    y: str


def place_sketch(report: Report) -> Sketch | None:
    """None without an area, and where its boundary is not kept."""
    shape = AreaShape.objects.filter(area=report.area_id).first() if report.area_id else None
    if shape is None:
        return None
    west, south, east, north = shape.geometry.extent
    flat = math.cos(math.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * flat, north - south, 1e-9)

    def to_paper(longitude: float, latitude: float) -> tuple[float, float]:
        return MARGIN + (longitude - west) * flat * scale, MARGIN + (north - latitude) * scale

    geometry = shape.geometry.simplify((east - west) / DETAIL, preserve_topology=True)
    polygons: list[Any] = list(geometry) if isinstance(geometry, MultiPolygon) else [geometry]
    rings = [ring for polygon in polygons for ring in polygon]
    path = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (to_paper(*point[:2]) for point in ring.coords)) + "Z"
        for ring in rings
    )
    right, bottom = to_paper(east, south)
    x, y = to_paper(report.longitude, report.latitude)
    return Sketch(f"{right + MARGIN:.1f}", f"{bottom + MARGIN:.1f}", path, f"{x:.1f}", f"{y:.1f}")

"""Where made reports lie: around busy spots of the served areas, a few of which draw most of them."""

import random
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection

from municipalities.models import Area
from municipalities.placing import areas_of_points

AREAS_AT_MOST = 60
SPOTS = 40  # in an area
SPREAD = 0.0012  # degrees, about a hundred metres

Place = tuple[float, float]  # lon, lat


@dataclass(frozen=True)
class Spot:
    place: Place
    area_id: int
    weight: float


def find_spots(chance: random.Random) -> list[Spot]:
    """Of the smallest served areas; where there is none, one is made in the middle of Hungary."""
    areas = list(Area.objects.served().exclude(children__is_served=True).order_by("pk").values_list("pk", flat=True))
    if not areas:
        areas = [_made_area().pk]
    chosen = sorted(chance.sample(areas, min(len(areas), AREAS_AT_MOST)))
    rows: list[tuple[int, float, float]] = []
    with connection.cursor() as cursor:
        for pk in chosen:
            cursor.execute(
                "SELECT ST_X(spot.geom), ST_Y(spot.geom) FROM municipalities_areashape shape,"
                " ST_Dump(ST_GeneratePoints(shape.geometry, %s, %s)) spot WHERE shape.area_id = %s",
                [SPOTS, chance.randrange(1, 10**6), pk],
            )
            rows += [(pk, x, y) for x, y in cursor.fetchall()]
    busy = {pk: chance.lognormvariate(0, 1) for pk in chosen}
    spots = []
    places = [(x, y) for _pk, x, y in rows]
    for (pk, x, y), area in zip(rows, areas_of_points(places), strict=True):
        weight = busy[pk] * chance.paretovariate(1.3)
        if area:
            spots.append(Spot((round(x, 6), round(y, 6)), area, weight))
    return spots


def around(spot: Spot, chance: random.Random) -> Place:
    x, y = spot.place
    return round(chance.gauss(x, SPREAD * 1.5), 6), round(chance.gauss(y, SPREAD), 6)


def _made_area() -> Area:
    area, is_new = Area.objects.get_or_create(
        kind=Area.Kind.SETTLEMENT, code="synthetic", defaults={"name": "Mintaváros", "is_served": True}
    )
    if is_new:
        area.set_shape(MultiPolygon(Polygon.from_bbox((19.0, 47.4, 19.2, 47.55)), srid=4326))
    return area

"""Changes to areas that come with a new boundary file."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.utils import timezone

from municipalities.geojson import Boundary
from municipalities.models import Area, AreaShape, Membership, Responsibility
from municipalities.models.area import PIECE_VERTICES

# Two boundaries are the same when they differ in less than this share of the area: rounding, not a change.
SAME_SHARE = 0.0001


@transaction.atomic
def import_boundaries(
    boundaries: Iterable[Boundary],
    kind: str,
    *,
    parents: dict[str, Area] | None = None,
    parent_kind: str = "",
    replace: bool = False,
    today: date | None = None,
) -> Counter[str]:
    """Store boundaries of one kind; counts "new", "redrawn", "new generation", "renamed", "unchanged", "no parent".

    Found by kind and code, a hand-drawn sketch by code alone. A sketch is redrawn in place and becomes
    what the file says. A real area whose shape changed is closed today and followed by a new one, to
    which rules, memberships and children move, while reports keep the area they were sent from; with
    `replace` it is redrawn in place instead. `parents` is by code; without it, `parent_kind` asks for
    the area of that kind that holds a point of each. Counties and countries are stored as not served.
    """
    today = today or timezone.localdate()
    known = {area.code: area for area in Area.objects.current().filter(kind=kind).select_related("shape")}
    sketches = {area.code: area for area in Area.objects.current().filter(is_sketch=True).select_related("shape")}
    counts: Counter[str] = Counter()
    redrawn: list[tuple[Area, MultiPolygon]] = []
    touched: list[Area] = []
    for boundary in boundaries:
        area = known.get(boundary.code) or sketches.get(boundary.code)
        parent = (parents or {}).get(boundary.parent_code)
        if area is None:
            area = Area(kind=kind, code=boundary.code, is_served=kind not in (Area.Kind.COUNTY, Area.Kind.COUNTRY))
            outcome = "new"
        elif area.is_sketch:
            outcome = "redrawn"
        elif same_shape(area, boundary.shape):
            outcome = "renamed" if area.name != boundary.name else "unchanged"
        elif replace:
            outcome = "redrawn"
        else:
            area, outcome = next_generation(area, today), "new generation"
        counts[outcome] += 1
        area.kind, area.name, area.is_sketch = kind, boundary.name, False
        area.parent = parent or area.parent
        touched.append(area)
        if outcome not in ("unchanged", "renamed"):
            redrawn.append((area, boundary.shape))
    Area.objects.bulk_create([area for area in touched if area.pk is None])
    Area.objects.bulk_update(touched, ["kind", "name", "is_sketch", "parent"], batch_size=500)
    draw_areas(redrawn)
    if parent_kind and parents is None:
        counts["no parent"] = find_parents([area.pk for area in touched], parent_kind)
    counts["sketches retired"] = retire_sketches([area.pk for area in touched], kind)
    return counts


def same_shape(area: Area, shape: MultiPolygon) -> bool:
    if not hasattr(area, "shape"):
        return False
    old = area.shape.geometry
    if old.equals_exact(shape):
        return True
    return old.sym_difference(shape).area <= SAME_SHARE * max(old.area, shape.area)


def next_generation(area: Area, today: date) -> Area:
    """Close the area and open its successor, which takes over the rules, memberships and children."""
    area.valid_to = today
    area.save(update_fields=["valid_to"])
    successor = Area.objects.create(
        kind=area.kind,
        code=area.code,
        name=area.name,
        parent=area.parent,
        is_served=area.is_served,
        valid_from=today,
    )
    Area.objects.filter(parent=area).update(parent=successor)
    Responsibility.objects.filter(area=area).update(area=successor)
    Membership.objects.filter(area=area).update(area=successor)
    return successor


def draw_areas(shapes: list[tuple[Area, MultiPolygon]]) -> None:
    """Store the shapes and cut their pieces in one go."""
    ids = [area.pk for area, _ in shapes]
    AreaShape.objects.filter(area__in=ids).delete()
    AreaShape.objects.bulk_create([AreaShape(area=area, geometry=shape) for area, shape in shapes], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM municipalities_areapiece WHERE area_id = ANY(%s)", [ids])
        cursor.execute(
            """
            INSERT INTO municipalities_areapiece (area_id, geometry)
            SELECT area_id, ST_Subdivide(geometry, %s) FROM municipalities_areashape WHERE area_id = ANY(%s)
            """,
            [PIECE_VERTICES, ids],
        )
        # The planner has to know of the new pieces before it looks for points in them: 0.1 s instead of 12.
        cursor.execute("ANALYZE municipalities_area, municipalities_areashape, municipalities_areapiece")


def find_parents(ids: list[int], parent_kind: str) -> int:
    """Set each area's parent: the current one of that kind that holds a point inside; how many have none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH inside AS MATERIALIZED (
                SELECT area_id, ST_PointOnSurface(geometry) AS point
                FROM municipalities_areashape WHERE area_id = ANY(%s)
            ), found AS (
                SELECT DISTINCT ON (inside.area_id) inside.area_id, parent.id AS parent_id
                FROM inside
                JOIN municipalities_areapiece piece ON ST_Covers(piece.geometry, inside.point)
                JOIN municipalities_area parent ON parent.id = piece.area_id
                WHERE parent.kind = %s AND parent.valid_to IS NULL AND parent.id <> inside.area_id
                ORDER BY inside.area_id, parent.is_sketch, parent.code
            )
            UPDATE municipalities_area area SET parent_id = found.parent_id
            FROM found WHERE found.area_id = area.id AND area.parent_id IS DISTINCT FROM found.parent_id
            """,
            [ids, parent_kind],
        )
    return Area.objects.filter(pk__in=ids, parent=None).count()


def retire_sketches(ids: list[int], kind: str) -> int:
    """Sketches that lie where real areas of the same kind now are: no longer served, so that each place is once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE municipalities_area sketch SET is_served = false
            FROM municipalities_areashape shape
            WHERE shape.area_id = sketch.id AND sketch.is_sketch AND sketch.is_served
              AND sketch.kind = %s AND sketch.valid_to IS NULL
              AND EXISTS (
                SELECT FROM municipalities_areapiece piece
                WHERE piece.area_id = ANY(%s) AND ST_Covers(piece.geometry, ST_PointOnSurface(shape.geometry))
              )
            """,
            [kind, ids],
        )
        return cursor.rowcount

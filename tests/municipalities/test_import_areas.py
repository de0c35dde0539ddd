"""Boundaries from GeoJSON: squares named by what they are for, and every way in which a file can be wrong."""

import csv
import gzip
import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Person
from jarokelo.demo_data.foundation import lay_foundation
from municipalities.models import Area, AreaPiece, Category, Institution, Membership, Responsibility
from municipalities.placing import areas_of_points
from tests.conftest import square

pytestmark = pytest.mark.django_db

Feature = dict[str, Any]


def ring(west: float, south: float, side: float = 0.1) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> Feature:
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(name: Any, code: Any, geometry: Feature | None = None, **more: Any) -> Feature:
    return {
        "type": "Feature",
        "properties": {"name": name, "code": code, **more},
        "geometry": polygon(ring(19.0, 47.4)) if geometry is None else geometry,
    }


@pytest.fixture
def geojson(tmp_path: Path) -> Callable[..., Path]:
    def write(*features: Any, **document: Any) -> Path:
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **document}), "utf-8")
        return path

    return write


def run(path: Path, *options: str, kind: str = "district", commit: bool = True) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    fields = ["--kind", kind, "--name-field", "name", "--code-field", "code"]
    call_command(
        "import_areas", str(path), *fields, *options, *(["--commit"] if commit else []), stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


def at(lon: float, lat: float) -> Area | None:
    return Area.objects.at(Point(lon, lat, srid=4326))


# -- What works ---------------------------------------------------------------------------------------------


def test_dry_run_writes_nothing(geojson: Callable[..., Path]) -> None:
    out, _ = run(geojson(feature("Belváros", "001")), commit=False)
    assert "1 new" in out
    assert "nothing was written" in out
    assert not Area.objects.exists()


def test_imports_once(geojson: Callable[..., Path]) -> None:
    path = geojson(feature("Belváros", "001"), feature("Külváros", "002", polygon(ring(19.1, 47.4))))
    run(path)
    area = Area.objects.get(code="001")
    assert (area.name, area.kind, area.is_served, area.is_sketch) == ("Belváros", "district", True, False)
    assert at(19.05, 47.45) == area
    pieces = set(AreaPiece.objects.values_list("pk", flat=True))
    out, _ = run(path)
    assert "2 unchanged" in out
    assert "nothing to do" in out
    assert Area.objects.count() == 2
    assert set(AreaPiece.objects.values_list("pk", flat=True)) == pieces


def test_reads_gzip_and_a_byte_order_mark(geojson: Callable[..., Path], tmp_path: Path) -> None:
    plain = geojson(feature("Belváros", "001"))
    packed = tmp_path / "areas.geojson.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes()))
    run(packed)
    assert Area.objects.get().name == "Belváros"


def test_point_on_the_border_and_the_corner_have_an_area(geojson: Callable[..., Path]) -> None:
    run(geojson(feature("Belváros", "001"), feature("Külváros", "002", polygon(ring(19.1, 47.4)))))
    assert at(19.1, 47.45) == Area.objects.get(code="001")  # of both, by code
    assert at(19.0, 47.4) == Area.objects.get(code="001")
    assert at(19.2, 47.5) == Area.objects.get(code="002")
    assert at(19.21, 47.5) is None


def test_counties_are_not_served(geojson: Callable[..., Path]) -> None:
    run(geojson(feature("Megye", "01")), kind="county")
    assert Area.objects.get().is_served is False
    assert at(19.05, 47.45) is None


def test_numbers_as_codes_and_holes(geojson: Callable[..., Path]) -> None:
    run(geojson(feature("Lyukas", 1, polygon(ring(19.0, 47.4), ring(19.04, 47.44, 0.02)))))
    assert Area.objects.get().code == "1"
    assert at(19.01, 47.41) is not None
    assert at(19.05, 47.45) is None


# -- Parents ------------------------------------------------------------------------------------------------


def test_parent_by_code(geojson: Callable[..., Path], city: Area) -> None:
    path = geojson(feature("Messzi", "001", polygon(ring(20.0, 47.0)), county="01"))
    run(path, "--parent-kind", "county", "--parent-code-field", "county")
    assert Area.objects.get(code="001").parent == city


def test_parent_that_is_not_there(geojson: Callable[..., Path], city: Area) -> None:
    path = geojson(feature("Messzi", "001", county="77"))
    with pytest.raises(CommandError, match="no county has the code 77"):
        run(path, "--parent-kind", "county", "--parent-code-field", "county")
    assert not Area.objects.filter(kind="district").exists()


def test_parent_by_a_point_inside(geojson: Callable[..., Path], city: Area) -> None:
    path = geojson(feature("Belváros", "001"), feature("Messzi", "002", polygon(ring(21.0, 47.4))))
    _, err = run(path, "--parent-kind", "county")
    assert Area.objects.get(code="001").parent == city
    assert Area.objects.get(code="002").parent is None
    assert "1 lie in no county" in err
    assert "nothing to do" in run(path, "--parent-kind", "county")[0]


def test_parent_options_that_make_no_sense(geojson: Callable[..., Path]) -> None:
    path = geojson(feature("Belváros", "001"))
    with pytest.raises(CommandError, match="needs --parent-kind"):
        run(path, "--parent-code-field", "county")
    with pytest.raises(CommandError, match="another kind"):
        run(path, "--parent-kind", "district")


# -- Again, changed -----------------------------------------------------------------------------------------


def test_changed_shape_is_a_new_generation(
    geojson: Callable[..., Path],
    district: Area,
    potholes: Category,
    works: Institution,
    rule: Responsibility,
    reporter: Person,
    make_report: Callable[..., Any],
) -> None:
    report = make_report()
    Membership.objects.create(person=reporter, role="moderator", area=district)
    child = Area.objects.create(kind="settlement", name="Rész", code="x", parent=district)
    run(geojson(feature("Belváros", "001", polygon(ring(19.0, 47.4, 0.15)))))
    district.refresh_from_db()
    today = timezone.localdate()
    assert district.valid_to == today
    successor = Area.objects.current().get(kind="district", code="001")
    assert (successor.valid_from, successor.parent, successor.is_served) == (today, district.parent, True)
    assert at(19.14, 47.54) == successor
    for row in (rule, child, report):
        row.refresh_from_db()
    assert rule.area == successor
    assert reporter.memberships.get().area == successor
    assert child.parent == successor
    assert report.area == district
    out, _ = run(geojson(feature("Belváros", "001", polygon(ring(19.0, 47.4, 0.15)))))
    assert "nothing to do" in out


def test_changed_twice_on_one_day(geojson: Callable[..., Path], district: Area) -> None:
    for side in (0.15, 0.18):
        run(geojson(feature("Belváros", "001", polygon(ring(19.0, 47.4, side)))))
    assert Area.objects.filter(code="001").count() == 3
    assert Area.objects.current().filter(code="001").count() == 1


def test_replace_redraws_in_place(geojson: Callable[..., Path], district: Area) -> None:
    out, _ = run(geojson(feature("Belváros", "001", polygon(ring(19.0, 47.4, 0.15)))), "--replace")
    assert "1 redrawn" in out
    assert Area.objects.filter(code="001").get() == district
    assert at(19.14, 47.54) == district


def test_rounding_is_no_change_and_a_new_name_is(geojson: Callable[..., Path], district: Area) -> None:
    out, _ = run(geojson(feature("Óváros", "001", polygon(ring(19.0000001, 47.4)))))
    assert "1 renamed" in out
    district.refresh_from_db()
    assert (district.name, district.valid_to) == ("Óváros", None)


def test_closed_area_stays_closed(geojson: Callable[..., Path], district: Area) -> None:
    Area.objects.filter(pk=district.pk).update(valid_to=date(2020, 1, 1))
    out, _ = run(geojson(feature("Belváros", "001")))
    assert "1 new" in out
    assert Area.objects.filter(code="001").count() == 2


def test_sketch_with_the_same_code_is_redrawn_whatever_its_kind(geojson: Callable[..., Path], district: Area) -> None:
    Area.objects.filter(pk=district.pk).update(is_sketch=True)
    run(geojson(feature("Igazi", "001", polygon(ring(19.0, 47.4, 0.15)))), kind="settlement")
    district.refresh_from_db()
    assert (district.name, district.kind, district.is_sketch) == ("Igazi", "settlement", False)
    assert at(19.14, 47.54) == district


def test_sketch_under_real_areas_with_other_codes_is_no_longer_served(
    geojson: Callable[..., Path], district: Area, other_district: Area
) -> None:
    Area.objects.update(is_sketch=True)
    path = geojson(feature("Igazi", "X1"))
    run(path)
    district.refresh_from_db()
    other_district.refresh_from_db()
    assert (district.is_served, other_district.is_served) == (False, True)
    assert "nothing to do" in run(path)[0]


# -- Broken features ----------------------------------------------------------------------------------------

BOW_TIE = polygon([[19.0, 47.4], [19.1, 47.5], [19.1, 47.4], [19.0, 47.5], [19.0, 47.4]])


def test_repairs_rings_and_says_so(geojson: Callable[..., Path]) -> None:
    opened = polygon(ring(19.1, 47.4)[:-1])
    short_hole = polygon(ring(19.2, 47.4), [[19.21, 47.41], [19.22, 47.42], [19.21, 47.41]])
    collection = {
        "type": "GeometryCollection",
        "geometries": [polygon(ring(19.3, 47.4)), {"type": "MultiPolygon", "coordinates": [[ring(19.5, 47.4)]]}],
    }
    flat = polygon([[*point, 120.0] for point in ring(19.7, 47.4)])
    out, err = run(
        geojson(
            feature("Csokornyakkendő", "1", BOW_TIE),
            feature("Nyitott", "2", opened),
            feature("Rövid", "3", short_hole),
            feature("Gyűjtemény", "4", collection),
            feature("Magas", "5", flat),
        )
    )
    assert "5 new" in out
    assert "repaired: Csokornyakkendő: Self-intersection" in err
    assert "repaired: Nyitott: a ring was not closed" in err
    assert "repaired: Rövid: a ring of fewer than three corners" in err
    assert "Gyűjtemény" not in err
    assert all(area.shape.geometry.valid for area in Area.objects.select_related("shape"))
    assert at(19.01, 47.45) == Area.objects.get(code="1")
    assert at(19.55, 47.45) == Area.objects.get(code="4")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({**feature("Sehol", "9"), "geometry": None}, "Sehol: has no geometry"),
        (feature("Pont", "9", {"type": "Point", "coordinates": [19, 47]}), "Pont: is a Point, not a polygon"),
        (feature("Üres", "9", polygon()), "Üres: has an empty geometry"),
        (feature("Semmi", "9", {"type": "MultiPolygon", "coordinates": []}), "Semmi: has an empty geometry"),
        (feature("Vonal", "9", polygon([[19, 47], [20, 48], [19, 47]])), "Vonal: no ring of it encloses anything"),
        (feature("Lapos", "9", polygon([[19, 47], [20, 47], [21, 47], [19, 47]])), "Lapos: cannot be repaired"),
        (
            feature("Betűk", "9", {"type": "Polygon", "coordinates": [[["x", "y"], [1, 2], [3, 4]]]}),
            "Betűk: its coordinates cannot",
        ),
        (feature("Kevés", "9", polygon([[1], [2], [3], [1]])), "Kevés: its coordinates cannot"),
        (feature("Végtelen", "9", polygon([[1e999, 1], [2, 2], [3, 1]])), "Végtelen: its coordinates are not"),
        (feature("Fajtátlan", "9", {"coordinates": []}), "Fajtátlan: its coordinates cannot"),
        (feature("Kódtalan", None), "Kódtalan: has no code"),
        (feature("", "9"), "feature 1: has no name"),
        (feature("x" * 121, "9"), "name over 120"),
    ],
)
def test_what_cannot_be_repaired_is_left_out(geojson: Callable[..., Path], broken: Feature, message: str) -> None:
    out, err = run(geojson(broken, feature("Jó", "1")))
    assert f"left out: {message}" in err or message in err
    assert "1 new" in out
    assert [area.name for area in Area.objects.all()] == ["Jó"]


# -- Broken files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"name,lat,lon\n", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[]", "not a GeoJSON FeatureCollection"),
        (b'{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no features"),
        (b'{"type": "FeatureCollection", "features": [1]}', "not every feature"),
        (b"\x1f\x8b\x08\x00junk", "cannot be read"),
        (gzip.compress(b'{"features": []}', mtime=0)[:-9], "cannot be read"),
    ],
)
def test_file_that_is_no_geojson(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run(path)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere.geojson")


def test_other_coordinate_systems_are_refused(geojson: Callable[..., Path]) -> None:
    for name, fine in (("urn:ogc:def:crs:EPSG::23700", False), ("urn:ogc:def:crs:OGC:1.3:CRS84", True)):
        path = geojson(feature("Belváros", "001"), crs={"type": "name", "properties": {"name": name}})
        if fine:
            run(path)
        else:
            with pytest.raises(CommandError, match="23700; convert it to WGS 84"):
                run(path)
    metres = geojson(feature("EOV", "1", polygon(ring(650000, 240000, 1000))))
    with pytest.raises(CommandError, match="coordinates are not degrees"):
        run(metres)
    swapped = geojson(feature("Fordított", "1", polygon(ring(47.4, 19.0))))
    with pytest.raises(CommandError, match="longitude and latitude look exchanged"):
        run(swapped)
    assert Area.objects.count() == 1


def test_missing_field_and_code_that_stands_twice(geojson: Callable[..., Path]) -> None:
    path = geojson(feature("Belváros", "001"), feature("Külváros", "001", polygon(ring(19.1, 47.4))))
    with pytest.raises(CommandError, match="001: Belváros, Külváros"):
        run(path)
    with pytest.raises(CommandError, match="no feature has a field “ksh”; there are: code, name"):
        run(path, "--code-field", "ksh")
    with pytest.raises(CommandError, match="can be imported"):
        run(geojson(feature("Kódtalan", None)))
    assert not Area.objects.exists()


# -- Many points at once ------------------------------------------------------------------------------------


def test_many_points_find_the_same_area_as_one(district: Area, other_district: Area) -> None:
    sketch = Area.objects.create(kind="district", name="Vázlat", code="000", is_sketch=True)
    sketch.set_shape(square(19.0, 47.4))
    points = [(19.05, 47.45), (19.1, 47.45), (19.15, 47.45), (0.0, 0.0), (19.05, 47.45)]
    expected = [area.pk if (area := at(*point)) else None for point in points]
    assert areas_of_points(points) == expected
    assert expected == [district.pk, district.pk, other_district.pk, None, district.pk]
    assert areas_of_points([]) == []


# -- The real thing -----------------------------------------------------------------------------------------

IN_COUNTIES = ["--code-field", "ksh", "--parent-kind", "county"]


@pytest.mark.data
def test_hungary(shared: Path) -> None:
    geo = shared / "geo"
    for kind, count, name, options in (
        ("county", 20, "hungary_counties.geojson", ["--code-field", "ksh"]),
        ("settlement", 3177, "hungary_settlements.geojson.gz", IN_COUNTIES),
        ("district", 23, "budapest_districts.geojson", IN_COUNTIES),
    ):
        path = geo / name
        out, err = run(path, *options, kind=kind)
        assert f"{count} new" in out
        assert "left out" not in err
        assert Area.objects.filter(kind=kind).count() == count
        assert "nothing to do" in run(path, *options, kind=kind)[0]
    assert Area.objects.get(name="Szentendre").parent == Area.objects.get(kind="county", name="Pest")
    assert not Area.objects.exclude(kind="county").filter(parent=None).exists()
    with (geo / "points.csv").open(encoding="utf-8", newline="") as file:
        for place in csv.DictReader(file):
            found = at(float(place["lon"]), float(place["lat"]))
            if place["budapest_district"]:
                assert found is not None
                assert found.name == f"Budapest {place['budapest_district']}. kerület", place["name"]
            else:
                assert (found.name if found else "") == place["settlement"], place["name"]


@pytest.mark.data
def test_hungary_over_the_sample(shared: Path, settings: Any) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    lay_foundation()
    sketches = Area.objects.filter(is_sketch=True).count()
    run(
        shared / "geo" / "hungary_settlements.geojson.gz",
        "--code-field",
        "ksh",
        "--parent-kind",
        "county",
        kind="settlement",
    )
    assert Area.objects.filter(is_sketch=True).count() == sketches - 23
    assert Area.objects.filter(kind="settlement").count() == 3177 + 1  # and the sample's guest city

"""Rules with the real boundaries of Budapest, and with a boundary that changes."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area, Category, Institution, Responsibility
from municipalities.routing import Facts, consider, decide
from reports.actions_sending import submit_report
from reports.models import Report

pytestmark = pytest.mark.django_db

ORCZY = Point(19.0905, 47.4800, srid=4326)  # Orczy kert, district VIII


def import_districts(path: Path) -> None:
    fields = ["--kind", "district", "--name-field", "name", "--code-field", "ksh"]
    call_command("import_areas", str(path), *fields, "--commit", stdout=StringIO())


@pytest.fixture
def districts(shared: Path) -> Path:
    path = shared / "geo" / "budapest_districts.geojson"
    import_districts(path)
    return path


def leads(point: Point, category: Category, **more: object) -> list[str]:
    found = consider(Facts(point, category, **more))  # type: ignore[arg-type]
    return [one.institution.name for one in decide(found).leads]


def test_a_real_boundary_moves_and_history_stays(
    districts: Path, tmp_path: Path, potholes: Category, works: Institution, gardens: Institution, reporter: Person
) -> None:
    """A piece around Orczy kert goes from one district to its neighbour."""
    old = Area.objects.at(ORCZY)
    assert old is not None
    rule = Responsibility.objects.create(area=old, category=potholes, institution=works)
    report = submit_report(
        Report(title="Kátyú", description="Mély.", point=ORCZY, area=old, category=potholes, reporter=reporter),
        [],
        actor=reporter,
        confirmed=True,
    )
    neighbour = Area.objects.filter(kind="district").exclude(pk=old.pk).get(name__contains=" IX.")
    Responsibility.objects.create(area=neighbour, category=potholes, institution=gardens)
    piece = ORCZY.buffer(0.003)
    document = json.loads(districts.read_text())
    for feature in document["features"]:
        shape = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326)
        code = feature["properties"]["ksh"]
        if code == old.code:
            shape = shape.difference(piece)
        elif code == neighbour.code:
            shape = shape.union(piece)
        feature["geometry"] = json.loads(shape.geojson)
    moved = tmp_path / "moved.geojson"
    moved.write_text(json.dumps(document))
    import_districts(moved)

    report.refresh_from_db()
    assert report.area == old
    assert leads(ORCZY, potholes) == [gardens.name]
    yesterday = timezone.localdate() - timedelta(days=1)
    assert leads(ORCZY, potholes, day=yesterday) == [works.name]
    Responsibility.objects.filter(pk=rule.pk).update(area=old)  # a rule that still names the old generation
    inside = Area.objects.current().get(kind="district", code=old.code).shape.geometry.point_on_surface
    assert leads(inside, potholes) == [works.name]


def test_each_real_point_has_its_districts_rule(districts: Path, shared: Path, potholes: Category) -> None:
    areas = list(Area.objects.filter(kind="district"))
    bodies = [Institution(name=area.name) for area in areas]
    Institution.objects.bulk_create(bodies)
    Responsibility.objects.bulk_create(
        Responsibility(area=area, institution=body, category=potholes) for area, body in zip(areas, bodies, strict=True)
    )
    for area in areas:
        assert leads(area.shape.geometry.point_on_surface, potholes)[0] == area.name

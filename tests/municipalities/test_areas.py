"""Which area is a point in?"""

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from accounts.models import Person
from municipalities.models import Area, AreaPiece, Institution, Membership
from tests.conftest import square

pytestmark = pytest.mark.django_db


def at(lon: float, lat: float) -> Area | None:
    return Area.objects.at(Point(lon, lat, srid=4326))


def test_smallest_served_area(city: Area, district: Area, other_district: Area) -> None:
    assert at(19.05, 47.45) == district
    assert at(19.15, 47.45) == other_district
    assert at(19.05, 47.55) is None  # in the city's square, but the city itself is not served
    assert at(0, 0) is None


def test_point_on_the_border_still_has_a_district(district: Area, other_district: Area) -> None:
    assert at(19.1, 47.45) == district  # of both, by code
    assert at(19.0, 47.4) == district


def test_real_boundary_wins_over_a_sketch(district: Area) -> None:
    Area.objects.filter(pk=district.pk).update(is_sketch=True)
    real = Area.objects.create(kind="settlement", name="Igazi", code="12345")
    real.set_shape(square(19.0, 47.4))
    assert at(19.05, 47.45) == real


def test_old_boundary_is_not_looked_up(district: Area) -> None:
    Area.objects.filter(pk=district.pk).update(valid_to=date(2026, 1, 1))
    assert at(19.05, 47.45) is None


def test_new_shape_cuts_new_pieces(district: Area) -> None:
    district.set_shape(square(20.0, 47.4))
    assert AreaPiece.objects.filter(area=district).count() == 1
    assert at(19.05, 47.45) is None
    assert at(20.05, 47.45) == district


def test_memberships_that_make_no_sense_are_refused(district: Area, works: Institution, reporter: Person) -> None:
    for values in (
        {"role": "officer"},
        {"role": "officer", "institution": works, "area": district},
        {"role": "moderator", "institution": works},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(person=reporter, **values)
    Membership.objects.create(person=reporter, role="moderator")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=reporter, role="moderator")

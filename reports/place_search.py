"""Typed words in, places out: coordinates and plus codes are read here, streets and names go to the geocoder."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from municipalities.models import Area, AreaShape
from municipalities.placing import areas_of_points
from reports import geocoding
from reports.coordinates import Pair, read_coordinates, read_plus_code
from reports.filters import natural
from reports.geocoding import GeocoderAway, Place

Spot = tuple[float, float]  # latitude, longitude
SHORTEST = 3

NOTHING = _("Nothing of this name was found. Try fewer words, or tap on the map.")
AWAY = _("The address search does not answer now. Tap on the map, or describe the place in words.")
NOT_SET_UP = _("Streets cannot be searched here: type coordinates or a plus code, tap on the map, or use words.")
TOO_SHORT = _("Type at least three letters.")
TOO_MANY = _("You have searched very often. Wait a minute, or tap on the map.")
OUTSIDE = _("What was found lies outside the areas that we serve.")
WHICH_TOWN = _("We do not know the settlement of this short plus code. Use the long code of the map program.")


@dataclass(frozen=True)
class Found:
    """Either places, or the reason why there are none."""

    places: list[Place] = field(default_factory=list)
    problem: Any = ""  # a sentence, translated when shown
    is_certain: bool = False  # typed as numbers: nothing to choose


def read_place(words: str, *, near: Spot) -> Found | None:
    """What needs no geocoder; None where these are words for one. `near` is what the map shows.

    A pair whose order is not sure is turned around when only that lies in a served area.
    """
    pair = read_coordinates(words)
    if pair:
        return Found([place_of(in_served_order(pair))], is_certain=True)
    code = read_plus_code(words)
    if code is None:
        return None
    if code.is_short and code.locality:
        centre = centre_of(code.locality)
        if centre is None:
            return Found(problem=WHICH_TOWN)
        near = centre
    pair = code.pair(near)
    return Found([Place(code.code, pair.latitude, pair.longitude)], is_certain=True)


def find_places(words: str, *, language: str, near: Spot) -> Found:
    words = " ".join(words.split())
    if len(words) < SHORTEST:
        return Found(problem=TOO_SHORT)
    found = read_place(words, near=near)
    if found is not None:
        return found
    if not geocoding.is_set_up():
        return Found(problem=NOT_SET_UP)
    try:
        places = geocoding.search_address(words, language=language)
    except GeocoderAway:
        return Found(problem=AWAY)
    served = only_served(places)
    if served:
        return Found(served)
    return Found(problem=OUTSIDE if places else NOTHING)


def only_served(places: list[Place], *, area: Area | None = None) -> list[Place]:
    """Those in a served area; with `area`, in this one or in one that lies in it."""
    within = areas_of_points([(place.longitude, place.latitude) for place in places]) if places else []
    if area is not None:
        return [place for place in places if Area.objects.covering(place.point).filter(pk=area.pk).exists()]
    return [place for place, found in zip(places, within, strict=True) if found]


def in_served_order(pair: Pair) -> Pair:
    turned = pair.swapped
    if turned is None:
        return pair
    as_typed, other = areas_of_points([(p.longitude, p.latitude) for p in (pair, turned)])
    return turned if other and not as_typed else pair


def place_of(pair: Pair) -> Place:
    return Place(f"{pair.latitude:.5f}, {pair.longitude:.5f}", pair.latitude, pair.longitude)


# -- Settlements ------------------------------------------------------------------------------------------


def settlements(most: int) -> list[tuple[int, str]]:
    """What may be named as the settlement of a place: every served area, with what it lies in; none if more than so
    many."""
    areas = list(Area.objects.served().order_by().values_list("pk", "name", "parent__name")[: most + 1])
    if len(areas) > most:
        return []
    named = [(pk, f"{parent}, {name}" if parent else name) for pk, name, parent in areas]
    return sorted(named, key=lambda area: [natural(part) for part in area[1].split(", ", 1)])


def settlements_named(name: str) -> list[Area]:
    """Served areas of this name: "Vác", or with what it lies in: "Pest, Vác". A whole name comes before a part."""
    served = Area.objects.served().select_related("parent").order_by("pk")
    found = list(served.filter(name__iexact=name)[:2])
    parent, _comma, last = name.partition(", ")
    return found or list(served.filter(name__iexact=last, parent__name__iexact=parent)[:2])


def point_inside(area: Area) -> Point | None:
    """A point that surely lies in the area, which stands for a place known in words only."""
    shape = AreaShape.objects.filter(area=area).annotate(inside=PointOnSurface("geometry")).first()
    return shape.inside if shape else None


def centre_of(locality: str) -> Spot | None:
    """Where a settlement lies, served or not: for the short plus codes that go with its name."""
    named = Area.objects.current().filter(name__iexact=locality.split(",")[0].strip()).first()
    inside = point_inside(named) if named else None
    if inside:
        return inside.y, inside.x
    try:
        found = geocoding.search_address(locality, language=settings.LANGUAGE_CODE)
    except GeocoderAway:
        return None
    return (found[0].latitude, found[0].longitude) if found else None


def map_centre() -> Spot:
    longitude, latitude = settings.MAP_CENTER
    return latitude, longitude

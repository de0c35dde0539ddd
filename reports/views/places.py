"""Searching for the place of a report, and the address of a pin."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from municipalities.models import Area
from reports import geocoding
from reports.coordinates import Pair
from reports.geocoding import GeocoderAway, Place
from reports.outside import Outside, who_could_help
from reports.pace import is_too_fast
from reports.place_forms import with_chosen_place
from reports.place_search import TOO_MANY, find_places, map_centre, read_place
from reports.views.held_photos import HeldPhotos


def place_data(request: HttpRequest, held: HeldPhotos) -> QueryDict:
    """The form's data, with the place that was chosen or that a photo knows."""
    may_search = "find_place" not in request.POST or not geocoding.is_set_up() or may_ask(request)
    return with_chosen_place(request.POST, held.position, may_search=may_search)


def may_ask(request: HttpRequest) -> bool:
    """Whether this visitor has not asked the geocoder too often within this minute."""
    return not is_too_fast(request, "geocoder", at_most=settings.GEOCODER_PER_VISITOR, seconds=60)


@require_safe
@never_cache
def report_places(request: HttpRequest) -> JsonResponse:
    """`{"places": [{label, address, latitude, longitude}], "message": ""}`: places, or why there are none.

    `q` are the words, `near` the middle of the map as "latitude,longitude", for short plus codes.
    """
    words = " ".join(request.GET.get("q", "")[:200].replace("\0", " ").split())
    middle = read_pair(*request.GET.get("near", "").partition(",")[::2])
    near = (middle.latitude, middle.longitude) if middle else map_centre()
    found = read_place(words, near=near)
    if found is None and geocoding.is_set_up() and not may_ask(request):
        return JsonResponse({"places": [], "message": str(TOO_MANY)}, status=429)
    found = found or find_places(words, language=get_language() or settings.LANGUAGE_CODE, near=near)
    return JsonResponse({"places": [as_json(place) for place in found.places], "message": str(found.problem)})


@require_safe
@never_cache
def report_address(request: HttpRequest) -> JsonResponse:
    """`{"address": "", "outside": null}` of a point; `outside` is `{message, name, website}` where nobody is served."""
    pair = read_pair(request.GET.get("lat", ""), request.GET.get("lon", ""))
    if pair is None:
        return JsonResponse({"address": "", "outside": None}, status=400)
    point = Place("", pair.latitude, pair.longitude).point
    if Area.objects.at(point) is None:
        return JsonResponse({"address": "", "outside": help_as_json(who_could_help(point))})
    address = ""
    if geocoding.is_set_up() and may_ask(request):
        try:
            address = geocoding.address_at(point, language=settings.LANGUAGE_CODE)
        except GeocoderAway:
            address = ""
    return JsonResponse({"address": address, "outside": None})


def read_pair(latitude: str, longitude: str) -> Pair | None:
    try:
        pair = Pair(float(latitude[:40]), float(longitude[:40]))
    except ValueError:
        return None
    return pair if abs(pair.latitude) <= 90 and abs(pair.longitude) <= 180 else None


def as_json(place: Place) -> dict[str, Any]:
    return {
        "label": place.label,
        "address": place.address,
        "latitude": round(place.latitude, 6),
        "longitude": round(place.longitude, 6),
    }


def help_as_json(outside: Outside) -> dict[str, str]:
    body = outside.institution
    return {
        "message": outside.message,
        "name": body.name if body else "",
        "website": body.website if body else "",
    }

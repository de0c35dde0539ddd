"""Addresses from another server: any that speaks as Nominatim does, called over geopy.

Without `GEOCODER_URL` there is none. Whatever goes wrong there is `GeocoderAway`: nobody's report waits for it, and
nobody is told that an address does not exist when the truth is that nobody answered. Answers are kept in a cache of
their own, under a digest: who asked is not written down.
"""

import hashlib
import logging
import math
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Point
from django.core.cache import caches
from geopy.adapters import URLLibAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQueryError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeopyError,
)
from geopy.geocoders import Nominatim

from municipalities.models import AreaShape

logger = logging.getLogger(__name__)

FOUND_FOR = 30 * 86_400  # seconds an answer is kept
NOTHING_FOR = 600  # and an empty one: somebody may be adding the street to the map just now
AWAY_FOR = 20  # after a failure nobody waits for the next one
EXTENT_FOR = 3600
MOST_RESULTS = 5
LONGEST_ANSWER = 1_000_000  # bytes
LONGEST_LABEL = 200
# Odd answers, as geopy's reading of them breaks.
ODD = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
PERMANENT = (ConfigurationError, GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges, GeocoderQueryError)


class GeocoderAway(Exception):
    """No answer. `permanent`: asking again helps nobody until an operator has looked at the settings."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent


@dataclass(frozen=True)
class Place:
    """Degrees; `label` to choose by, `address` as it stands on a report."""

    label: str
    latitude: float
    longitude: float
    address: str = ""

    @property
    def point(self) -> Point:
        return Point(self.longitude, self.latitude, srid=4326)


def is_set_up() -> bool:
    return bool(settings.GEOCODER_URL)


def search_address(words: str, *, language: str) -> list[Place]:
    """Up to five places of this name in and around the served areas, the best first."""
    words = " ".join(words.split())[:LONGEST_LABEL]
    options: dict[str, Any] = {"country_codes": settings.GEOCODER_COUNTRIES or None}
    extent = served_extent()
    if extent:
        west, south, east, north = extent
        options |= {"viewbox": [(south, west), (north, east)], "bounded": True}

    def ask(geocoder: Nominatim) -> Any:
        return geocoder.geocode(
            words, exactly_one=False, limit=MOST_RESULTS, addressdetails=True, language=language, **options
        )

    key = ("search", words.casefold(), language, str(options))
    return [Place(**found) for found in cached(key, ask)][:MOST_RESULTS]


def address_at(point: Point, *, language: str) -> str:
    """The address of a point (lon/lat) in a line, or nothing where there is none."""

    def ask(geocoder: Nominatim) -> Any:
        found = geocoder.reverse((point.y, point.x), language=language, zoom=18)
        return [found] if found else []

    found = cached(("reverse", f"{point.y:.5f}", f"{point.x:.5f}", language), ask)
    return str(found[0]["address"]) if found else ""


def cached(key: tuple[str, ...], ask: Any) -> list[dict[str, Any]]:
    if not is_set_up():
        raise GeocoderAway("There is no geocoder.", permanent=True)
    store = caches["geocoder"]
    name = "answer:" + hashlib.sha256(repr((settings.GEOCODER_URL, *key)).encode()).hexdigest()
    known: list[dict[str, Any]] | None = store.get(name)
    if known is not None:
        return known
    if store.get("away"):
        raise GeocoderAway("It did not answer a moment ago.")
    wait_for_turn()
    try:
        found = [asdict(place) for place in map(read_place, ask(build_geocoder()) or []) if place]
    except (GeopyError, *ODD) as error:
        store.set("away", True, AWAY_FOR)
        # geopy's messages may hold the whole answer: only the kind goes into the log.
        logger.warning("The geocoder did not answer: %s", type(error).__name__)
        raise GeocoderAway(type(error).__name__, permanent=isinstance(error, PERMANENT)) from error
    store.set(name, found, FOUND_FOR if found else NOTHING_FOR)
    return found


def wait_for_turn() -> None:
    """So many questions a second go out, from all visitors and processes together, as the public servers ask."""
    rate: float = settings.GEOCODER_PER_SECOND
    if rate <= 0:
        return
    give_up = time.monotonic() + min(2 / rate, settings.GEOCODER_TIMEOUT)
    while True:
        turn = math.floor(time.time() * rate)
        if caches["geocoder"].add(f"turn:{turn}", True, timeout=math.ceil(2 / rate) + 1):
            return
        pause = (turn + 1) / rate - time.time()
        if time.monotonic() + pause > give_up:
            raise GeocoderAway("Too many are asking.")
        time.sleep(max(pause, 0.01))


def build_geocoder() -> Nominatim:
    url = urlsplit(settings.GEOCODER_URL)
    return Nominatim(
        scheme=url.scheme,
        domain=f"{url.netloc}{url.path}",
        user_agent=f"jarokelo ({settings.SITE_URL})",
        timeout=settings.GEOCODER_TIMEOUT,
        adapter_factory=TimeBox,
    )


class TimeBox(URLLibAdapter):
    """geopy's time limit is one for each wait; here the whole answer has one, and a largest size."""

    deadline = 0.0

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        self.deadline = time.monotonic() + timeout
        text: str = super().get_text(url, timeout=timeout, headers=headers)
        return text

    def _decode_page(self, page: Any) -> str:
        body = b""
        with page:
            while chunk := page.read1(65_536):
                body += chunk
                if time.monotonic() > self.deadline:
                    raise GeocoderTimedOut("The answer drips.")
                if len(body) > LONGEST_ANSWER:
                    raise GeocoderServiceError("The answer is endless.")
        return body.decode()


def read_place(found: Any) -> Place | None:
    latitude, longitude = float(found.raw["lat"]), float(found.raw["lon"])  # geopy makes 0, 0 of missing ones
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # False for NaN as well
        return None
    label = one_line(found.address)
    return Place(label, latitude, longitude, short_address(found.raw.get("address")) or label) if label else None


def short_address(parts: Any) -> str:
    """ "1011 Budapest, Fő utca 12": what tells a place apart, in the order of Hungarian letters."""
    if not isinstance(parts, dict):
        return ""
    named = {key: one_line(value) for key, value in parts.items() if isinstance(value, str)}

    def first(*keys: str) -> str:
        return next((named[key] for key in keys if named.get(key)), "")

    town = first("city", "town", "village", "municipality", "hamlet")
    street = first("road", "pedestrian", "footway", "path", "square", "place", "neighbourhood")
    spot = f"{street} {named.get('house_number', '')}".strip() or first("amenity", "shop", "tourism", "leisure")
    whole = f"{named.get('postcode', '')} {town}".strip()
    return ", ".join(filter(None, (whole, spot)))[:LONGEST_LABEL] if spot else ""


def one_line(text: Any) -> str:
    """Somebody else's text: one line without control characters, of a bearable length."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())[:LONGEST_LABEL]


def served_extent() -> tuple[float, float, float, float] | None:
    """West, south, east, north of everything that is served; None where nothing is."""
    store = caches["geocoder"]
    extent = store.get("extent")
    if extent is None:
        served = AreaShape.objects.filter(area__is_served=True, area__valid_to=None)
        extent = served.aggregate(extent=Extent("geometry"))["extent"] or ()
        store.set("extent", extent, EXTENT_FOR)
    return extent or None

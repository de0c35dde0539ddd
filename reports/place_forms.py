"""The place part of the forms that take a report."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from municipalities.models import Area
from reports import geocoding
from reports.fields import CoordinateField, LineField
from reports.models import Report
from reports.outside import Outside, who_could_help
from reports.place_search import (
    TOO_MANY,
    Found,
    find_places,
    map_centre,
    only_served,
    point_inside,
    settlements,
    settlements_named,
)
from reports.typed import typed_key

SELECTABLE = 60  # settlements that fit into a list to choose from; beyond, one types the name
SUGGESTED = 500
ONLY_WORDS = "words"
Source = Report.PlaceSource


def search_help() -> Any:
    if geocoding.is_set_up():
        return _("A street and number, a place, coordinates or a plus code.")
    if settings.DEMO:
        return _(
            "This demo works without the internet, so it finds no streets – but coordinates, like 47.4979, 19.0402, "
            "and plus codes, like 8FVXF2XR+53."
        )
    return _("Coordinates, like 47.4979, 19.0402, or a plus code. Streets cannot be searched here.")


class SettlementField(forms.CharField):
    """A served area: chosen from a list where there are few, else typed by name."""

    def clean(self, value: Any) -> Any:
        text = " ".join(super().clean(value).split())
        if not text:
            return None
        if key := typed_key(text):
            found = list(Area.objects.served().filter(pk=key).select_related("parent"))
        else:
            found = settlements_named(text)
        if len(found) > 1:
            raise ValidationError(_("There are several of this name: write also what it lies in, “Pest, Vác”."))
        area = found[0] if found else None
        if area is None:
            raise ValidationError(_("We do not know this settlement, or take no reports there yet."))
        return area


class PlaceSearchForm(forms.Form):
    """A place by words, of which `found` are those to choose from (`place_choice`), or by numbers.

    With the button `find_place` nothing else is checked.
    """

    place_search = LineField(label=_("Search for the place"), max_length=200, required=False)
    latitude = CoordinateField(label=_("Latitude"), limit=90, required=False)
    longitude = CoordinateField(label=_("Longitude"), limit=180, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place_search"].help_text = search_help()
        self.fields["place_search"].widget.attrs |= {"type": "search", "autocomplete": "off", "enterkeyhint": "search"}

    @property
    def is_searching(self) -> bool:
        return self.is_bound and "find_place" in self.data

    @cached_property
    def found(self) -> Found:
        """What the search found, or the words: to choose from."""
        if not self.is_searching:
            return Found()
        return self.search(str(self.data.get("place_search", ""))[:200].replace("\0", " "))

    def search(self, words: str) -> Found:
        if self.data.get("search_refused"):
            return Found(problem=TOO_MANY)
        return find_places(words, language=get_language() or settings.LANGUAGE_CODE, near=map_centre())

    def is_valid(self) -> bool:
        return not self.is_searching and super().is_valid()

    def full_clean(self) -> None:
        if self.is_searching:
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
            return
        super().full_clean()


class PlaceForm(PlaceSearchForm):
    """Valid, it holds `point` (lon/lat), the served `area` around it, the `address` and how the place was told.

    Numbers win over what is searched for, and that over words. `outside` says who could help where we cannot.
    """

    settlement = SettlementField(label=_("Settlement or district"), max_length=200, required=False)
    address = LineField(
        label=_("Address or nearby landmark"),
        help_text=_("Street and number, or what stands there: “opposite the bakery”."),
        max_length=250,
        required=False,
    )
    place_choice = LineField(max_length=300, required=False, widget=forms.HiddenInput)
    place_source = LineField(max_length=20, required=False, widget=forms.HiddenInput)

    PLACE = ("point", "area", "address", "place_source")

    outside: Outside | None = None
    settlement_names: Sequence[str] = ()  # for the field's <datalist>

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = settlements(SUGGESTED)
        field = self.fields["settlement"]
        if 0 < len(offered) <= SELECTABLE:
            field.widget = forms.Select(choices=[("", _("Choose")), *offered])
        elif offered:
            field.widget.attrs["list"] = "settlements"
            self.settlement_names = [name for _pk, name in offered]
        self.fields["address"].widget.attrs |= {"autocomplete": "off"}

    @property
    def can_search_streets(self) -> bool:
        return geocoding.is_set_up()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.is_searching and not self._errors:
            self.fill_address(self.cleaned_data)

    def fill_address(self, data: dict[str, Any]) -> None:
        """Where no address was given the geocoder may tell it; no report waits for it longer than its time box."""
        if data["address"] or not geocoding.is_set_up():
            return
        try:
            data["address"] = geocoding.address_at(data["point"], language=settings.LANGUAGE_CODE)
        except geocoding.GeocoderAway:
            return

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_place(data)
        return data

    def clean_place(self, data: dict[str, Any]) -> None:
        if {"latitude", "longitude", "place_search", "settlement", "address"} & set(self.errors):
            return
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if latitude is None and longitude is None:
            self._clean_words(data)
        elif latitude is None or longitude is None:
            self.add_error("latitude" if latitude is None else "longitude", _("The place needs both numbers."))
        else:
            told = data.get("place_source", "")
            self._set_point(data, latitude, longitude, told if told in Source and told != Source.WORDS else "")

    def _set_point(self, data: dict[str, Any], latitude: float, longitude: float, source: str) -> None:
        data["point"] = Point(longitude, latitude, srid=4326)
        data["place_source"] = source or Source.COORDINATES
        data["area"] = Area.objects.at(data["point"])
        if data["area"] is None:
            self.outside = who_could_help(data["point"])
            self.add_error("latitude", self.outside.message)

    def _clean_words(self, data: dict[str, Any]) -> None:
        wanted, area, address = data.get("place_search"), data.get("settlement"), data.get("address")
        keeps_words = data.get("place_choice") == ONLY_WORDS
        if keeps_words:
            address = data["address"] = address or wanted
        if wanted and not keeps_words:
            self._choose("place_search", self.search(wanted), data)
        elif area and address:
            found = Found() if keeps_words else self._find_in(area, address)
            if found.places:
                self._choose("address", found, data)
            else:
                self._settle_for_words(data, area)
        elif area:
            self.add_error("address", _("Say in words where it is: street and number, or what stands there."))
        elif address:
            look = self.can_search_streets and not keeps_words
            self._choose("settlement", self.search(address) if look else Found(), data)
        else:
            self.add_error("latitude", _("Say where it is: one of the ways below is enough."))

    def _find_in(self, area: Area, address: str) -> Found:
        town = " ".join(filter(None, (area.parent.name if area.parent else "", area.name)))
        try:
            found = geocoding.search_address(f"{address}, {town}", language=get_language() or "")
        except geocoding.GeocoderAway:
            return Found()
        return Found(only_served(found, area=area))

    def _choose(self, name: str, found: Found, data: dict[str, Any]) -> None:
        """Numbers are taken as they are; of what a search found the citizen chooses."""
        self.found = found
        if found.is_certain:
            self._set_point(data, found.places[0].latitude, found.places[0].longitude, Source.COORDINATES)
        elif found.places:
            self.add_error(name, _("Choose the right place of those that we found, then send it."))
        elif name == "settlement":
            self.add_error(name, _("Choose the settlement as well: then these words are enough."))
        else:
            self.add_error(name, found.problem)

    def _settle_for_words(self, data: dict[str, Any], area: Area) -> None:
        data["point"], data["area"] = point_inside(area), area
        data["place_source"] = Source.WORDS
        if data["point"] is None:  # an area without a boundary
            self.add_error("settlement", _("We do not know where this settlement lies. Please set the pin."))


def with_chosen_place(data: QueryDict, position: Point | None, *, may_search: bool = True) -> QueryDict:
    """What was sent, with the place that was chosen of those found, else with a photo's where nothing says another."""
    data = data.copy()
    if not may_search:
        data["search_refused"] = "1"
    latitude, longitude, address = [*data.get("place_choice", "").split(",", 2), "", ""][:3]
    if latitude and longitude:
        data["latitude"], data["longitude"], data["place_source"] = latitude, longitude, Source.SEARCH
        data["address"] = data.get("address", "").strip() or address
        data["place_choice"] = data["place_search"] = ""
    told = ("latitude", "longitude", "place_search", "settlement")
    if position is not None and not any(data.get(name, "").strip() for name in told):
        data["latitude"], data["longitude"] = f"{position.y:.6f}", f"{position.x:.6f}"
        data["place_source"] = Source.PHOTO
    return data

"""The place part of the forms that take a report."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from municipalities.models import Area
from reports.fields import CoordinateField, LineField


class PlaceForm(forms.Form):
    """Valid, it holds `point` (lon/lat) and the served `area` around it."""

    latitude = CoordinateField(label=_("Latitude"), limit=90, required=False)
    longitude = CoordinateField(label=_("Longitude"), limit=180, required=False)
    address = LineField(
        label=_("Address or nearby landmark"),
        help_text=_("Street and number, or what stands there: “opposite the bakery”."),
        max_length=250,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_place(data)
        return data

    def clean_place(self, data: dict[str, Any]) -> None:
        if "latitude" in self.errors or "longitude" in self.errors:
            return
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if latitude is None and longitude is None:
            self.add_error("latitude", self._missing_place(data))
        elif latitude is None or longitude is None:
            self.add_error("latitude" if latitude is None else "longitude", _("The place needs both numbers."))
        else:
            data["point"] = Point(longitude, latitude, srid=4326)
            data["area"] = Area.objects.at(data["point"])
            if data["area"] is None:
                self.add_error(
                    "latitude", _("We do not take reports at this place yet. Is the pin where it should be?")
                )

    def _missing_place(self, data: dict[str, Any]) -> Any:
        if data.get("address"):
            return _(
                "We cannot find the place from the address alone yet. Tap on the map, "
                "use a photo that knows its place, or write the coordinates from a map program here."
            )
        return _("Say where it is: tap on the map, use a photo that knows its place, or write the coordinates here.")

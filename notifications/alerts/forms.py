"""The form of an alert. Valid, it holds `alert`: an unsaved row with all that was chosen."""

import re
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from municipalities.models import Area, Category, Institution
from notifications.alerts.shapes import RADIUS_AT_LEAST, RADIUS_AT_MOST, circle, read_points, write_points
from notifications.models import Alert
from notifications.models.alert import Moment, Rhythm, Where
from reports.fields import CoordinateField, LineField, WordsField
from reports.filters import (
    CategoryField,
    PickField,
    ReportFilter,
    category_options,
    institutions_with_reports,
    natural,
)

RADIUS = 500


def area_options() -> list[tuple[Any, Any]]:
    """Where reports are taken, and what holds these places."""
    served = Area.objects.current().filter(Q(is_served=True) | Q(children__is_served=True)).distinct()
    found = sorted(served.values_list("pk", "name"), key=lambda area: natural(area[1]))
    return [("", _("Choose one")), *found]


class AlertForm(forms.Form):
    where = forms.ChoiceField(label=_("Where?"), choices=Where.choices, widget=forms.RadioSelect, initial=Where.AROUND)
    latitude = CoordinateField(label=_("Latitude"), limit=85, required=False)
    longitude = CoordinateField(label=_("Longitude"), limit=180, required=False)
    radius = forms.IntegerField(
        label=_("How far from there, in metres"),
        required=False,
        initial=RADIUS,
        localize=False,
        validators=[MinValueValidator(RADIUS_AT_LEAST), MaxValueValidator(RADIUS_AT_MOST)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    area = PickField(label=_("District or settlement"), model=Area, options=area_options, required=False)
    points = WordsField(
        label=_("Points of the shape"),
        help_text=_("One point a line, latitude and longitude: 47.4979, 19.0402. We close the shape for you."),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )
    category = CategoryField(label=_("Category"), model=Category, options=category_options, required=False)
    institution = PickField(
        label=_("Responsible"),
        model=Institution,
        options=lambda: [("", _("Anybody")), *institutions_with_reports()],
        required=False,
    )
    words = LineField(
        label=_("Words in it"),
        help_text=_("All of them must stand in the title, the text or the address."),
        max_length=100,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
    )
    moments = forms.MultipleChoiceField(
        label=_("Of what shall we write?"),
        choices=Moment.choices,
        initial=[Moment.NEW],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    frequency = forms.ChoiceField(
        label=_("How often?"), choices=Rhythm.choices, initial=Rhythm.DAILY, widget=forms.RadioSelect
    )
    name = LineField(
        label=pgettext_lazy("alert", "A name for it"),
        help_text=_("It stands in the subject of our mails. Leave it empty, and we find one."),
        max_length=80,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
    )

    def __init__(self, *args: Any, needs_email: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if needs_email:
            self.fields["email"] = forms.EmailField(
                label=_("Your e-mail address"),
                help_text=_("We ask there once whether it is yours. No account is needed."),
                max_length=254,
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        alert = Alert(
            where=data.get("where", ""),
            frequency=data.get("frequency", ""),
            category=data.get("category"),
            institution=data.get("institution"),
            words=data.get("words", ""),
            moments=data.get("moments") or [],
        )
        if alert.is_letter:
            # The letter tells of everything in its place.
            alert.category, alert.institution, alert.words, alert.moments = None, None, "", []
        elif not alert.moments and "moments" not in self.errors:
            self.add_error("moments", _("Choose at least one thing to hear of."))
        if alert.words and not re.search(r"\w", alert.words):
            self.add_error("words", _("Write words with letters or numbers."))
        self._clean_place(data, alert)
        if not self.errors:
            alert.name = data.get("name") or name_of(alert)
        self.alert = alert
        return data

    def _clean_place(self, data: dict[str, Any], alert: Alert) -> None:
        match alert.where:
            case Where.AROUND:
                self._clean_circle(data, alert)
            case Where.AREA:
                alert.area = data.get("area")
                if alert.area is None and "area" not in self.errors:
                    self.add_error("area", _("Choose a district or settlement."))
            case Where.SHAPE if "points" not in self.errors:
                try:
                    alert.shape = read_points(data.get("points") or "")
                except ValidationError as error:
                    self.add_error("points", error)
            case Where.ANYWHERE if alert.is_letter:
                self.add_error("where", _("The letter of the neighbourhood needs a place."))
            case Where.ANYWHERE if not (alert.category or alert.institution or alert.words) and not self.errors:
                self.add_error(
                    "where", _("Everything everywhere would be too much: choose a place, a category or words.")
                )

    def _clean_circle(self, data: dict[str, Any], alert: Alert) -> None:
        if {"latitude", "longitude", "radius"} & set(self.errors):
            return
        latitude, longitude = data.get("latitude"), data.get("longitude")
        if latitude is None or longitude is None:
            field = "latitude" if latitude is None else "longitude"
            self.add_error(field, _("Say where: tap on the map, or write both coordinates here."))
            return
        alert.point = Point(longitude, latitude, srid=4326)
        alert.radius = data.get("radius") or RADIUS
        try:
            alert.shape = circle(alert.point, alert.radius)
        except ValidationError as error:
            self.add_error("radius", error)


def name_of(alert: Alert) -> str:
    """What one would call it: "Pothole, lamp – Ferencváros"."""
    what = [str(part) for part in (alert.category, alert.institution, alert.words) if part]
    place = {
        Where.AROUND: _("around a place"),
        Where.SHAPE: _("in my shape"),
        Where.AREA: alert.area,
        Where.ANYWHERE: "",
    }[Where(alert.where)]
    return " – ".join(str(part) for part in (", ".join(what), place) if part)[:80]


def initial_of(alert: Alert) -> dict[str, Any]:
    """The form's fields for an alert that is there."""
    return {
        "where": alert.where,
        # As text: no language may write a coordinate with a comma here.
        "latitude": f"{alert.point.y:.6f}" if alert.point else "",
        "longitude": f"{alert.point.x:.6f}" if alert.point else "",
        "radius": alert.radius or RADIUS,
        "area": alert.area_id or "",
        "points": write_points(alert.shape) if alert.shape and alert.where == Where.SHAPE else "",
        "category": alert.category.slug if alert.category else "",
        "institution": alert.institution_id or "",
        "words": alert.words,
        "moments": alert.moments or [Moment.NEW],
        "frequency": alert.frequency,
        "name": alert.name,
    }


def initial_from_filters(query: QueryDict) -> dict[str, Any]:
    """ "Tell me of new ones like these": what a list or a map was filtered by; what makes no sense here is left out."""
    wanted = ReportFilter(query, queryset=None).wanted
    status = wanted.get("status", "")
    # No alert tells of how questions and praise end: who looked at those wants to hear of new ones.
    moment = Moment(status) if status in Moment.values else Moment.NEW
    initial: dict[str, Any] = {
        "category": wanted["category"].slug if "category" in wanted else "",
        "institution": wanted["institution"].pk if "institution" in wanted else "",
        "words": wanted.get("q", "")[:100],
        "moments": [moment],
    }
    near = [query.get(name, "") for name in ("latitude", "longitude")]
    if "area" in wanted:
        initial |= {"where": Where.AREA, "area": wanted["area"].pk}
    elif all(near):
        initial |= {"where": Where.AROUND, "latitude": near[0][:40], "longitude": near[1][:40]}
    elif any(initial[name] for name in ("category", "institution", "words")):
        initial["where"] = Where.ANYWHERE
    if query.get("letter"):
        initial |= {"frequency": Rhythm.MONTHLY}
        initial["where"] = initial.get("where", Where.AREA) if "area" in wanted or all(near) else Where.AREA
    return initial

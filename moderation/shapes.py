"""Lines and polygons as text: WKT or GeoJSON, with or without a map that writes it."""

import json
from typing import Any

from django import forms
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiLineString, MultiPolygon
from django.contrib.gis.geos.prototypes.io import WKBWriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 400_000  # characters
MOST_POINTS = 20_000


def read_shape(text: str) -> GEOSGeometry:
    """Lines or polygons, longitude before latitude (WGS 84). A feature or a collection of features gives its shapes.

    Raises `ValidationError` with a sentence for people.
    """
    try:
        shape = _joined(_geometries(json.loads(text))) if text.lstrip().startswith("{") else GEOSGeometry(text)
        shape = GEOSGeometry(WKBWriter(dim=2).write(shape), srid=4326)  # heights are left out
    except ValidationError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, GEOSException, GDALException) as error:
        raise ValidationError(_("This is neither WKT nor GeoJSON.")) from error
    if shape.empty or shape.geom_type not in ("LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        raise ValidationError(_("Draw lines or polygons."))
    if shape.num_coords > MOST_POINTS:
        raise ValidationError(_("A shape has %(count)s points at most.") % {"count": MOST_POINTS})
    west, south, east, north = shape.extent
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValidationError(_("Write longitude and latitude in degrees (WGS 84)."))
    if not shape.valid:
        raise ValidationError(_("The outline crosses itself, or a line has only one point."))
    return shape


def _geometries(document: dict[str, Any]) -> list[GEOSGeometry]:
    match document["type"]:
        case "FeatureCollection":
            return [shape for feature in document["features"] for shape in _geometries(feature)]
        case "Feature":
            return _geometries(document["geometry"])
        case "GeometryCollection":
            return [shape for one in document["geometries"] for shape in _geometries(one)]
    return [GEOSGeometry(json.dumps(document))]


def _joined(shapes: list[GEOSGeometry]) -> GEOSGeometry:
    parts: list[Any] = []
    for shape in shapes:
        parts += list(shape) if isinstance(shape, (MultiLineString, MultiPolygon)) else [shape]
    kinds = {part.geom_type for part in parts}
    if kinds == {"LineString"}:
        return parts[0] if len(parts) == 1 else MultiLineString(parts)
    if kinds == {"Polygon"}:
        return parts[0] if len(parts) == 1 else MultiPolygon(parts)
    raise ValidationError(_("Draw lines or polygons, not both at once."))


class ShapeField(forms.CharField):
    """Cleans to a geometry (SRID 4326) or None; shown as GeoJSON."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "data-shape": ""})

    def __init__(self, **options: Any) -> None:
        help_text = gettext_lazy("As WKT or GeoJSON, longitude before latitude: LINESTRING (19.05 47.49, 19.06 47.5).")
        super().__init__(max_length=LONGEST, help_text=help_text, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.geojson if isinstance(value, GEOSGeometry) else value

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Typed as WKT it comes back as GeoJSON, which the map can draw."""
        try:
            return read_shape(data).geojson if data and len(data) <= LONGEST else data
        except ValidationError:
            return data

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return read_shape(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True  # the columns are compared when it is stored

"""Boundaries out of a GeoJSON file (RFC 7946; WGS 84, lon/lat in degrees), checked and repaired.

What concerns the whole file raises `BadFile`; what concerns one feature is told under its name, so that
one broken ring never stops three thousand good ones.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GeometryCollection, GEOSException, GEOSGeometry, LinearRing, MultiPolygon, Polygon

GZIP = b"\x1f\x8b"
# Farther than this from the middle of our map, and nearer with the axes exchanged: they are exchanged.
SWAPPED_DEGREES = 6


class BadFile(Exception):
    """The file cannot be imported at all; the message says why."""


class BadFeature(Exception):
    """This feature cannot be imported; the message says why."""


@dataclass
class Boundary:
    name: str
    code: str
    shape: MultiPolygon
    parent_code: str = ""


@dataclass
class Boundaries:
    found: list[Boundary] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)  # name: what was wrong
    skipped: list[str] = field(default_factory=list)  # name: why


def read_features(path: Path) -> list[dict[str, Any]]:
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = gzip.decompress(data)
        document = json.loads(data.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(f"{path}: cannot be read: {error}") from error
    except ValueError as error:
        raise BadFile(f"{path}: is not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise BadFile(f"{path}: is not a GeoJSON FeatureCollection")
    features = document["features"]
    if not features:
        raise BadFile(f"{path}: holds no features")
    if not all(isinstance(feature, dict) for feature in features):
        raise BadFile(f"{path}: not every feature is an object")
    check_crs(document.get("crs"), path)
    return features


def check_crs(crs: Any, path: Path) -> None:
    """GeoJSON of before 2016 may name another system; ours has to be WGS 84."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str((properties or {}).get("name", crs)) if isinstance(properties, dict) else str(crs)
    if not name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        raise BadFile(f"{path}: is in {name}; convert it to WGS 84 (EPSG:4326) first")


def read_boundaries(
    features: list[dict[str, Any]],
    *,
    name_field: str,
    code_field: str,
    parent_code_field: str = "",
    progress: Callable[[list[dict[str, Any]]], Iterable[dict[str, Any]]] = iter,
) -> Boundaries:
    """The features as valid multipolygons; raises `BadFile` for fields, codes or a system that cannot be right."""
    check_fields(features, [name_field, code_field, *([parent_code_field] if parent_code_field else [])])
    result = Boundaries()
    for number, feature in enumerate(progress(features), start=1):
        properties = feature.get("properties") or {}
        name, code = text_of(properties.get(name_field)), text_of(properties.get(code_field))
        label = name or f"feature {number}"
        try:
            if not name or not code:
                raise BadFeature(f"has no {code_field if name else name_field}")
            if len(name) > 120 or len(code) > 40:
                raise BadFeature("has a name over 120 or a code over 40 characters")
            shape, faults = read_shape(feature.get("geometry"))
        except BadFeature as error:
            result.skipped.append(f"{label}: {error}")
            continue
        if faults:
            result.repaired.append(f"{label}: {'; '.join(faults)}")
        result.found.append(Boundary(name, code, shape, text_of(properties.get(parent_code_field))))
    check_codes(result.found)
    check_place(result.found)
    return result


def text_of(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()


def check_fields(features: list[dict[str, Any]], fields: list[str]) -> None:
    known = sorted({key for feature in features for key in feature.get("properties") or {}})
    for name in fields:
        if name not in known:
            raise BadFile(f"no feature has a field “{name}”; there are: {', '.join(known) or 'none'}")


def check_codes(boundaries: list[Boundary]) -> None:
    twice = [code for code, count in Counter(b.code for b in boundaries).items() if count > 1]
    if twice:
        names = ", ".join(b.name for b in boundaries if b.code == twice[0])
        raise BadFile(f"{len(twice)} codes stand more than once, e.g. {twice[0]}: {names}")


def check_place(boundaries: list[Boundary]) -> None:
    if not boundaries:
        return
    boxes = [b.shape.extent for b in boundaries]
    if any(max(abs(box[0]), abs(box[2])) > 180 or max(abs(box[1]), abs(box[3])) > 90 for box in boxes):
        raise BadFile("coordinates are not degrees; convert the file to WGS 84 (EPSG:4326), longitude first")
    x = sum(box[0] + box[2] for box in boxes) / len(boxes) / 2
    y = sum(box[1] + box[3] for box in boxes) / len(boxes) / 2
    lon, lat = settings.MAP_CENTER
    off, off_swapped = max(abs(x - lon), abs(y - lat)), max(abs(y - lon), abs(x - lat))
    if off > SWAPPED_DEGREES > off_swapped:
        raise BadFile("longitude and latitude look exchanged: GeoJSON writes longitude first")


def read_shape(geometry: Any) -> tuple[MultiPolygon, list[str]]:
    """A valid multipolygon, and what had to be repaired; raises `BadFeature`."""
    faults: list[str] = []
    try:
        polygons = [polygon for rings in rings_of(geometry) if (polygon := read_polygon(rings, faults))]
    except (TypeError, ValueError, KeyError, IndexError, GEOSException) as error:
        raise BadFeature(f"its coordinates cannot be read ({error})") from error
    if not polygons:
        raise BadFeature("no ring of it encloses anything" if faults else "has an empty geometry")
    shape = MultiPolygon(polygons, srid=4326)
    if not shape.valid:
        faults.append(shape.valid_reason)
        repaired = list(polygons_in(shape.make_valid()))
        if not repaired:
            raise BadFeature(f"cannot be repaired: {shape.valid_reason}")
        shape = MultiPolygon(repaired, srid=4326)
    return shape, faults


def rings_of(geometry: Any) -> Iterator[list[Any]]:
    """The ring lists of every polygon in a geometry."""
    if not geometry:
        raise BadFeature("has no geometry")
    kind = geometry["type"]
    if kind == "Polygon":
        yield geometry["coordinates"]
    elif kind == "MultiPolygon":
        yield from geometry["coordinates"]
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from rings_of(part)
    else:
        raise BadFeature(f"is a {kind}, not a polygon")


def read_polygon(rings: list[Any], faults: list[str]) -> Polygon | None:
    kept = []
    for position, ring in enumerate(rings):
        points = [(float(point[0]), float(point[1])) for point in ring]
        if not all(isfinite(x) and isfinite(y) for x, y in points):
            raise BadFeature("its coordinates are not numbers")
        if points and points[0] != points[-1]:
            faults.append("a ring was not closed")
            points.append(points[0])
        if len(set(points)) < 3:
            faults.append("a ring of fewer than three corners was left out")
            if position == 0:
                return None
            continue
        kept.append(LinearRing(points))
    return Polygon(*kept, srid=4326) if kept else None


def polygons_in(geometry: GEOSGeometry) -> Iterator[Polygon]:
    if isinstance(geometry, Polygon):
        if not geometry.empty:
            yield geometry
    elif isinstance(geometry, GeometryCollection):
        for part in geometry:
            yield from polygons_in(part)

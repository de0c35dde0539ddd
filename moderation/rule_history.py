"""The changes of the rules in words: which column, from what to what."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from municipalities.actions_rules import changed_names
from municipalities.matching import month_names, weekday_names
from municipalities.models import Responsibility, RuleChange, StreetGroup


@dataclass(frozen=True)
class Line:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    change: RuleChange
    lines: list[Line]
    may_undo: bool


def tell(changes: Sequence[RuleChange]) -> list[Told]:
    """At most five queries, for what the columns point to. A new one tells what was said of it."""
    names = _names(changes)
    told = []
    for change in changes:
        model: Any = StreetGroup if change.street_group_id else Responsibility
        changed, lines = set(changed_names(change)), []
        for field in model._meta.concrete_fields:
            if field.name not in changed or (change.is_new and change.after[field.name] == field.get_default()):
                continue
            old, new = (_words(field, values.get(field.name), names) for values in (change.before, change.after))
            if old or new:
                lines.append(Line(str(field.verbose_name), old, new))
        is_new_group = change.is_new and change.street_group_id is not None
        is_there = change.rule_id is not None or change.street_group_id is not None
        told.append(Told(change, lines, is_there and not is_new_group and not hasattr(change, "undone")))
    return told


def _pointing(model: Any) -> "list[models.ForeignKey[Any, Any]]":
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _names(changes: Sequence[RuleChange]) -> dict[tuple[str, int], str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.street_group_id is None:
            for field in _pointing(Responsibility):
                wanted[field.name] |= {v[field.name] for v in (change.before, change.after) if v.get(field.name)}
    names: dict[tuple[str, int], str] = {}
    for field in _pointing(Responsibility):
        if wanted[field.name]:
            rows = field.related_model._default_manager.in_bulk(wanted[field.name])
            names |= {(field.name, pk): str(row) for pk, row in rows.items()}
    return names


def _words(field: Any, value: Any, names: dict[tuple[str, int], str]) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        return names.get((field.name, value), _("(deleted)"))
    if field.name == "shape":
        shape = GEOSGeometry(value)
        count = shape.num_coords
        return ngettext("drawn, %(count)s point", "drawn, %(count)s points", count) % {"count": count}
    if field.name in ("weekdays", "months"):
        return weekday_names(value) if field.name == "weekdays" else month_names(value)
    if isinstance(field, models.DateField):
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))

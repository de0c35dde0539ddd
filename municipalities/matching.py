"""Does a rule hold for a report, and why: one `Check` for each condition that the rule has, with its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from municipalities.models import Category, Responsibility, StreetGroup
from municipalities.words import plain


@dataclass(frozen=True)
class Facts:
    """What is known of a report. `answers`: code of a question → value as stored; `day`: when it came in (today)."""

    point: Point  # lon/lat
    category: Category | None
    address: str = ""
    text: str = ""  # "title, new line, text"
    answers: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the database says of a place: generations of the areas around it, and how far it is from what is drawn."""

    ranks: Mapping[int, int]  # area id → 0 for the smallest; each generation of an area
    street_metres: Mapping[int, float]  # street group id → metres
    today: date
    street: str  # the address, plain
    named: dict[int, str]  # street group id → the name that the address holds, or ""; filled as they are asked for

    def name_in_address(self, group: StreetGroup) -> str:
        if group.pk not in self.named:
            here = f" {self.street} "
            found = (name for name in group.streets if f" {plain(name)} " in here)
            self.named[group.pk] = next(found, "")
        return self.named[group.pk]


@dataclass(frozen=True)
class Check:
    """One condition of a rule. `words` says in the reader's language how it is with the report."""

    condition: str  # active, area, category, street, drawn, answer, days, weekday, month
    holds: bool
    rule: Responsibility
    facts: Facts
    around: Surroundings
    metres: float | None = None

    @property
    def words(self) -> str:
        return _WORDS[self.condition](self)


def checks_of(rule: Responsibility, facts: Facts, around: Surroundings, metres: float | None) -> Iterator[Check]:
    """`metres`: how far the place is from what the rule has drawn; None where it has drawn nothing."""

    def check(condition: str, holds: bool, far: float | None = None) -> Check:
        return Check(condition, holds, rule, facts, around, far)

    if not rule.is_active or not rule.institution.is_active:
        yield check("active", False)
    if rule.area_id:
        yield check("area", rule.area_id in around.ranks)
    if rule.category_id:
        yield check("category", rule.category_id in category_ranks(facts.category))
    if rule.street_group:
        far = around.street_metres.get(rule.street_group.pk)
        near = far is not None and far <= rule.street_group.metres
        yield check("street", near or bool(around.name_in_address(rule.street_group)), far)
    if metres is not None:
        yield check("drawn", metres <= rule.metres, metres)
    if rule.answer_code:
        yield check("answer", is_answer(facts.answers.get(rule.answer_code), rule.answer_value))
    if rule.valid_from or rule.valid_to:
        begun = rule.valid_from is None or rule.valid_from <= around.today
        yield check("days", begun and (rule.valid_to is None or around.today <= rule.valid_to))
    if rule.weekdays:
        yield check("weekday", around.today.isoweekday() in rule.weekdays)
    if rule.months:
        yield check("month", around.today.month in rule.months)


def category_ranks(category: Category | None) -> dict[int, int]:
    """The category and the one above it."""
    return {pk: rank for rank, pk in enumerate((category.pk, category.parent_id)) if pk} if category else {}


def is_answer(given: Any, wanted: str) -> bool:
    """One of the chosen answers, or the same words whatever their capitals and accents."""
    values = given if isinstance(given, list) else [given]
    return any(value is not None and (str(value) == wanted or plain(str(value)) == plain(wanted)) for value in values)


# -- Words ------------------------------------------------------------------------------------------------------


def _active(check: Check) -> str:
    if check.rule.is_active:
        return _("%(institution)s is not active") % {"institution": check.rule.institution}
    return _("the rule is switched off")


def _area(check: Check) -> str:
    words = _("the place lies in %(area)s") if check.holds else _("the place does not lie in %(area)s")
    return words % {"area": check.rule.area}


def _category(check: Check) -> str:
    names = {"category": check.rule.category, "given": check.facts.category or _("none")}
    if not check.holds:
        return _("the category is not %(category)s but %(given)s") % names
    if check.facts.category and check.rule.category_id == check.facts.category.pk:
        return _("the category is %(category)s") % names
    return _("the category %(given)s belongs to %(category)s") % names


def _street(check: Check) -> str:
    group = check.rule.street_group or StreetGroup()
    named = check.around.name_in_address(group)
    if named:
        return _("the address names %(street)s, of %(group)s") % {"street": named, "group": group}
    if check.metres is None:
        return _("the address names no street of %(group)s") % {"group": group}
    return _far(check.metres, group.metres, str(group))


def _drawn(check: Check) -> str:
    return _far(check.metres or 0, check.rule.metres, _("what the rule has drawn"))


def _far(metres: float, limit: int, what: str) -> str:
    said = {"metres": round(metres), "limit": limit, "what": what}
    if not metres:
        return _("the place lies inside of %(what)s") % said
    return _("the place is %(metres)s m from %(what)s; %(limit)s m count") % said


def _answer(check: Check) -> str:
    said = {"question": check.rule.answer_code, "answer": check.rule.answer_value}
    if check.holds:
        return _("“%(question)s” was answered “%(answer)s”") % said
    return _("“%(question)s” was not answered “%(answer)s”") % said


def _days(check: Check) -> str:
    rule = check.rule
    first = date_format(rule.valid_from, "SHORT_DATE_FORMAT") if rule.valid_from else "…"
    last = date_format(rule.valid_to, "SHORT_DATE_FORMAT") if rule.valid_to else "…"
    words = _("the day is within %(first)s – %(last)s") if check.holds else _("the day is not in %(first)s – %(last)s")
    return words % {"first": first, "last": last}


def _weekday(check: Check) -> str:
    words = _("the day is one of these: %(days)s") if check.holds else _("the day is none of these: %(days)s")
    return words % {"days": weekday_names(check.rule.weekdays)}


def _month(check: Check) -> str:
    words = _("the month is one of these: %(months)s") if check.holds else _("the month is none of these: %(months)s")
    return words % {"months": month_names(check.rule.months)}


def weekday_names(days: list[int]) -> str:
    return ", ".join(str(WEEKDAYS[day - 1]) for day in sorted(days))


def month_names(months: list[int]) -> str:
    return ", ".join(str(MONTHS[month]) for month in sorted(months))


_WORDS = {
    "active": _active,
    "area": _area,
    "category": _category,
    "street": _street,
    "drawn": _drawn,
    "answer": _answer,
    "days": _days,
    "weekday": _weekday,
    "month": _month,
}

"""Who is responsible, and why: the rules for a place and a category, the most particular first.

`consider` looks at rules and says of each what holds and what not; `decide` reads from that who leads, who gets it too
and who is out. Both only read.
"""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from municipalities.matching import Check, Facts, Surroundings, category_ranks, checks_of
from municipalities.metres import MetresTo
from municipalities.models import Area, Category, Institution, Responsibility, StreetGroup
from municipalities.models.responsibility import FARTHEST
from municipalities.words import plain

__all__ = ["Considered", "Decision", "Facts", "Suggestion", "consider", "decide", "plain", "suggest_institutions"]

Effect = Responsibility.Effect
DEGREES = FARTHEST / 60_000  # more than `FARTHEST` metres in each direction, as far north as people live


@dataclass(frozen=True)
class Suggestion:
    """An institution for a report, with the rule that names it and the reason in words."""

    institution: Institution
    responsibility: Responsibility | None  # None: no rule names it, moderators chose it before
    reason: str


@dataclass(frozen=True)
class Considered:
    """A rule that was looked at for a report: what of it holds, and how particular it is (the lowest rank first)."""

    rule: Responsibility
    checks: Sequence[Check]
    rank: tuple[int, ...]

    @cached_property
    def misses(self) -> list[Check]:
        return [check for check in self.checks if not check.holds]

    @property
    def matches(self) -> bool:
        return not self.misses


@dataclass(frozen=True)
class Decision:
    """`leads`: who may lead, each body once, the best first. `also`: who gets it beside. `out`: who is ruled out.

    Where `only` is set, nobody but `leads` is suggested, whatever was learned.
    """

    leads: list[Suggestion] = field(default_factory=list)
    also: list[Suggestion] = field(default_factory=list)
    out: dict[int, Responsibility] = field(default_factory=dict)
    only: bool = False


@dataclass(frozen=True)
class Place:
    """The areas around a point on a day, the smallest first, and the ids of all their generations."""

    areas: Sequence[Area]
    ranks: Mapping[int, int]


def place_of(point: Point, day: date | None = None) -> Place:
    """As of that day (today). A rule is bound to one generation of an area and holds for all of them. One query."""
    same = Area.objects.filter(kind=OuterRef("kind"), code=OuterRef("code")).order_by()
    areas = list(Area.objects.covering(point, day).annotate(generations=ArraySubquery(same.values("pk"))))
    ranks: dict[int, int] = {}
    for rank, area in enumerate(areas):
        for pk in area.generations:
            ranks.setdefault(pk, rank)
    return Place(areas, ranks)


def suggest_institutions(
    point: Point, category: Category | None, address: str = "", *, limit: int = 5
) -> list[Suggestion]:
    """The best rules for a place (lon/lat) and a category, each institution once, the best first.

    Order: priority; an answer before none; a street group or something drawn before an area; the exact category before
    its parent before none, so that the city's lighting company comes before a district that takes whatever nobody else
    does; a small area before a large one before none; a time window before none; a preferred one; then how often
    moderators chose it. Two queries, and a third where a rule's street group is drawn.
    """
    return decide(consider(Facts(point, category, address))).leads[:limit]


def consider(facts: Facts, place: Place | None = None, *, wide: bool = False) -> list[Considered]:
    """The rules of the place and the category, the most particular first.

    `wide` adds what the place or the category alone speaks for, switched off ones too: for explaining. As many queries
    as `suggest_institutions` has, one less with `place`.
    """
    day = facts.day or timezone.localdate()
    place = place or place_of(facts.point, facts.day)
    rules = list(_rules(facts, place, day, wide=wide))
    around = Surroundings(place.ranks, _street_metres(rules, facts.point), day, plain(facts.address), {})
    found = [considered(rule, facts, around, rule.own_metres) for rule in rules]
    return sorted(found, key=lambda one: one.rank)


def considered(rule: Responsibility, facts: Facts, around: Surroundings, metres: float | None) -> Considered:
    checks = tuple(checks_of(rule, facts, around, metres))
    near = category_ranks(facts.category)
    rank = (
        -rule.priority,
        0 if rule.answer_code else 1,
        0 if rule.street_group_id or metres is not None else 1,
        near.get(rule.category_id or 0, len(near)),
        around.ranks.get(rule.area_id or 0, len(around.ranks)),
        0 if rule.valid_from or rule.valid_to or rule.weekdays or rule.months else 1,
        0 if rule.preferred else 1,
        -rule.weight,
        rule.pk or sys.maxsize,  # one that is tried before it is stored comes last among equals
    )
    return Considered(rule, checks, rank)


def _rules(facts: Facts, place: Place, day: date, *, wide: bool) -> QuerySet[Any]:
    here = Q(area=None) | Q(area__in=list(place.ranks))
    of_kind = Q(category=None) | Q(category__in=list(category_ranks(facts.category)))
    rules = (
        Responsibility.objects.select_related("institution", "contact", "area", "category", "street_group")
        .defer("shape", "street_group__shape", "area__parent")
        .annotate(
            own_metres=MetresTo("shape", facts.point),
            has_drawn_streets=Exists(StreetGroup.objects.filter(pk=OuterRef("street_group"), shape__isnull=False)),
        )
    )
    if wide:
        return rules.filter((here & Q(area__isnull=False)) | (of_kind & Q(category__isnull=False)) | (here & of_kind))
    x, y = facts.point.coords
    box = Polygon.from_bbox((x - 2 * DEGREES, y - DEGREES, x + 2 * DEGREES, y + DEGREES))
    box.srid = facts.point.srid
    return rules.filter(here, of_kind, is_active=True, institution__is_active=True).filter(
        Q(shape=None) | Q(shape__bboverlaps=box),
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
    )


def _street_metres(rules: Iterable[Any], point: Point) -> dict[int, float]:
    drawn = {rule.street_group_id for rule in rules if rule.has_drawn_streets}
    if not drawn:
        return {}
    groups = StreetGroup.objects.filter(pk__in=drawn).annotate(far=MetresTo("shape", point)).values_list("pk", "far")
    return dict(groups)


def decide(found: Iterable[Considered], *, skip: Collection[int] = ()) -> Decision:
    """Who leads, by what was considered (in the order of `consider`). `skip`: institutions that are out anyway.

    "Is not responsible" takes a body out of rules of the same or a lower priority. "Alone" leaves nobody beside it of
    the same or a lower priority, but those who get it too.
    """
    matching = [one.rule for one in found if one.matches and one.rule.institution_id not in skip]
    out: dict[int, Responsibility] = {}
    for rule in matching:
        if rule.effect == Effect.NOT:
            out.setdefault(rule.institution_id, rule)

    def is_in(rule: Responsibility) -> bool:
        return rule.institution_id not in out or rule.priority > out[rule.institution_id].priority

    leading = [rule for rule in matching if rule.effect in (Effect.LEADS, Effect.ONLY) and is_in(rule)]
    alone = next((rule for rule in leading if rule.effect == Effect.ONLY), None)
    if alone:
        leading = [rule for rule in leading if rule is alone or rule.priority > alone.priority]
    leads = _once(leading)
    also = _once([rule for rule in matching if rule.effect == Effect.ALSO and is_in(rule)])
    kept = {one.institution.pk for one in leads}
    return Decision(leads, also, {pk: rule for pk, rule in out.items() if pk not in kept}, alone is not None)


def _once(rules: Iterable[Responsibility]) -> list[Suggestion]:
    found: dict[int, Suggestion] = {}
    for rule in rules:
        if rule.institution_id not in found:
            found[rule.institution_id] = Suggestion(rule.institution, rule, explain(rule))
    return list(found.values())


def explain(rule: Responsibility) -> str:
    """Why a rule fits, in the reader's language: "District IX × Lighting, chosen 42 times"."""
    drawn = _("a drawn place") if getattr(rule, "own_metres", None) is not None else None
    place = rule.street_group or drawn or rule.area or _("everywhere")
    kind = rule.category or _("any category")
    if rule.answer_code:
        kind = f"{kind} ({rule.answer_code}: {rule.answer_value})"
    if rule.weight:
        return _("%(place)s × %(category)s, chosen %(count)s times before") % {
            "place": place,
            "category": kind,
            "count": rule.weight,
        }
    return f"{place} × {kind}"

"""Who is responsible, and why: the rules for a place and a category, the most particular first."""

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext as _

from municipalities.models import Area, Category, Institution, Responsibility


@dataclass(frozen=True)
class Suggestion:
    """An institution for a report, with the rule that names it and the reason in words."""

    institution: Institution
    responsibility: Responsibility | None  # None: no rule names it, moderators chose it before
    reason: str


def plain(text: str) -> str:
    """Lower case without accents and signs, single blanks: for comparing street names."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c))))


def suggest_institutions(
    point: Point, category: Category | None, address: str = "", *, limit: int = 5
) -> list[Suggestion]:
    """The best rules for a place (lon/lat) and a category, each institution once, the best first.

    Order: priority; a street group before an area; the exact category before its parent before none, so
    that the city's lighting company comes before a district that takes whatever nobody else does; a small
    area before a large one before none; then how often moderators chose it. Two queries.
    """
    return rules_of(list(Area.objects.covering(point)), category, address, limit=limit)


def rules_of(areas: list[Area], category: Category | None, address: str, *, limit: int) -> list[Suggestion]:
    """As `suggest_institutions`, for the areas of a place, the smallest first. One query."""
    size = {area.pk: rank for rank, area in enumerate(areas)}
    categories = [c for c in (category, category.parent if category else None) if c]
    near = {c.pk: rank for rank, c in enumerate(categories)}
    rules = (
        Responsibility.objects.filter(is_active=True, institution__is_active=True)
        .filter(Q(area=None) | Q(area__in=areas))
        .filter(Q(category=None) | Q(category__in=categories))
        .select_related("institution", "contact", "area", "category", "street_group")
    )
    street = plain(address)

    def rank(rule: Responsibility) -> tuple[int, ...]:
        return (
            -rule.priority,
            0 if rule.street_group_id else 1,
            near.get(rule.category_id or 0, len(near)),
            size.get(rule.area_id or 0, len(size)),
            -rule.weight,
            rule.pk,
        )

    found: dict[int, Suggestion] = {}
    for rule in sorted((r for r in rules if _on_street(r, street)), key=rank):
        if rule.institution_id not in found:
            found[rule.institution_id] = Suggestion(rule.institution, rule, explain(rule))
        if len(found) == limit:
            break
    return list(found.values())


def _on_street(rule: Responsibility, street: str) -> bool:
    if rule.street_group is None:
        return True
    return any(f" {plain(name)} " in f" {street} " for name in rule.street_group.streets)


def explain(rule: Responsibility) -> str:
    """Why a rule fits, in the reader's language: "District IX × Lighting, chosen 42 times"."""
    place = rule.street_group or rule.area or _("everywhere")
    kind = rule.category or _("any category")
    if rule.weight:
        return _("%(place)s × %(category)s, chosen %(count)s times before") % {
            "place": place,
            "category": kind,
            "count": rule.weight,
        }
    return f"{place} × {kind}"

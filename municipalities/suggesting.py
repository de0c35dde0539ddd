"""Which body, and why: what moderators chose before where that is known and sure, then the rules.

A rule with a priority is an employee's word, and stays before anything learned. Inactive bodies are never suggested;
who has refused this very report is the caller's to know.
"""

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from municipalities.categorising import quoted
from municipalities.learned.model import Guess
from municipalities.learned.texts import document
from municipalities.learned.using import current_model, is_sure
from municipalities.models import Area, Category, Institution
from municipalities.routing import Suggestion, rules_of

ALL_RULES = 50


def suggest_institutions(
    point: Point, category: Category | None, address: str = "", text: str = "", *, limit: int = 5
) -> list[Suggestion]:
    """Up to `limit` bodies for a place (lon/lat), a category and words ("title, new line, text"), the best first.

    Two queries, and a third where a body was learned that no rule names.
    """
    areas = list(Area.objects.covering(point))
    rules = rules_of(areas, category, address, limit=ALL_RULES)
    guesses = learned(point, category, address, text, areas, limit=limit)
    if not guesses:
        return rules[:limit]
    ordered = [rule for rule in rules if rule.responsibility and rule.responsibility.priority > 0]
    by_rule = {rule.institution.pk: rule for rule in rules}
    unruled = [int(guess.key) for guess in guesses if int(guess.key) not in by_rule]
    others = Institution.objects.active().in_bulk(unruled) if unruled else {}
    place = next((area for area in areas if area.is_served), None)
    for guess in guesses:
        rule = by_rule.get(int(guess.key))
        institution = rule.institution if rule else others.get(int(guess.key))
        if institution:
            ordered.append(Suggestion(institution, rule.responsibility if rule else None, explain(guess, place)))
    found: dict[int, Suggestion] = {}
    for suggestion in ordered + rules:
        found.setdefault(suggestion.institution.pk, suggestion)
    return list(found.values())[:limit]


def learned(
    point: Point, category: Category | None, address: str, text: str, areas: list[Area], *, limit: int
) -> list[Guess]:
    model = current_model() if text.strip() else None
    if model is None:
        return []
    first, _line, rest = text.partition("\n")
    area = next((str(area.pk) for area in areas if area.is_served), None)
    guesses = model.guess_bodies(
        document(first, rest),
        str(category.pk) if category else None,
        area,
        (point.x, point.y),
        address,
        limit=limit,
    )
    return guesses if is_sure(guesses) else []


def explain(guess: Guess, place: Area | None) -> str:
    """ "because of “kátyú”, “úttest” · District IX · chosen 42 times before" in the reader's language."""
    parts = [_("because of the words %(words)s") % {"words": quoted(guess.words)}] if guess.words else []
    if place:
        parts.append(str(place))
    if guess.times:
        parts.append(_("chosen %(count)s times before") % {"count": guess.times})
    return " · ".join(parts) or _("chosen in such cases before")

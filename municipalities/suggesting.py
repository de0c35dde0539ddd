"""Which body, and why: what moderators chose before where that is known and sure, then the rules.

A rule with a priority is an employee's word, and stays before anything learned; so does one that says "alone", and
nobody is suggested whom a rule excepts. Inactive bodies are never suggested; who has refused this very report is the
caller's to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from municipalities.categorising import quoted
from municipalities.learned.model import Guess
from municipalities.learned.texts import document
from municipalities.learned.using import current_model, is_sure
from municipalities.models import Area, Category, Institution
from municipalities.routing import Considered, Decision, Facts, Place, Suggestion, consider, decide, place_of

SHOWN = 5


@dataclass(frozen=True)
class Routed:
    """Whom a report is for: `leads` the best first, `also` beside the one chosen; and what that rests on."""

    leads: list[Suggestion]
    also: list[Suggestion]
    decision: Decision
    guesses: list[Guess]  # the learned model's, where it is sure


def suggest_institutions(
    point: Point, category: Category | None, address: str = "", text: str = "", *, limit: int = SHOWN
) -> list[Suggestion]:
    """Up to `limit` bodies for a place (lon/lat), a category and words ("title, new line, text"), the best first."""
    return route(Facts(point, category, address, text), limit=limit).leads


def route(facts: Facts, *, limit: int = SHOWN) -> Routed:
    """Two queries; one more each where a street group of a rule is drawn, where a rule asks for an answer that has to
    be read first, and where a body was learned that no rule names."""
    place = place_of(facts.point, facts.day)
    return route_by(consider(facts, place), learned(facts, place.areas, limit=limit), place, limit=limit)


def route_by(found: Sequence[Considered], guesses: list[Guess], place: Place, *, limit: int = SHOWN) -> Routed:
    """By what was considered and guessed already."""
    decision = decide(found)
    leads = decision.leads
    if guesses and not decision.only:
        leads = _with_learned(decision, guesses, place)
    return Routed(leads[:limit], [one for one in decision.also if not one.institution.refuses], decision, guesses)


def _with_learned(decision: Decision, guesses: list[Guess], place: Place) -> list[Suggestion]:
    ordered = [rule for rule in decision.leads if rule.responsibility and rule.responsibility.priority > 0]
    by_rule = {rule.institution.pk: rule for rule in decision.leads}
    keys = [int(guess.key) for guess in guesses]
    unruled = [pk for pk in keys if pk not in by_rule and pk not in decision.out]
    others = Institution.objects.active().in_bulk(unruled) if unruled else {}
    served = next((area for area in place.areas if area.is_served), None)
    for pk, guess in zip(keys, guesses, strict=True):
        rule = by_rule.get(pk)
        institution = rule.institution if rule else others.get(pk)
        if institution:
            ordered.append(Suggestion(institution, rule.responsibility if rule else None, explain(guess, served)))
    found: dict[int, Suggestion] = {}
    for suggestion in ordered + decision.leads:
        found.setdefault(suggestion.institution.pk, suggestion)
    return list(found.values())


def learned(facts: Facts, areas: Sequence[Area], *, limit: int = SHOWN) -> list[Guess]:
    """What the model guesses; nothing where it is not sure."""
    guesses = guess_bodies(facts, areas, limit=limit)
    return guesses if is_sure(guesses) else []


def guess_bodies(facts: Facts, areas: Sequence[Area], *, limit: int = SHOWN) -> list[Guess]:
    model = current_model() if facts.text.strip() else None
    if model is None:
        return []
    first, _line, rest = facts.text.partition("\n")
    area = next((str(area.pk) for area in areas if area.is_served), None)
    return model.guess_bodies(
        document(first, rest),
        str(facts.category.pk) if facts.category else None,
        area,
        (facts.point.x, facts.point.y),
        facts.address,
        limit=limit,
    )


def explain(guess: Guess, place: Area | None) -> str:
    """ "because of “kátyú”, “úttest” · District IX · chosen 42 times before" in the reader's language."""
    parts = [_("because of the words %(words)s") % {"words": quoted(guess.words)}] if guess.words else []
    if place:
        parts.append(str(place))
    if guess.times:
        parts.append(_("chosen %(count)s times before") % {"count": guess.times})
    return " · ".join(parts) or _("chosen in such cases before")

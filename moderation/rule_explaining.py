"""Why a report goes where it goes: which rules hold, which nearly do, what was learned, and what that makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from municipalities.categorising import quoted
from municipalities.learned.model import Guess
from municipalities.learned.using import is_sure
from municipalities.models import Area, Institution, Responsibility
from municipalities.routing import Considered, Facts, consider, decide, place_of
from municipalities.suggesting import Routed, guess_bodies, route_by

NEAR_SHOWN = 15
Effect = Responsibility.Effect


@dataclass(frozen=True)
class Near:
    """A rule of which one condition does not hold, and what would be if it did."""

    considered: Considered
    would: str


@dataclass(frozen=True)
class Learned:
    """A body with what the model says of it."""

    institution: Institution
    percent: int
    words: str
    times: int


@dataclass(frozen=True)
class Explanation:
    areas: Sequence[Area]
    matched: list[Considered]
    near: list[Near]
    near_count: int
    guesses: list[Learned]
    is_sure: bool
    sure_from: int  # percent
    routed: Routed

    @property
    def out(self) -> list[Responsibility]:
        return list(self.routed.decision.out.values())


def explain_routing(facts: Facts) -> Explanation:
    """Two queries; one more each where a street group is drawn, a rule asks for an answer that has to be read, or
    where something was learned (two, with a body that no rule names)."""
    place = place_of(facts.point, facts.day)
    found = consider(facts, place, wide=True)
    matched = [one for one in found if one.matches]
    nearly = [one for one in found if len(one.misses) == 1]
    guesses = guess_bodies(facts, place.areas)
    sure = guesses if is_sure(guesses) else []
    return Explanation(
        areas=place.areas,
        matched=matched,
        near=[Near(one, would_be(one, matched)) for one in islice(nearly, NEAR_SHOWN)],
        near_count=len(nearly),
        guesses=named(guesses),
        is_sure=bool(sure),
        sure_from=round(settings.SUGGESTIONS_SURE * 100),
        routed=route_by(matched, sure, place),
    )


def would_be(one: Considered, matched: list[Considered]) -> str:
    """By the rules alone."""
    body = {"institution": one.rule.institution}
    if one.rule.effect == Effect.ALSO:
        return _("it would get the report, too")
    before = decide(matched)
    after = decide(sorted([*matched, Considered(one.rule, (), one.rank)], key=lambda other: other.rank))
    if one.rule.effect == Effect.NOT:
        return _("%(institution)s would be out") % body
    first = after.leads[0].institution if after.leads else None
    if first != one.rule.institution:
        return _("it would be one of those to choose from")
    if before.leads and before.leads[0].institution == first:
        return _("it would lead, as it does now")
    return _("it would lead")


def named(guesses: list[Guess]) -> list[Learned]:
    bodies = Institution.objects.in_bulk([int(guess.key) for guess in guesses])
    return [
        Learned(bodies[int(guess.key)], round(guess.probability * 100), quoted(guess.words), guess.times)
        for guess in guesses
        if int(guess.key) in bodies
    ]

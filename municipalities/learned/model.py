"""One learned version: asked for categories of a text, and for bodies of a text, a category and a place."""

from dataclasses import dataclass, field

import numpy as np

from municipalities.learned.evidence import COLUMNS, Evidence, Spot, place_words
from municipalities.learned.features import Array, Features, Found, Numbers
from municipalities.learned.texts import spellings, street_of
from municipalities.learned.trees import Trees
from municipalities.learned.weights import LOWEST, Weights

CANDIDATES = 15
PLACE_VALUE = 0.5  # of each word of a place, beside words of length 1 in all
MIXED = 3  # so many likely categories are looked at where none is given
QUOTED = 2  # words in a reason


@dataclass(frozen=True)
class Guess:
    """An id with how likely it is (0–1), the words that spoke for it, and how often it was chosen there before."""

    key: str
    probability: float
    words: list[str] = field(default_factory=list)
    times: int = 0


@dataclass
class Model:
    categories: list[str]  # ids; numbers elsewhere point into these lists
    bodies: list[str]
    areas: list[str]
    features: Features
    category_weights: Weights
    category_heat: float  # what scores are multiplied by before they are read as likelihoods
    role_weights: Weights  # "some district's caretaker", "the road company": what kind of body
    role_of: Numbers  # body -> role
    body_weights: Weights  # over words, categories (one number each) and words of places
    place_places: dict[str, int]
    evidence: Evidence
    trees: Trees

    # -- Categories -----------------------------------------------------------------------------------------

    def guess_categories(self, text: str, *, limit: int = 3) -> list[Guess]:
        found = self.features.of(text)
        likely = self.category_likelihood(found)
        spelled = spellings(text)
        return [
            Guess(
                self.categories[number],
                float(likely[number]),
                self._quote(self.category_weights.speaking_for(found, number), spelled),
            )
            for number in np.argsort(-likely)[:limit].tolist()
        ]

    def category_likelihood(self, found: Found) -> Array:
        return softmax(self.category_weights.scores(found) * self.category_heat)

    # -- Bodies ---------------------------------------------------------------------------------------------

    def guess_bodies(
        self, text: str, category: str | None, area: str | None, place: tuple[float, float], address: str, *, limit: int
    ) -> list[Guess]:
        """`place` is lon/lat. Without a (known) category the likely ones are mixed."""
        found = self.features.of(text)
        spot = self.spot(area, place, address)
        if category in self.categories:
            number = self.categories.index(category)
            likely = self.body_likelihood(found, spot, number)
        else:
            chances = self.category_likelihood(found)
            best = np.argsort(-chances)[:MIXED].tolist()
            mixed = [chances[each] * self.body_likelihood(found, spot, each) for each in best]
            likely, number = np.sum(mixed, axis=0) / chances[best].sum(), best[0]
        spelled = spellings(text)
        return [
            Guess(
                self.bodies[body],
                float(likely[body]),
                self._quote(self.role_weights.speaking_for(found, int(self.role_of[body])), spelled),
                self.evidence.times(body, number, spot.area),
            )
            for body in np.argsort(-likely)[:limit].tolist()
            if likely[body] > 0
        ]

    def spot(self, area: str | None, place: tuple[float, float], address: str) -> Spot:
        known = self.areas.index(area) if area in self.areas else -1
        spot = Spot(*place, known, street_of(address))
        return spot if known >= 0 else spot._replace(area=self.evidence.area_near(spot))

    def body_likelihood(self, found: Found, spot: Spot, category: int) -> Array:
        table = body_table(self, found, spot, category)
        best = candidates(table)
        scores = self.trees.scores(in_context(table[best]))
        chance = 1 / (1 + np.exp(-scores))
        likely = np.zeros(len(self.bodies), np.float32)
        likely[best] = chance / chance.sum()
        return likely

    def _quote(self, weights: dict[int, float], spelled: dict[str, str]) -> list[str]:
        """The writer's own words that speak most for it."""
        said: list[str] = []
        for place, weight in sorted(weights.items(), key=lambda item: -item[1]):
            word = spelled.get(self.features.word(place), "")
            if weight <= 0 or len(said) == QUOTED:
                break
            if len(word) > 2 and not word.isdecimal():
                said.append(word)
        return said


def body_table(model: Model, found: Found, spot: Spot, category: int) -> Array:
    """bodies × (2 + COLUMNS): what the words say of the body and of its role, and what was chosen around."""
    table = np.empty((len(model.bodies), 2 + COLUMNS), np.float32)
    table[:, 0] = model.body_weights.scores(with_place(found, model, spot, category))
    table[:, 1] = model.role_weights.scores(with_category(found, model, category))[model.role_of]
    table[:, 2:] = model.evidence.of(spot, category)
    return table


def with_category(found: Found, model: Model, category: int) -> Found:
    """The category is one more feature, behind those of the text."""
    place = np.array([model.features.count + category], np.int32)
    return Found(np.concatenate([found.places, place]), np.concatenate([found.values, np.ones(1, np.float32)]))


def with_place(found: Found, model: Model, spot: Spot, category: int) -> Found:
    """Whole words only, then the known words of the place."""
    whole = found.places < model.features.word_count
    known = (model.place_places.get(word) for word in place_words(spot, category))
    behind = np.array([model.features.word_count + place for place in known if place is not None], np.int32)
    values = np.full(len(behind), PLACE_VALUE, np.float32)
    return Found(np.concatenate([found.places[whole], behind]), np.concatenate([found.values[whole], values]))


def candidates(table: Array) -> Numbers:
    """The bodies that are worth a closer look, by a rough sum."""
    rough = table[:, 0] + 0.3 * table[:, 1] + table[:, 2] + table[:, 5] + table[:, 7] + 0.5 * table[:, 13]
    return np.argsort(-rough)[:CANDIDATES].astype(np.int32)


def in_context(table: Array) -> Array:
    """Each candidate's numbers, and how far each lies behind the best candidate's."""
    return np.concatenate([table, table - table.max(axis=0)], axis=1)


def softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max())
    return (raised / raised.sum()).astype(np.float32)


__all__ = ["LOWEST", "Guess", "Model", "body_table", "candidates", "in_context"]

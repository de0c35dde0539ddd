"""Learns a `Model` from examples. The only module that needs scikit-learn; minutes of work, for a worker or a command.

How far each kind of evidence can be trusted is learned as it will be used, from the past for the future: linear models
of the first half of the time are asked about the next tenth, and so on, and trees learn when to believe whom.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from municipalities.learned import texts
from municipalities.learned.evidence import Evidence, Spot, place_words
from municipalities.learned.features import Array, Features, Found, Numbers
from municipalities.learned.model import PLACE_VALUE, Model, body_table, candidates, in_context
from municipalities.learned.trees import Trees, no_trees
from municipalities.learned.weights import LOWEST, Weights
from municipalities.routing import plain

FEWEST = 200  # examples
MOST = 40_000  # the newest ones are learned from: enough, and minutes stay minutes
BLOCKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SEED = 7
LOCAL = 0.8  # of a body's examples lie in one area
RARE = 15


class TooFewExamples(Exception):
    """There is not enough to learn from; the rules go on alone."""


@dataclass(frozen=True)
class Example:
    """What a moderator decided: a text (see `texts.document`), a place (lon/lat), and the ids chosen."""

    text: str
    category: str
    body: str
    area: str
    longitude: float
    latitude: float
    address: str
    day: date


Say = Callable[[str], None]


def train(examples: Sequence[Example], names: Mapping[str, str], say: Say = lambda text: None) -> Model:
    """`names` of the bodies by id: shared words of them ("felügyelet") make kinds of bodies.

    Raises `TooFewExamples`.
    """
    rows = sorted(examples, key=lambda example: example.day)[-MOST:]
    if len(rows) < FEWEST or len({row.category for row in rows}) < 2 or len({row.body for row in rows}) < 2:
        raise TooFewExamples
    say(f"{len(rows)} examples")
    return Lesson(rows, names, say).learn()


class Lesson:
    def __init__(self, rows: Sequence[Example], names: Mapping[str, str], say: Say) -> None:
        self.rows, self.say = rows, say
        self.categories, self.category = numbered(row.category for row in rows)
        self.bodies, self.body = numbered(row.body for row in rows)
        self.areas, self.area = numbered(row.area for row in rows)
        self.streets, self.street = numbered(texts.street_of(row.address) for row in rows)
        self.role_of, self.roles = self.find_roles(names)
        self.features, self.matrix = learn_features([row.text for row in rows])
        say(f"{self.features.count} words and pieces of words")
        self.evidence = self.gather()
        self.spots = [
            Spot(row.longitude, row.latitude, int(self.area[n]), self.streets[self.street[n]])
            for n, row in enumerate(rows)
        ]
        self.places, self.place_matrix = self.find_places()

    def learn(self) -> Model:
        weights, heat = self.learn_categories()
        self.say("categories learned")
        tables: list[Array] = []
        right: list[npt.NDArray[np.bool_]] = []
        cuts = [int(len(self.rows) * share) for share in BLOCKS]
        for start, end in pairwise(cuts):
            stage = self.stage(start, weights, heat)
            for number in range(start, end):
                table = body_table(stage, self.found(number), self.spots[number], int(self.category[number]))
                best = candidates(table)
                hit = best == self.body[number]
                if hit.any():
                    tables.append(in_context(table[best]))
                    right.append(hit)
            self.say(f"bodies learned up to {end} of {len(self.rows)}")
        model = self.stage(len(self.rows), weights, heat)
        if tables:
            model.trees = learn_trees(np.concatenate(tables), np.concatenate(right))
        return model

    def learn_categories(self) -> tuple[Weights, float]:
        # Odds of all at once: as right as machines with the first, and more so with the second and third.
        odds = LogisticRegression(C=2, max_iter=100)
        weights = learn_weights(self.matrix, self.category, len(self.categories), odds, keep=400_000)
        early = int(len(self.rows) * 0.85)
        earlier = learn_weights(self.matrix[:early], self.category[:early], len(self.categories), odds, keep=400_000)
        scores = np.stack([earlier.scores(self.found(n)) for n in range(early, len(self.rows))])
        return weights, best_heat(scores, self.category[early:])

    def stage(self, count: int, category_weights: Weights, heat: float) -> Model:
        """What the first `count` examples teach, with trees that know nothing yet."""
        kinds = one_hot(self.category, len(self.categories))
        words = self.matrix[:, : self.features.word_count]
        by_role = sparse.hstack([self.matrix, kinds]).tocsr()[:count]
        by_place = sparse.hstack([words, self.place_matrix]).tocsr()[:count]
        body, role = self.body[:count], self.role_of[self.body[:count]]
        return Model(
            categories=self.categories,
            bodies=self.bodies,
            areas=self.areas,
            features=self.features,
            category_weights=category_weights,
            category_heat=heat,
            role_weights=learn_weights(by_role, role, len(self.roles), machine(0.2), keep=900_000),
            role_of=self.role_of,
            body_weights=learn_weights(by_place, body, len(self.bodies), machine(0.3), keep=900_000),
            place_places=self.places,
            evidence=self.evidence.first(count),
            trees=no_trees(),
        )

    def found(self, number: int) -> Found:
        start, end = self.matrix.indptr[number : number + 2]
        return Found(self.matrix.indices[start:end].astype(np.int32), self.matrix.data[start:end].astype(np.float32))

    def gather(self) -> Evidence:
        return Evidence(
            longitude=np.array([row.longitude for row in self.rows], np.float32),
            latitude=np.array([row.latitude for row in self.rows], np.float32),
            day=np.array([row.day.toordinal() for row in self.rows], np.int32),
            area=self.area,
            street=self.street,
            category=self.category,
            body=self.body,
            streets=self.streets,
            bodies=len(self.bodies),
        )

    def find_places(self) -> tuple[dict[str, int], Any]:
        spoken = [place_words(spot, int(self.category[n])) for n, spot in enumerate(self.spots)]
        often = Counter(word for words in spoken for word in words)
        known = {word: place for place, word in enumerate(sorted(w for w, count in often.items() if count > 1))}
        pairs = [(n, known[word]) for n, words in enumerate(spoken) for word in words if word in known]
        shape = (len(self.rows), len(known))
        values = np.full(len(pairs), PLACE_VALUE, np.float32)
        return known, sparse.csr_matrix((values, tuple(np.array(pairs).T)), shape)

    def find_roles(self, names: Mapping[str, str]) -> tuple[Numbers, list[str]]:
        """Bodies of one area that share a word of their names are of one kind; large others are their own."""
        own_words = [set(plain(names.get(body, "")).split()) for body in self.bodies]
        shared = Counter(word for words in own_words for word in words if len(word) > 3)
        where: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for body, area in zip(self.body.tolist(), self.area.tolist(), strict=True):
            where[body][area] += 1
        found = []
        for body, words in enumerate(own_words):
            total, most = where[body].total(), where[body].most_common(1)[0][1]
            if most / total > LOCAL and total > 1:
                telling = [word for word in words if 3 <= shared[word] < len(self.bodies) / 2]
                found.append("of an area: " + min(telling, key=lambda w: (shared[w], w), default=""))
            else:
                found.append(f"body {body}" if total >= RARE else "rare")
        roles = sorted(set(found))
        return np.array([roles.index(role) for role in found], np.int32), roles


def numbered(values: Any) -> tuple[list[str], Numbers]:
    row = list(values)
    known = sorted(set(row))
    places = {value: place for place, value in enumerate(known)}
    return known, np.array([places[value] for value in row], np.int32)


def one_hot(numbers: Numbers, width: int) -> Any:
    rows = np.arange(len(numbers))
    return sparse.csr_matrix((np.ones(len(numbers), np.float32), (rows, numbers)), (len(numbers), width))


def learn_features(documents: list[str]) -> tuple[Features, Any]:
    vocabularies, rarity, matrices = [], [], []
    for split, least, most in ((texts.words, 3, 40_000), (texts.pieces, 8, 50_000)):
        vectorizer = TfidfVectorizer(
            analyzer=split, min_df=min(least, 1 + len(documents) // 500), max_features=most, sublinear_tf=True,
            dtype=np.float32,
        )  # fmt: skip
        matrices.append(vectorizer.fit_transform(documents))
        vocabularies.append(vectorizer.get_feature_names_out().tolist())
        rarity.append(vectorizer.idf_.astype(np.float32))
    return Features(vocabularies, rarity), sparse.hstack(matrices).tocsr()


def machine(cost: float) -> LinearSVC:
    """One linear machine per class against all others."""
    return LinearSVC(C=cost, random_state=SEED)


def learn_weights(matrix: Any, labels: Numbers, width: int, linear: Any, *, keep: int) -> Weights:
    """What a `linear` model of scikit-learn learns, the `keep` heaviest weights of it."""
    base = np.full(width, LOWEST, np.float32)
    dense = np.zeros((width, matrix.shape[1]), np.float32)
    present = np.unique(labels)
    if len(present) > 1:
        linear.fit(matrix, labels)
        coefficients, intercepts = linear.coef_, linear.intercept_
        if len(present) == 2:  # it gives one row for two classes
            coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.hstack([-intercepts, intercepts])
        dense[present], base[present] = coefficients, intercepts
    return Weights.pruned(dense, base, keep)


def best_heat(scores: Array, labels: Numbers) -> float:
    """What to multiply scores with so that "likely 0.8" is right four times of five."""

    def surprise(heat: float) -> float:
        hot = scores * heat
        hot = hot - hot.max(axis=1, keepdims=True)
        likely = hot[np.arange(len(labels)), labels] - np.log(np.exp(hot).sum(axis=1))
        return -float(likely.mean())

    return min((float(heat) for heat in np.arange(0.5, 8.1, 0.25)), key=surprise)


def learn_trees(tables: Array, right: npt.NDArray[np.bool_]) -> Trees:
    boosting = GradientBoostingClassifier(
        n_estimators=160, learning_rate=0.08, max_depth=4, subsample=0.5, max_features=10, min_samples_leaf=60,
        random_state=SEED,
    )  # fmt: skip
    boosting.fit(tables, right)
    parts: defaultdict[str, list[Any]] = defaultdict(list)
    start = 0
    for [grown] in boosting.estimators_:
        tree = grown.tree_
        own = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        parts["roots"].append([start])
        parts["left"].append(np.where(leaf, own, tree.children_left) + start)
        parts["right"].append(np.where(leaf, own, tree.children_right) + start)
        parts["feature"].append(np.where(leaf, 0, tree.feature))
        parts["threshold"].append(tree.threshold)
        parts["value"].append(np.where(leaf, tree.value[:, 0, 0], 0) * boosting.learning_rate)
        start += tree.node_count
    share = float(right.mean())
    columns = {name: np.concatenate(rows) for name, rows in parts.items()}
    return Trees(
        roots=columns["roots"].astype(np.int32),
        feature=columns["feature"].astype(np.int16),
        threshold=columns["threshold"].astype(np.float32),
        left=columns["left"].astype(np.int32),
        right=columns["right"].astype(np.int32),
        value=columns["value"].astype(np.float32),
        depth=4,
        base=float(np.log(share / (1 - share))),
    )

"""Words as numbers: how often each stands in a text, times how rare it is (TF-IDF), in two kinds, each of length 1.

`training.py` has scikit-learn find out which words there are; here they are only looked up, so that a page needs
neither scikit-learn nor half a second for loading it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from municipalities.learned import texts

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]

KINDS: tuple[Callable[[str], Iterable[str]], ...] = (texts.words, texts.pieces)


@dataclass(frozen=True)
class Found:
    """The known features of one text: which, and how heavy."""

    places: Numbers
    values: Array


class Features:
    """`vocabularies` and `rarity` per kind (words, pieces); features are numbered through over both."""

    def __init__(self, vocabularies: list[list[str]], rarity: list[Array]) -> None:
        self.vocabularies, self.rarity = vocabularies, rarity
        self.places = [{word: place for place, word in enumerate(words)} for words in vocabularies]

    @property
    def word_count(self) -> int:
        return len(self.vocabularies[0])

    @property
    def count(self) -> int:
        return sum(map(len, self.vocabularies))

    def of(self, text: str) -> Found:
        found: list[tuple[Numbers, Array]] = []
        start = 0
        for split, places, rarity in zip(KINDS, self.places, self.rarity, strict=True):
            counts = Counter(place for word in split(text) if (place := places.get(word)) is not None)
            at = np.fromiter(counts.keys(), np.int32, len(counts))
            values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[at]
            length = float(np.sqrt((values**2).sum())) or 1.0
            found.append((at + np.int32(start), (values / np.float32(length)).astype(np.float32)))
            start += len(places)
        return Found(np.concatenate([at for at, _ in found]), np.concatenate([values for _, values in found]))

    def word(self, place: int) -> str:
        """Empty for pieces of words: no reason is made of them."""
        return self.vocabularies[0][place] if place < self.word_count else ""

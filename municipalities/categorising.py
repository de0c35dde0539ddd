"""Which kind of problem a text speaks of: three categories to choose from, with the reason in words.

By what moderators chose for such words before, where that is known and sure (`municipalities.learned`), then by the
keywords that employees keep per category.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from municipalities.learned.texts import document
from municipalities.learned.using import current_model, is_sure
from municipalities.models import Category
from municipalities.routing import plain

LONGEST_TEXT = 5000  # characters that are looked at
SHORT = 4  # shorter words stand alone or with an ending, else "fa" (tree) would find "fal" (wall)
_ENDINGS = (
    "k t n s ja je jan jat ak at ek et ot okat kat ket ban ben ba be bol nak nek hoz hez nal nel ra re "
    "rol ig val vel jai ai ei on en an ara ere aban eben arol es ing ed"
)
ENDINGS = frozenset(_ENDINGS.split())
OPENING = 12  # words: what somebody begins with counts more
PARENT_SHARE = 0.4
INSIDE_SHARE = 0.5
FAR_FETCHED = 1 / 40  # of the likeliest: less likely ones are not offered


@dataclass(frozen=True)
class CategorySuggestion:
    category: Category
    reason: str


class Find(NamedTuple):
    weight: float
    word: str


def suggest_categories(text: str, *, limit: int = 3) -> list[CategorySuggestion]:
    """Up to `limit` offered categories for what somebody has written, the best first; none where nothing speaks for
    any. One query."""
    words = plain(text[:LONGEST_TEXT]).split()
    if not words:
        return []
    offered = list(Category.objects.offered())
    parents = {category.parent_id for category in offered}
    choosable = {category.pk: category for category in offered if category.pk not in parents}
    found = learned_categories(text[:LONGEST_TEXT], choosable)
    known = {suggestion.category.pk for suggestion in found}
    found += [suggestion for suggestion in ruled_categories(words, choosable) if suggestion.category.pk not in known]
    return found[:limit]


def learned_categories(text: str, choosable: Mapping[int, Category]) -> list[CategorySuggestion]:
    """None where nothing was learned, or not enough to be sure."""
    model = current_model()
    if model is None:
        return []
    first, _line, rest = text.partition("\n")
    guesses = model.guess_categories(document(first, rest), limit=len(choosable) + 1)
    guesses = [guess for guess in guesses if int(guess.key) in choosable]
    return [
        CategorySuggestion(choosable[int(guess.key)], because(guess.words))
        for guess in (guesses if is_sure(guesses) else [])
        if guess.probability >= guesses[0].probability * FAR_FETCHED
    ]


def because(words: list[str]) -> str:
    """ "because of “kátyú”, “úttest”" in the reader's language."""
    if not words:
        return _("chosen for such words before")
    return _("because of %(words)s") % {"words": quoted(words)}


def quoted(words: list[str]) -> str:
    return ", ".join(_("“%(word)s”") % {"word": word} for word in words)


def ruled_categories(words: list[str], choosable: Mapping[int, Category]) -> list[CategorySuggestion]:
    keywords = {pk: list(keywords_of(category)) for pk, category in choosable.items()}
    found = score_text(words, keywords)
    best = sorted(found, key=lambda pk: -found[pk].weight)
    return [
        CategorySuggestion(choosable[pk], because([found[pk].word]))
        for pk in best
        if found[pk].weight >= found[best[0]].weight / 4
    ]


def keywords_of(category: Category) -> Iterator[tuple[str, float]]:
    """Its own words in every language of the site, its name, and at a lower rate what its parent has."""
    for owner, share in ((category, 1.0), (category.parent, PARENT_SHARE)):
        if owner is None:
            continue
        for texts in owner.keywords.values():
            for word in texts:
                yield word, share
        for name in owner.names.values():
            yield name, share


def score_text(words: list[str], keywords: Mapping[int, Iterable[tuple[str, float]]]) -> dict[int, Find]:
    """For each key whose words the text holds: how much speaks for it, and the word that speaks most."""
    rivals: Counter[str] = Counter()
    wanted: dict[int, dict[str, tuple[str, float]]] = {}
    for key, own in keywords.items():
        wanted[key] = {}
        for keyword, share in own:
            bare = plain(keyword)
            if bare and share > wanted[key].get(bare, ("", 0.0))[1]:
                wanted[key][bare] = (keyword, share)
        rivals.update(wanted[key].keys())
    finder = Finder(words)
    found: dict[int, Find] = {}
    for key, own_words in wanted.items():
        finds = [
            Find(finder.weigh(bare) * share / rivals[bare] ** 0.7, keyword)
            for bare, (keyword, share) in own_words.items()
        ]
        total = sum(find.weight for find in finds)
        if total > 0:
            found[key] = Find(total, max(finds).word)
    return found


class Finder:
    """Looks for keywords in one text, each a word's beginning or several words in a row."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.by_start: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            self.by_start[word[:2]].append(place)

    def weigh(self, bare: str) -> float:
        """0 where it is not there; long words, several words, and what stands in the opening weigh more."""
        parts = bare.split()
        place = self.find(parts)
        if place is not None:
            weight = 1 + len(bare) / 10 + (len(parts) - 1)
            return weight * 1.6 if place < OPENING else weight
        if len(parts) == 1 and len(bare) > SHORT and any(bare in word for word in self.words):
            return (1 + len(bare) / 10) * INSIDE_SHARE  # "gyalogoslámpa"
        return 0.0

    def find(self, parts: list[str]) -> int | None:
        for place in self.by_start.get(parts[0][:2], []):
            row = self.words[place : place + len(parts)]
            if len(row) == len(parts) and all(map(begins, row, parts)):
                return place
        return None


def begins(word: str, keyword: str) -> bool:
    """Whether the word is the keyword with any ending."""
    if len(keyword) >= SHORT:
        return word.startswith(keyword)
    return word == keyword or (word.startswith(keyword) and word[len(keyword) :] in ENDINGS)

"""How right suggestions are on reports that were not learned from, and what the errors are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from municipalities.learned.model import Model
from municipalities.learned.training import Example
from reports.importing import PLACEHOLDER

SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """One report with what was suggested for it, the best first."""

    example: Example
    categories: list[str]
    bodies: list[str]  # the true category given
    bodies_predicted: list[str]  # no category given
    seconds: float  # for one suggestion of a body


def ask(model: Model, examples: Iterable[Example]) -> Iterator[Asked]:
    for example in examples:
        place = (example.longitude, example.latitude)
        categories = [guess.key for guess in model.guess_categories(example.text)]
        started = perf_counter()
        bodies = model.guess_bodies(example.text, example.category, example.area, place, example.address, limit=3)
        seconds = perf_counter() - started
        predicted = model.guess_bodies(example.text, None, example.area, place, example.address, limit=3)
        yield Asked(example, categories, [g.key for g in bodies], [g.key for g in predicted], seconds)


def figures(asked: Sequence[Asked], trained_on: int) -> dict[str, float | int]:
    def share(hits: Iterable[bool]) -> float:
        return round(sum(hits) / len(asked), 4) if asked else 0.0

    return {
        "body_top1": share(a.bodies[:1] == [a.example.body] for a in asked),
        "body_top3": share(a.example.body in a.bodies for a in asked),
        "body_top1_predicted_category": share(a.bodies_predicted[:1] == [a.example.body] for a in asked),
        "body_top3_predicted_category": share(a.example.body in a.bodies_predicted for a in asked),
        "category_top1": share(a.categories[:1] == [a.example.category] for a in asked),
        "category_top3": share(a.example.category in a.categories for a in asked),
        "train": trained_on,
        "test": len(asked),
    }


def tables(asked: Sequence[Asked], known: Sequence[Example]) -> Iterator[str]:
    """The errors in readable lines."""
    yield from confusions(
        "Categories most often taken for another",
        ((a.example.category, a.categories[0]) for a in asked if a.categories[:1] != [a.example.category]),
    )
    wrong = [a for a in asked if a.bodies[:1] != [a.example.body]]
    yield from confusions("Bodies most often taken for another", ((a.example.body, a.bodies[0]) for a in wrong))
    yield from kinds_of_errors(wrong, known)
    yield from per_body(asked)
    times = sorted(a.seconds for a in asked)
    if times:
        middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
        yield f"\nOne suggestion of a body takes {middle * 1000:.1f} ms (median), {high * 1000:.1f} ms (99 of 100)"


def confusions(title: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    counts = Counter(pairs)
    yield f"\n{title} ({counts.total()} in all)"
    for (true, said), count in counts.most_common(SHOWN):
        yield f"  {count:5}  {true[:48]:48}  suggested: {said[:48]}"


def kinds_of_errors(wrong: Sequence[Asked], known: Sequence[Example]) -> Iterator[str]:
    """Each wrong first guess once, by the first line that fits."""
    seen = Counter(example.body for example in known)
    areas: dict[str, set[str]] = {}
    for example in known:
        areas.setdefault(example.body, set()).add(example.area)
    both: set[tuple[str, str, str]] = {(e.area, e.category, e.body) for e in known}

    def kind(case: Asked) -> str:
        true, said = case.example.body, case.bodies[0]
        if true == PLACEHOLDER:
            return "“somebody else” (no body, never suggested)"
        if not seen[true]:
            return "body never seen in training"
        if seen[true] < 10:
            return "body seen fewer than ten times"
        if case.example.area not in areas[true] or case.example.area not in areas.get(said, set()):
            return "another district's body (borders, wrong addresses)"
        triple = (case.example.area, case.example.category)
        if (*triple, true) in both and (*triple, said) in both:
            return "both bodies take such reports in this district"
        return "a body that rarely takes this category here"

    counts = Counter(map(kind, wrong))
    yield f"\nWhat the wrong first guesses of bodies are ({len(wrong)} in all)"
    for name, count in counts.most_common():
        yield f"  {count:5}  {count / max(len(wrong), 1):6.1%}  {name}"
    second = sum(case.example.body in case.bodies for case in wrong)
    yield f"  {second:5}  {second / max(len(wrong), 1):6.1%}  of all these: right as second or third"


def per_body(asked: Sequence[Asked]) -> Iterator[str]:
    total = Counter(a.example.body for a in asked)
    first = Counter(a.example.body for a in asked if a.bodies[:1] == [a.example.body])
    three = Counter(a.example.body for a in asked if a.example.body in a.bodies)
    yield "\nThe bodies chosen most"
    yield f"  {'body':48}  {'reports':>7}  {'first':>6}  {'three':>6}"
    for body, count in total.most_common(SHOWN):
        yield f"  {body[:48]:48}  {count:7}  {first[body] / count:6.1%}  {three[body] / count:6.1%}"


def summary(found: dict[str, float | int]) -> Iterator[str]:
    yield f"\nTrained on {found['train']} reports, asked about {found['test']} later ones"
    yield f"  {'':40}  {'first':>6}  {'three':>6}"
    for name, key in (
        ("category from the words", "category_{}"),
        ("body, category given", "body_{}"),
        ("body, category predicted", "body_{}_predicted_category"),
    ):
        yield f"  {name:40}  {found[key.format('top1')]:6.1%}  {found[key.format('top3')]:6.1%}"

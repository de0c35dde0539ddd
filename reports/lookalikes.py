"""Is it reported already? Open and lately closed reports around a place that look like the one being written.

Each is judged by what is known so far: how near it is, whether it is of the same kind, which words it shares, and
whether a photo looks alike. What is not known yet counts neither for nor against. A fixed number of queries: the
nearest `CANDIDATES` come from the index of places, and only theirs words and photos are looked at.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import models
from django.db.models import F, Func, Min, Q, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from municipalities.models import Category
from reports.lifecycle import WITH_BODY
from reports.models import Photo, Report

CANDIDATES = 60
STEM = 5  # letters: Hungarian hangs its endings behind
SHORTEST = 4
# What each says, and how much it weighs beside the others.
NEAR, KIND, WORDS, PHOTO = 1.0, 1.0, 1.6, 2.0
# Words of every second report; the street's name is the place again.
COMMON = frozenset(
    """
    utca utcaban utcai utja keruletben kerulet kerul budapest tisztelt kedves kerem kerjuk koszonjuk koszonom
    udvozlettel bejelentes szeretnem szeretnenk kapcsolatban ugyben problema allapot megoldas mellett elott kozott
    alatt felett frissites valasza tajekoztatjuk onoket jelzett helyszin kozelebe kornyeke keresztezodes sarkan sarok
    tered talalhato bekuldo bejelento illetekes intezkedes kozut onkormanyzat hivatal forditva udvarias szives
    valamint illetve lenne volna legyen vannak nincs ezert hogy mert amely amelyik mely reszen oldalan szam hazszam
    this that there with from have been please street road near since about would could problem report thank
    """.split()  # noqa: SIM905 - a list of words is read best as words
)


class Sign(StrEnum):
    """Why a report is offered, as a code; `Lookalike.reasons` has the words."""

    NEAR = "near"
    SAME_KIND = "same_kind"
    SAME_WORDS = "same_words"
    LOOKS_ALIKE = "looks_alike"


@dataclass(frozen=True, slots=True)
class Lookalike:
    report: Report
    metres: int
    signs: tuple[Sign, ...]
    score: float  # 0 to 1

    @property
    def reasons(self) -> list[str]:
        words = {
            Sign.NEAR: _("at this very place") if self.metres < 5 else _("%(metres)d m away") % {"metres": self.metres},
            Sign.SAME_KIND: _("the same kind"),
            Sign.SAME_WORDS: _("the same words"),
            Sign.LOOKS_ALIKE: _("the photo looks alike"),
        }
        return [words[sign] for sign in self.signs]


def lookalike_reports(
    person: Any,
    point: Point,
    *,
    category: Category | None = None,
    words: str = "",
    photo_hashes: Sequence[int] = (),
    limit: int = 3,
) -> list[Lookalike]:
    """Problems around `point` (lon/lat) that may be the same one, the likeliest first: at most four queries.

    Only what everybody may see, whoever `person` is: an answer here tells nothing that the map does not.
    `photo_hashes` are the `likeness` of the photos at hand.
    """
    candidates = _nearby(person, point, category)
    if not candidates:
        return []
    bits = _differing_bits(candidates, photo_hashes) if photo_hashes else {}
    # The street's name stands in every second text around here, and says no more than the distance does.
    around = stems_of(" ".join(report.address for report in candidates))
    stems = stems_of(words) - around
    judged = [_judge(report, category, stems, bits.get(report.pk)) for report in candidates]
    found = [one for one in judged if one.score >= settings.SIMILAR_SCORE]
    return sorted(found, key=lambda one: (-one.score, one.metres))[:limit]


def _nearby(person: Any, point: Point, category: Category | None) -> list[Any]:
    """Each within the radius of the chosen category, or of its own while none is chosen."""
    radius = _radius(category) if category else Coalesce(
        "category__similar_metres", "category__parent__similar_metres", Value(settings.SIMILAR_METRES)
    )  # fmt: skip
    widest = radius if isinstance(radius, int) else _widest()
    now = timezone.now()
    reports = Report.objects.visible_to(person).published().filter(kind=Report.Kind.PROBLEM)
    recent = Q(status__in=WITH_BODY) | Q(closed_at__gte=now - settings.SIMILAR_CLOSED)
    near: Any = reports.filter(recent).near(point, metres=widest, recent_since=now)
    near = near.annotate(radius=Value(radius) if isinstance(radius, int) else radius).order_by("distance", "pk")
    found = near.select_related("category__parent", "area", "institution")[:CANDIDATES]
    return [report for report in found if report.distance.m <= report.radius]


def _radius(category: Category) -> int:
    parent = category.parent.similar_metres if category.parent else None
    return category.similar_metres or parent or settings.SIMILAR_METRES


def _widest() -> int:
    most = Category.objects.aggregate(most=models.Max("similar_metres"))["most"]
    return max(most or 0, settings.SIMILAR_METRES)


def _differing_bits(candidates: Iterable[Report], hashes: Sequence[int]) -> dict[int, int]:
    """Of each report the fewest bits by which a visible photo of its problem differs from one of these."""
    each = [_BitsApart(F("likeness"), Value(value, models.BigIntegerField())) for value in hashes[:10]]
    photos = Photo.objects.filter(
        report__in=[report.pk for report in candidates],
        kind=Photo.Kind.PROBLEM,
        is_hidden=False,
        likeness__isnull=False,
    )
    rows = photos.values("report_id").annotate(bits=Min(Least(*each) if len(each) > 1 else each[0]))
    return dict(rows.order_by().values_list("report_id", "bits"))


class _BitsApart(Func):
    template = "bit_count((%(expressions)s)::bit(64))::integer"
    arg_joiner = " # "  # exclusive or
    output_field = models.IntegerField()


# -- Judging ----------------------------------------------------------------------------------------------


def _judge(report: Any, category: Category | None, stems: set[str], bits: int | None) -> Lookalike:
    metres = report.distance.m
    evidence = [(NEAR, 1 - metres / report.radius)]
    signs = [Sign.NEAR]
    if category and report.category:
        kind = _same_kind(category, report.category)
        evidence.append((KIND, kind))
        signs += [Sign.SAME_KIND] if kind == 1 else []
    if len(stems) >= 2:
        shared = _overlap(stems, stems_of(f"{report.title} {report.description}"))
        evidence.append((WORDS, shared))
        signs += [Sign.SAME_WORDS] if shared >= 0.5 else []
    if bits is not None and bits <= settings.SIMILAR_PHOTO_BITS:
        # The same thing from another side looks different: only likeness says something.
        evidence.append((PHOTO, 1.0))
        signs.append(Sign.LOOKS_ALIKE)
    score = sum(weight * value for weight, value in evidence) / sum(weight for weight, _value in evidence)
    return Lookalike(report, round(metres), tuple(signs), score)


def _same_kind(one: Category, other: Category) -> float:
    if one.pk == other.pk:
        return 1.0
    family = {one.pk, one.parent_id} & {other.pk, other.parent_id} - {None}
    return 0.6 if family else 0.0


def _overlap(one: set[str], other: set[str]) -> float:
    """0 to 1. Two words in common are much between short texts, and chance between long ones."""
    shorter = min(len(one), len(other))
    return min(1.0, len(one & other) / max(2.0, 0.35 * shorter))


def stems_of(text: str) -> set[str]:
    """The telling words of a text: without accents, endings, numbers and what stands in every second report."""
    plain = unicodedata.normalize("NFKD", text[:2000].lower())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(rf"[^\W\d_]{{{SHORTEST},}}", letters)
    return {word[:STEM] for word in words if word not in COMMON and word[:STEM] not in _COMMON_STEMS}


_COMMON_STEMS = reduce(lambda stems, word: stems | {word[:STEM]}, COMMON, frozenset[str]())

"""Which saved texts fit to a case, ready to send: placeholders filled, in the language of who reads them."""

from dataclasses import dataclass

from django.conf import settings

from moderation.access import area_chain
from moderation.models import SavedText
from municipalities.models import Category
from reports.models import Report
from reports.placeholders import fill

TO_REPORTER = (SavedText.For.ASK, SavedText.For.REJECT, SavedText.For.WORD)
# Where the field holds other words already: the mail's own, the reason that was chosen.
NEVER_AUTOMATIC = (SavedText.For.MAIL, SavedText.For.SIGHTING)


@dataclass(frozen=True)
class Ready:
    """A saved text as it would be sent."""

    saved: SavedText
    text: str


def texts_for(
    report: Report, *acts: SavedText.For, rows: list[SavedText] | None = None, language: str = ""
) -> dict[str, list[Ready]]:
    """By act: the texts for this category and place, those made for them before the general ones.

    In the language of who reads them, unless `language` says it. One query; none where a list gives its `rows`, which
    it has read for all of its reports (`active_texts`).
    """
    categories = {report.category_id, report.category.parent_id if report.category else None, None}
    areas = {None, *area_chain(report.area)}
    found: dict[str, list[Ready]] = {}
    rows = active_texts(*acts) if rows is None else rows
    fitting = [row for row in rows if row.category_id in categories and row.area_id in areas]
    for row in sorted(fitting, key=lambda row: (row.category_id is None, row.area_id is None, row.name)):
        read_in = language or language_of(row.act, report)
        found.setdefault(row.act, []).append(Ready(row, fill(row.text_in(read_in), report, read_in)))
    return found


def active_texts(*acts: SavedText.For) -> list[SavedText]:
    """Of these acts, or of all."""
    rows = SavedText.objects.filter(is_active=True).select_related("category", "area")
    return list(rows.filter(act__in=acts) if acts else rows)


def automatic_text(ready: dict[str, list[Ready]], act: str) -> str:
    return next((one.text for one in ready.get(act, []) if one.saved.is_automatic), "")


def language_of(act: str, report: Report) -> str:
    """The reporter's for what the reporter reads, else the site's."""
    if act in TO_REPORTER and report.reporter and report.reporter.language:
        return report.reporter.language
    return settings.LANGUAGE_CODE


def overlapping(text: SavedText) -> SavedText | None:
    """Another automatic text that would stand in the same field of the same report."""
    if not text.is_automatic or not text.is_active:
        return None
    others = SavedText.objects.filter(act=text.act, is_automatic=True, is_active=True).exclude(pk=text.pk)
    for other in others.select_related("category__parent", "area__parent__parent"):
        if _meet(_line(text.category), _line(other.category)) and _meet(area_chain(text.area), area_chain(other.area)):
            return other
    return None


def _line(category: Category | None) -> list[int]:
    return [pk for pk in (category.pk, category.parent_id) if pk] if category else []


def _meet(one: list[int], other: list[int]) -> bool:
    """Whether something lies in both; an empty line is everything, else one has to lie in the other."""
    return not one or not other or one[0] in other or other[0] in one

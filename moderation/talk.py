"""What people wrote or sent that waits for a moderator: comments, photos, passers-by's words, and what was pointed at.

One list over four tables, oldest first, in one query; the rows of a page are then read by kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.rights import Right
from moderation.access import may
from moderation.models import SavedText
from moderation.saved_texts import Ready, active_texts, texts_for
from reports.models import Comment, Flag, FlagVoice, Photo, Report, Sighting

# Ready words to a passer-by whose word could not be used; "other" wants words of the moderator's own.
REJECTIONS: dict[str, Promise] = {
    "unclear": _("The photo does not show clearly enough how the place looks now. Could you take another one?"),
    "other_place": _("The photo seems to show another place than the report."),
    "old": _("The photo seems to show the place as it was before."),
    "people": _("People or number plates can be recognised in the photo, so we cannot publish it."),
    "other": _("For another reason, in my own words:"),
}

# What each decision asks for, where it is not the right to decide; taking back asks for what deciding asks for.
RIGHTS = {
    ("comment", "hide"): Right.HIDE,
    ("flag", "hide"): Right.HIDE,
    ("photo", "show"): Right.EDIT_PHOTOS,
    ("photo", "hide"): Right.EDIT_PHOTOS,
    ("photo", "undo"): Right.EDIT_PHOTOS,
}
DECISIONS = {
    "comment": ("show", "hide"),
    "photo": ("show", "hide"),
    "sighting": ("accept", "reject"),
    "flag": ("dismiss", "hide"),
}


def may_do(person: Person, kind: str, action: str, report: Report) -> bool:
    return may(person, RIGHTS.get((kind, action), Right.DECIDE), report)


def comments_of_desk(person: Person) -> QuerySet[Comment]:
    return Comment.objects.filter(report__in=Report.objects.for_desk_of(person))


def photos_of_desk(person: Person) -> QuerySet[Photo]:
    return Photo.objects.filter(report__in=Report.objects.for_desk_of(person), sighting=None)


def sightings_of_desk(person: Person) -> QuerySet[Sighting]:
    return Sighting.objects.filter(report__in=Report.objects.for_desk_of(person))


def flags_of_desk(person: Person) -> QuerySet[Flag]:
    return Flag.objects.filter(report__in=Report.objects.for_desk_of(person))


TALK = ("comment", "photo", "sighting")
FLAGS = ("flag",)


def waiting_lists(person: Person, kinds: Sequence[str] = (*TALK, *FLAGS)) -> list[QuerySet[Any]]:
    """What waits, one list for each kind."""
    # What flags have hidden stands once, as a flag.
    pointed_at = Flag.objects.filter(comment=OuterRef("pk"), status=Flag.Status.OPEN)
    read = Q(comment=None) | Q(comment__status__in=[Comment.Status.SHOWN, Comment.Status.WAITING])
    lists: dict[str, QuerySet[Any]] = {
        "comment": comments_of_desk(person).filter(~Exists(pointed_at), status=Comment.Status.WAITING),
        "photo": photos_of_desk(person).filter(read, awaits_review=True),
        "sighting": sightings_of_desk(person).filter(status=Sighting.Status.WAITING),
        "flag": flags_of_desk(person).filter(status=Flag.Status.OPEN),
    }
    return [lists[kind] for kind in kinds]


def waiting_rows(person: Person, kinds: Sequence[str] = (*TALK, *FLAGS)) -> QuerySet[Any]:
    """(kind, id, since) of all that waits, oldest first."""
    rows = [
        _as_rows(waiting, kind, "uploaded_at" if kind == "photo" else "created_at")
        for kind, waiting in zip(kinds, waiting_lists(person, kinds), strict=True)
    ]
    return rows[0].union(*rows[1:], all=True).order_by("since", "pk")


def _as_rows(rows: QuerySet[Any], kind: str, since: str) -> QuerySet[Any]:
    return rows.order_by().annotate(kind_of=Value(kind), since=F(since)).values_list("kind_of", "pk", "since")


@dataclass(frozen=True)
class Row:
    kind: str
    thing: Any
    since: Any
    possible: frozenset[str] = frozenset()  # what the one who looks may do with it
    saved: list[Ready] = field(default_factory=list)  # texts for not accepting it

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.thing.pk}"

    @property
    def text_id(self) -> str:
        """The element for words of one's own."""
        return f"text-{self.thing.pk}"

    @property
    def template(self) -> str:
        return f"moderation/_talk_{self.kind}.html"

    @property
    def report(self) -> Report:
        report: Report = self.thing.report
        return report

    @property
    def version(self) -> int | str:
        """What the moderator saw: a decision on anything else is not obeyed."""
        match self.kind:
            case "comment":
                return int(self.thing.version)
            case "flag":
                return int(self.thing.count)
            case "sighting":
                return str(self.report.status)
        return ""


def read_rows(keys: Sequence[tuple[str, int, Any]], person: Person) -> list[Row]:
    """The rows of one page with everything that they show, in a fixed number of queries."""
    ids: dict[str, list[int]] = {kind: [pk for what, pk, _since in keys if what == kind] for kind in _READERS}
    found = {(kind, thing.pk): thing for kind, reader in _READERS.items() if ids[kind] for thing in reader(ids[kind])}
    texts = active_texts(SavedText.For.SIGHTING) if ids.get("sighting") else []
    return [row_of(kind, found[kind, pk], since, person, texts) for kind, pk, since in keys if (kind, pk) in found]


def row_of(kind: str, thing: Any, since: Any, person: Person, texts: list[SavedText]) -> Row:
    possible = {action for action in DECISIONS[kind] if may_do(person, kind, action, thing.report)}
    if kind in ("comment", "sighting") and thing.author_id and may(person, Right.READ_PEOPLE, thing.report):
        possible.add("read_author")
    if kind != "sighting":
        return Row(kind, thing, since, frozenset(possible))
    language = thing.author.language if thing.author else ""
    saved = texts_for(thing.report, rows=texts, language=language).get(SavedText.For.SIGHTING, [])
    return Row(kind, thing, since, frozenset(possible), saved)


# Who may do what depends on the areas around the report.
_AREAS = "report__area__parent__parent__parent"


_READERS: dict[str, Any] = {
    "comment": lambda ids: (
        Comment.objects.filter(pk__in=ids).select_related(_AREAS, "author").prefetch_related("texts")
    ),
    "photo": lambda ids: Photo.objects.filter(pk__in=ids).select_related(_AREAS, "comment"),
    "sighting": lambda ids: (
        Sighting.objects.filter(pk__in=ids)
        .select_related(_AREAS, "report__institution", "report__category__parent", "author", "text")
        .prefetch_related("photos", Prefetch("report__photos", to_attr="seen_before"))
    ),
    "flag": lambda ids: (
        Flag.objects.filter(pk__in=ids)
        .select_related(_AREAS, "comment", "photo")
        .prefetch_related(Prefetch("voices", FlagVoice.objects.order_by("pk")), "comment__texts")
    ),
}

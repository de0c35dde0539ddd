"""What rows of a report looked like before a change, and how to put them back.

`snapshot` reads the rows of some reports, `differences` compares two snapshots, `put_back` turns a difference round:
what was created goes, what was deleted returns, what was changed gets its old columns. Later apps add their tables with
`track`. Events are history and never put back, nor is `version`, which only ever counts up.

Example: a rejection changes three columns of one row; merging two reports changes the rows of followers, photos and
comments of both. Neither needs an undo of its own (`moderation.acts`).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import Person
from reports.actions import ChangedMeanwhile
from reports.actions_split import take_back_part
from reports.attachments import remove_attachment
from reports.models import (
    Answer,
    Assignment,
    Comment,
    EventAttachment,
    Flag,
    Follow,
    HandlingRating,
    Photo,
    Report,
    Sighting,
    Support,
)
from reports.uploads import remove_photo

Row = dict[str, Any]
Rows = dict[tuple[str, Any], Row]
Change = dict[str, Any]  # {"model": "reports.photo", "pk": 5, "before": {…} or None, "after": {…} or None}

HISTORY = {"version"}  # columns that are never put back
COUNTERS = {"supporters"}  # others count on meanwhile: what was counted comes back or goes, not the number


class ChangedSince(Exception):
    """Somebody changed the same thing after the change that is to be undone. `what` names it in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Tracked:
    """`path` leads from the table to the report. `take_away` is what undoing does with a row that was created.

    `stays`: the row is not deleted but ended, and that comes before the old rows get their columns back. `is_own`: it
    is a person's to take away; where they did so meanwhile, it stays away. `only` these columns are read and put back,
    of rows that were there before and are there still; the rest is nobody's here (a mail's bytes).
    """

    model: type[models.Model]
    path: str
    take_away: Callable[[Any], object]
    stays: bool
    is_own: bool
    only: tuple[str, ...]


def _delete(row: models.Model) -> None:
    row.delete()


def _end_assignment(assignment: Assignment) -> None:
    """Events name it, so it stays as what it was: a sending that was taken back."""
    assignment.take_back()


_tracked: list[Tracked] = []


def _take_back_part(report: Report) -> None:
    """Split off from another report."""
    try:
        take_back_part(report)
    except ChangedMeanwhile as error:
        raise ChangedSince(str(report.heading)) from error


def track(
    model: type[models.Model],
    path: str,
    take_away: Callable[[Any], object] = _delete,
    *,
    stays: bool = False,
    is_own: bool = False,
    only: tuple[str, ...] = (),
) -> None:
    """Tables in the order in which rows need each other: what is named by others comes first."""
    _tracked.append(Tracked(model, path, take_away, stays, is_own, only))


track(Report, "pk", _take_back_part)
track(Assignment, "report", _end_assignment, stays=True)
track(Comment, "report")
track(Sighting, "report")
track(Photo, "report", remove_photo)
track(EventAttachment, "event__report", remove_attachment)
track(Answer, "report")
track(Follow, "report", is_own=True)
track(Support, "report", is_own=True)
track(Flag, "report")
track(HandlingRating, "report")


def snapshot(report_ids: Iterable[int]) -> Rows:
    """All tracked rows of these reports, one query a table."""
    ids = list(report_ids)
    rows: Rows = {}
    for table in _tracked:
        found = table.model._base_manager.filter(**{f"{table.path}__in": ids})
        for row in found.only(*table.only) if table.only else found:
            rows[table.model._meta.label_lower, row.pk] = _columns(row, table.only)
    return rows


def differences(before: Rows, after: Rows) -> list[Change]:
    changes = []
    partly = {table.model._meta.label_lower for table in _tracked if table.only}
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if key[0] in partly and (old is None or new is None):
            continue
        if old is not None and new is not None:
            names = [name for name in old if name not in HISTORY and old[name] != new[name]]
            if not names:
                continue
            old, new = {name: old[name] for name in names}, {name: new[name] for name in names}
        changes.append({"model": key[0], "pk": key[1], "before": old, "after": new})
    return changes


@transaction.atomic
def put_back(changes: list[Change]) -> None:
    """Raises `ChangedSince` where a row does not look any more as the change left it; then nothing was put back.

    The caller holds the locks of the reports.
    """
    order = {table.model._meta.label_lower: at for at, table in enumerate(_tracked)}
    supports = _count_supports(changes)
    ordered = sorted(changes, key=lambda change: order[change["model"]])
    created = [(change, _tracked[order[change["model"]]]) for change in ordered if change["before"] is None]
    for change, table in created:
        if table.stays:
            _take_away(change, table)
    for change in ordered:  # what returns, first what others name
        if change["after"] is None:
            _restore(change)
    for change in ordered:
        if change["before"] is not None and change["after"] is not None:
            _change_back(change, _tracked[order[change["model"]]])
    for change, table in reversed(created):
        if not table.stays:
            _take_away(change, table)
    _recount(supports, _count_supports(changes))


def _count_supports(changes: list[Change]) -> Counter[int]:
    reports = [change["pk"] for change in changes if change["model"] == Report._meta.label_lower]
    return Counter(Support.objects.filter(report__in=reports).values_list("report", flat=True))


def _recount(before: Counter[int], after: Counter[int]) -> None:
    """The counts follow the rows that came back and went: somebody may have taken theirs away meanwhile."""
    for pk in before.keys() | after.keys():
        if before[pk] != after[pk]:
            supporters = Greatest(F("supporters") + after[pk] - before[pk], 0)
            Report.objects.filter(pk=pk).update(supporters=supporters)


def _restore(change: Change) -> None:
    model = apps.get_model(change["model"])
    if model._base_manager.filter(pk=change["pk"]).exists():
        raise ChangedSince(str(model._meta.verbose_name))
    row = model(**{name: _value(model, name, value) for name, value in change["before"].items()})
    if _is_of_erased(row):
        return
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)  # raw: no "now" in the columns that take one by themselves
    except IntegrityError as error:  # its place was taken
        raise ChangedSince(str(model._meta.verbose_name)) from error


def _change_back(change: Change, table: Tracked) -> None:
    model = apps.get_model(change["model"])
    rows = model._base_manager.select_for_update().filter(pk=change["pk"])
    row = (rows.only(*table.only) if table.only else rows).first()
    if row is None:
        if table.is_own:
            return
        raise ChangedSince(str(model._meta.verbose_name))
    now, values = _columns(row, table.only), {}
    for name, old in change["before"].items():
        new = change["after"][name]
        if name in COUNTERS:
            continue
        if now[name] == new:
            values[name] = _value(model, name, old)
        else:
            raise ChangedSince(_changed_words(model, name))
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=change["pk"]).update(**values)
    except IntegrityError as error:
        raise ChangedSince(str(model._meta.verbose_name)) from error


def _is_of_erased(row: Any) -> bool:
    """Who was erased meanwhile does not come back as a follower."""
    people = [field for field in row._meta.concrete_fields if field.related_model is Person]
    ids = [pk for pk in (getattr(row, field.attname) for field in people) if pk]
    return Person.objects.filter(pk__in=ids, erased_at__isnull=False).exists()


def _take_away(change: Change, table: Tracked) -> None:
    row = table.model._base_manager.filter(pk=change["pk"]).first()
    if row is not None:
        table.take_away(row)


def _changed_words(model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    return _("%(what)s: %(field)s") % {"what": model._meta.verbose_name, "field": getattr(field, "verbose_name", name)}


def _columns(row: models.Model, only: tuple[str, ...] = ()) -> Row:
    """Every stored column in words that JSON keeps exactly (a date to its last microsecond)."""
    return {
        field.attname: None if getattr(row, field.attname) is None else field.value_to_string(row)
        for field in row._meta.concrete_fields
        if not field.generated and (not only or field.attname in only)
    }


def _field(model: type[models.Model], attname: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


def _value(model: type[models.Model], attname: str, text: Any) -> Any:
    return None if text is None else _field(model, attname).to_python(text)

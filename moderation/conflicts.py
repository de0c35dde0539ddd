"""Two people edited one report: the second to save sees what was before, what the other made of it, and their own.

Field by field: what only the other changed is taken over, what only this one changed stays typed, and where both did
this one chooses. Nothing is saved before that. What stood in the fields when the page was opened travels with the form
(`seen`), so that it also works without scripts, and whatever changed the report meanwhile.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from moderation.forms import CaseForm
from moderation.wording import Piece, differences
from municipalities.models import Category
from reports.lifecycle import EventKind
from reports.models import Report, ReportEvent
from reports.typed import typed_key

PLACE = ("latitude", "longitude")
FIELDS = (*CaseForm.EDITED, *PLACE)
SEEN_LONGEST = 30_000
THEIRS = "theirs"


@dataclass(frozen=True)
class Difference:
    """One field (or the place), in words."""

    name: str
    label: str
    before: str
    theirs: str
    yours: str

    @property
    def their_pieces(self) -> list[Piece]:
        return differences(self.before, self.theirs)

    @property
    def your_pieces(self) -> list[Piece]:
        return differences(self.before, self.yours)


@dataclass
class Conflict:
    # Both changed it: to be chosen.
    both: list[Difference] = field(default_factory=list)
    # Only the other did; the form has it now.
    taken: list[Difference] = field(default_factory=list)
    # Only this one did; it is still typed.
    kept: list[Difference] = field(default_factory=list)
    # The other's last change.
    event: ReportEvent | None = None


def shown(report: Report) -> dict[str, str]:
    """What the fields of a case hold before anything is typed."""
    return {
        "title": report.title,
        "description": report.description,
        "category": str(report.category_id or ""),
        "address": report.address,
        "is_private": "on" if report.is_private else "",
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
    }


def seen_of(report: Report) -> str:
    return json.dumps(shown(report), ensure_ascii=False)


def read_seen(data: Mapping[str, Any]) -> dict[str, str]:
    """What stood in the fields when the page was opened; a form that lost it has nothing in common with what is now."""
    try:
        found = json.loads(data.get("seen", "")[:SEEN_LONGEST])
        return {name: str(found[name]) for name in FIELDS}
    except (ValueError, KeyError, TypeError, RecursionError):
        return dict.fromkeys(FIELDS, "")


def choose(data: QueryDict, report: Report) -> QueryDict:
    """After a conflict: where "theirs" was chosen, the field holds it; no more if it has changed once more since."""
    picked = [name for name in (*CaseForm.EDITED, "place") if data.get(f"pick_{name}") == THEIRS]
    if not picked or data.get("version") != str(report.version):
        return data
    chosen, theirs = data.copy(), shown(report)
    for name in picked:
        for column in PLACE if name == "place" else (name,):
            chosen[column] = theirs[column]
    return chosen


def compare(form: CaseForm, report: Report) -> tuple[Conflict, CaseForm]:
    """What is different, and the form anew: on the report as it is now, with what was typed where it still counts.

    `form` was typed over an older version; `report` is as it is now.
    """
    before, theirs, typed = _cleaned(form, read_seen(form.data)), _cleaned(form, shown(report)), typed_in(form)
    conflict = Conflict(event=_last_change(report))
    data: dict[str, Any] = dict(form.data.items())
    for name in (*CaseForm.EDITED, "place"):
        columns = PLACE if name == "place" else (name,)
        old, new, own = (tuple(values[column] for column in columns) for values in (before, theirs, typed))
        if own == new:
            continue
        difference = _difference(form, name, old, new, own)
        if own == old or name in form.untouched_guesses:
            conflict.taken.append(difference)
            data.update(dict(zip(columns, new, strict=True)))
        elif old == new:
            conflict.kept.append(difference)
        else:
            conflict.both.append(difference)
    data["version"], data["seen"] = str(report.version), seen_of(report)
    again = CaseForm(report, data)
    again.is_valid()
    return conflict, again


def typed_in(form: CaseForm) -> dict[str, str]:
    """What the form holds, cleaned as far as it can be, so that line ends and blanks are no difference."""
    cleaned, typed = form.cleaned_data, {}
    for name in FIELDS:
        value = cleaned.get(name, form.data.get(name, ""))
        if isinstance(value, Category):
            value = value.pk
        elif isinstance(value, float):
            value = f"{value:.6f}"
        elif isinstance(value, bool):
            value = "on" if value else ""
        typed[name] = "" if value is None else str(value)
    return typed


def _cleaned(form: CaseForm, values: dict[str, str]) -> dict[str, str]:
    """As the form would read them: blanks at the ends are no difference."""
    texts = ("title", "description", "address")
    return values | {name: str(form.fields[name].to_python(values[name])) for name in texts}


def _difference(form: CaseForm, name: str, *versions: tuple[str, ...]) -> Difference:
    label = form.fields["address" if name == "place" else name].label
    before, theirs, yours = (_in_words(form, name, values) for values in versions)
    return Difference(name, str(label), before, theirs, yours)


def by_key(text: str) -> Category | None:
    return Category.objects.filter(pk=typed_key(text)).first()


def _in_words(form: CaseForm, name: str, values: tuple[str, ...]) -> str:
    match name:
        case "category":
            category = by_key(values[0])
            return str(category) if category else ""
        case "is_private":
            return gettext("yes") if values[0] else gettext("no")
    return ", ".join(value for value in values if value)


def _last_change(report: Report) -> ReportEvent | None:
    return report.events.select_related("actor").exclude(kind=EventKind.NOTED).last()

"""Joining, splitting and highlighting at the desk: each is one act that can be undone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import Person
from accounts.rights import Right
from moderation.access import may
from moderation.actions_claims import close_case
from moderation.acts import recorded
from moderation.models import Act
from reports.actions import ChangedMeanwhile
from reports.actions_highlight import end_highlight, highlight_report, may_highlight
from reports.actions_merge import merge_reports, reports_of_merge
from reports.actions_split import SPLITTABLE, split_report
from reports.lifecycle import LISTED, Role, Status
from reports.lookalikes import Lookalike
from reports.models import Photo, Report


def may_be_joined(report: Report) -> bool:
    """As the duplicate, or as the original."""
    return report.state in LISTED or Status.DUPLICATE in report.moves_for(Role.MODERATOR)


def joining_context(person: Person, report: Report, alike: Sequence[Lookalike]) -> dict[str, Any]:
    """What the case offers: which of those that look alike may be joined with it, and what else may be done with the
    report as a whole."""
    is_duplicate = report.state == Status.DUPLICATE
    may_merge = may(person, Right.MERGE, report)
    return {
        "with": joinable(person, alike) if may_merge and may_be_joined(report) else set(),
        "original": report.original if is_duplicate else None,
        "merged_by": newest_merge(report) if is_duplicate else None,
        "joined": report.duplicates.count(),
        "may_merge": may_merge and may_be_joined(report),
        "may_split": may_merge and report.state in SPLITTABLE,
        "may_highlight": may(person, Right.HIGHLIGHT, report) and may_highlight(report),
    }


def joinable(person: Person, alike: Sequence[Lookalike]) -> set[int]:
    """The ids of those that this person works on, too."""
    if not alike:
        return set()
    own = Report.objects.for_desk_of(person).filter(pk__in=[one.report.pk for one in alike])
    return set(own.values_list("pk", flat=True))


def newest_merge(report: Report) -> Act | None:
    """The act that made it a duplicate, as long as it can be undone."""
    return Act.objects.undoable().filter(report=report, kind="merge").first()


def merge_case(report: Report, original: Report, *, actor: Person, version: int, with_photos: bool) -> Report:
    """`report` becomes a duplicate of `original`. Raises `CannotMerge` and `ChangedMeanwhile`."""
    others = reports_of_merge(report, original)[1:]
    with recorded("merge", report, *others, actor=actor):
        if not set(report.duplicates.values_list("pk", flat=True)) <= {other.pk for other in others}:
            raise ChangedMeanwhile
        joined = merge_reports(report, original, actor=actor, version=version, with_photos=with_photos)
        close_case(report)
        return joined


def split_case(
    report: Report, part: dict[str, Any], photos: Sequence[Photo], *, kept: str, actor: Person, version: int
) -> Report:
    """Gives the part. Raises `MoveNotAllowed` and `ChangedMeanwhile`."""
    with recorded("split", report, actor=actor) as recording:
        new = split_report(report, part, photos, kept=kept, actor=actor, version=version)
        recording.created.append(new)
        return new


def highlight_case(report: Report, until: date | None, *, actor: Person) -> Report:
    """None: not any more. Raises `MoveNotAllowed`."""
    with recorded("highlight" if until else "unhighlight", report, actor=actor):
        return highlight_report(report, until, actor=actor) if until else end_highlight(report, actor=actor)

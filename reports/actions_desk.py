"""What the desk does with a report besides sending it. Raises as `reports.actions` does."""

from typing import Any

from django.db import transaction

from reports.actions import is_nobodys, lock_family, lock_report, move_report, update_report
from reports.actions_answers import follow_category
from reports.actions_merge import pass_on_duplicates
from reports.lifecycle import WITH_BODY, EventKind, Reason, Role, Status
from reports.models import Report, ReportEvent
from reports.outbox import write_event


@transaction.atomic
def edit_report(report: Report, values: dict[str, Any], *, actor: Any, version: int | None = None) -> Report:
    """Change texts, category, place or privacy at the desk. The words as written stay in `original_*`.

    A private category makes the report private; taking privacy back is only ever an explicit value.
    """
    report = lock_report(report, version=version)
    category = values.get("category")
    if category is not None and category.is_private and category != report.category:
        values = {**values, "is_private": True}
    changed = sorted(name for name, value in values.items() if getattr(report, name) != value)
    if changed:
        update_report(report, **{name: values[name] for name in changed})
        if "category" in changed:
            follow_category(report)
        write_event(report, EventKind.EDITED, actor=actor, role=Role.MODERATOR, changed=changed)
    return report


@transaction.atomic
def ask_info(report: Report, text: str, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    move_report(report, Status.NEEDS_INFO, role=Role.MODERATOR, actor=actor, text=text)
    return report


@transaction.atomic
def reject_report(report: Report, reason: Reason, text: str, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    changes = {"reason": reason}
    move_report(report, Status.REJECTED, role=Role.MODERATOR, actor=actor, text=text, changes=changes, reason=reason)
    return report


def _ending(report: Report) -> dict[str, Any]:
    """How a report ended, which hiding and restoring keep."""
    return {name: getattr(report, name) for name in ("closed_at", "proof", "reason")}


@transaction.atomic
def hide_report(report: Report, text: str, *, actor: Any, version: int | None = None) -> Report:
    """Take it off the site at once, its photos too; `restore_report` brings it back to what it was."""
    report = lock_family(report, version=version)
    move_report(
        report,
        Status.HIDDEN,
        role=Role.MODERATOR,
        actor=actor,
        text=text,
        changes={**_ending(report), "status_before": report.status},
    )
    pass_on_duplicates(report)
    return report


@transaction.atomic
def restore_report(report: Report, *, actor: Any, version: int | None = None) -> Report:
    report = lock_report(report, version=version)
    before = Status(report.status_before or Status.SUBMITTED)
    nobodys = before in WITH_BODY and is_nobodys(report)
    changes = {**_ending(report), "status_before": "", "original": None, "needs_rerouting": nobodys}
    move_report(report, before, role=Role.MODERATOR, actor=actor, changes=changes)
    return report


@transaction.atomic
def note_report(report: Report, text: str, *, actor: Any) -> ReportEvent:
    """An internal note: no status, no clock, nobody is told."""
    return write_event(lock_report(report), EventKind.NOTED, actor=actor, role=Role.MODERATOR, text=text)

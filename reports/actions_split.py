"""One report that told of two things becomes two, of the same reporter; the new one stands in the queue.

Example: Rita writes of a pothole and of a dark lamp, with a photo of each. The lamp, its photo and its sentence become
a report of their own, which goes to another body. Her words as written stay with both.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.actions import ChangedMeanwhile, lock_report, update_report
from reports.actions_sending import purge_report
from reports.lifecycle import WITH_BODY, EventKind, MoveNotAllowed, Role, Status
from reports.models import Photo, Report
from reports.outbox import write_event

SPLITTABLE = (Status.SUBMITTED, Status.NEEDS_INFO, *WITH_BODY)
# What the part has from the whole.
SHARED = (
    "kind", "channel", "is_private", "reporter", "reporter_name", "show_name", "privacy_version",
    "original_title", "original_description", "created_at", "submitted_at",
)  # fmt: skip


def photos_to_split(report: Report) -> Any:
    """Those that may go with the part: the report's own of the problem."""
    return report.photos.filter(kind=Photo.Kind.PROBLEM, came_from=None)


@transaction.atomic
def split_report(
    report: Report,
    part: dict[str, Any],
    photos: Sequence[Photo],
    *,
    kept: str,
    actor: Any,
    version: int | None = None,
) -> Report:
    """Gives the new report. `part`: its title, description, category and place; `kept`: the text that stays here.

    Raises `MoveNotAllowed` where there is nothing to work on any more.
    """
    report = lock_report(report, version=version)
    if report.state not in SPLITTABLE:
        raise MoveNotAllowed(report.state, Status.SUBMITTED, Role.MODERATOR)
    now = timezone.now()
    shared = {name: getattr(report, name) for name in SHARED}
    new = Report(**{**shared, **part}, status=Status.SUBMITTED, status_since=now)
    new.submitted_at = new.submitted_at or now
    new.is_private = report.is_private or bool(new.category and new.category.is_private)
    new.save(force_insert=True)
    _share_photos(report, new, [photo.pk for photo in photos])
    update_report(report, description=kept, no_photo_reason=_why_no_photo(report))
    new.no_photo_reason = _why_no_photo(new)
    new.save(update_fields=["no_photo_reason"])
    write_event(report, EventKind.SPLIT, actor=actor, role=Role.MODERATOR, part=new.pk)
    write_event(new, EventKind.SPLIT_OFF, actor=actor, role=Role.MODERATOR, new=Status.SUBMITTED, whole=report.pk)
    return new


def _share_photos(report: Report, new: Report, ids: list[int]) -> None:
    own = photos_to_split(report).filter(pk__in=ids).order_by("order", "pk")
    for order, photo in enumerate(own):
        photo.report, photo.event, photo.order = new, None, order
        photo.save(update_fields=["report", "event", "order"])


def _why_no_photo(report: Report) -> str:
    if report.photos.exists():
        return ""
    with override(settings.LANGUAGE_CODE):
        return report.no_photo_reason or _("The photo is with the report that it was split from or into.")


def take_back_part(part: Report) -> None:
    """Undoing a split: the part goes without a trace where nobody has heard of it, else it ends hidden.

    Its photos are back with the whole already. Raises `ChangedMeanwhile` where somebody has worked on it since.
    """
    part = lock_report(part)
    if part.state != Status.SUBMITTED or part.version != 1:
        raise ChangedMeanwhile
    events = list(part.events.all())
    is_secret = all(event.kind == EventKind.SPLIT_OFF and event.is_held for event in events)
    if is_secret and not part.photos.exists():
        purge_report(part, forget_guest=False, was=Status.SUBMITTED)
    else:
        update_report(part, status=Status.HIDDEN, status_before=Status.SUBMITTED, status_since=timezone.now())

"""Photos of a report that is there already: added by the reporter, looked at and hidden at the desk."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.bans import refuse_banned
from reports.actions import lock_report, update_report
from reports.actions_sightings import hide_step
from reports.actions_undo import may_take_back
from reports.lifecycle import WITH_BODY, EventKind, MoveNotAllowed, Role
from reports.models import Photo, Report
from reports.outbox import write_event
from reports.uploads import append_photos


class TooManyPhotos(Exception):
    """The report would have more than `PHOTO_MAX_REPORT`; nothing was added."""


def room_for_photos(report: Report) -> int:
    """How many more photos of the problem the report may get."""
    had: int = report.photos.filter(kind=Photo.Kind.PROBLEM, came_from=None).count()
    return max(settings.PHOTO_MAX_REPORT - had, 0)


def may_add_photos(report: Report) -> bool:
    """While a body works on it; before that the reporter edits the report instead."""
    return report.state in WITH_BODY


@transaction.atomic
def add_photos(report: Report, photos: Sequence[Photo], *, actor: Any) -> Report:
    """More photos of a published report, from its reporter: hidden, until a moderator has seen each of them.

    Raises `TooManyPhotos` and `Banned`.
    """
    refuse_banned(actor)
    report = lock_report(report)
    if not may_add_photos(report):
        raise MoveNotAllowed(report.state, report.state, Role.REPORTER)
    if len(photos) > room_for_photos(report):
        raise TooManyPhotos
    added = append_photos(report, photos, is_hidden=True, awaits_review=True)
    if not added:
        return report
    event = write_event(report, EventKind.PHOTOS_ADDED, actor=actor, role=Role.REPORTER, count=len(added))
    Photo.objects.filter(pk__in=[photo.pk for photo in added]).update(event=event)
    update_report(report)
    return report


def review_photo(photo: Photo, show: bool, *, actor: Any) -> Photo:
    """A moderator has looked at a photo that waited: it is shown, or it stays hidden."""
    return mark_photo(photo, hidden=not show, actor=actor)


@transaction.atomic
def hide_again(photo: Photo, *, actor: Any) -> Photo:
    """The decision on a photo did not happen: hidden, it waits for a moderator again."""
    photo = mark_photo(photo, hidden=True, actor=actor)
    photo.awaits_review = True
    photo.save(update_fields=["awaits_review"])
    return photo


@transaction.atomic
def mark_photo(photo: Photo, *, hidden: bool, actor: Any) -> Photo:
    """Hide one photo of a report, or show it (again); a hidden one stops being served at once."""
    if photo.report is None:
        raise ValueError("An upload that belongs to no report cannot be marked.")
    report = lock_report(photo.report)
    photo.refresh_from_db(fields=["is_hidden", "awaits_review", "event"])
    if photo.is_hidden == hidden and not photo.awaits_review:
        return photo
    waited = photo.awaits_review
    photo.is_hidden, photo.awaits_review = hidden, False
    photo.save(update_fields=["is_hidden", "awaits_review"])
    update_report(report)
    write_event(
        report,
        EventKind.EDITED,
        actor=actor,
        role=Role.MODERATOR,
        changed=["photos"],
        photo=photo.pk,
        hidden=hidden,
    )
    if waited and not hidden:
        _tell_of_added(report, photo, actor)
    if hidden and photo.kind == Photo.Kind.PROOF and photo.event is not None and may_take_back(report, photo.event):
        hide_step(photo.event, actor=actor)  # what it proved is not proven any more
    return photo


def _tell_of_added(report: Report, photo: Photo, actor: Any) -> None:
    """One public line for all photos that came together, with those that are shown."""
    added = photo.event
    if added is None or added.kind != EventKind.PHOTOS_ADDED:
        return
    lines = report.events.filter(kind=EventKind.PHOTOS_SHOWN, data__added=added.pk)
    line = lines.first() or write_event(
        report, EventKind.PHOTOS_SHOWN, actor=actor, role=Role.MODERATOR, added=added.pk
    )
    photo.event = line
    photo.save(update_fields=["event"])

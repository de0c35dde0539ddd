"""Drafts on the server: saving, deleting. A draft that is sent ends in `reports.actions_sending.submit_report`."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Person
from reports.actions import ChangedMeanwhile
from reports.models import Draft, Photo, Report
from reports.uploads import delete_photo


class DraftSent(Exception):
    """The report of this draft is there already."""


class TooManyDrafts(Exception):
    """The person has `DRAFT_MAX_COUNT` of them."""


@transaction.atomic
def save_draft(
    person: Any,
    submission: uuid.UUID,
    data: dict[str, list[str]],
    photos: Sequence[Photo] = (),
    *,
    version: int | None = None,
) -> Draft:
    """Store the fields and the uploads of a form under its `submission`; the last writer wins.

    `version` is what the writer saw last, None for a new draft. Raises `ChangedMeanwhile` where another device has
    saved since, `DraftSent`, `TooManyDrafts`, and `Draft.DoesNotExist` where the number is somebody else's.
    A draft that was deleted elsewhere while one goes on writing is there again.
    """
    # One saving of a person after the other: the number of drafts holds, and none is made twice. A report that is
    # being sent holds this row as well (`end_draft`): either it finds the draft, or we find the report.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if Report.objects.filter(submission=submission).exists():
        raise DraftSent
    draft = Draft.objects.filter(submission=submission).first()
    if draft is None:
        if Draft.objects.of(person).count() >= settings.DRAFT_MAX_COUNT:
            raise TooManyDrafts
        draft = Draft(person=person, submission=submission, version=0)
    elif draft.person_id != person.pk:
        raise Draft.DoesNotExist
    elif draft.version != version:
        raise ChangedMeanwhile
    draft.data = data
    draft.version += 1
    draft.save()
    _keep_photos(draft, photos)
    return draft


def _keep_photos(draft: Draft, photos: Sequence[Photo]) -> None:
    """These and no others; what the draft lets go is purged like any upload that nobody claims."""
    draft.photos.exclude(pk__in=[photo.pk for photo in photos]).update(draft=None)
    for order, photo in enumerate(photos):
        Photo.objects.filter(pk=photo.pk, report=None).update(draft=draft, order=order)


@transaction.atomic
def delete_draft(draft: Draft) -> None:
    """The row and its photos, files included; again changes nothing."""
    for photo in draft.photos.filter(report=None):
        delete_photo(photo)
    Draft.objects.filter(pk=draft.pk).delete()

"""Drafts among what we hold about a person: downloaded with their photos, and erased whole."""

from collections.abc import Iterable
from typing import Any

from accounts.holdings import Holding, NamedFile, register_holding
from accounts.models import Person
from reports.actions_drafts import delete_draft
from reports.models import Draft


def export(person: Person) -> list[dict[str, Any]]:
    return [
        {
            "submission": str(draft.submission),
            "created": draft.created.isoformat(),
            "updated": draft.updated.isoformat(),
            "fields": draft.data,
            "photos": [name for name, _file in photo_files(draft)],
        }
        for draft in Draft.objects.of(person).for_list()
    ]


def files(person: Person) -> Iterable[NamedFile]:
    for draft in Draft.objects.of(person).for_list():
        yield from photo_files(draft)


def photo_files(draft: Draft) -> Iterable[NamedFile]:
    for number, photo in enumerate(draft.photos.all(), start=1):
        yield f"drafts/{draft.submission}/{number}.jpg", photo.large


def erase(person: Person, keep_reports: bool) -> None:
    for draft in Draft.objects.of(person):
        delete_draft(draft)


def register() -> None:
    register_holding(Holding("drafts", export=export, erase=erase, files=files))

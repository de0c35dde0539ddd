"""A moderator turns, crops or blurs a photo: new files under a new token, so that the old picture is reached by nobody.

The original stays as it came, and each change is made from it, so that all of it can be changed again or taken away.
After the original's term the largest clean picture takes its place (`uploads.remove_original`).
"""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile

from reports.actions import ChangedMeanwhile, lock_report, update_report
from reports.lifecycle import EventKind, Role
from reports.models import Photo, PhotoPicture
from reports.models.photo import new_token
from reports.outbox import write_event
from reports.photos import EditedPhoto, Edits, PhotoRejected, photo_likeness, read_edited


class PictureLost(Exception):
    """There is no file to begin from, or none that can be read."""


def unedited(photo: Photo) -> FieldFile:
    """The large clean picture without any edit: what one looks at while choosing them. For permitted staff only."""
    first: PhotoPicture | None = photo.pictures.first()
    return first.large if first else photo.large


def render_edits(photo: Photo, edits: Edits) -> EditedPhoto:
    """From the private original while it is there; takes a second or two, so it comes before any lock.

    Raises `PictureLost`.
    """
    sources = [unedited(photo)]
    if photo.original:
        sources.insert(0, photo.original)
    for source in sources:
        try:
            with source.storage.open(str(source.name), "rb") as file:
                return read_edited(file, edits)
        except (FileNotFoundError, PhotoRejected):
            continue
    raise PictureLost


@transaction.atomic
def edit_photo(photo: Photo, edits: Edits, rendered: EditedPhoto, *, actor: Any, seen: str) -> Photo:
    """Show the photo with these edits and no others. `seen` is the token of the picture that the moderator looked at.

    Raises `ChangedMeanwhile`.
    """
    if photo.report is None:
        raise ValueError("An upload that belongs to no report cannot be edited.")
    report = lock_report(photo.report)
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    if photo.token != seen or photo.report_id != report.pk:
        raise ChangedMeanwhile
    if photo.edits == edits.to_json():
        return photo
    _keep_picture(photo)
    photo.token, photo.edits = new_token(), edits.to_json()
    _take_rendered(photo, rendered)
    photo.save(update_fields=["token", "edits", *Photo.SIZES, "width", "height", "likeness"])
    _keep_picture(photo)
    update_report(report)  # pages and pictures that are kept by version are made anew
    write_event(
        report,
        EventKind.EDITED,
        actor=actor,
        role=Role.MODERATOR,
        changed=["photos"],
        photo=photo.pk,
        edits=edits.kinds,
    )
    return photo


def _keep_picture(photo: Photo) -> None:
    """Remember the present files: undoing leads back to them, and the purge finds them."""
    names = {size: str(getattr(photo, size)) for size in ("medium", "small")}
    PhotoPicture.objects.get_or_create(photo=photo, large=str(photo.large), defaults=names)


def _take_rendered(photo: Photo, rendered: EditedPhoto) -> None:
    for size in Photo.SIZES:
        getattr(photo, size).save(f"{size}.jpg", ContentFile(getattr(rendered, size)), save=False)
    photo.width, photo.height = rendered.width, rendered.height
    photo.likeness = photo_likeness(rendered.medium)

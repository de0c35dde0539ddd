"""Files that people send: kept at once, claimed by a report later."""

from collections.abc import Sequence
from functools import partial
from typing import IO, Any

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from reports.models import Photo, PhotoPicture, Report
from reports.models.photo import new_token
from reports.photos import NOTHING_KNOWN, PhotoHint, photo_likeness, read_photo

FILES = ("original", *Photo.SIZES)


def store_photo(
    file: IO[bytes], *, uploaded_by: Any = None, kind: str = Photo.Kind.PROBLEM, hint: PhotoHint = NOTHING_KNOWN
) -> Photo:
    """Check, convert and keep one photo that belongs to no report yet; raises `PhotoRejected`.

    The original is kept private. What the file says of its place and time goes before the `hint` of its sender.
    """
    processed = read_photo(file)
    position = processed.position or hint["position"]
    photo = Photo(
        kind=kind,
        width=processed.width,
        height=processed.height,
        position=Point(*position, srid=4326) if position else None,
        taken_at=processed.taken_at or hint["taken_at"],
        likeness=photo_likeness(processed.medium),
        uploaded_by=uploaded_by if uploaded_by is not None and uploaded_by.is_authenticated else None,
    )
    photo.original.save("original", ContentFile(file.read()), save=False)
    for size in Photo.SIZES:
        getattr(photo, size).save(f"{size}.jpg", ContentFile(getattr(processed, size)), save=False)
    photo.save()
    return photo


def append_photos(report: Report, photos: Sequence[Photo], **values: Any) -> list[Photo]:
    """Give uploads to a report, behind those that it has. What another form took meanwhile is left out: gives ours."""
    last = report.photos.aggregate(last=Max("order"))["last"]
    order = 0 if last is None else last + 1
    ours: list[Photo] = []
    for photo in photos:
        fields = {"report": report, "order": order + len(ours), **values}
        if Photo.objects.filter(pk=photo.pk, report=None).update(**fields):
            for name, value in fields.items():
                setattr(photo, name, value)
            ours.append(photo)
    return ours


def remove_photo(photo: Photo) -> None:
    """The row in this transaction, its files after the commit: a change that is rolled back loses no picture."""
    files = [(field.storage, field.name) for field in (getattr(photo, name) for name in FILES) if field]
    files += [(photo.large.storage, name) for name in _earlier_files(photo)]
    photo.delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))


@transaction.atomic
def remove_original(photo: Photo) -> None:
    """The private original, and what else shows more than everybody may see: the row forgets it in this transaction,
    the files go after the commit."""
    name = photo.original.name
    if name and Photo.objects.filter(pk=photo.pk).exclude(original="").update(original=""):
        transaction.on_commit(partial(photo.original.storage.delete, name))
    forget_pictures(photo)


@transaction.atomic
def forget_pictures(photo: Photo) -> None:
    """Of an edited photo only the present picture stays, and from now on that is the photo as it came.

    It gets a new token, so that no undoing leads back to files that are gone.
    """
    row = Photo.objects.select_for_update(of=("self",)).filter(pk=photo.pk).first()
    if row is None or not row.pictures.exists():
        return
    gone = _earlier_files(row)
    row.pictures.all().delete()
    Photo.objects.filter(pk=row.pk).update(token=new_token(), edits={})
    for name in gone:
        transaction.on_commit(partial(row.large.storage.delete, name))


def _earlier_files(photo: Photo) -> set[str]:
    kept = {str(getattr(photo, size)) for size in Photo.SIZES}
    rows = PhotoPicture.objects.filter(photo=photo).values_list(*Photo.SIZES)
    return {name for row in rows for name in row} - kept


def forget_origin(photo: Photo) -> None:
    """The clean picture stays; the original, its place and time, and who sent it go."""
    remove_original(photo)
    Photo.objects.filter(pk=photo.pk).update(uploaded_by=None, position=None, taken_at=None)


def delete_files(photo: Photo) -> None:
    for field in (photo.original, photo.large, photo.medium, photo.small):
        field.delete(save=False)


def delete_photo(photo: Photo) -> None:
    """The row and its files."""
    delete_files(photo)
    photo.delete()


@transaction.atomic
def delete_upload(photo: Photo) -> bool:
    """Unless a report or a draft has it by now, or it is gone already: then False."""
    row = Photo.objects.select_for_update().filter(pk=photo.pk, report=None, draft=None).first()
    if row is None:
        return False
    delete_photo(row)
    return True

"""Files that come with a body's answer: pictures become photos, the rest are downloads."""

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from reports.models import EventAttachment, Photo, ReportEvent
from reports.photos import PhotoRejected, sniff_format
from reports.uploads import store_photo

# By the first bytes; the name's ending says which of the office formats it is.
_STARTS = {b"%PDF-": {"pdf"}, b"PK\x03\x04": {"docx", "xlsx", "odt", "ods"}}
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def _is_picture(file: IO[bytes]) -> bool:
    file.seek(0)
    found = sniff_format(file.read(256)) is not None
    file.seek(0)
    return found


def check_attachment(file: UploadedFile) -> None:
    """Raises `ValidationError` for a file that an answer cannot carry."""
    name = {"name": file.name}
    if not file.size:
        raise ValidationError(_("“%(name)s” is empty.") % name)
    if file.size > settings.PHOTO_MAX_BYTES:
        raise ValidationError(_("“%(name)s” is too large; 20 MB at most.") % name)
    if _is_picture(file):
        return
    start = file.read(8)
    file.seek(0)
    endings = next((endings for known, endings in _STARTS.items() if start.startswith(known)), set())
    if _ending(file.name or "") not in endings:
        raise ValidationError(_("“%(name)s” is neither a picture nor a PDF or office document.") % name)


def attach_files(event: ReportEvent, files: Sequence[UploadedFile], *, actor: Any) -> list[str]:
    """Store checked files with an event; answers the messages for pictures that turned out to be broken."""
    problems = []
    for file in files:
        if _is_picture(file):
            try:
                photo = store_photo(file, uploaded_by=actor, kind=Photo.Kind.ANSWER)
            except PhotoRejected as error:
                problems.append(f"{file.name}: {error.message}")
                continue
            photo.report, photo.event = event.report, event
            photo.save(update_fields=["report", "event"])
        else:
            content_type = _TYPES[_ending(file.name or "")]
            name = PurePath(file.name or "").name[:200]
            EventAttachment.objects.create(
                event=event, file=file, name=name, content_type=content_type, size=file.size or 0
            )
    return problems


def remove_attachment(attachment: EventAttachment) -> None:
    """The row in this transaction, its file after the commit."""
    storage, name = attachment.file.storage, attachment.file.name
    attachment.delete()
    if name:
        transaction.on_commit(partial(storage.delete, name))

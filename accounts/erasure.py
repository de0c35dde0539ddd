"""Everything that is held about a person: as an archive for them, or gone.

What there is each app says itself (`accounts/holdings.py`); here it is put together.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any, cast

from django.contrib.admin.models import LogEntry
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.holdings import all_holdings
from accounts.models import Person

CHUNK = 256 * 1024
ERASED_DOMAIN = "erased.invalid"  # RFC 2606: no mail ever gets there


class LastAdministrator(Exception):
    """Somebody has to be able to open the administration."""


def export_person(person: Person) -> dict[str, Any]:
    """What fits into JSON, one key for each thing that an app holds."""
    own = {
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "joined": person.date_joined,
        "last_sign_in": person.last_login,
        "mail_news": person.mail_news,
        "mail_none": person.mail_none,
        "mail_stopped_at": person.mail_stopped_at,
    }
    return {
        "made_at": timezone.now(),
        "person": own,
        **{holding.name: holding.export(person) for holding in all_holdings()},
    }


class _Pipe(io.RawIOBase):
    """What `zipfile` writes into, and the response reads from; never more in memory than one chunk."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._waiting.append(piece)
        return len(piece)

    def take(self) -> bytes:
        data, self._waiting = b"".join(self._waiting), []
        return data


def archive_person(person: Person) -> Iterator[bytes]:
    """The ZIP in pieces: `data.json`, then every photo and file. What is lost on the disk is named in `missing.txt`."""
    pipe = _Pipe()
    missing: list[str] = []
    with zipfile.ZipFile(cast(IO[bytes], pipe), "w", zipfile.ZIP_STORED) as archive:
        words = json.dumps(export_person(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", words, zipfile.ZIP_DEFLATED)
        for holding in all_holdings():
            for name, file in holding.files(person):
                yield from _put(archive, pipe, name, file, missing)
        if missing:
            archive.writestr("missing.txt", "\n".join(missing), zipfile.ZIP_DEFLATED)
    yield pipe.take()


def _put(archive: zipfile.ZipFile, pipe: _Pipe, name: str, file: "File[bytes]", missing: list[str]) -> Iterator[bytes]:
    try:
        file.open("rb")
    except FileNotFoundError:
        missing.append(name)
        return
    with file, archive.open(name, "w") as target:
        while piece := file.read(CHUNK):
            target.write(piece)
            yield pipe.take()
    yield pipe.take()


@transaction.atomic
def erase_person(person: Person, *, keep_reports: bool) -> None:
    """Take away what identifies, at once. The row stays as "somebody", because the history of reports points to it.

    `keep_reports`: published and waiting reports stay, anonymous; else the open ones are withdrawn and their bodies
    told. A second call changes nothing. Raises `LastAdministrator`.
    """
    for holding in all_holdings():
        holding.lock(person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.erased_at is not None:
        return
    others = Person.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise LastAdministrator
    # The last registered first: what refers to a report goes before the report.
    for holding in reversed(all_holdings()):
        holding.erase(person, keep_reports)
    # The administration's own history names the row that somebody edited.
    edited = LogEntry.objects.filter(content_type__app_label="accounts", content_type__model="person")
    edited.filter(object_id=str(person.pk)).update(object_repr="", change_message="")
    person.memberships.all().delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.email = f"erased-{person.pk}@{ERASED_DOMAIN}"
    person.name = person.language = ""
    person.set_unusable_password()
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.mail_news, person.mail_none, person.mail_stopped_at = False, True, None
    person.erased_at = timezone.now()
    person.save()  # inactive: whatever session is still open somewhere is nobody's

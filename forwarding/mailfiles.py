"""Files that came with a mail, read out of its stored bytes. They wait for a person; none is served as a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from forwarding.mailparts import parse, readable
from reports.attachments import check_attachment

FILES_AT_MOST = 20
# A logo under a signature: a small picture that the HTML names. What is larger may be a photo that says something.
DECORATION_BYTES = 20_000
_SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "message/rfc822": "eml"}


@dataclass(frozen=True)
class MailFile:
    number: int  # among the files of this mail; stays the same as long as its bytes do
    name: str
    content_type: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def upload(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, self.data, self.content_type)

    @property
    def problem(self) -> str:
        """Why it cannot go with the published answer; empty where it can."""
        try:
            check_attachment(self.upload)
        except ValidationError as error:
            return str(error.messages[0])
        return ""


def files_of(raw: bytes) -> list[MailFile]:
    """Never raises; what cannot be read is no file, and the raw mail keeps it."""
    try:
        parts = list(_parts(parse(raw)))[:FILES_AT_MOST]
    except Exception:  # whatever a hostile mail makes the parser do
        return []
    return [_file(number, part) for number, part in enumerate(parts, start=1)]


def _parts(message: "Message[str, str]", parent: str = "", depth: int = 0) -> Iterator["Message[str, str]"]:
    payload = message.get_payload()
    if message.get_content_maintype() == "message":
        if depth:
            yield message  # a mail inside the mail: one file, whatever is in it
        return
    if isinstance(payload, list):
        if depth < 20:
            for part in payload:
                if isinstance(part, Message):
                    yield from _parts(part, message.get_content_subtype(), depth + 1)
        return
    if _is_file(message, parent):
        yield message


def _is_file(part: "Message[str, str]", parent: str) -> bool:
    kind, disposition = part.get_content_type(), str(part.get("Content-Disposition", "")).strip().lower()
    if kind in _SIGNATURES:
        return False
    named = disposition.startswith("attachment") or bool(part.get_filename())
    if part.get_content_maintype() == "text":
        return named or kind not in ("text/plain", "text/html", "text/enriched", "text/rfc822-headers", "text/amp")
    is_logo = part.get_content_maintype() == "image" and parent == "related" and bool(part.get("Content-ID"))
    return not (is_logo and len(_bytes(part)) <= DECORATION_BYTES)


def _bytes(part: "Message[str, str]") -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return b"".join(one.as_bytes() for one in inner if isinstance(one, Message)) if isinstance(inner, list) else b""
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # a transfer encoding that lies
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _file(number: int, part: "Message[str, str]") -> MailFile:
    kind = part.get_content_type()
    try:
        name = readable(part.get_filename() or "")
    except Exception:  # a name in a charset that is none
        name = ""
    name = PurePath(name.replace("\\", "/")).name.strip(". ")[-120:]
    return MailFile(number, name or f"{number}.{_ENDINGS.get(kind, 'bin')}", kind, _bytes(part))

"""The mails that the demo's mail server kept: one file each, the envelope in two header lines on top."""

import mimetypes
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import cast

from django.conf import settings
from django.utils import timezone

KEY = re.compile(r"\d{20}-[0-9a-f]{8}")
SHOWN = 300


@dataclass(frozen=True)
class Mail:
    path: Path

    @property
    def key(self) -> str:
        return self.path.stem

    @property
    def received_at(self) -> datetime:
        return datetime.strptime(self.key[:20], "%Y%m%d%H%M%S%f").replace(tzinfo=timezone.get_fixed_timezone(0))

    @cached_property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def recipients(self) -> list[str]:
        return str(self.message.get("X-Envelope-To", "")).split(", ")

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except LookupError:  # a charset that nobody knows
            return cast(bytes, part.get_payload(decode=True)).decode(errors="replace")

    @property
    def parts(self) -> list[EmailMessage]:
        """Every leaf of the message; the number of a part is its place here."""
        return [part for part in self.message.walk() if not part.is_multipart()]

    @property
    def attachments(self) -> list[tuple[int, str]]:
        """Number and file name of what is neither the text nor the HTML."""
        bodies = [self.message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")]
        return [
            (number, part.get_filename() or f"{number}{mimetypes.guess_extension(part.get_content_type()) or ''}")
            for number, part in enumerate(self.parts)
            if not any(part is body for body in bodies)
        ]


def keep(content: bytes, sender: str, recipients: Sequence[str]) -> Mail:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    stamp = timezone.now().astimezone(timezone.get_fixed_timezone(0)).strftime("%Y%m%d%H%M%S%f")
    path = folder / f"{stamp}-{secrets.token_hex(4)}.eml"
    envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(envelope.encode() + content)
    unfinished.rename(path)
    return Mail(path)


def all_mails(to: str = "") -> list[Mail]:
    """Newest first; `to` is any part of a recipient's address."""
    mails = [Mail(path) for path in sorted(_folder().glob("*.eml"), reverse=True)]
    if to:
        mails = [mail for mail in mails if any(to.lower() in address.lower() for address in mail.recipients)]
    return mails[:SHOWN]


def find(key: str) -> Mail | None:
    path = _folder() / f"{key}.eml"
    return Mail(path) if KEY.fullmatch(key) and path.exists() else None


def delete_all() -> None:
    for path in _folder().glob("*.eml"):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DEMO_MAIL_DIR)

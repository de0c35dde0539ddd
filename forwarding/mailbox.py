"""Mails fetched by IMAP: each is stored first, and only then marked, or moved, in the mailbox.

    IMAP_URL=imaps://name:password@mail.example:993/INBOX?moved=Archive

One worker at a time holds the lease of the mailbox. Killed anywhere, the next one finds the mail again and stores it
once. Without `moved` a mail gets the keyword `JarokeloStored` where the server keeps keywords, so that somebody who
reads the mailbox by hand takes nothing away from us; else it counts as new as long as it is unread.
"""

import base64
import imaplib
import logging
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone

from forwarding.incoming import store_mail
from forwarding.models import Mailbox

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
TIMEOUT = 30  # seconds, for each answer of the server
AT_ONCE = 200
KEYWORD = "JarokeloStored"
# Also TLS's, a server that breaks off, and one that speaks nonsense: names, numbers and sizes that are none.
TROUBLE = (imaplib.IMAP4.error, OSError, EOFError, ValueError, OverflowError, MemoryError)


class LostLease(Exception):
    """It took too long, and another worker has begun."""


@dataclass(frozen=True)
class Address:
    """Raises `ValueError` where the setting is no address of a mailbox."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str
    folder: str
    moved: str  # where a stored mail goes; empty: it stays

    @classmethod
    def parse(cls, url: str) -> "Address":
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise ValueError("write it as imaps://name:password@host:993/INBOX")
        is_tls = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if is_tls else 143),
            is_tls=is_tls,
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.lstrip("/")) or "INBOX",
            moved=parse_qs(parts.query).get("moved", [""])[0],
        )

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"[:200]


def read_mailbox() -> int:
    """How many mails were fetched; 0 where another worker reads it, or it cannot be read now (the row says why)."""
    address = Address.parse(settings.IMAP_URL)
    box, _ = Mailbox.objects.get_or_create(name=address.name)
    lease = claim(box)
    if lease is None:
        return 0
    lease_held = [lease]
    fetched, error = 0, ""
    try:
        with opened(address) as server:
            for problem in _fetch(server, address, box, lease_held):
                fetched += 1
                error = error or problem
    except LostLease:
        return fetched
    except TROUBLE as trouble:
        error = f"{type(trouble).__name__}: {_readable(trouble)}"
        logger.warning("the mailbox could not be read: %s", error)
    release(box, lease_held[0], error)
    return fetched


def failing_mailboxes() -> QuerySet[Mailbox]:
    """The mailbox of `IMAP_URL`, while it cannot be read; one of an earlier setting says nothing any more."""
    rows = Mailbox.objects.exclude(failing_since=None)
    try:
        return rows.filter(name=Address.parse(settings.IMAP_URL).name)
    except ValueError:  # none is set, or no address of one: `manage.py check` says so
        return rows.none()


def claim(box: Mailbox) -> datetime | None:
    """Until when it is ours, if nobody else has it."""
    now = timezone.now()
    free = Mailbox.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=box.pk)
    return now + LEASE if free.update(leased_until=now + LEASE) else None


def release(box: Mailbox, lease: datetime, error: str) -> None:
    now = timezone.now()
    ours = Mailbox.objects.filter(pk=box.pk, leased_until=lease)
    if error:
        ours.filter(failing_since=None).update(failing_since=now)
        ours.update(leased_until=None, error=error[:300])
    else:
        ours.update(leased_until=None, error="", failing_since=None, read_at=now)


def _prolong(box: Mailbox, lease_held: list[datetime]) -> None:
    until = timezone.now() + LEASE
    if not Mailbox.objects.filter(pk=box.pk, leased_until=lease_held[0]).update(leased_until=until):
        raise LostLease
    lease_held[0] = until


class _Plain(imaplib.IMAP4):
    """Its line is cut when the lease is over: a server that says a letter now and then is never late."""

    _cut: threading.Timer | None = None

    def open(self, *args: Any, **options: Any) -> None:
        super().open(*args, **options)
        self.give_time()

    def give_time(self) -> None:
        """As much as a lease, from now on."""
        self.take_time_away()
        self._cut = threading.Timer(LEASE.total_seconds(), _hang_up, [self.sock])
        self._cut.daemon = True
        self._cut.start()

    def take_time_away(self) -> None:
        if self._cut is not None:
            self._cut.cancel()

    def shutdown(self) -> None:
        self.take_time_away()
        super().shutdown()


class _Secure(_Plain, imaplib.IMAP4_SSL):
    pass


def _hang_up(sock: socket.socket) -> None:
    """The plain socket's own way, for TLS would forget its state under a reader's feet."""
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextmanager
def opened(address: Address) -> Iterator[_Plain]:
    """Signed in, the folder selected. Certificates are checked as every client does."""
    server = (
        _Secure(address.host, address.port, timeout=TIMEOUT, ssl_context=_context())
        if address.is_tls
        else _Plain(address.host, address.port, timeout=TIMEOUT)
    )
    try:
        server.login(address.user, address.password)
        _ok(server.select(_quoted(address.folder)))
        yield server
    finally:
        try:
            server.logout()
        except TROUBLE:
            server.shutdown()


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _fetch(server: _Plain, address: Address, box: Mailbox, lease_held: list[datetime]) -> Iterator[str]:
    """Yields for each mail what went wrong with it, or nothing."""
    _, flags = server.response("PERMANENTFLAGS")
    keeps_keywords = b"\\*" in b" ".join(flag for flag in flags or [] if isinstance(flag, bytes))
    wanted = "UNDELETED" if address.moved else f"UNKEYWORD {KEYWORD}" if keeps_keywords else "UNSEEN"
    found = _ok(server.uid("SEARCH", wanted))
    for uid in (found[0] or b"").split()[:AT_ONCE]:
        _prolong(box, lease_held)
        server.give_time()
        raw = _bytes_of(server, uid.decode("ascii"))
        if raw is None:
            continue  # somebody took it out meanwhile
        try:
            store_mail(raw[: settings.MAIL_IN_MAX_BYTES], is_cut=len(raw) > settings.MAIL_IN_MAX_BYTES)
        except (OperationalError, InterfaceError):
            raise LostLease from None  # the database is away: nothing is marked, and the lease runs out by itself
        except Exception as error:  # a mistake of ours: this one stays in the mailbox, the others go on
            logger.exception("mail %s of the mailbox could not be stored", uid)
            yield f"a mail could not be stored: {type(error).__name__}"
            continue
        _mark(server, address, uid.decode("ascii"), keeps_keywords)
        yield ""


def _bytes_of(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """Without marking it as read; of one that is far too large the first part, and a byte more that says so."""
    data = _ok(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{settings.MAIL_IN_MAX_BYTES + 1}>)"))
    return next((bytes(piece[1]) for piece in data if isinstance(piece, tuple)), None)


def _mark(server: imaplib.IMAP4, address: Address, uid: str, keeps_keywords: bool) -> None:
    if not address.moved:
        flags = f"(\\Seen {KEYWORD})" if keeps_keywords else "(\\Seen)"
        _ok(server.uid("STORE", uid, "+FLAGS.SILENT", flags))
    elif "MOVE" in server.capabilities:
        _ok(server.uid("MOVE", uid, _quoted(address.moved)))
    else:
        _ok(server.uid("COPY", uid, _quoted(address.moved)))
        _ok(server.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)"))
        if "UIDPLUS" in server.capabilities:  # a plain EXPUNGE would take away what others have marked
            _ok(server.uid("EXPUNGE", uid))


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(_readable(data[0] if data else status))
    return data


def _quoted(folder: str) -> str:
    """Names beyond ASCII are written in IMAP's own way (RFC 3501, 5.1.3)."""
    coded = re.sub(
        r"&|[^\x20-\x7e]+",
        lambda match: "&-" if match[0] == "&" else f"&{_base64(match[0])}-",
        folder,
    )
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(words: str) -> str:
    return base64.b64encode(words.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",").decode("ascii")


def _readable(error: object) -> str:
    words = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
    return words.replace("\0", "")  # which the database does not take

"""One HTTP exchange with an address that somebody typed in, over urllib3: guarded, limited in time and size.

The one override is `_new_conn`, urllib3's own seam (its SOCKS support uses it too): the socket goes to an address that
`guard` has checked, while Host, SNI and the certificate's name stay those of the URL. No proxy is asked.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from forwarding.outward.guard import AddressRefused, OutboundFailed, checked_addresses
from notifications.mailer import SendingFailed

REDIRECTS_AT_MOST = 3
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 64 * 1024
AGENT = "Jarokelo/1 (+https://jarokelo.hu)"
# What sockets, TLS, http.client and urllib3 raise; a header that is none is a `ValueError`.
TROUBLE = (HTTPError, HTTPException, OSError, ValueError)


@dataclass(frozen=True)
class Answer:
    """Whatever the other side said, an error page included."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").lower()


def fetch(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float | None = None,
    pause: float | None = None,
) -> Answer:
    """Any answer with a status, redirects of a GET followed. Raises `OutboundFailed`, `AddressRefused`, `NameUnknown`.

    `seconds` (`OUTBOUND_SECONDS`) is for all of it: name, connection, redirects, and the last byte of the answer;
    `pause` (`OUTBOUND_PAUSE_SECONDS`) for the longest silence within it.
    """
    quiet = pause or settings.OUTBOUND_PAUSE_SECONDS
    deadline = time.monotonic() + (seconds or max(settings.OUTBOUND_SECONDS, pause or 0))
    own = dict(headers or {})
    for _hop in range(REDIRECTS_AT_MOST + 1):
        answer = _exchange(method, url, body, own, deadline, quiet)
        target = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not target or method != "GET":
            return answer
        try:
            following = urljoin(url, target)
        except ValueError:
            raise OutboundFailed("It redirects to what is no web address.", permanent=True) from None
        if _parts(url).scheme == "https" and _parts(following).scheme != "https":
            raise OutboundFailed("It redirects from https to an open address.", permanent=True)
        if _parts(following).netloc != _parts(url).netloc:
            own = {}
        url = following
    raise OutboundFailed("It redirects in circles.", permanent=True)


def _parts(url: str) -> Url:
    """As urllib3 reads it, which is whom we connect with; raises `AddressRefused` for what is no web address."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise AddressRefused("This is no web address.") from None
    if parts.scheme not in ("http", "https") or not parts.host or parts.auth is not None:
        raise AddressRefused("Only addresses with http or https, and no user name in them, are spoken to.")
    return parts


def _exchange(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], deadline: float, quiet: float
) -> Answer:
    parts = _parts(url)
    host, kind = str(parts.host).strip("[]"), _Secure if parts.scheme == "https" else _Plain
    connection = kind(host, parts.port or kind.default_port, timeout=quiet)
    connection.quiet = quiet
    was_sent, status = False, 0
    with _Watch(connection, deadline) as watch:
        try:
            connection.connect()
            watch.check()
            was_sent = True
            connection.request(
                method,
                parts.request_uri,
                body=body,
                headers={"User-Agent": AGENT, "Accept": "*/*", **headers},
                preload_content=False,
                decode_content=True,
            )
            response = connection.getresponse()
            status = response.status
            got = _read(response, watch)
            watch.check()
        except SendingFailed:
            raise
        except TROUBLE as error:
            # A refusal is a refusal even if its words got lost; a yes whose words got lost is not known to us.
            unknown = was_sent and method != "GET" and not 400 <= status < 500
            reason = "It took too long." if watch.is_over else f"{type(error).__name__}: {_words(error)}"
            raise OutboundFailed(reason, unknown=unknown, status=status) from error
    return Answer(status, got, {name.lower(): value for name, value in response.headers.items()})


def _read(response: BaseHTTPResponse, watch: "_Watch") -> bytes:
    got = bytearray()
    while chunk := response.read1(CHUNK):
        got += chunk
        if len(got) > settings.OUTBOUND_MAX_BYTES:
            raise OSError("the answer is too long")
        watch.check()
    return bytes(got)


def _words(error: BaseException) -> str:
    """Of urllib3's errors the innermost reason; addresses of ours never hold a secret, their queries might."""
    inner = error.__cause__ if isinstance(error, HTTPError) and error.__cause__ else error
    return str(inner).partition("?")[0][:300]


class _Checked:
    """To an address that was looked up once, and checked."""

    host: str
    port: int
    handle: socket.socket | None = None
    deadline = 0.0
    quiet = 0.0

    def _new_conn(self) -> socket.socket:
        trouble: OSError = TimeoutError("no time left")
        for family, sockaddr in checked_addresses(self.host, self.port):
            left = self.deadline - time.monotonic()
            if left <= 0:
                break
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(min(self.quiet, left))
                sock.connect(sockaddr)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(self.quiet)
            except OSError as error:
                sock.close()
                trouble = error
                continue
            self.handle = sock.dup()
            return sock
        raise trouble


class _Plain(_Checked, HTTPConnection):
    pass


class _Secure(_Checked, HTTPSConnection):
    pass


class _Watch:
    """Cuts the line when the time is over: a server that drips a byte now and then never runs into a socket's timeout.

    It holds a handle of its own, because TLS takes the socket over; shutting one down ends both.
    """

    def __init__(self, connection: _Plain | _Secure, deadline: float) -> None:
        self.connection, self.deadline, self.is_over = connection, deadline, False
        connection.deadline = deadline
        self.timer = threading.Timer(max(deadline - time.monotonic(), 0.0), self._cut)
        self.timer.daemon = True

    def __enter__(self) -> Self:
        self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.timer.cancel()
        self.timer.join()
        self.connection.close()
        if self.connection.handle is not None:
            self.connection.handle.close()

    def check(self) -> None:
        """An answer that was cut looks like one that has ended."""
        if self.is_over or time.monotonic() > self.deadline:
            self.is_over = True
            raise TimeoutError

    def _cut(self) -> None:
        self.is_over = True
        if self.connection.handle is not None:
            with suppress(OSError):
                self.connection.handle.shutdown(socket.SHUT_RDWR)

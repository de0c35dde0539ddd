"""A real HTTP server on 127.0.0.1 that misbehaves as told; what it should answer otherwise is its heir's matter."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

HOLD_AT_MOST = 30.0


@dataclass(frozen=True)
class Taken:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request.

    `kind`: "reply" (this instead of the right answer, which does not happen), "cut" (breaks off before doing
    anything), "deaf" (does it, breaks off without a word), "late" (does it, answers after `seconds`), "drip" (does it,
    answers a byte at a time), "hold" (does it, answers when the server's `go_on` is set).
    """

    kind: str
    reply: Reply = Reply(500, b"<html><h1>Internal Server Error</h1></html>", "text/html")
    seconds: float = 0.0
    method: str = ""  # only with requests of this method


class FaultyServer:
    def __init__(self, host: str = "127.0.0.1") -> None:
        self.taken: list[Taken] = []
        self.faults: list[Fault] = []
        self.go_on = threading.Event()
        self.is_holding = False
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                path, query = urlsplit(self.path).path, urlsplit(self.path).query
                headers = {name.lower(): value for name, value in self.headers.items()}
                server._serve(self, Taken(self.command, path, query, headers, self.rfile.read(length)))

            do_GET = do_POST = handle_one

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(server.now(), usegmt=True)

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a client that was killed, or gave up

        self._http = Server((host, 0), Handler)
        self.host, self.port = host, self._http.server_port

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def now(self) -> datetime:
        """By its own clock, which it also tells in each answer."""
        return datetime.now(UTC)

    def answer(self, taken: Taken) -> Reply:
        return Reply(200, b"OK")

    def posts(self) -> list[Taken]:
        return [taken for taken in list(self.taken) if taken.method == "POST"]

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.go_on.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def _next_fault(self, taken: Taken) -> Fault | None:
        for fault in self.faults:
            if fault.method in ("", taken.method):
                self.faults.remove(fault)
                return fault
        return None

    def _serve(self, handler: BaseHTTPRequestHandler, taken: Taken) -> None:
        with self._lock:
            self.taken.append(taken)
            fault = self._next_fault(taken)
            does_it = fault is None or fault.kind not in ("reply", "cut")
            reply = self.answer(taken) if does_it else fault.reply if fault else Reply()
        if fault and fault.kind in ("cut", "deaf"):
            handler.close_connection = True
            handler.connection.close()
            return
        if fault and fault.kind == "late":
            self.go_on.wait(fault.seconds)
        if fault and fault.kind == "hold":
            self.is_holding = True
            self.go_on.wait(HOLD_AT_MOST)
        with suppress(OSError):
            handler.send_response(reply.status)
            for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
                if value:
                    handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(reply.body)))
            handler.end_headers()
            if fault and fault.kind == "drip":
                for byte in reply.body:
                    handler.wfile.write(bytes([byte]))
                    time.sleep(fault.seconds)
            else:
                handler.wfile.write(reply.body)

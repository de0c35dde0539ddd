"""A small IMAP server on a socket, with what a mailbox reader needs; a test scripts how it fails."""

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port

HOLD_AT_MOST = 30.0


@dataclass
class Kept:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailserver:
    port: int = field(default_factory=free_port)
    folders: dict[str, list[Kept]] = field(default_factory=lambda: {"INBOX": [], "Archive": []})
    password: str = "titok"
    keeps_keywords: bool = True
    capabilities: str = "IMAP4rev1 UIDPLUS MOVE"
    breaks_off_at: str = ""  # a command: the line goes dead instead of an answer, once
    falls_silent_at: str = ""  # a command: no answer, and the line stays open; once
    drips_at: str = ""  # a command: a letter now and then, and never the end of the line; once
    says_instead: tuple[str, bytes] = ("", b"")  # a command, and these bytes in place of its answer; once
    seconds: float = 0.0  # that it thinks before each answer
    go_on: threading.Event = field(default_factory=threading.Event)  # ends a silence
    certificate: Path | None = None  # PEM with its key: speaks TLS from the first byte
    seen: list[str] = field(default_factory=list)  # commands, as they came
    next_uid: int = 1

    def put(self, raw: bytes, *flags: str) -> Kept:
        kept = Kept(self.next_uid, raw, set(flags))
        self.next_uid += 1
        self.folders["INBOX"].append(kept)
        return kept

    def url(self, moved: str = "") -> str:
        scheme = "imaps" if self.certificate else "imap"
        query = f"?moved={moved}" if moved else ""
        return f"{scheme}://posta:{self.password}@localhost:{self.port}/INBOX{query}"

    @contextmanager
    def open(self) -> Iterator["Mailserver"]:
        mailserver = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if mailserver.certificate:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(mailserver.certificate)
                    self.request = context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
                super().setup()

            def handle(self) -> None:
                try:
                    if mailserver.certificate:
                        self.request.do_handshake()
                    _Session(mailserver, self).run()
                except OSError:  # the other side went away, or did not like the certificate
                    return

            def finish(self) -> None:
                try:
                    super().finish()
                except OSError:
                    pass
                finally:
                    self.request.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A refused certificate is the client's to tell."""

        with Server(("127.0.0.1", self.port), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield self
            finally:
                self.go_on.set()
                server.shutdown()
                thread.join()


class _Session:
    def __init__(self, server: Mailserver, handler: socketserver.StreamRequestHandler) -> None:
        self.server, self.read, self.write = server, handler.rfile, handler.wfile
        self.folder: list[Kept] = []

    def say(self, line: str) -> None:
        self.write.write(line.encode() + b"\r\n")

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.read.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            command, _, words = rest.partition(" ")
            if command == "UID":
                sub, _, words = words.partition(" ")
                command = f"UID {sub}"
            self.server.seen.append(command)
            time.sleep(self.server.seconds)
            if self.fails(command):
                return
            if self.server.says_instead[0] == command:
                self.write.write(self.server.says_instead[1].replace(b"TAG", tag.encode()))
                self.server.says_instead = ("", b"")
                continue
            said = self.answer(command, words)
            self.say(f"{tag} {said}")
            if command == "LOGOUT":
                return

    def fails(self, command: str) -> bool:
        """Whether it ended here, in one of the ways that a test asked for."""
        server = self.server
        if server.breaks_off_at == command:
            server.breaks_off_at = ""
        elif server.falls_silent_at == command:
            server.falls_silent_at = ""
            server.go_on.wait(HOLD_AT_MOST)
        elif server.drips_at == command:
            server.drips_at = ""
            while not server.go_on.wait(0.05):  # until the other side has gone
                self.write.write(b"*")
        else:
            return False
        return True

    def answer(self, command: str, words: str) -> str:
        server = self.server
        match command:
            case "CAPABILITY":
                self.say(f"* CAPABILITY {server.capabilities}")
            case "LOGIN":
                if words.split(" ", 1)[1].strip('"') != server.password:
                    return "NO [AUTHENTICATIONFAILED] wrong"
            case "SELECT":
                if words.strip('"') not in server.folders:
                    return "NO no such folder"
                self.folder = server.folders[words.strip('"')]
                self.say(f"* {len(self.folder)} EXISTS")
                keywords = r" \*" if server.keeps_keywords else ""
                self.say(rf"* OK [PERMANENTFLAGS (\Seen \Deleted{keywords})] yes")
            case "UID SEARCH":
                found = [kept for kept in self.folder if self.fits(kept, words)]
                self.say("* SEARCH" + "".join(f" {kept.uid}" for kept in found))
            case "UID FETCH":
                uid, most = re.match(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", words).groups()  # type: ignore[union-attr]
                for number, kept in enumerate(self.folder, start=1):
                    if kept.uid == int(uid):
                        raw = kept.raw[: int(most)]
                        self.write.write(f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode())
                        self.write.write(raw + b")\r\n")
            case "UID STORE":
                uid, flags = words.split(" ", 1)
                for kept in self.folder:
                    if kept.uid == int(uid):
                        kept.flags |= set(flags[flags.index("(") + 1 : -1].split())
            case "UID COPY" | "UID MOVE":
                uid, folder = words.split(" ", 1)
                moved = [kept for kept in self.folder if kept.uid == int(uid)]
                server.folders[folder.strip('"')] += moved
                if command == "UID MOVE":
                    self.folder[:] = [kept for kept in self.folder if kept not in moved]
            case "UID EXPUNGE":
                self.folder[:] = [k for k in self.folder if k.uid != int(words) or r"\Deleted" not in k.flags]
            case "LOGOUT":
                self.say("* BYE")
            case _:
                return "BAD what?"
        return "OK done"

    def fits(self, kept: Kept, words: str) -> bool:
        name, _, keyword = words.partition(" ")
        unwanted = {"UNSEEN": r"\Seen", "UNDELETED": r"\Deleted", "UNKEYWORD": keyword}[name]
        return unwanted not in kept.flags

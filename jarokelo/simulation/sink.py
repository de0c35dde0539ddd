"""A mail server of bodies and people that takes real SMTP, keeps what it took, and misbehaves as told."""

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CLIENT_PATIENCE = 1.0  # seconds; a server that is silent for longer is given up
# Of each hundred mails: so many are refused for now, kept waiting, broken off before or after they were taken.
FAULTS = {"refuse": 6, "full": 3, "hang": 1, "cut before": 3, "cut after": 3}


@dataclass
class FaultySink:
    """`taken` counts (address, Message-ID), `letters` keeps the first copy by Message-ID."""

    die: random.Random
    dead: frozenset[str] = frozenset()  # addresses that nobody has any more
    is_faulty: bool = True
    port: int = 0
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    letters: dict[str, EmailMessage] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def _fault(self) -> str:
        throw = self.die.randrange(100) if self.is_faulty else 100
        for name, share in FAULTS.items():
            if throw < share:
                self.faults[name] += 1
                return name
            throw -= share
        return ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self.dead:
            return "550 5.1.1 No such user here"
        fault = session.fault = self._fault()  # type: ignore[attr-defined]
        if fault == "refuse":
            return "451 4.3.0 Try again later"
        if fault == "hang":
            await asyncio.sleep(CLIENT_PATIENCE + 0.3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = session.fault  # type: ignore[attr-defined]
        if fault == "full":
            return "452 4.2.2 Mailbox full"
        if fault != "cut before":
            mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            message_id = str(mail["Message-ID"])
            with self._lock:
                for address in envelope.rcpt_tos:
                    self.taken[address.lower(), message_id] += 1
                if message_id not in self.letters:
                    self.letters[message_id] = _heads(mail)
                    self.new.append(message_id)
        if fault.startswith("cut"):
            assert isinstance(server.transport, asyncio.Transport)  # noqa: S101
            server.transport.abort()
        return "250 Kept"

    def take_new(self) -> list[EmailMessage]:
        with self._lock:
            new, self.new = self.new, []
        return [self.letters[message_id] for message_id in new]


def _heads(mail: EmailMessage) -> EmailMessage:
    """What an answer needs of a letter; its pictures would fill the memory."""
    kept = EmailMessage(policy=policy.default)
    for name in ("To", "Reply-To", "Subject", "Message-ID"):
        if mail[name]:
            kept[name] = str(mail[name])
    return kept


@contextmanager
def running_sink(die: random.Random, dead: frozenset[str] = frozenset()) -> Iterator[FaultySink]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sink = FaultySink(die, dead, port=port)
    controller = Controller(sink, hostname="127.0.0.1", port=port, data_size_limit=50_000_000)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()

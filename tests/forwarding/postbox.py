"""A mail server whose behaviour a test scripts: refuse, delay, hold, break off."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


@dataclass
class Postbox:
    """Keeps what it took: (recipient, Message-ID), once for each copy."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[str, str]] = field(default_factory=list)
    # What RCPT answers to an address, one after the other; the last one stays. "250" without an entry.
    answers: dict[str, list[str]] = field(default_factory=dict)
    dies_after_data: int = 0  # so many times it takes a mail and breaks off without a word
    hold_before: str = ""  # "RCPT", or the "YES" to the text: wait there until this is emptied
    is_holding: bool = False
    said_yes: int = 0
    after_data: str = "250 Kept"  # what it says to the text
    drips: int = 0  # so many times it says "wait" now and then instead of an answer, and is never late

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def copies(self) -> Counter[str]:
        """Message-ID: how many copies were taken."""
        return Counter(message_id for _, message_id in list(self.taken))

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._hold("RCPT")
        if self.drips:
            self.drips -= 1
            await self._drip(server)
        answers = self.answers.get(address, ["250 OK"])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        # Taken is taken, whether or not the other side lives long enough to hear of it.
        if not self.after_data.startswith("2"):
            return self.after_data
        mail = message_from_bytes(envelope.original_content or b"")
        self.taken += [(address, mail["Message-ID"]) for address in envelope.rcpt_tos]
        await self._hold("YES")
        if self.dies_after_data:
            self.dies_after_data -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        self.said_yes += 1
        return self.after_data

    async def _drip(self, server: SMTP) -> None:
        transport = server.transport
        assert isinstance(transport, asyncio.Transport)
        while not transport.is_closing():
            transport.write(b"250-wait\r\n")
            await asyncio.sleep(0.1)

    async def _hold(self, stage: str) -> None:
        while self.hold_before == stage:
            self.is_holding = True
            await asyncio.sleep(0.02)

    @contextmanager
    def open(self) -> Iterator["Postbox"]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            self.hold_before = ""
            controller.stop()

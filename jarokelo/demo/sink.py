"""An SMTP server that accepts everything and delivers nothing: /demo/mail/ shows what came."""

import asyncio
import signal

from aiosmtpd.smtp import SMTP, Envelope, Session

from jarokelo.demo import mailbox

SIZE_LIMIT = 100 * 1024 * 1024


class Keeper:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mailbox.keep(envelope.original_content or b"", envelope.mail_from or "", envelope.rcpt_tos)
        return "250 Kept"


async def serve(host: str, port: int) -> None:
    """Runs until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(Keeper(), data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost"), host, port
    )
    async with server:
        await stopped.wait()

"""Real servers for tests marked `real` or `browser`: a Redis, a mail server that keeps what it gets, a Celery worker.

Each runs as long as its `with` block and leaves nothing behind. The worker speaks to the test's own database.
"""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import current_app
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0
logging.getLogger("mail.log").setLevel(logging.WARNING)


T = TypeVar("T")


def wait_until(found: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """What `found` gives as soon as it is true. For other processes only: within this one nothing needs waiting."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
    return result


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """The process and all that it started."""
    for signum in (how, signal.SIGKILL):
        try:
            os.killpg(process.pid, signum)
            process.wait(10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(10)


# -- Redis --------------------------------------------------------------------------------------------------


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A Redis of its own, by its address."""
    program = shutil.which("redis-server")
    assert program, "redis-server is not installed; script/test installs it"
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        with redis.Redis(port=port) as server:
            wait_until(lambda: _answers(server), "redis-server")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)


def _answers(server: redis.Redis) -> bool:
    try:
        return bool(server.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def announcing_to(broker_url: str) -> Iterator[None]:
    """This process's own Celery announces to that broker."""
    before = current_app.conf.broker_url
    _switch_broker(broker_url)
    try:
        yield
    finally:
        _switch_broker(before)


def _switch_broker(url: str) -> None:
    if current_app._pool is not None:
        current_app._pool.force_close_all()
    current_app.conf.broker_url = url
    current_app._pool = current_app.amqp._producer_pool = None


# -- Mail ---------------------------------------------------------------------------------------------------


@dataclass
class MailSink:
    """Takes every mail, and keeps it with the envelope's recipients."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        mail["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in list(self.mails) if address in str(mail["X-Envelope-To"])]

    def wait_for(self, address: str, count: int = 1) -> EmailMessage:
        """The mail number `count` to this address, once it is there."""
        wait_until(lambda: len(self.to(address)) >= count, f"mail {count} to {address}, of {self.subjects()}")
        return self.to(address)[count - 1]

    def subjects(self) -> list[str]:
        return [f"{mail['X-Envelope-To']}: {mail['Subject']}" for mail in list(self.mails)]


@contextmanager
def running_mail_sink() -> Iterator[MailSink]:
    sink = MailSink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, data_size_limit=100 * 1024 * 1024)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


# -- Celery -------------------------------------------------------------------------------------------------


def test_database_url() -> str:
    chosen = connection.settings_dict
    host, port = quote(str(chosen["HOST"]), safe=""), f":{chosen['PORT']}" if chosen["PORT"] else ""
    password = f":{quote(chosen['PASSWORD'], safe='')}" if chosen["PASSWORD"] else ""
    return f"postgres://{chosen['USER']}{password}@{host}{port}/{chosen['NAME']}"


@contextmanager
def running_worker(
    folder: Path, *, broker_url: str, email_url: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """One worker with beat, sweeping each second, on the test's database; `environment` overrides its settings."""
    chosen = {
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": broker_url,
        "EMAIL_URL": email_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DEMO": "false",
        "SWEEP_SECONDS": "1",
        "DELIVERY_LEASE_SECONDS": "5",
        "DELIVERY_RETRY_SECONDS": "1,1,1",
        "EMAIL_TIMEOUT": "5",
        **environment,
    }
    command = [
        sys.executable, "-m", "celery", "-A", "jarokelo", "worker", "--pool=prefork", "-c", "1", "-B",
        "-s", str(folder / "beat"), "--loglevel=INFO", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **chosen}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(lambda: process.poll() is not None or b" ready." in log.read_bytes(), "the worker")
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        stop(process)


def somebody_waits() -> bool:
    """For a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None

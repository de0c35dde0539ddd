"""The hook in a process of its own: killed at the worst moment, fed slowly, cut off in the middle of a mail."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from forwarding.models import IncomingMail
from forwarding.reply_address import reply_address
from reports.models import Assignment
from tests import servers
from tests.forwarding.letters import answer
from tests.servers import ROOT, free_port, stop, wait_until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real"), pytest.mark.django_db(transaction=True)]
SECRET = "0123456789abcdef0123456789abcdef"

# The site, as its server runs it. With a second argument it dies when a mail is stored, before it says so.
SITE = """
import os, signal, sys
from wsgiref.simple_server import make_server
from jarokelo.wsgi import application
from forwarding import hooks

store_mail = hooks.store_mail

def store_and_die(raw):
    store_mail(raw)
    os.kill(os.getpid(), signal.SIGKILL)

if len(sys.argv) > 2:
    hooks.store_mail = store_and_die
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
"""

Site = Callable[..., AbstractContextManager[int]]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def site(tmp_path: Path) -> Site:
    environment = {
        "DATABASE_URL": servers.test_database_url(),
        "MAIL_HOOK_SECRET": SECRET,
        "ALLOWED_HOSTS": "127.0.0.1",
    }

    @contextmanager
    def start(*arguments: str) -> Iterator[int]:
        port, log = free_port(), tmp_path / "site.log"
        command = [sys.executable, "-c", SITE, str(port), *arguments]
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_until(lambda: process.poll() is not None or listens(port), "the site")
            assert process.poll() is None, log.read_text()
            yield port
        finally:
            stop(process, signal.SIGKILL)

    return start


def begin(port: int, length: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/hooks/mail/")
    connection.putheader("Authorization", f"Bearer {SECRET}")
    connection.putheader("Content-Type", "message/rfc822")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection


def post(port: int, raw: bytes) -> int:
    connection = begin(port, len(raw))
    connection.send(raw)
    return connection.getresponse().status


def test_killed_between_storing_and_answering(site: Site, assignment: Assignment) -> None:
    """Nobody was told, so the mail comes again: it is there once."""
    raw = answer(reply_address(assignment.pk))
    with site("dies") as port, pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        post(port, raw)
    assert IncomingMail.objects.get().assignment == assignment
    with site() as port:
        assert post(port, raw) == 200
        assert post(port, raw) == 200
    assert bytes(IncomingMail.objects.get().raw) == raw


def test_a_slow_body_is_waited_for_and_half_of_one_is_no_mail(site: Site, assignment: Assignment) -> None:
    raw = answer(reply_address(assignment.pk))
    half = len(raw) // 2
    with site() as port:
        connection = begin(port, len(raw))
        connection.send(raw[:half])
        assert connection.sock is not None
        connection.sock.shutdown(socket.SHUT_WR)  # it goes away in the middle, and would come again
        assert connection.getresponse().status == 400
        assert not IncomingMail.objects.exists()
        connection = begin(port, len(raw))
        for start in range(0, len(raw), 100):
            connection.send(raw[start : start + 100])
            time.sleep(0.1)
        assert connection.getresponse().status == 200
    assert bytes(IncomingMail.objects.get().raw) == raw

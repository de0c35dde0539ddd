"""Mails come by IMAP, from the mail server and by the HTTP hook: stored once, whichever way and however often."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from forwarding import mailbox
from forwarding.incoming import store_mail
from forwarding.mailbox import Address, read_mailbox
from forwarding.models import IncomingMail, Mailbox
from forwarding.reply_address import reply_address
from jarokelo.checks import incoming_mail_is_set_up
from reports.models import Assignment
from tests.forwarding.imap import Mailserver
from tests.forwarding.letters import OURS, answer

pytestmark = pytest.mark.django_db
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def server(settings: Settings) -> Iterator[Mailserver]:
    with Mailserver().open() as server:
        settings.IMAP_URL = server.url()
        yield server


def letters(count: int) -> list[bytes]:
    return [answer("noreply@localhost", f"Levél {n}.", Message_ID=f"<{n}@x.example>") for n in range(count)]


# -- IMAP ----------------------------------------------------------------------------------------------------------


def test_mails_are_stored_and_then_marked(server: Mailserver, assignment: Assignment) -> None:
    kept = server.put(answer(reply_address(assignment.pk)))
    assert read_mailbox() == 1
    mail = IncomingMail.objects.get()
    assert (mail.assignment, bytes(mail.raw)) == (assignment, kept.raw)
    assert kept.flags == {r"\Seen", "JarokeloStored"}
    assert read_mailbox() == 0
    row = Mailbox.objects.get()
    assert (row.leased_until, row.error, row.failing_since) == (None, "", None)
    assert row.read_at is not None


def test_what_somebody_read_by_hand_is_not_lost(server: Mailserver) -> None:
    server.put(letters(1)[0], r"\Seen")
    assert read_mailbox() == 1
    server.keeps_keywords = False
    server.put(letters(2)[1])
    assert read_mailbox() == 1


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 UIDPLUS MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_stored_mails_can_move_to_another_folder(server: Mailserver, settings: Settings, capabilities: str) -> None:
    settings.IMAP_URL, server.capabilities = server.url("Archive"), capabilities
    for raw in letters(3):
        server.put(raw)
    assert read_mailbox() == 3
    assert len(server.folders["Archive"]) == 3
    assert all(r"\Deleted" in kept.flags for kept in server.folders["INBOX"])
    assert bool(server.folders["INBOX"]) == ("UIDPLUS" not in capabilities)
    assert read_mailbox() == 0


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_line_that_breaks_off_loses_and_doubles_nothing(server: Mailserver, command: str) -> None:
    for raw in letters(3):
        server.put(raw)
    server.breaks_off_at = command
    read_mailbox()
    row = Mailbox.objects.get()
    assert row.error
    assert row.failing_since is not None
    assert row.leased_until is None
    read_mailbox()
    row.refresh_from_db()
    assert (row.error, row.failing_since) == ("", None)
    assert IncomingMail.objects.count() == 3
    assert all("JarokeloStored" in kept.flags for kept in server.folders["INBOX"])


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_falls_silent_is_given_up(
    server: Mailserver, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "TIMEOUT", 0.3)
    server.put(letters(1)[0])
    server.falls_silent_at = command
    assert_told_and_read_later("timed out")


@pytest.mark.parametrize("command", ["LOGIN", "UID FETCH"])
def test_a_server_that_speaks_and_never_ends_is_cut(
    server: Mailserver, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never late by the clock of one answer: the lease is the end of it."""
    monkeypatch.setattr(mailbox, "LEASE", timedelta(seconds=1))
    server.put(letters(1)[0])
    server.drips_at = command
    assert_told_and_read_later("")


def test_a_slow_server_is_waited_for(server: Mailserver) -> None:
    server.seconds = 0.1
    for raw in letters(3):
        server.put(raw)
    assert read_mailbox() == 3
    assert Mailbox.objects.get().error == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("LOGIN", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("LOGIN", b"\xff\xfe\x00\r\n"),
        ("SELECT", b"TAG OK\r\n* \x00\r\n"),
        ("UID SEARCH", b"* SEARCH \xff\xfe\r\nTAG OK done\r\n"),
        ("UID SEARCH", b"* SEARCH one two\r\nTAG OK done\r\n"),
        ("UID SEARCH", b"TAG BAD what?\r\n"),
        ("UID FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {99999999999999999999}\r\n"),
        ("UID FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {5}\r\nab\r\nTAG"),
        ("UID FETCH", b"* 1 FETCH nil\r\nTAG OK done\r\n"),
        ("UID STORE", b"TAG NO \x00 not today\r\n"),
        ("LOGOUT", b"\xff\r\n"),
    ],
)
def test_nonsense_loses_and_doubles_nothing(
    server: Mailserver, command: str, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "TIMEOUT", 0.3)
    server.put(letters(1)[0])
    server.says_instead = (command, said)
    read_mailbox()
    assert Mailbox.objects.get().leased_until is None
    read_mailbox()
    assert Mailbox.objects.get().error == ""
    assert IncomingMail.objects.count() == 1


def assert_told_and_read_later(trouble: str) -> None:
    began = time.monotonic()
    read_mailbox()
    assert time.monotonic() - began < 5
    row = Mailbox.objects.get()
    assert row.error
    assert trouble in row.error
    assert row.leased_until is None
    read_mailbox()
    assert Mailbox.objects.get().error == ""
    assert IncomingMail.objects.count() == 1


def test_a_wrong_password_is_told(server: Mailserver) -> None:
    server.password = "uj"
    assert read_mailbox() == 0
    assert "AUTHENTICATIONFAILED" in Mailbox.objects.get().error


def test_a_server_that_is_away_is_told(settings: Settings) -> None:
    settings.IMAP_URL = Mailserver().url()
    assert read_mailbox() == 0
    assert "refused" in Mailbox.objects.get().error


def test_one_worker_at_a_time_and_a_dead_one_is_followed(server: Mailserver) -> None:
    server.put(letters(1)[0])
    row = Mailbox.objects.create(
        name=Address.parse(server.url()).name, leased_until=timezone.now() + timedelta(minutes=1)
    )
    assert read_mailbox() == 0
    assert not server.seen
    Mailbox.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert read_mailbox() == 1


def test_nothing_is_marked_while_the_database_is_away(server: Mailserver, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = server.put(letters(1)[0])

    def away(raw: bytes, *, is_cut: bool) -> None:
        raise OperationalError

    monkeypatch.setattr(mailbox, "store_mail", away)
    assert read_mailbox() == 0
    assert not kept.flags


def test_one_that_cannot_be_stored_keeps_no_other_back(server: Mailserver, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (server.put(raw) for raw in letters(2))

    def odd(raw: bytes, *, is_cut: bool) -> IncomingMail:
        if raw == first.raw:
            raise RuntimeError
        return store_mail(raw, is_cut=is_cut)

    monkeypatch.setattr(mailbox, "store_mail", odd)
    read_mailbox()
    assert (bool(first.flags), bool(second.flags)) == (False, True)
    assert "could not be stored" in Mailbox.objects.get().error
    monkeypatch.undo()
    read_mailbox()
    assert IncomingMail.objects.count() == 2


def test_of_one_that_is_far_too_large_the_beginning_is_kept(server: Mailserver, settings: Settings) -> None:
    settings.MAIL_IN_MAX_BYTES = 3000
    server.put(letters(1)[0] + b"x" * 50_000)
    assert read_mailbox() == 1
    mail = IncomingMail.objects.get()
    assert (len(bytes(mail.raw)), mail.is_cut) == (3000, True)
    assert read_mailbox() == 0


def test_one_of_exactly_the_limit_is_whole(server: Mailserver, settings: Settings) -> None:
    kept = server.put(letters(1)[0])
    settings.MAIL_IN_MAX_BYTES = len(kept.raw)
    assert read_mailbox() == 1
    mail = IncomingMail.objects.get()
    assert (bytes(mail.raw), mail.is_cut) == (kept.raw, False)


def test_a_cut_mail_is_never_published_by_rule(assignment: Assignment, settings: Settings) -> None:
    settings.ANSWERS_BY_RULE, settings.MAIL_AUTHSERV_ID = True, OURS
    to = reply_address(assignment.pk)
    assert store_mail(answer(to, "Jövő héten felmérjük."), is_cut=True).why == IncomingMail.Why.TOO_LONG
    assert store_mail(answer(to, "Kedden felmérjük.")).why == IncomingMail.Why.FITS, "else the line above says nothing"


def test_what_comes_in_and_what_goes_out_have_limits_of_their_own() -> None:
    assert (site.MAIL_IN_MAX_BYTES, site.MAIL_MAX_BYTES) == (40_000_000, 10_000_000)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
def test_tls_certificates_are_checked(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)),
        ],
        check=True,
        capture_output=True,
    )
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + pem.read_text())
    with Mailserver(certificate=both).open() as server:
        settings.IMAP_URL = server.url()
        server.put(letters(1)[0])
        assert read_mailbox() == 0
        assert "CERTIFICATE_VERIFY_FAILED" in Mailbox.objects.get().error
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert read_mailbox() == 1


def test_the_address_of_a_mailbox() -> None:
    address = Address.parse("imaps://a%40b.hu:t%2Fk@mail.example/Bej%C3%B6v%C5%91?moved=Archive")
    assert (address.user, address.password, address.port, address.is_tls) == ("a@b.hu", "t/k", 993, True)
    assert (address.folder, address.moved) == ("Bejövő", "Archive")
    assert mailbox._quoted(address.folder) == '"Bej&APY-v&AVE-"'
    for url in ("https://x", "imaps://mail.example/INBOX", "imap://"):
        with pytest.raises(ValueError, match="imaps://"):
            Address.parse(url)


# -- The HTTP hook -------------------------------------------------------------------------------------------------


def post(client: Client, raw: bytes, secret: str = SECRET) -> int:
    return client.post(
        "/hooks/mail/", raw, content_type="message/rfc822", headers={"authorization": f"Bearer {secret}"}
    ).status_code


@pytest.fixture
def hooked(settings: Settings) -> Client:
    settings.MAIL_HOOK_SECRET = SECRET
    return Client(enforce_csrf_checks=True)


def test_the_hook_stores_a_mail(hooked: Client, assignment: Assignment) -> None:
    assert post(hooked, answer(reply_address(assignment.pk))) == 200
    assert post(hooked, answer(reply_address(assignment.pk))) == 200
    assert IncomingMail.objects.get().assignment == assignment


def test_the_hook_takes_anything_but_nothing_without_its_secret(hooked: Client) -> None:
    assert post(hooked, b"\x00\xff junk") == 200
    assert post(hooked, b"") == 400
    assert post(hooked, letters(1)[0], "x" * 32) == 403
    assert hooked.post("/hooks/mail/", b"x", content_type="message/rfc822").status_code == 403
    assert hooked.get("/hooks/mail/").status_code == 405
    assert IncomingMail.objects.count() == 1


def test_the_hook_has_limits(hooked: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_IN_MAX_BYTES = 1000
    assert post(hooked, b"x" * 1001) == 413
    assert not IncomingMail.objects.exists()
    assert {post(hooked, b"x", "wrong") for _ in range(30)} == {403}
    assert post(hooked, b"x", "wrong") == 429
    assert post(hooked, b"x") == 200, "who knows the secret is not held up by others"


def test_the_hook_is_closed_without_a_secret(client: Client, settings: Settings) -> None:
    settings.MAIL_HOOK_SECRET = ""
    assert post(client, b"x", "") == 404


def test_a_database_that_is_away_asks_to_come_again(hooked: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(raw: bytes) -> None:
        raise OperationalError

    monkeypatch.setattr("forwarding.hooks.store_mail", away)
    assert post(hooked, letters(1)[0]) == 503


# -- All of them ---------------------------------------------------------------------------------------------------


def test_one_mail_on_three_ways_is_one_row(hooked: Client, server: Mailserver, assignment: Assignment) -> None:
    raw = answer(reply_address(assignment.pk))
    server.put(b"Received: from a by b\r\nDelivered-To: " + reply_address(assignment.pk).encode() + b"\r\n" + raw)
    read_mailbox()
    assert post(hooked, raw.replace(b"\r\n", b"\n")) == 200
    store_mail(b"Return-Path: <ugyfel@utkezelo.example>\n" + raw)
    assert IncomingMail.objects.count() == 1
    store_mail(raw.replace("felmérjük".encode(), "megnézzük".encode()))
    assert IncomingMail.objects.count() == 2, "other words are another mail, whatever its Message-ID says"


def test_bad_settings_are_told(settings: Settings) -> None:
    assert not incoming_mail_is_set_up(None)
    settings.IMAP_URL, settings.MAIL_HOOK_SECRET = "pop3://x", "short"
    settings.ANSWERS_BY_RULE, settings.MAIL_AUTHSERV_ID = True, ""
    assert [found.id for found in incoming_mail_is_set_up(None)] == ["jarokelo.W004", "jarokelo.E005", "jarokelo.E006"]
    assert site.IMAP_SECONDS > 0

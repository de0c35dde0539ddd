"""Mails that come in: all stored, the right ones matched, bounces believed only when they are about our mail."""

import io
import json
import os
import subprocess
import sys
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import OperationalError
from pytest_django.fixtures import Settings

from accounts.models import Person
from forwarding import sending
from forwarding.actions import retry_delivery
from forwarding.actions_mails import AlreadyHandled, file_mail, match_mail, publish_mail
from forwarding.incoming import read_mail, store_mail
from forwarding.models import Dispatch, IncomingMail
from forwarding.reply_address import reply_address
from municipalities.models import Contact
from notifications.actions import fan_out_event
from notifications.addresses import make_address
from notifications.deliveries import DeliveryStatus
from notifications.follow_requests import send_follow_confirmation
from notifications.mails import REPORT
from notifications.models import Message
from notifications.sending import send_message
from reports import links
from reports.models import Assignment, Report


def letter(
    to: str, body: str = "Kedden betömjük.", *, sender: str = "Ügyfél <ugyfel@utkezelo.example>", **headers: str
) -> bytes:
    lines = {"From": sender, "To": to, "Subject": "Re: Kátyú", "Message-ID": "<x@utkezelo.example>", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()


SAID = {"5.2.2": "Mailbox full", "5.7.1": "Message rejected as spam", "4.4.7": "Delivery time expired"}


def bounce_of(
    message_id: str, address: str, *, status: str = "5.1.1", action: str = "failed", to: str = "noreply@localhost"
) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}>: {SAID.get(status, "User unknown")}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: x

--b--
""".encode()


@pytest.fixture
def dispatch(assignment: Assignment) -> Dispatch:
    """`sent`'s mail to the works, gone out."""
    row = Dispatch.objects.get()
    sending.send_dispatch(row.pk)
    row.refresh_from_db()
    return row


@pytest.fixture
def message(submitted: Report) -> Message:
    """The reporter's receipt, gone out."""
    [row] = fan_out_event(submitted.events.get().pk)
    send_message(row.pk)
    return row


def test_a_reply_is_matched_and_waits_to_be_read(assignment: Assignment) -> None:
    mail = store_mail(letter(f"Járókelő <{reply_address(assignment.pk).upper()}>"))
    assert (mail.state, mail.kind, mail.assignment) == ("to_read", "answer", assignment)
    assert (mail.sender, mail.subject, mail.text) == ("ugyfel@utkezelo.example", "Re: Kátyú", "Kedden betömjük.")
    assert mail.from_contact
    assert assignment.events.filter(kind="answered").count() == 0  # nothing is published unread


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_reply_address_may_stand_in_other_headers(assignment: Assignment, header: str) -> None:
    raw = letter("info@elsewhere.example", **{header: reply_address(assignment.pk)})
    assert store_mail(raw).assignment == assignment


def test_a_reply_to_our_message_id_is_matched(dispatch: Dispatch) -> None:
    mail = store_mail(letter("noreply@localhost", In_Reply_To=dispatch.message_id))
    assert mail.assignment == dispatch.assignment


def test_a_stranger_who_writes_to_the_address_is_no_contact(assignment: Assignment) -> None:
    mail = store_mail(letter(reply_address(assignment.pk), sender="valaki@example.net"))
    assert (mail.state, mail.from_contact) == ("to_read", False)


def test_what_matches_nothing_is_unmatched(assignment: Assignment) -> None:
    forged = reply_address(assignment.pk).replace(f"r-{assignment.pk}", f"r-{assignment.pk + 1}")
    mail = store_mail(letter(forged))
    assert (mail.state, mail.assignment) == ("unmatched", None)


def test_the_same_mail_comes_once(assignment: Assignment) -> None:
    raw = letter(reply_address(assignment.pk))
    assert store_mail(raw).pk == store_mail(raw).pk
    assert IncomingMail.objects.count() == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 50,
        b"From: =?utf-8?b?!!!?= <a@b\r\nSubject: =?nonsense?q?=C3=28?=\r\n\r\n\x00\x81\xff",
        b'Content-Type: text/plain; charset="no\xc3such"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!',
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 3000,
        b"To: " + b"a" * 2_000_000 + b"\r\n\r\nx",
        b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 600_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a <a <a" * 300_000,
    ],
    ids=["empty", "junk", "broken headers", "lying charset", "nested", "long header", "10 MB", "open tags"],
)
def test_anything_is_stored(db: None, raw: bytes) -> None:
    mail = store_mail(raw)
    mail.refresh_from_db()
    assert bytes(mail.raw) == raw
    assert mail.state == "unmatched"


def test_html_becomes_words(assignment: Assignment) -> None:
    html = (
        "<style>p{}</style><p>Tisztelt Címzett!</p><script>alert(1)</script>Kedden&nbsp;jövünk<br>és &lt;javítjuk&gt;."
    )
    head = f"To: {reply_address(assignment.pk)}\r\nContent-Type: text/html; charset=iso-8859-2\r\n\r\n"
    raw = head.encode() + html.encode("iso-8859-2")
    assert store_mail(raw).text == "Tisztelt Címzett!\nKedden jövünk\nés <javítjuk>."


def test_charset_that_lies_is_read_as_hungarian(assignment: Assignment) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "őrült időjárás".encode("cp1250")
    assert read_mail(raw).text == "őrült időjárás"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Subject": "=?utf-8?q?H=C3=A1zon_k=C3=ADv=C3=BCl?="},
        {"Subject": "Automatikus valasz"},
    ],
)
def test_automatic_answers_are_filed(assignment: Assignment, headers: dict[str, str]) -> None:
    mail = store_mail(letter(reply_address(assignment.pk), **headers))
    expected = ("answer", "to_read") if headers.get("Subject") == "Automatikus valasz" else ("automatic", "filed")
    assert (mail.kind, mail.state) == expected


def test_vacation_of_a_citizen_is_filed_too(submitted: Report) -> None:
    mail = store_mail(letter(make_address(REPORT, submitted.pk), Auto_Submitted="auto-replied"))
    assert (mail.kind, mail.state) == ("automatic", "filed")


def test_hard_bounce_stops_the_contact_and_fails_the_dispatch(dispatch: Dispatch) -> None:
    mail = store_mail(bounce_of(dispatch.message_id, "ugyfel@utkezelo.example"))
    assert (mail.kind, mail.state, mail.assignment) == ("bounce", "filed", dispatch.assignment)
    dispatch.refresh_from_db()
    assert dispatch.status == "failed"
    assert "User unknown" in dispatch.last_error
    contact = Contact.objects.get(pk=dispatch.contact_id)
    assert contact.stopped_at is not None
    assert "User unknown" in contact.stopped_reason


def test_hard_bounce_stops_mail_to_a_person(message: Message, reporter: Person) -> None:
    store_mail(bounce_of(message.message_id, "Reporter@Example.ORG"))
    reporter.refresh_from_db()
    message.refresh_from_db()
    assert not reporter.can_get_mail
    assert message.status == "failed"


def test_hard_bounce_of_a_question_to_a_typed_address(sent: Report) -> None:
    """It fails the question, and stops the address if it is somebody's; the reporter's mail goes on."""
    Person.objects.create_user("typed@example.org")
    request = send_follow_confirmation("typed@example.org", sent, support=False, language="hu")
    store_mail(bounce_of(request.message_id, "typed@example.org"))
    request.refresh_from_db()
    assert request.status == DeliveryStatus.FAILED
    assert not Person.objects.get(email="typed@example.org").can_get_mail
    assert sent.reporter is not None
    assert sent.reporter.can_get_mail


@pytest.mark.parametrize(
    ("status", "action", "failed"),
    [("5.2.2", "failed", True), ("5.7.1", "failed", True), ("4.4.7", "failed", True), ("4.4.1", "delayed", False)],
)
def test_what_does_not_blame_the_address_does_not_stop_it(
    dispatch: Dispatch, status: str, action: str, failed: bool
) -> None:
    mail = store_mail(bounce_of(dispatch.message_id, dispatch.address, status=status, action=action))
    dispatch.refresh_from_db()
    assert (mail.state, dispatch.status) == ("filed", "failed" if failed else "sent")
    assert Contact.objects.get(pk=dispatch.contact_id).stopped_at is None


def test_a_bounce_of_an_address_behind_a_forward_is_for_human_eyes(dispatch: Dispatch) -> None:
    raw = bounce_of(dispatch.message_id, "someone@behind.example", to=reply_address(dispatch.assignment_id))
    assert store_mail(raw).state == "to_read"
    assert Contact.objects.get(pk=dispatch.contact_id).stopped_at is None


def test_a_made_up_bounce_stops_nobody(dispatch: Dispatch) -> None:
    raw = bounce_of("<made-up@localhost>", dispatch.address, to=reply_address(dispatch.assignment_id))
    store_mail(raw)
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    assert Contact.objects.get(pk=dispatch.contact_id).stopped_at is None


# -- What the desk does with them ---------------------------------------------------------------------------


def test_publish_as_the_bodys_answer(assignment: Assignment, moderator: Person) -> None:
    mail = store_mail(letter(reply_address(assignment.pk)))
    event = publish_mail(mail, "Kedden betömjük.", actor=moderator)
    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == ("published", moderator)
    assert (event.kind, event.role, event.body) == ("answered", "moderator", "Kedden betömjük.")
    assert Report.objects.get().status == "in_progress"
    with pytest.raises(AlreadyHandled):
        publish_mail(mail, "Még egyszer.", actor=moderator)


@pytest.mark.parametrize(("outcome", "status"), [("done", "awaiting_confirmation"), ("not_ours", "sent")])
def test_publish_with_an_outcome(assignment: Assignment, moderator: Person, outcome: str, status: str) -> None:
    mail = store_mail(letter(reply_address(assignment.pk)))
    publish_mail(mail, "Így van.", actor=moderator, outcome=outcome)
    assert Report.objects.get().status == status


def test_match_then_file(assignment: Assignment, moderator: Person) -> None:
    mail = store_mail(letter("noreply@localhost"))
    match_mail(mail, assignment, actor=moderator)
    mail.refresh_from_db()
    assert (mail.state, mail.from_contact) == ("to_read", True)
    file_mail(mail, actor=moderator)
    mail.refresh_from_db()
    assert mail.state == "filed"


def test_retry_sends_again_to_the_corrected_address(dispatch: Dispatch, moderator: Person) -> None:
    store_mail(bounce_of(dispatch.message_id, dispatch.address))
    Contact.objects.update(address="uj@utkezelo.example", stopped_at=None, stopped_reason="")
    assert retry_delivery(dispatch, actor=moderator)
    sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.address) == ("sent", "uj@utkezelo.example")
    assert outbox.outbox[-1].to == ["uj@utkezelo.example"]
    assert not retry_delivery(dispatch, actor=moderator)


# -- The command --------------------------------------------------------------------------------------------


class Stdin(io.TextIOWrapper):
    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


def test_command_stores_standard_input(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(letter(reply_address(assignment.pk))))
    monkeypatch.setattr("forwarding.management.commands.receive_mail.connection.close", lambda: None)
    call_command("receive_mail", stdout=io.StringIO())
    assert IncomingMail.objects.get().state == "to_read"


def test_command_cuts_one_that_is_far_too_large_and_says_so(
    settings: Settings, assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = letter(reply_address(assignment.pk))
    settings.MAIL_IN_MAX_BYTES = len(raw)
    monkeypatch.setattr("forwarding.management.commands.receive_mail.connection.close", lambda: None)
    for sent, is_cut in ((raw, False), (raw + b"x" * 3_000_000, True)):
        IncomingMail.objects.all().delete()
        said, stdin = io.StringIO(), Stdin(sent)
        monkeypatch.setattr("sys.stdin", stdin)
        call_command("receive_mail", stdout=said)
        assert (IncomingMail.objects.get().is_cut, said.getvalue().strip().endswith(", cut")) == (is_cut, is_cut)
        assert stdin.buffer.read() == b"", "the mail server could not write it all, and would come again"


def test_command_asks_to_try_later_when_the_database_is_away() -> None:
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    done = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        input=letter("x@y.example"),
        env=environment,
        capture_output=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 75, done.stderr
    assert OperationalError.__name__ in done.stderr.decode()


# -- The corpus ---------------------------------------------------------------------------------------------


@pytest.mark.data
def test_mails_of_the_world(db: None, shared: Path) -> None:
    """Every file is stored; the simple rules tell bounces and automatic answers in most of them."""
    right: dict[str, list[bool]] = {}
    for entry in json.loads((shared / "mails" / "manifest.json").read_text()):
        raw = (shared / "mails" / entry["file"]).read_bytes()
        mail = store_mail(raw)
        assert bytes(IncomingMail.objects.get(pk=mail.pk).raw) == raw
        wanted = {"bounce": "bounce", "autoreply": "automatic"}.get(entry["kind"])
        if entry["kind"].startswith("reply_"):
            wanted = "answer"
        if wanted:
            right.setdefault(wanted, []).append(mail.kind == wanted)
    shares = {kind: sum(hits) / len(hits) for kind, hits in right.items()}
    assert shares["bounce"] >= 0.9, shares
    assert shares["automatic"] == 1, shares
    assert shares["answer"] == 1, shares


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_kept_mail_holds_no_link_that_opens_a_case(assignment: Assignment, encoding: str, kind: str) -> None:
    """Who answers quotes our mail; a moderator, and whoever reads the archive, must not act as that officer by it."""
    url = links.officer_url(assignment.pk)
    owner = links.owner_url(assignment.report_id)
    words = (
        f"Kedden betömjük.\n> Válasz itt: {url}\n> {owner}." if kind == "plain" else f'<a href="{url}">Itt</a> {owner}'
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ugyfel@utkezelo.example", reply_address(assignment.pk), f"Re: {url}"
    mail.set_content(words, subtype=kind, cte=encoding)
    raw = mail.as_bytes()

    kept = store_mail(raw)

    assert kept.assignment == assignment
    assert store_mail(raw) == kept  # known again by what came, not by what is kept
    read = message_from_bytes(bytes(kept.raw), policy=default).get_content() + kept.text + kept.subject
    for address in (url, owner):
        assert address not in read
        assert address.rsplit("/", 1)[0] + "/..." in read
    assert "Kedden betömjük." in read or ">Itt</a>" in read


def test_mail_without_our_links_is_kept_byte_by_byte(assignment: Assignment) -> None:
    raw = letter(reply_address(assignment.pk), "Lásd: https://example.org/o\r\n\r\nKedden.")
    assert bytes(store_mail(raw).raw) == raw

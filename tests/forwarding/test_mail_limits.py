"""What goes with a letter to a body: the case on paper, photos while there is room, an envelope of its own."""

import io
import os
from collections.abc import Callable
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from PIL import Image

from accounts.models import Person
from forwarding import casefile
from forwarding.actions import answer_report, say_done, say_not_ours, send_report
from forwarding.incoming import store_mail
from forwarding.mail import HISTORY_SHOWN, compose
from forwarding.models import ContactHealth, Dispatch, DispatchAttempt, IncomingMail
from forwarding.reply_address import bounce_address
from forwarding.sending import send_dispatch
from forwarding.weight import Room, pictures_of
from municipalities.models import Contact, Institution
from reports.actions_reporter import withdraw_report
from reports.actions_solved import deny_solved
from reports.models import Assignment, Photo, Report
from reports.paper import pdf
from reports.uploads import store_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_paper(settings: Any) -> None:
    settings.CASE_FILES = True


def send_all() -> EmailMultiAlternatives:
    """The last of the letters."""
    for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
        send_dispatch(pk)
    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def parts_of(sent: EmailMultiAlternatives, kind: str) -> list[Message]:
    return [part for part in sent.message().walk() if part.get_content_type() == kind]


def html_of(sent: EmailMultiAlternatives) -> str:
    return str(sent.alternatives[0][0])


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that became PDFs, as words."""
    pages: list[str] = []
    real = pdf.render_to_string

    def render(*arguments: Any, **options: Any) -> str:
        pages.append(real(*arguments, **options))
        return pages[-1]

    monkeypatch.setattr(pdf, "render_to_string", render)
    return pages


def test_the_case_is_with_it_on_paper(
    make_report: Callable[..., Report],
    works: Institution,
    gardens: Institution,
    moderator: Person,
    papers: list[str],
) -> None:
    nearby = send_report(make_report(title="Másik kátyú"), works, actor=moderator).report
    report = make_report(photos=1)
    first = send_report(report, gardens, actor=moderator)
    answer_report(first, "Nem a mi utunk, de megnéztük.", actor=None)
    say_not_ours(first, "", actor=None)
    send_report(Report.objects.get(pk=report.pk), works, actor=moderator)
    sent = send_all()
    [part] = parts_of(sent, "application/pdf")
    assert part.get_filename() == f"{report.reference}.pdf"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.startswith(b"%PDF-")
    for words in (
        "Mély kátyú a sarkon, veszélyes.",
        "Nem a mi utunk, de megnéztük.",
        "Egyváros Főkert",
        "Egyváros Útkezelő",
        nearby.reference,
        "Fő utca 1.",
    ):
        assert words in papers[-1], words
    assert "PDF" in sent.body
    assert "PDF" in html_of(sent)


def test_a_private_case_is_on_paper_without_an_address_that_does_not_open(
    make_report: Callable[..., Report], works: Institution, moderator: Person, papers: list[str]
) -> None:
    report = make_report(is_private=True)
    send_report(report, works, actor=moderator)
    send_all()
    assert report.reference in papers[-1]
    assert report.get_absolute_url() not in papers[-1]


def test_a_withdrawal_has_nothing_with_it(assignment: Assignment, reporter: Person) -> None:
    send_all()
    withdraw_report(assignment.report, actor=reporter)
    assert send_all().attachments == []


def test_a_case_that_cannot_be_put_on_paper_goes_without(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: Any, **options: Any) -> bytes:
        raise OSError("no fonts")

    monkeypatch.setattr(casefile, "sheet_pdf", fail)
    sent = send_all()
    assert parts_of(sent, "application/pdf") == []
    assert Dispatch.objects.get().status == "sent"
    assert "no case file" in caplog.text


@pytest.fixture
def with_large_photos(make_report: Callable[..., Report]) -> Callable[..., Report]:
    """Pictures of nothing but noise: each has more than a hundred kilobytes."""

    def build(count: int, **fields: Any) -> Report:
        report = make_report(**fields)
        for _ in range(count):
            file = io.BytesIO()
            Image.frombytes("RGB", (800, 600), os.urandom(800 * 600 * 3)).save(file, "JPEG", quality=60)
            file.seek(0)
            photo = store_photo(file)
            assert photo.medium.size > 100_000
            Photo.objects.filter(pk=photo.pk).update(report=report)
        return report

    return build


def test_photos_that_do_not_fit_are_links_that_open(
    with_large_photos: Callable[..., Report], works: Institution, moderator: Person, client: Client
) -> None:
    report = with_large_photos(3)
    send_report(report, works, actor=moderator)
    assert len(parts_of(compose(Dispatch.objects.get()), "image/jpeg")) == 3
    Contact.objects.update(max_mail_bytes=report.photos.all()[0].medium.size * 2)
    letter = compose(Dispatch.objects.get())
    assert len(parts_of(letter, "image/jpeg")) == 1
    urls = [line for line in letter.body.splitlines() if "/photos/" in line]
    assert len(urls) == 2
    assert all(url in html_of(letter) for url in urls)
    answer = client.get(urlsplit(urls[0]).path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer)


@pytest.mark.parametrize("limit", [50_000, 400_000, 1_000_000])
def test_a_mail_is_never_larger_than_the_body_takes(
    with_large_photos: Callable[..., Report], works: Institution, moderator: Person, limit: int
) -> None:
    send_report(with_large_photos(2, description="Szöveg ékezetekkel, őűöüó. " * 80), works, actor=moderator)
    Contact.objects.update(max_mail_bytes=limit)
    assert len(compose(Dispatch.objects.get()).message().as_bytes()) <= limit


def test_a_long_case_stays_readable(assignment: Assignment, reporter: Person) -> None:
    for number in range(30):
        say_done(assignment, f"Betömtük, {number}. alkalommal. " + "Részletesen leírva. " * 200, actor=None)
        deny_solved(assignment.report, f"Nem igaz, {number}.", actor=reporter)
    dispatch = Dispatch.objects.order_by("-pk")[0]
    letter = compose(dispatch)
    assert letter.body.count("\n* ") == HISTORY_SHOWN
    assert "Nem igaz, 29." in letter.body
    assert "Betömtük, 29. alkalommal." in letter.body
    assert "Betömtük, 1. alkalommal." not in letter.body
    assert max(len(line) for line in letter.body.splitlines()) < 400
    assert len(letter.message().as_bytes()) < Contact().mail_limit


# -- What comes back --------------------------------------------------------------------------------------------

BOUNCE = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

It could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}
--x--
"""
HARD = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user"


def bounce(to: str, fields: str) -> IncomingMail:
    return store_mail(BOUNCE.format(to=to, fields=fields).encode())


def test_a_bounce_without_our_message_id_names_its_dispatch(assignment: Assignment) -> None:
    send_all()
    dispatch = Dispatch.objects.get()
    stored = bounce(bounce_address(dispatch), f"Final-Recipient: rfc822; {dispatch.address}\n{HARD}")
    assert (stored.kind, stored.state, stored.assignment) == ("bounce", "filed", assignment)
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.last_error) == ("failed", "smtp; 550 no such user")
    last = dispatch.tries.last()
    assert last is not None
    assert (last.outcome, last.answer) == (DispatchAttempt.Outcome.BOUNCED, "smtp; 550 no such user")
    contact = Contact.objects.get()
    assert contact.stopped_at is not None
    assert ContactHealth.objects.get().failures_in_row == 1


def test_the_same_bounce_twice_is_one_line(assignment: Assignment) -> None:
    send_all()
    dispatch = Dispatch.objects.get()
    for number in range(2):
        bounce(bounce_address(dispatch), f"Final-Recipient: rfc822; {dispatch.address}\n{HARD}\nX-Number: {number}")
    assert dispatch.tries.filter(outcome="bounced").count() == 1
    assert ContactHealth.objects.get().failures_in_row == 1


def test_a_bounce_of_somebody_behind_the_address_is_looked_at(assignment: Assignment) -> None:
    send_all()
    dispatch = Dispatch.objects.get()
    stored = bounce(bounce_address(dispatch), f"Final-Recipient: rfc822; clerk@inner.example\n{HARD}")
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    assert stored.state == "to_read"
    assert Contact.objects.get().stopped_at is None


def test_an_envelope_that_we_did_not_make_stops_nobody(assignment: Assignment) -> None:
    send_all()
    dispatch = Dispatch.objects.get()
    made_up = bounce_address(dispatch).replace("@", "0@")[:-1] + "e"
    bounce(made_up, f"Final-Recipient: rfc822; {dispatch.address}\n{HARD}")
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"


def test_where_there_is_no_room_nothing_is_read_nor_made(
    make_report: Callable[..., Report], works: Institution, moderator: Person, papers: list[str]
) -> None:
    send_report(make_report(photos=1), works, actor=moderator)
    dispatch = Dispatch.objects.get()
    photo = Photo.objects.get()
    photo.medium.storage.delete(str(photo.medium.name))
    assert pictures_of(dispatch.event.report, Room(0)) == []
    assert casefile.attach_case(dispatch, Room(0)) == []
    assert papers == []

"""A mail sent to the demo's server is read in the browser, and nothing in it can act."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from jarokelo.demo import mailbox, sink, views
from jarokelo.demo.mailbox import Mail
from script.stack.servers import free_port

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _demo(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    settings.DEMO_MAIL_DIR = tmp_path / "mail"


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def letter(to: str = "rita@example.org", subject: str = "Megkaptuk a bejelentésedet") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Járókelő <noreply@localhost>", to, subject
    message.set_content("Nézd meg: http://localhost:8000/reports/abc?x=1&y=2. <script>alert(1)</script>\njavascript:x")
    message.add_alternative('<p>Szia</p><script>alert(1)</script><img src="cid:photo">', subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(PNG, "image", "png", cid="<photo>")
    message.add_attachment(b"<script>alert(1)</script>", "text", "html", filename="answer.html")
    return message


def keep(**fields: str) -> Mail:
    message = letter(**fields)
    return mailbox.keep(message.as_bytes(), "noreply@localhost", [str(message["To"])])


def test_the_server_keeps_what_it_gets(client: Client) -> None:
    controller = Controller(sink.Keeper(), hostname="127.0.0.1", port=free_port(), ready_timeout=20)
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", controller.port) as smtp:
            smtp.send_message(letter(), to_addrs=["rita@example.org", "hidden@example.org"])
    finally:
        controller.stop()
    (mail,) = mailbox.all_mails()
    assert mail.recipients == ["rita@example.org", "hidden@example.org"]
    assert mail.subject == "Megkaptuk a bejelentésedet"
    assert b"answer.html" in mail.raw
    assert mail.subject in client.get("/demo/mail/").content.decode()


def test_newest_first_and_by_recipient(client: Client) -> None:
    keep(subject="Egy")
    keep(subject="Kettő", to="norbert@example.org")
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Kettő") < page.index("Egy")
    filtered = client.get("/demo/mail/", {"to": "NORBERT"}).content.decode()
    assert "Kettő" in filtered
    assert ">Egy<" not in filtered


def test_text_is_escaped_and_only_web_addresses_are_links(client: Client) -> None:
    mail = keep()
    page = client.get(f"/demo/mail/{mail.key}/").content.decode()
    assert '<a href="http://localhost:8000/reports/abc?x=1&amp;y=2">' in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page


def test_links_end_before_the_full_stop() -> None:
    assert views.with_links("a (http://x.example/b). c") == (
        'a (<a href="http://x.example/b">http://x.example/b</a>). c'
    )


def test_nothing_runs_in_the_html_part(client: Client) -> None:
    mail = keep()
    response = client.get(f"/demo/mail/{mail.key}/html/")
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    picture = response.content.decode().split('<img src="')[1].split('"')[0]
    part = client.get(picture)
    assert part["Content-Type"] == "image/png"
    assert part.content == PNG


def test_attachments_are_downloaded_never_shown(client: Client) -> None:
    mail = keep()
    ((number, _),) = [pair for pair in mail.attachments if pair[1] == "answer.html"]
    part = client.get(f"/demo/mail/{mail.key}/part/{number}/")
    assert part["Content-Type"] == "application/octet-stream"
    assert part["Content-Disposition"] == "attachment"
    assert client.get(f"/demo/mail/{mail.key}/part/99/").status_code == 404


def test_source(client: Client) -> None:
    mail = keep()
    response = client.get(f"/demo/mail/{mail.key}/raw/")
    assert response["Content-Type"].startswith("text/plain")
    assert b"X-Envelope-To: rita@example.org" in response.content


def test_delete_all(client: Client) -> None:
    keep()
    assert client.get("/demo/mail/delete/").status_code == 405
    assert mailbox.all_mails()
    assert client.post("/demo/mail/delete/")["Location"] == "/demo/mail/"
    assert mailbox.all_mails() == []


@pytest.mark.parametrize("key", ["x", "..", "20261123000000000000-00000000", "%2e%2e"])
def test_no_other_file(client: Client, key: str) -> None:
    keep()
    assert client.get(f"/demo/mail/{key}/").status_code == 404


def test_all_is_404_without_the_demo(client: Client, settings: Any) -> None:
    mail = keep()
    settings.DEMO = False
    for name, arguments in (
        ("demo_mail", []),
        ("demo_mail_detail", [mail.key]),
        ("demo_mail_html", [mail.key]),
        ("demo_mail_raw", [mail.key]),
        ("demo_mail_part", [mail.key, 0]),
    ):
        assert client.get(reverse(name, args=arguments)).status_code == 404
    assert client.post(reverse("demo_mail_delete")).status_code == 404
    assert mailbox.all_mails()


def test_a_broken_mail_is_still_shown(client: Client) -> None:
    mail = mailbox.keep(
        b"Subject: =?utf-8?q?rossz\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff\xfe", "", ["a@b.hu"]
    )
    assert client.get(f"/demo/mail/{mail.key}/").status_code == 200
    assert client.get("/demo/mail/").status_code == 200


def test_the_command_refuses_without_the_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        call_command("demo_mail_server", skip_checks=True)

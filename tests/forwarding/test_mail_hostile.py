"""Mails made to be slow or deep: each is read within seconds. Without the bounds, these took minutes or never ended."""

import time
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage, Message

import pytest
from pytest_django.fixtures import Settings

from forwarding.mailcuts import own_words, without_signature
from forwarding.mailkind import is_automatic
from forwarding.mailparts import addresses, has_several_texts, text_of
from forwarding.mailsteps import propose_step
from forwarding.mailtrust import is_vouched

SECONDS = 5
MANY = 200_000
LONG_LINES = [
    *(mark * MANY for mark in ("_", " ", ">", "a", "(", '"', "*", "<", "@", "[", "-", ".")),
    *(
        (mark * MANY)[:MANY]
        for mark in ("_ ", "> ", "a@", "<a@", "1:00 ", "2026.", "aa.", "Re: ", "https://", "iphone ")
    ),
]
SHORT_LINES = [
    "a",
    "",
    "_",
    "--",
    ">",
    "> a\nb",
    "Sent from my iPhone",
    "Üdvözlettel,",
    "This message is confidential.",
    "From: a",
    "On 5 Nov 2026, at 14:02, J <r@j.example> wrote:",
    "On 5 Nov 2026, at 14:02, J <r@j.example> wrote:\n\n> a",
    "iphone " * 28,
    "a" * 199,
]


@pytest.fixture(autouse=True)
def _within_seconds() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS


def shortened(text: str) -> str:
    return f"{text[:8]!r}x{len(text)}"


@pytest.mark.parametrize("line", LONG_LINES, ids=shortened)
@pytest.mark.parametrize("frame", ["{}", "x{}x", "Kész.\n\nx {} x:\n> a"])
def test_a_long_line_is_read_in_time(line: str, frame: str) -> None:
    text = frame.format(line)
    propose_step(own_words(text))
    without_signature(text)


@pytest.mark.parametrize("line", SHORT_LINES, ids=shortened)
def test_many_short_lines_are_read_in_time(line: str) -> None:
    text = "\n".join([line] * 20_000)[:MANY]
    for start in ("", "Kész.\n"):
        own_words(start + text)
        without_signature(start + text)


@pytest.mark.parametrize("line", LONG_LINES, ids=shortened)
def test_a_long_header_is_read_in_time(line: str) -> None:
    mail = Message()
    mail["Subject"] = f"{line}!"
    for _ in range(60):
        mail["To"] = f"{line}!"
    is_automatic(mail)
    addresses(mail, "To")


def test_a_telephones_line_may_stand_there_a_thousand_times() -> None:
    noise = "Sent from my iPhone\n" * 1000
    assert own_words(f"{noise}Kész.\n\n{noise}") == "Kész."
    assert own_words(f"{noise}> Mikor?\nKedden.\n{noise}> Ki?\nMi.").split("\n") == [
        "> Mikor?",
        "Kedden.",
        "> Ki?",
        "Mi.",
    ]


def test_a_long_paragraph_loses_nothing() -> None:
    text = "Köszönjük a bejelentést, " * 400
    assert own_words(f"{text}\n\nÜdvözlettel,\nKiss Éva") == text.strip()


def test_an_address_is_read_whole_or_not_at_all() -> None:
    mail = EmailMessage()
    mail["X-Original-To"] = f"{'a' * 80}b@x.example, c@x.example"
    assert addresses(mail, "X-Original-To")[-1] == "c@x.example"
    assert not [address for address in addresses(mail, "X-Original-To") if len(address) == 64 + len("@x.example")]


TITLES = ["Szabadság tér: kátyú", "auto: rossz helyen", "OOO a falon", "Read: firka", "Távollét"]


def is_from_a_program(subject: str) -> bool:
    mail = EmailMessage()
    mail["Subject"] = subject
    return is_automatic(mail)


@pytest.mark.parametrize("prefix", ["Re: ", "RE: Re: ", "Vá: ", "AW:", "Odp: ", "[külső] Re: "])
@pytest.mark.parametrize("title", TITLES)
def test_a_reports_own_title_makes_no_answer_automatic(prefix: str, title: str) -> None:
    assert not is_from_a_program(f"{prefix}{title} [abcd2345]")


@pytest.mark.parametrize(
    "subject",
    [
        "Automatikus válasz: Kátyú [abcd2345]",
        "Automatic reply: Re: Kátyú [abcd2345]",
        "Read: Kátyú [abcd2345]",
        "Re: Automatikus válasz",
        "Szabadság",
        "Szabadság miatt nem érhető el",
        "Re: Szabadságon vagyok",
        "Szabadságom 12-ig",
        "Szabin vagyok",
    ],
)
def test_what_a_program_writes_on_top_is_automatic(subject: str) -> None:
    assert is_from_a_program(subject)


@pytest.mark.parametrize(
    "street",
    ["Szabadság tér 3.", "Szabadság téri lámpa", "Szabadság út", "Szabadság utca", "Szabadság híd", "Szabadság-hegy"],
)
def test_a_street_is_no_holiday(street: str) -> None:
    assert not is_from_a_program(street)


PASS = "dmarc=pass header.from=body.example"


@pytest.mark.parametrize(
    ("verdicts", "is_genuine"),
    [
        (PASS, True),
        (f'spf=pass smtp.mailfrom="a b"@x.example; {PASS}', True),
        (f'spf=pass (he said: 5" wide) smtp.mailfrom=x; {PASS}', True),
        (f"dkim=pass (a (b (c) d) e) header.d=x; {PASS} (p=none)", True),
        (f'spf=pass smtp.mailfrom="x; {PASS} "@evil.example', False),
        (f'spf=pass smtp.mailfrom="x\\"; {PASS} "@evil.example', False),
        (f'spf=pass smtp.mailfrom="x ("@evil.example; dmarc=fail header.from=body.example; a=") {PASS}"', False),
        (f'spf=pass (of "x) smtp.mailfrom="; {PASS}; "@evil.example', False),
        (f"spf=pass (x\\) ; {PASS} ) smtp.mailfrom=x", False),
        ('spf=pass smtp.mailfrom="x ("@evil.example; dmarc=fail (p=none) header.from=body.example', False),
        (f'spf=pass smtp.mailfrom="x ("@evil.example; {PASS}', True),
        (f"spf=pass (never closed; {PASS}", False),
        (f"spf=pass smtp.mailfrom=x); {PASS}", False),
        (f'{PASS}; spf=pass smtp.mailfrom="never closed', False),
        (f"{PASS}; " + "header.from=" * 20_000, True),
    ],
)
def test_what_a_sender_puts_in_quotes_is_no_verdict(settings: Settings, verdicts: str, is_genuine: bool) -> None:
    settings.MAIL_AUTHSERV_ID = "mx.ours.example"
    mail = Message()
    mail["Authentication-Results"] = f"mx.ours.example; {verdicts}"
    assert is_vouched(mail, "office@body.example") is is_genuine


def mixed(*parts: tuple[str, str], kind: str = "mixed") -> Message:
    lines = "".join(f"--b\nContent-Type: {type_}; charset=utf-8\n\n{text}\n" for type_, text in parts)
    return message_from_string(f'Content-Type: multipart/{kind}; boundary="b"\n\n{lines}--b--\n')


def test_several_texts_are_read_one_below_the_other() -> None:
    mail = mixed(("text/plain", "Kedden jövünk."), ("image/png", "x"), ("text/plain", "De csak ha nem esik."))
    assert text_of(mail) == "Kedden jövünk.\n\nDe csak ha nem esik."
    assert has_several_texts(mail)
    assert has_several_texts(mixed(("text/plain", "Kedden."), ("text/html", "<p>De csak ha nem esik.</p>")))


def test_another_form_of_a_text_is_no_second_text() -> None:
    mail = mixed(("text/plain", "Kedden jövünk."), ("text/html", "<p>Kedden jövünk.</p>"), kind="alternative")
    assert text_of(mail) == "Kedden jövünk."
    assert not has_several_texts(mail)


def test_a_mail_inside_is_not_the_mails_own_words() -> None:
    inner = "Content-Type: text/plain\n\nEz a régi levél."
    mail = mixed(("text/html", "<p>Kedden jövünk.</p>"), ("message/rfc822", inner))
    assert text_of(mail) == "Kedden jövünk."
    assert text_of(mixed(("text/plain", " "), ("message/rfc822", inner))) == "Ez a régi levél."

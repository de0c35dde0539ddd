"""Mails made to be slow or deep: each is read within seconds. Without the bounds, these took minutes or never ended."""

import time
from email.message import EmailMessage, Message

import pytest

from forwarding.mailcuts import own_words, without_signature
from forwarding.mailkind import is_automatic
from forwarding.mailparts import addresses
from forwarding.mailsteps import propose_step

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
def _within_seconds() -> object:
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

"""Every way out to a body and every way in, in two browsers: a moderator forwards, an answer comes, a citizen reads it.

The mail server, the worker, the HTTP receivers and the IMAP server are real; so is the hook, on the site under test.
"""

import io
import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding import tasks
from forwarding.models import Dispatch, DispatchDigest, IncomingMail
from forwarding.outward.models import Open311Endpoint, RemoteRequest, WebhookEndpoint
from municipalities.models import Contact, Institution, Responsibility
from reports.lifecycle import Status
from reports.models import Report
from reports.outbox import announce
from tests.browser.test_journey import answer_case, link_in, text_of
from tests.forwarding.faulty import FaultyServer, Reply, Taken
from tests.forwarding.imap import Mailserver
from tests.forwarding.letters import CONTACT, OURS, PASSED, answer
from tests.forwarding.open311_stub import Open311Stub, w3c
from tests.forwarding.test_webhook import verify
from tests.servers import MailSink, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "0123456789abcdef0123456789abcdef"
WORDS = "Köszönjük, a helyszínt a jövő héten felmérjük."
ANSWERED = ("answered", "promised", "done_said")


@pytest.fixture(autouse=True)
def _answers_by_rule(settings: Any) -> None:
    settings.MAIL_AUTHSERV_ID, settings.ANSWERS_BY_RULE, settings.MAIL_HOOK_SECRET = OURS, True, SECRET


@pytest.fixture
def desk(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    moderator: Person,
) -> Page:
    """The moderator's browser."""
    context = open_context("desktop")
    signed_in(context, moderator)
    return context.new_page()


@pytest.fixture
def citizen(open_context: Callable[..., BrowserContext]) -> Page:
    """Nobody is signed in there."""
    return open_context("phone").new_page()


@pytest.fixture
def report(make_report: Callable[..., Report], rule: Responsibility) -> Report:
    return make_report(title="Hole at the gate")


def forward(desk: Page, report: Report) -> None:
    desk.goto(reverse("desk_case", args=[report.reference]))
    desk.locator("#choices").get_by_role("radio", name=re.compile("Egyváros Útkezelő")).check()
    desk.get_by_role("button", name="Publish and send").click()
    expect(desk.get_by_text(f"Published and forwarded: {report.title}").first).to_be_attached()


def letter_of(mails: MailSink, desk: Page, report: Report) -> EmailMessage:
    """Forwarded by the moderator, it lies in the body's mailbox."""
    forward(desk, report)
    return mails.wait_for(CONTACT)


def reply(letter: EmailMessage, *, vouched: str = PASSED) -> bytes:
    """What a mail program makes of the letter when somebody answers it."""
    quoted = "\r\n".join(f"> {line}" for line in text_of(letter).splitlines()[:5])
    text = f"{WORDS}\r\n\r\n2026. 11. 05. 14:02 keltezéssel, Járókelő írta:\r\n{quoted}"
    to, subject, identity = (str(letter[name]) for name in ("Reply-To", "Subject", "Message-ID"))
    return answer(to, text, vouched=vouched, Subject=f"Re: {subject}", In_Reply_To=identity)


def assert_seen(citizen: Page, report: Report, words: str = WORDS) -> None:
    """Once it is published, everybody reads it."""
    wait_until(lambda: report.events.filter(kind__in=ANSWERED).exists(), "the answer to be published")
    citizen.goto(report.get_absolute_url())
    expect(citizen.locator(".timeline").get_by_text(words)).to_be_visible()


def publish_at_desk(desk: Page, mail: IncomingMail) -> None:
    desk.goto(reverse("desk_mails"))
    desk.locator(f"main a[href*='{reverse('desk_mail', args=[mail.pk])}']").first.click()
    button = desk.get_by_role("button", name="Publish as the answer")
    button.click()
    expect(button).to_have_count(0)


# -- The ways in ---------------------------------------------------------------------------------------------------


class Stdin(io.TextIOWrapper):
    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


@pytest.fixture
def by_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """As the mail server hands it over."""

    def bring(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", Stdin(raw))
        call_command("receive_mail", stdout=io.StringIO())

    return bring


@pytest.fixture
def by_hook(site: str) -> Callable[[bytes], None]:
    def bring(raw: bytes) -> None:
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "message/rfc822"}
        request = urllib.request.Request(f"{site}/hooks/mail/", raw, headers)
        with urllib.request.urlopen(request, timeout=30) as answered:
            assert json.load(answered) == {"stored": IncomingMail.objects.get().pk}

    return bring


@pytest.fixture
def by_imap(settings: Any) -> Iterator[Callable[[bytes], None]]:
    with Mailserver().open() as server:
        settings.IMAP_URL = server.url()

        def bring(raw: bytes) -> None:
            kept = server.put(raw)
            tasks.read_mailbox()
            assert "JarokeloStored" in kept.flags

        yield bring


@pytest.fixture
def bring(way: str, request: pytest.FixtureRequest) -> Callable[[bytes], None]:
    found: Callable[[bytes], None] = request.getfixturevalue(f"by_{way}")
    return found


@pytest.mark.parametrize("way", ["command", "hook", "imap"])
@pytest.mark.parametrize("vouched", [PASSED, ""], ids=["by-rule", "at-the-desk"])
def test_a_reply_by_mail(
    vouched: str, bring: Callable[[bytes], None], mails: MailSink, desk: Page, citizen: Page, report: Report
) -> None:
    """Published by rule where the mail server vouches for its sender; else a moderator reads it first."""
    letter = letter_of(mails, desk, report)
    bring(reply(letter, vouched=vouched))
    mail = IncomingMail.objects.get()
    if not vouched:
        assert (mail.state, mail.why) == ("to_read", "not_vouched")
        assert not report.events.filter(kind__in=ANSWERED).exists()
        publish_at_desk(desk, mail)
    assert_seen(citizen, report)
    mail.refresh_from_db()
    assert (mail.state, mail.is_by_rule) == ("published", bool(vouched))


def test_by_the_officers_link(
    mails: MailSink, desk: Page, citizen: Page, report: Report, open_context: Callable[..., BrowserContext]
) -> None:
    letter = letter_of(mails, desk, report)
    officer = open_context("desktop").new_page()
    answer_case(officer, link_in(letter, "o"), "We answer, the case goes on", WORDS)
    assert_seen(citizen, report)


def test_in_the_bodys_office(
    mails: MailSink,
    desk: Page,
    citizen: Page,
    report: Report,
    officer: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    letter_of(mails, desk, report)
    context = open_context("desktop")
    signed_in(context, officer)
    office = context.new_page()
    office.goto("/office/")
    office.get_by_role("link", name=report.title).first.click()
    office.get_by_label("It is done").check()
    office.get_by_role("textbox", name="Your answer").fill(WORDS)
    office.get_by_role("button", name="Send the answer").click()
    expect(office.get_by_text("Thank you! Your answer is on the report's page.")).to_be_visible()
    assert_seen(citizen, report)
    report.refresh_from_db()
    assert report.status == Status.AWAITING_CONFIRMATION


def test_a_letter_on_paper_is_entered_at_the_desk(mails: MailSink, desk: Page, citizen: Page, report: Report) -> None:
    letter_of(mails, desk, report)
    desk.goto(reverse("desk_answer", args=[report.reference]))
    desk.get_by_label("by letter").check()
    desk.get_by_label("Answer as published").fill(WORDS)
    desk.get_by_role("button", name="Publish as the answer").click()
    desk.wait_for_url(lambda url: "/answer" not in url)
    assert_seen(citizen, report)
    expect(citizen.locator(".timeline").get_by_text("by letter")).to_be_visible()


# -- The other ways out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_by_rule", [True, False], ids=["by-rule", "at-the-desk"])
def test_out_and_in_by_open311(
    is_by_rule: bool,
    mails: MailSink,
    desk: Page,
    citizen: Page,
    report: Report,
    stub: Open311Stub,
    endpoint: Open311Endpoint,
) -> None:
    Open311Endpoint.objects.update(publishes_updates=is_by_rule)
    forward(desk, report)
    wait_until(lambda: RemoteRequest.objects.filter(state="known").exists(), "the endpoint's number")
    [accepted] = stub.requests
    assert report.reference in accepted.one("description")
    assert mails.to(CONTACT) == []
    # The second after: what is told in full seconds would lie before the sending.
    said_at = w3c(timezone.now() + timedelta(seconds=1))
    stub.say(accepted.number, "in_progress", WORDS, updated_datetime=said_at, always=True)
    tasks.poll_updates()
    if not is_by_rule:
        wait_until(lambda: IncomingMail.objects.filter(state="to_read").exists(), "the update at the desk")
        publish_at_desk(desk, IncomingMail.objects.get())
    assert_seen(citizen, report)
    assert IncomingMail.objects.get().is_by_rule == is_by_rule


def test_out_by_webhook_and_in_by_its_link(
    mails: MailSink,
    desk: Page,
    citizen: Page,
    report: Report,
    receiver: FaultyServer,
    webhook: WebhookEndpoint,
    open_context: Callable[..., BrowserContext],
) -> None:
    is_genuine = verify()

    def check(taken: Taken) -> Reply:
        return Reply(202 if is_genuine(taken.headers, taken.body, webhook.secret) else 401)

    receiver.answer = check  # type: ignore[method-assign]
    forward(desk, report)
    wait_until(lambda: Dispatch.objects.filter(status="sent").exists(), "a delivery that its receiver believes")
    [taken] = receiver.posts()
    told = json.loads(taken.body)
    assert (told["type"], told["data"]["report"]["reference"]) == ("report.sent", report.reference)
    assert mails.to(CONTACT) == []
    officer = open_context("desktop").new_page()
    answer_case(officer, told["data"]["assignment"]["answer_url"], "We answer, the case goes on", WORDS)
    assert_seen(citizen, report)


def test_out_in_a_gathered_mail_and_in_by_one_of_its_addresses(
    mails: MailSink,
    desk: Page,
    citizen: Page,
    report: Report,
    make_report: Callable[..., Report],
    works: Institution,
    by_hook: Callable[[bytes], None],
) -> None:
    Contact.objects.filter(institution=works).update(digest_at=[time(8), time(14)])
    other = make_report(title="Hole at the school")
    for one in (report, other):
        forward(desk, one)
    assert mails.to(CONTACT) == []
    Dispatch.objects.update(next_try_at=timezone.now())
    announce("forwarding.send_dispatch", Dispatch.objects.order_by("pk")[0].pk)
    letter = mails.wait_for(CONTACT)
    assert DispatchDigest.objects.get().message_id == letter["Message-ID"]
    addresses = re.findall(rf"r-\d+-[0-9a-f]{{16}}@{re.escape(django_settings.MAIL_DOMAIN)}", text_of(letter))
    assert len(addresses) == 2
    by_hook(answer(addresses[1], WORDS, In_Reply_To=str(letter["Message-ID"])))
    assert_seen(citizen, other)
    assert not report.events.filter(kind__in=ANSWERED).exists()
    assert len(mails.to(CONTACT)) == 1

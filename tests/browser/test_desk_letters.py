"""Letters, words and answers in a real browser: preview, send, take back by a key, and axe on every page."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding.models import SampleLetter
from reports import links
from reports.actions_words import reply_to_desk, write_reporter
from reports.lifecycle import Status
from reports.models import Assignment, Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

SHOTS = os.environ.get("SHOTS", "")


def look(page: Page, name: str) -> list[str]:
    """What axe finds; with SHOTS a picture, in light and dark."""
    found = check_page(page)
    for scheme in ("light", "dark") if SHOTS else ():
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=f"{SHOTS}/{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_preview_test_send_and_undo_by_a_key(
    screen: str,
    site: str,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    make_report: Callable[..., Report],
    rule: object,
    moderator: Person,
    settings: Any,
) -> None:
    settings.UNDO_SECONDS = 60
    report = make_report(photos=1)
    context = open_context(screen)
    signed_in(context, moderator)
    page = context.new_page()
    page.goto(reverse("desk_case", args=[report.reference]))
    page.locator("button[value=preview]").click()
    letter = page.frame_locator("iframe.letter-frame")
    expect(letter.locator("h1")).to_contain_text(report.title)
    assert letter.locator("img").first.evaluate("(image) => image.complete && image.naturalWidth > 0")
    found = look(page, f"preview-{screen}")
    page.locator("button[value=test]").click()
    expect(page.get_by_role("status").or_(page.locator(".callout, .message")).first).to_be_visible()
    assert SampleLetter.objects.get().person == moderator
    page.locator("button[value=send]").click()
    bar = page.locator(".recent-acts")
    expect(bar.locator("[data-seconds]")).to_contain_text("5", timeout=5000)
    found += look(page, f"sent-{screen}")
    assert Report.objects.get().status == Status.SENT
    page.locator("html[data-desk-keys=awake]").wait_for()
    page.keyboard.press("u")
    expect(page.get_by_text("Undone: ", exact=False).first).to_be_visible()
    assert Report.objects.get().status == Status.SUBMITTED
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_pages_of_letters_words_and_answers(
    screen: str,
    site: str,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    assignment: Assignment,
    moderator: Person,
    reporter: Person,
) -> None:
    report = assignment.report
    write_reporter(report, "Melyik oldalon van pontosan?", actor=moderator)
    reply_to_desk(report, "A páros oldalon, a kapu előtt.", actor=reporter)
    context = open_context(screen)
    page = context.new_page()
    page.goto(reverse("owner", args=[links.sign(links.OWNER, report.pk)]))
    found = look(page, f"owner-{screen}")
    signed_in(context, moderator)
    for name in ("desk_letters", "desk_answer", "desk_word"):
        page.goto(reverse(name, args=[report.reference]))
        for summary in page.locator("details.more > summary").all():
            summary.click()
        found += look(page, f"{name}-{screen}")
    assert not found, "\n".join(found)

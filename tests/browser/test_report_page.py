"""A report's page and its reporter's, in a browser: me too without an account, correcting, opening again, printing."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from forwarding.actions import say_done
from notifications.models import FollowRequest
from reports import links
from reports.actions_solved import confirm_solved
from reports.lifecycle import Status
from reports.models import Assignment, HandlingRating, Report, Support
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_me_too_by_address_alone(open_context: Callable[..., BrowserContext], sent: Report, script: bool) -> None:
    page = open_context("phone", script=script).new_page()
    page.goto(sent.get_absolute_url())
    expect(page.get_by_text("has had it since")).to_be_visible()
    panel = page.locator("#me-too")
    panel.get_by_text("Me too, and tell me").click()
    panel.get_by_label("Your e-mail address").fill("nobody")
    panel.get_by_role("button", name="Send me the mail").click()
    expect(panel.get_by_text("This is not an e-mail address")).to_be_visible()
    expect(panel.get_by_label("Your e-mail address")).to_have_value("nobody")
    panel.get_by_label("Your e-mail address").fill("vendeg@example.org")
    panel.get_by_role("button", name="Send me the mail").click()
    expect(page.locator(".callout-success")).to_contain_text("vendeg@example.org")

    asked = FollowRequest.objects.get()
    page.goto(links.follow_url(sent.pk, asked.email, support=True))
    page.get_by_role("button", name="Yes, me too, and tell me").click()
    expect(page.get_by_role("heading", name="Thank you, you are counted")).to_be_visible()
    assert Support.objects.get().person.email == "vendeg@example.org"
    page.goto(sent.get_absolute_url())
    expect(page.get_by_text("1 more person has this problem too.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_waiting_report_is_corrected(
    open_context: Callable[..., BrowserContext], submitted: Report, script: bool
) -> None:
    page = open_context("phone", script=script).new_page()
    page.goto(f"/own/{links.sign(links.OWNER, submitted.pk)}")
    page.get_by_role("link", name="Correct the report").click()
    page.get_by_label("What is the problem?").fill("Kettő is van.")
    photo: FilePayload = {"name": "k.jpg", "mimeType": "image/jpeg", "buffer": jpeg().getvalue()}
    page.locator("input[type=file]").set_input_files([photo])
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_text("Your changes are saved.")).to_be_visible()
    submitted.refresh_from_db()
    assert (submitted.description, submitted.photos.count()) == ("Kettő is van.", 1)


def test_a_closed_report_is_rated_and_opened_again(phone: Page, assignment: Assignment) -> None:
    say_done(assignment, "Kész.", actor=None)
    report = confirm_solved(assignment.report, actor=assignment.report.reporter)
    phone.goto(f"/own/{links.sign(links.OWNER, report.pk)}")
    phone.get_by_text("So-so").click()
    phone.get_by_role("button", name="Send my opinion").click()
    expect(phone.get_by_role("button", name="Change my opinion")).to_be_visible()
    assert HandlingRating.objects.get().score == 2

    phone.get_by_text("It is not solved, or it is back").click()
    phone.get_by_label("Why should it be open again?").fill("Újra beszakadt.")
    phone.get_by_role("button", name="Open it again").click()
    expect(phone.get_by_text("The report is open again")).to_be_visible()
    report.refresh_from_db()
    assert report.status == Status.IN_PROGRESS


def test_the_map_is_drawn_when_one_comes_near(phone: Page, sent: Report) -> None:
    phone.goto(sent.get_absolute_url())
    phone.locator("#report-map").scroll_into_view_if_needed()
    expect(phone.locator("#report-map .pin")).to_be_visible()
    phone.get_by_role("link", name="Print", exact=True).click()
    expect(phone).to_have_url(re.compile("/print$"))
    expect(phone.get_by_role("button", name="Print")).to_be_visible()


def test_address_is_shared_and_copied(desktop: Page, sent: Report, site: str) -> None:
    """By the device's own sheet where there is one, by the clipboard, by mail, by Facebook's page."""
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desktop.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    desktop.goto(sent.get_absolute_url())
    url = f"{site}{sent.get_absolute_url()}"
    panel = desktop.locator("section[aria-labelledby=share]")

    panel.get_by_role("button", name="Share").click()
    assert desktop.evaluate("window.shared") == {"title": sent.heading, "url": url}
    panel.get_by_role("button", name="Copy the link").click()
    expect(desktop.locator("#share-said")).to_have_text("Copied")
    assert desktop.evaluate("navigator.clipboard.readText()") == url

    for name in ("By mail", "Facebook"):
        assert quote(url, safe="") in (panel.get_by_role("link", name=name).get_attribute("href") or "")
        expect(panel.get_by_role("link", name=name).locator("svg")).to_have_count(1)


def test_sharing_needs_no_script(plain: Page, sent: Report) -> None:
    plain.goto(sent.get_absolute_url())
    panel = plain.locator("section[aria-labelledby=share]")
    expect(panel.get_by_role("button", name="Copy the link")).to_be_hidden()
    expect(panel.get_by_role("link", name="By mail")).to_be_visible()

"""Getting in, in a real browser: by code and half-way, by app and by passkey; sessions ended; each page looked at."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from municipalities.models import Category
from reports.actions_follow import follow_report
from reports.models import Follow, Report
from tests.browser.conftest import Watch
from tests.browser.test_accessibility import check_page
from tests.servers import wait_until


@pytest.fixture
def member(reporter: Person) -> Person:
    Person.objects.filter(pk=reporter.pk).update(language="en")
    EmailAddress.objects.create(user=reporter, email=reporter.email, verified=True, primary=True)
    return reporter


def code_in_mail() -> str:
    wait_until(lambda: bool(mail.outbox), "the mail with the code")
    found = re.search(r"^([0-9]{4}-[0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found.group(1)


def sign_in_by_code(page: Page, person: Person) -> None:
    mail.outbox.clear()
    page.locator("#code-email").fill(person.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_in_mail())
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign Out").click()
    page.wait_for_url(lambda url: "logout" not in url)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_half_way_sign_in_comes_back(
    script: bool, open_context: Callable[..., BrowserContext], member: Person, sent: Report
) -> None:
    page = open_context("phone", script=script).new_page()
    page.goto(sent.get_absolute_url())
    path = f"/accounts/login/?next={sent.get_absolute_url()}"
    page.goto(path)
    if script:
        assert not check_page(page)
    sign_in_by_code(page, member)
    page.wait_for_url(f"**{sent.get_absolute_url()}")
    page.goto("/my/")
    expect(page.get_by_role("heading", name="My page")).to_be_visible()
    expect(page.locator("main").get_by_text(sent.heading).first).to_be_visible()


def totp_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_authenticator_app(desktop: Page, member: Person) -> None:
    desktop.goto("/accounts/login/?next=/accounts/2fa/totp/activate/")
    desktop.locator("input[name=login]").fill(member.email)
    desktop.locator("input[name=password]").fill("pw")
    desktop.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    secret = desktop.locator("#authenticator_secret").input_value()
    found = check_page(desktop)
    desktop.locator("input[name=code]").fill(totp_now(secret))
    desktop.locator("main").get_by_role("button", name="Activate").click()
    desktop.wait_for_url("**/2fa/recovery-codes/**")
    found += check_page(desktop)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    expect(desktop.locator("#recovery_codes")).to_contain_text(codes[0])
    for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/"):
        desktop.goto(path)
        found += check_page(desktop)
    sign_out(desktop)
    desktop.goto("/accounts/login/")
    sign_in_by_code(desktop, member)
    desktop.wait_for_url("**/2fa/authenticate/**")
    found += check_page(desktop)
    desktop.locator("input[name=code]").fill(codes[0])
    desktop.locator("main").get_by_role("button", name="Sign In", exact=True).click()
    desktop.wait_for_url("**/my/")
    assert not found, "\n".join(found)


def test_passkey(
    open_context: Callable[..., BrowserContext], signed_in: Callable[..., None], member: Person, site: str, watch: Watch
) -> None:
    """Chromium's virtual authenticator; a passkey belongs to a name, so not to 127.0.0.1."""
    local = site.replace("127.0.0.1", "localhost")
    watch.site, watch.expected = local, []
    context = open_context("phone", base_url=local)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto("/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.locator("input[name=login]").fill(member.email)
    page.locator("input[name=password]").fill("pw")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/webauthn/add/**")  # who has just signed in is not asked again
    found = check_page(page)
    page.locator("input[name=passwordless]").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main").get_by_text("Passkey", exact=True)).to_be_visible()
    found += check_page(page)
    key = Authenticator.objects.get(type="webauthn").pk
    for path in (f"/accounts/2fa/webauthn/keys/{key}/edit/", f"/accounts/2fa/webauthn/keys/{key}/remove/"):
        page.goto(path)
        found += check_page(page)
    sign_out(page)
    page.goto("/accounts/login/?next=/my/settings")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/my/settings")
    assert not found, "\n".join(found)


def test_session_elsewhere_is_ended(open_context: Callable[..., BrowserContext], member: Person) -> None:
    phone, desktop = open_context("phone").new_page(), open_context("desktop").new_page()
    for page in (phone, desktop):
        page.goto("/accounts/login/")
        sign_in_by_code(page, member)
        page.wait_for_url("**/my/")
    desktop.goto("/accounts/sessions/")
    assert not check_page(desktop)
    for path in ("/my/data", "/my/erase"):  # they ask again who one is, unless one has just signed in
        desktop.goto(path)
        assert desktop.url.endswith(path)
        assert not check_page(desktop)
    desktop.goto("/accounts/sessions/")
    desktop.get_by_role("button", name=re.compile("^End it")).click()
    expect(desktop.get_by_text("Signed out there.")).to_be_visible()
    phone.goto("/my/")
    assert "/accounts/login/" in phone.url
    desktop.goto("/my/")
    expect(desktop.get_by_role("heading", name="My page")).to_be_visible()


def test_my_page_and_settings(
    phone: Page, signed_in: Callable[[BrowserContext, Person], None], member: Person, neighbour: Person, sent: Report
) -> None:
    follow_report(sent, neighbour)
    signed_in(phone.context, neighbour)
    phone.goto("/my/followed")
    phone.get_by_role("button", name="Do not follow").click()
    expect(phone.get_by_text("You follow no report yet")).to_be_visible()
    assert not Follow.objects.exists()

    phone.goto("/my/settings")
    phone.locator("#usual-map.is-ready").click(position={"x": 100, "y": 100})
    expect(phone.locator("#usual-status")).to_contain_text("Chosen")
    phone.locator("#usual-place").get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Saved.")).to_be_visible()
    neighbour.refresh_from_db()
    assert neighbour.default_point
    phone.goto("/map")
    point: Any = neighbour.default_point
    assert phone.locator("#map").get_attribute("data-center") == f"{point.x},{point.y}"


def test_my_reports_on_the_map(
    desktop: Page, signed_in: Callable[[BrowserContext, Person], None], member: Person, submitted: Report
) -> None:
    """Reports that nobody else sees yet are on one's own map."""
    Person.objects.filter(pk=member.pk).update(default_point=submitted.point, default_zoom=16)
    signed_in(desktop.context, member)
    desktop.goto("/my/map")
    expect(desktop.locator("#map-count")).to_contain_text("1 report")
    desktop.locator("#map .map-marker").first.click()
    expect(desktop.locator(".map-popup a")).to_have_text(submitted.heading)


def test_tabs_show_where_more_of_them_are(
    phone: Page, signed_in: Callable[[BrowserContext, Person], None], member: Person
) -> None:
    """On a phone the row scrolls: it fades where it goes on, and the current tab is in view."""
    signed_in(phone.context, member)
    phone.goto("/my/")
    tabs = phone.locator(".tabs")
    expect(tabs).to_have_attribute("data-more", "after")
    phone.goto("/accounts/email/")
    main = phone.locator(".tabs").first
    expect(main).to_have_attribute("data-more", "before")
    expect(main.locator("[aria-current]")).to_be_in_viewport()
    phone.goto("/my/supported")
    expect(tabs).to_have_attribute("data-more", "before after")
    phone.set_viewport_size({"width": 1600, "height": 900})
    expect(tabs).not_to_have_attribute("data-more", re.compile("."))


def test_nothing_lies_below_the_foot_of_a_page(phone: Page, sent: Report) -> None:
    for path in ("/", "/reports", sent.get_absolute_url(), "/report/new"):
        phone.goto(path)
        below = phone.evaluate(
            """() => document.documentElement.scrollHeight
                - document.querySelector(".site-footer").getBoundingClientRect().bottom - window.scrollY"""
        )
        assert below <= 1, path
        # The last line of the foot can be scrolled out from under the bar.
        if phone.locator(".tabbar").count():
            phone.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
            gap = phone.evaluate(
                """() => document.querySelector(".tabbar").getBoundingClientRect().top
                    - document.querySelector(".site-footer-row").getBoundingClientRect().bottom"""
            )
            assert gap >= 0, path


def test_bar_for_sending_is_one_row_on_a_phone(phone: Page, plain: Page, potholes: Category) -> None:
    for page in (phone, plain):
        page.goto("/report/new")
        box = page.locator(".send-bar").bounding_box()
        assert box
        assert box["height"] < 70

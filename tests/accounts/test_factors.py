"""Second factors: an authenticator app, recovery codes, what staff must have; how the secrets lie in the database."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Person
from tests.accounts.conftest import ask_for_code, code_in_mail, is_signed_in, path_in_mail, sign_in, wait_an_hour

pytestmark = pytest.mark.django_db


def totp_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def secret(browser: Client, member: Person, django_capture_on_commit_callbacks: Callable[..., Any]) -> str:
    """The member's authenticator app is on; the browser is signed out again."""
    sign_in(browser, member.email, "pw")
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="authenticator_secret"\s+value="([A-Z2-7]+)"', page)
    assert found
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/2fa/totp/activate/", {"code": totp_code(found[1])})
    browser.post("/accounts/logout/")
    return found[1]


def test_app_is_asked_for_after_the_password(browser: Client, member: Person, secret: str) -> None:
    assert mail.outbox[-1].to == [member.email]  # it was told that a factor was added
    sign_in(browser, member.email, "pw", next="/report/new")
    assert not is_signed_in(browser)
    page = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert (page.status_code, is_signed_in(browser)) == (200, False)
    # The code that switched the app on is used up: the next one is for the next half minute.
    cache.clear()
    response = browser.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert (response.headers["Location"], is_signed_in(browser)) == ("/report/new", True)


@pytest.mark.parametrize("way", ["code", "link", "reset"])
def test_mail_alone_is_not_enough_then(browser: Client, member: Person, secret: str, way: str) -> None:
    if way == "reset":
        browser.post("/accounts/password/reset/", {"email": member.email})
        page = browser.get(path_in_mail("/password/reset/key/"), follow=True)
        new = {"password1": "zold-villamos-48", "password2": "zold-villamos-48"}
        browser.post(page.redirect_chain[-1][0], new)
        sign_in(browser, member.email, "zold-villamos-48")
    else:
        ask_for_code(browser, member.email)
        if way == "link":
            browser.post(path_in_mail("/login/link/"))
        else:
            browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
    assert not is_signed_in(browser)


def test_recovery_code_lets_in_once(browser: Client, member: Person, secret: str) -> None:
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    sign_in(browser, member.email, "pw")
    browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(browser)
    browser.post("/accounts/logout/")
    sign_in(browser, member.email, "pw")
    browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_signed_in(browser)


def test_secrets_do_not_lie_open(member: Person, secret: str, settings: Any) -> None:
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)
    old_key, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-0123456789-abcdefghijklmnopq"
    settings.SECRET_KEY_FALLBACKS = [old_key]
    assert get_adapter().decrypt(row.data["secret"]) == secret


def test_switching_it_off_asks_again(browser: Client, member: Person, secret: str) -> None:
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    sign_in(browser, member.email, "pw")
    browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    wait_an_hour(browser)
    response = browser.post("/accounts/2fa/totp/deactivate/")
    assert "/reauthenticate/" in response.headers["Location"]
    assert Authenticator.objects.filter(type="totp").exists()


# -- Staff --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["moderator", "officer", "employee"])
def test_staff_without_a_factor_are_led_to_it(
    request: pytest.FixtureRequest, role: str, client_of: Callable[[Person | None], Client], settings: Any
) -> None:
    client = client_of(request.getfixturevalue(role))
    assert client.get("/reports").status_code == 200  # off by default
    settings.STAFF_MFA_REQUIRED = True
    for path in ("/desk/", "/office", "/admin/", "/reports", "/my/"):
        assert client.get(path).headers.get("Location") == "/accounts/2fa/", path
    for path in ("/accounts/2fa/", "/healthz"):
        assert client.get(path).status_code in (200, 503), path


def test_staff_with_a_factor_and_citizens_go_on(
    moderator: Person, stranger: Person, client_of: Callable[[Person | None], Client], settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    Authenticator.objects.create(user=moderator, type="totp", data={"secret": "x"})
    assert client_of(moderator).get("/desk/", follow=True).status_code == 200
    assert client_of(stranger).get("/reports").status_code == 200
    assert client_of(None).get("/reports").status_code == 200

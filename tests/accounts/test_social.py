"""Signing in by another site's account, against a fake OpenID Connect provider that speaks real HTTP.

What the provider has verified opens the account of that address; what somebody only claims there opens nothing.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from environs import Env
from pytest_httpserver import HTTPServer

from accounts.models import Person
from jarokelo.providers import social_providers
from tests.accounts.conftest import PASSWORD, code_in_mail, is_signed_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(httpserver: HTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """Switched on by the environment, as an operator does it."""
    base = httpserver.url_for("").rstrip("/")
    monkeypatch.setenv("OIDC_CLIENT_ID", "jarokelo")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "secret")
    monkeypatch.setenv("OIDC_NAME", "Városkártya")
    monkeypatch.setenv("OIDC_SERVER_URL", base)
    settings.SOCIALACCOUNT_PROVIDERS = social_providers(Env())
    httpserver.expect_request("/.well-known/openid-configuration").respond_with_json(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/jwks",
        }
    )
    httpserver.expect_request("/token", method="POST").respond_with_json(
        {"access_token": "t", "token_type": "Bearer", "expires_in": 60}
    )
    return httpserver


def come_from(provider: HTTPServer, browser: Client, claims: dict[str, Any], **query: str) -> Any:
    """Press the button, agree over there, come back."""
    provider.expect_request("/userinfo", headers={"Authorization": "Bearer t"}).respond_with_json(claims)
    away = browser.get("/accounts/oidc/oidc/login/", query)
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["client_id"] == ["jarokelo"]
    assert asked["code_challenge_method"] == ["S256"]
    return browser.get("/accounts/oidc/oidc/login/callback/", {"code": "c", "state": asked["state"][0]})


def claims(email: str, *, verified: bool) -> dict[str, Any]:
    return {"sub": "4711", "email": email, "email_verified": verified, "name": "Kata Kártyás"}


def test_buttons_appear_only_when_set(browser: Client) -> None:
    for path in ("/accounts/login/", "/accounts/signup/"):
        page = browser.get(path).content.decode()
        assert "/3rdparty/" not in page
        assert "oidc" not in page
        assert "google" not in page


def test_button_appears_when_set(browser: Client, provider: HTTPServer) -> None:
    page = browser.get("/accounts/login/?next=/report/new").content.decode()
    assert "Városkártya" in page
    assert "next=%2Freport%2Fnew" in page
    assert "google" not in page


def test_google_and_facebook_are_set_by_environment(browser: Client, settings: Any, monkeypatch: Any) -> None:
    for name in ("GOOGLE", "FACEBOOK"):
        monkeypatch.setenv(f"{name}_CLIENT_ID", "id")
        monkeypatch.setenv(f"{name}_CLIENT_SECRET", "secret")
    settings.SOCIALACCOUNT_PROVIDERS = social_providers(Env())
    page = browser.get("/accounts/login/").content.decode()
    assert "/accounts/google/login/" in page
    assert "/accounts/facebook/login/" in page
    assert browser.get("/accounts/google/login/").headers["Location"].startswith("https://accounts.google.com/")


def test_new_person_by_a_verified_address(browser: Client, provider: HTTPServer) -> None:
    response = come_from(provider, browser, claims("kata@example.org", verified=True), next="/report/new")
    assert (response.headers["Location"], is_signed_in(browser)) == ("/report/new", True)
    person = Person.objects.get()
    assert (person.email, person.name, person.language) == ("kata@example.org", "Kata Kártyás", "en")
    assert not person.has_usable_password()
    assert mail.outbox == []


def test_verified_address_opens_its_account(browser: Client, provider: HTTPServer, member: Person) -> None:
    come_from(provider, browser, claims("Reporter@example.org", verified=True))
    assert browser.session["_auth_user_id"] == str(member.pk)
    member.refresh_from_db()
    assert member.name == "Rita Bejelentő"  # nothing of the account is overwritten
    assert sign_in(Client(), member.email, "pw").status_code == 302


def test_verified_address_of_a_guest_opens_the_guests_reports(
    browser: Client, provider: HTTPServer, guest: Person
) -> None:
    come_from(provider, browser, claims(guest.email, verified=True))
    assert browser.session["_auth_user_id"] == str(guest.pk)
    assert EmailAddress.objects.get(user=guest).verified
    assert Person.objects.get(pk=guest.pk).name == "Géza Vendég"


@pytest.mark.parametrize("whose", ["member", "guest"])
def test_claimed_address_takes_nothing_over(
    request: pytest.FixtureRequest, browser: Client, provider: HTTPServer, whose: str
) -> None:
    person = request.getfixturevalue(whose)
    come_from(provider, browser, claims(person.email, verified=False))
    assert not is_signed_in(browser)
    assert not SocialAccount.objects.exists()
    assert Person.objects.filter(email__iexact=person.email).count() == 1
    assert mail.outbox[-1].to == [person.email]  # only the owner of the address hears of it


def test_claimed_new_address_is_confirmed_by_a_code(browser: Client, provider: HTTPServer) -> None:
    response = come_from(provider, browser, claims("kata@example.org", verified=False))
    assert not is_signed_in(browser)
    browser.post(response.headers["Location"], {"code": code_in_mail()})
    assert is_signed_in(browser)


def test_password_of_a_squatter_is_void(browser: Client, provider: HTTPServer) -> None:
    Client().post("/accounts/signup/", {"email": "kata@example.org", "password1": PASSWORD})
    come_from(provider, browser, claims("kata@example.org", verified=True))
    assert is_signed_in(browser)
    assert not Person.objects.get().has_usable_password()


def test_connect_and_disconnect(browser: Client, provider: HTTPServer, member: Person) -> None:
    sign_in(browser, member.email, "pw")
    come_from(provider, browser, claims("other@example.org", verified=True), process="connect")
    account = SocialAccount.objects.get(user=member)
    page = browser.get("/accounts/3rdparty/").content.decode()
    assert "Városkártya" in page
    browser.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    member.refresh_from_db()
    assert member.email == "reporter@example.org"


def test_forged_answers_of_the_provider_open_nothing(browser: Client, provider: HTTPServer) -> None:
    for query in ({"code": "c", "state": "made-up"}, {"error": "access_denied"}, {}, {"code": "\x00", "state": "\x00"}):
        response = browser.get("/accounts/oidc/oidc/login/callback/", query)
        assert response.status_code in (200, 302, 401, 403), query
    assert not is_signed_in(browser)


def test_provider_that_is_away_is_said(browser: Client, provider: HTTPServer) -> None:
    provider.clear()
    provider.expect_request("/.well-known/openid-configuration").respond_with_data("", status=503)
    response = browser.get("/accounts/oidc/oidc/login/")
    assert response.status_code == 502
    assert b"did not answer" in response.content

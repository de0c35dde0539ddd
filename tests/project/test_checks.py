"""Bad combinations of settings are named, and the demo does not exist where others could reach it."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.checks import Tags, run_checks
from django.test import Client

from accounts.models import Person
from jarokelo.demo import PASSWORD, is_allowed

PRODUCTION = {
    "DEMO": False,
    "ALLOWED_HOSTS": ["jarokelo.example"],
    "SECRET_KEY": "an-example-of-forty-eight-characters-0123456789ab",
    "HTTPS": True,
    "MAIL_DOMAIN": "jarokelo.example",
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
}


@pytest.fixture
def found(settings: Any) -> Callable[..., set[str]]:
    """Ids of our checks that speak up, for production's settings with these changes."""

    def run(**changes: object) -> set[str]:
        for name, value in {**PRODUCTION, **changes}.items():
            setattr(settings, name, value)
        messages = run_checks(tags=[Tags.security], include_deployment_checks=True)
        return {str(message.id) for message in messages if str(message.id).startswith("jarokelo.")}

    return run


@pytest.mark.parametrize(
    ("url", "ids"),
    [("", set()), ("https://nominatim.example", set()), ("nominatim.example", {"jarokelo.E004"}),
     ("ftp://x", {"jarokelo.E004"}), ("https://", {"jarokelo.E004"})],
)  # fmt: skip
def test_geocoder_needs_a_web_address(found: Callable[..., set[str]], url: str, ids: set[str]) -> None:
    assert found(GEOCODER_URL=url) == ids


def test_production_is_clean(found: Callable[..., set[str]]) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"DEMO": True}, {"jarokelo.E001"}),
        ({"DEMO": True, "ALLOWED_HOSTS": ["localhost", "10.0.0.5"]}, {"jarokelo.E001"}),
        ({"DEMO": True, "ALLOWED_HOSTS": ["localhost", ".localhost", "127.0.0.1", "[::1]"]}, set()),
        ({"ALLOWED_HOSTS": ["*"]}, {"jarokelo.E002"}),
        ({"SECRET_KEY": "short"}, {"jarokelo.E003"}),
        ({"SECRET_KEY": "x" * 60}, {"jarokelo.E003"}),
        ({"HTTPS": False}, {"jarokelo.W001"}),
        ({"MAIL_DOMAIN": "localhost"}, {"jarokelo.W002"}),
        ({"SECURE_PROXY_SSL_HEADER": None}, {"jarokelo.W003"}),
    ],
)
def test_what_does_not_go_together(
    found: Callable[..., set[str]], changes: dict[str, object], expected: set[str]
) -> None:
    assert found(**changes) == expected


@pytest.mark.parametrize("host", ["*", ".example.org", "192.168.0.4", "localhost.example.org", "127.evil.example"])
def test_no_demo_where_others_can_reach_it(settings: Any, client: Client, host: str) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["testserver.localhost", host]
    assert not is_allowed()
    assert client.get("/demo/mail/", headers={"host": "testserver.localhost"}).status_code == 404


def test_no_demo_unless_asked_for(settings: Any) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = False, ["localhost"]
    assert not is_allowed()


@pytest.mark.django_db
def test_the_password_that_everybody_knows_opens_nothing_outside_the_demo(settings: Any, client: Client) -> None:
    person = Person.objects.create_user("admin@example.org", PASSWORD, is_staff=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    assert client.login(email=person.email, password=PASSWORD)
    client.logout()
    form = {"login": person.email, "password": PASSWORD}
    for demo, hosts in ((False, ["testserver"]), (True, ["localhost", "testserver"])):
        settings.DEMO, settings.ALLOWED_HOSTS = demo, hosts
        assert client.post("/accounts/login/", form).status_code == 200
        assert client.post("/admin/login/", {"username": person.email, "password": PASSWORD}).status_code == 200
        assert "_auth_user_id" not in client.session

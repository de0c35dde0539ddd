"""What the tests of accounts share: a fresh browser, fresh limits, people with a confirmed address, codes in mails."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Person
from reports.models import Report

PASSWORD = "zold-villamos-47"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def member(reporter: Person) -> Person:
    """`reporter`, with the address confirmed."""
    EmailAddress.objects.create(user=reporter, email=reporter.email, verified=True, primary=True)
    return reporter


@pytest.fixture
def guest(make_report: Callable[..., Report]) -> Person:
    """Reported without an account."""
    guest = Person.objects.for_address("guest@example.org", language="en")
    Person.objects.filter(pk=guest.pk).update(name="Géza Vendég")
    make_report(reporter=guest)
    guest.refresh_from_db()
    return guest


def path_in_mail(part: str = "", number: int = -1) -> str:
    """The first address of ours in the mail that holds `part`."""
    found = re.findall(r"https?://(?:testserver|localhost:8000)(/\S+)", str(mail.outbox[number].body))
    return next(path for path in found if part in path)


def code_in_mail(number: int = -1) -> str:
    found = re.search(r"^([0-9]{4}-[0-9]{4})$", str(mail.outbox[number].body), re.MULTILINE)
    assert found
    return found.group(1)


def sign_in(browser: Client, email: str, password: str, **more: str) -> Any:
    return browser.post("/accounts/login/", {"login": email, "password": password, **more})


def wait_an_hour(browser: Client) -> None:
    """The session is as old as that."""
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 3600} for record in records]
    session.save()


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def ask_for_code(browser: Client, email: str, **more: str) -> Any:
    return browser.post("/accounts/login/code/", {"email": email, **more})

"""Signing in by mail: the code, the link beside it, and the "is it you?" of people without a password."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.sign_in_links import sign_in_url
from tests.accounts.conftest import PASSWORD, ask_for_code, code_in_mail, is_signed_in, path_in_mail, sign_in

pytestmark = pytest.mark.django_db


def link_of(person: Person, next_url: str = "") -> str:
    person.refresh_from_db()
    return sign_in_url(person, next_url).removeprefix("http://localhost:8000")


def test_code_signs_in_and_leads_on(browser: Client, member: Person) -> None:
    response = ask_for_code(browser, member.email, next="/report/new")
    [sent] = mail.outbox
    assert (sent.to, sent.extra_headers["Auto-Submitted"]) == ([member.email], "auto-generated")
    assert sent.subject.startswith("[Járókelő] ")
    response = browser.post(response.headers["Location"], {"code": code_in_mail(), "next": "/report/new"})
    assert response.headers["Location"] == "/report/new"
    assert is_signed_in(browser)


def test_three_wrong_codes_end_it(browser: Client, member: Person) -> None:
    ask_for_code(browser, member.email)
    for _attempt in range(3):
        browser.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
    response = browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
    assert response.headers["Location"].startswith("/accounts/login/")
    assert not is_signed_in(browser)


def test_code_grows_old(browser: Client, member: Person) -> None:
    ask_for_code(browser, member.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
        assert not is_signed_in(browser)


def test_page_tells_nobody_whether_an_address_is_known(browser: Client, member: Person) -> None:
    answers = []
    for address in (member.email, "nobody@example.org"):
        client = Client(headers={"accept-language": "en"})
        response = ask_for_code(client, address)
        page = client.get(response.headers["Location"]).content.decode()
        answers.append((response.status_code, response.headers["Location"], page.count(address), page.count("<form")))
    assert answers[0] == answers[1]
    assert mail.outbox[1].to == ["nobody@example.org"]
    assert "/signup/" in mail.outbox[1].body


def test_codes_are_limited(browser: Client, member: Person) -> None:
    answers = [ask_for_code(Client(), member.email) for _attempt in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [200]
    assert b"field-error" in answers[-1].content
    assert len(mail.outbox) == 5


def test_guests_way_in_is_their_mail(browser: Client, guest: Person) -> None:
    ask_for_code(browser, "Guest@example.org")
    browser.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
    # The address was never confirmed by an account: the code that came there has done it.
    assert is_signed_in(browser)
    assert browser.get("/my/reports").content.decode().count('class="report-row"') == 1
    assert Person.objects.get(email="guest@example.org").pk == guest.pk


# -- The link beside the code -------------------------------------------------------------------------------


def test_link_signs_in_on_another_device_by_a_button(browser: Client, member: Person) -> None:
    ask_for_code(browser, member.email, next="/report/new")
    path = path_in_mail("/login/link/")
    phone = Client(headers={"accept-language": "en"})
    page = phone.get(path)
    assert (page.status_code, is_signed_in(phone)) == (200, False)  # a mail scanner opened it
    response = phone.post(path)
    assert (response.headers["Location"], is_signed_in(phone)) == ("/report/new", True)

    again = Client(headers={"accept-language": "en"})
    response = again.post(path)
    assert (response.status_code, is_signed_in(again)) == (404, False)
    assert b"This link is used up" in response.content


@pytest.mark.parametrize("change", ["time", "password", "address", "inactive"])
def test_link_dies(browser: Client, member: Person, change: str) -> None:
    path = link_of(member)
    if change == "password":
        member.set_password("another")
        member.save()
    if change == "address":
        Person.objects.filter(pk=member.pk).update(email="moved@example.org")
    if change == "inactive":
        Person.objects.filter(pk=member.pk).update(is_active=False)
    later = timezone.now() + timedelta(minutes=61 if change == "time" else 1)
    with time_machine.travel(later):
        assert browser.post(path).status_code == 404
    assert not is_signed_in(browser)


@pytest.mark.parametrize("token", ["x", "WzEsIngiLCIiXQ~1~2", "%00", "~", "a" * 3000])
def test_junk_is_no_link(browser: Client, token: str) -> None:
    assert browser.get(f"/accounts/login/link/{token}/").status_code == 404


def test_link_leads_nowhere_else(browser: Client, member: Person) -> None:
    assert browser.post(link_of(member, "https://evil.example/")).headers["Location"] == "/my/"


def test_link_of_one_ends_the_session_of_another(browser: Client, member: Person, stranger: Person) -> None:
    browser.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.post(link_of(member))
    assert browser.session["_auth_user_id"] == str(member.pk)


def test_link_confirms_a_guests_address(browser: Client, guest: Person) -> None:
    browser.post("/accounts/signup/", {"email": guest.email})
    browser.post("/accounts/logout/")
    browser.post(path_in_mail("/login/link/"))
    assert is_signed_in(browser)
    assert EmailAddress.objects.get(user=guest).verified


def test_password_of_somebody_else_is_void_once_the_owner_comes(browser: Client) -> None:
    """An attacker signs up with a stranger's address and waits; its owner comes by a code or a link."""
    for number, way in enumerate(("code", "link")):
        address = f"victim{number}@example.org"
        Client().post("/accounts/signup/", {"email": address, "password1": PASSWORD})
        owner = Client()
        ask_for_code(owner, address)
        if way == "code":
            owner.post("/accounts/login/code/confirm/", {"code": code_in_mail()})
        else:
            owner.post(path_in_mail("/login/link/"))
        assert is_signed_in(owner), way
        assert not Person.objects.get(email=address).has_usable_password()
        assert sign_in(Client(), address, PASSWORD).status_code == 200  # wrong


# -- Once more: is it you? ----------------------------------------------------------------------------------


@pytest.fixture
def by_mail(browser: Client, member: Person) -> Client:
    """The member, who has no password, an hour after signing in."""
    member.set_unusable_password()
    member.save()
    start = timezone.now() - timedelta(hours=1)
    with time_machine.travel(start):
        browser.post(link_of(member))
    assert is_signed_in(browser)
    return browser


def test_old_session_without_password_is_asked(by_mail: Client, member: Person) -> None:
    response = by_mail.post("/accounts/email/", {"action_add": "", "email": "thief@example.org"})
    assert response.headers["Location"] == "/accounts/reauthenticate/code/?next=/accounts/email/"
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()

    by_mail.post("/accounts/reauthenticate/code/", {"action": "send", "next": "/accounts/email/"})
    assert mail.outbox[-1].to == [member.email]
    by_mail.post("/accounts/reauthenticate/code/", {"action": "check", "code": "0000-0000"})
    assert by_mail.post("/accounts/email/", {"action_add": "", "email": "x@example.org"}).status_code == 302
    assert not EmailAddress.objects.filter(email="x@example.org").exists()
    code = code_in_mail().replace("-", " ")
    response = by_mail.post(
        "/accounts/reauthenticate/code/", {"action": "check", "code": code, "next": "/accounts/email/"}
    )
    assert response.headers["Location"] == "/accounts/email/"
    by_mail.post("/accounts/email/", {"action_add": "", "email": "moved@example.org"})
    assert mail.outbox[-1].to == ["moved@example.org"]


def test_code_of_the_second_question_bears_three_attempts(by_mail: Client) -> None:
    by_mail.post("/accounts/reauthenticate/code/", {"action": "send"})
    for _attempt in range(3):
        page = by_mail.post("/accounts/reauthenticate/code/", {"action": "check", "code": "0000-0000"})
        assert b"field-error" in page.content
    by_mail.post("/accounts/reauthenticate/code/", {"action": "check", "code": code_in_mail()})
    assert by_mail.get("/accounts/password/set/").status_code == 302


def test_fresh_session_sets_a_password_without_more(browser: Client, member: Person) -> None:
    member.set_unusable_password()
    member.save()
    browser.post(link_of(member))
    browser.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(Client(), member.email, PASSWORD).status_code == 302
    assert mail.outbox[-1].to == [member.email]  # and they are told

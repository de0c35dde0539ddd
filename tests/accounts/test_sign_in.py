"""Accounts: signing up, in and out, a new password; a guest's row becomes the account of who owns the address."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils.translation import gettext, override

from accounts.models import Person
from municipalities.models import Area
from reports.models import Report
from tests.accounts.conftest import PASSWORD, code_in_mail, is_signed_in, sign_in, wait_an_hour

pytestmark = pytest.mark.django_db


def link_in_mail(number: int = -1) -> str:
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[number].body))
    assert found
    return found.group(1)


def set_password(browser: Client, link: str, password: str) -> Any:
    page = browser.get(link, follow=True)
    return browser.post(
        page.redirect_chain[-1][0] if page.redirect_chain else link, {"password1": password, "password2": password}
    )


def test_sign_up_confirm_out_and_in_again(browser: Client) -> None:
    response = browser.post("/accounts/signup/", {"email": "Uj.Ember@example.org", "password1": PASSWORD})
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(browser)
    [confirmation] = mail.outbox
    assert confirmation.to == ["uj.ember@example.org"]
    assert confirmation.from_email == "Járókelő <noreply@localhost>"
    assert confirmation.extra_headers["Auto-Submitted"] == "auto-generated"
    browser.get("/accounts/confirm-email/")
    browser.post("/accounts/confirm-email/", {"code": "0000-0000"})
    assert not EmailAddress.objects.get().verified
    browser.post("/accounts/confirm-email/", {"code": code_in_mail()})
    assert EmailAddress.objects.get().verified
    assert is_signed_in(browser)
    browser.post("/accounts/logout/")
    assert not is_signed_in(browser)
    assert sign_in(browser, "uj.ember@example.org", PASSWORD).status_code == 302
    assert is_signed_in(browser)
    assert Person.objects.get().email == "uj.ember@example.org"


def test_an_address_alone_is_enough(browser: Client) -> None:
    response = browser.post("/accounts/signup/?next=/report/new", {"email": "new@example.org", "next": "/report/new"})
    assert response.headers["Location"].startswith("/accounts/confirm-email/")
    response = browser.post(response.headers["Location"], {"code": code_in_mail(), "next": "/report/new"})
    assert response.headers["Location"] == "/report/new"
    assert is_signed_in(browser)
    person = Person.objects.get()
    assert not person.has_usable_password()
    assert person.language == "en"  # of the page where they signed up


def test_mails_speak_the_persons_language(browser: Client) -> None:
    Person.objects.create_user("magyar@example.org", "pw", language="hu")
    browser.post("/accounts/password/reset/", {"email": "magyar@example.org"})
    browser.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    with override("hu"):
        hungarian = gettext("A new password")
    assert [message.subject for message in mail.outbox] == [
        f"[Járókelő] {hungarian}",
        "[Járókelő] There is no account with this address",
    ]


def test_unconfirmed_address_opens_nothing(browser: Client) -> None:
    browser.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    response = sign_in(browser, "new@example.org", PASSWORD)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(browser)
    assert len(mail.outbox) == 1  # one mail an hour


# -- Guests -------------------------------------------------------------------------------------------------


def test_guest_signing_up_stays_one_person(browser: Client, guest: Person) -> None:
    response = browser.post("/accounts/signup/", {"email": "Guest@Example.org", "password1": PASSWORD})
    assert response.headers["Location"] == "/accounts/confirm-email/"  # the page tells nobody that we know the address
    [invitation] = mail.outbox
    assert "We know it from your reports" in invitation.body
    guest.refresh_from_db()
    assert not guest.has_usable_password()  # what was typed in the form sets nothing
    assert sign_in(Client(), "guest@example.org", PASSWORD).status_code == 200

    set_password(browser, link_in_mail(), "piros-troli-83")
    browser.post("/accounts/logout/")
    response = sign_in(browser, "guest@example.org", "piros-troli-83")
    assert response.status_code == 302
    assert is_signed_in(browser)
    assert [message.subject for message in mail.outbox][1:] == ["[Járókelő] Your password has changed"]
    person = Person.objects.get(email="guest@example.org")
    assert (person.pk, person.name, person.language) == (guest.pk, "Géza Vendég", "en")
    assert person.reports.count() == 1
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("guest@example.org", True, True)


def test_guests_address_gets_one_mail_an_hour(browser: Client, guest: Person) -> None:
    for _attempt in range(3):
        browser.post("/accounts/signup/", {"email": "guest@example.org", "password1": PASSWORD})
    assert len(mail.outbox) == 1


def test_known_address_is_told_and_keeps_its_password(browser: Client, member: Person) -> None:
    browser.post("/accounts/signup/", {"email": member.email, "password1": PASSWORD})
    assert Person.objects.filter(email=member.email).count() == 1
    assert mail.outbox[0].to == [member.email]
    assert sign_in(Client(), member.email, PASSWORD).status_code == 200
    assert sign_in(Client(), member.email, "pw").status_code == 302


# -- Passwords and addresses --------------------------------------------------------------------------------


def test_new_password_by_mail(browser: Client, member: Person) -> None:
    assert browser.post("/accounts/password/reset/", {"email": member.email}).status_code == 302
    link = link_in_mail()
    set_password(browser, link, PASSWORD)
    assert sign_in(browser, member.email, "pw").status_code == 200
    assert sign_in(browser, member.email, PASSWORD).status_code == 302
    assert b"password1" not in browser.get(link, follow=True).content  # works once


def test_reset_confirms_no_other_address(browser: Client, member: Person) -> None:
    EmailAddress.objects.filter(user=member).update(verified=False)
    EmailAddress.objects.create(user=member, email="second@example.org", verified=False, primary=False)
    browser.post("/accounts/password/reset/", {"email": member.email})
    set_password(browser, link_in_mail(), PASSWORD)
    assert not EmailAddress.objects.filter(verified=True).exists()


def confirm_it_is_me(browser: Client, password: str = "pw") -> None:
    assert browser.post("/accounts/reauthenticate/", {"password": password}).status_code == 302


def test_changed_address_is_the_persons_address(browser: Client, member: Person) -> None:
    sign_in(browser, member.email, "pw")
    wait_an_hour(browser)
    response = browser.post("/accounts/email/", {"action_add": "", "email": "moved@example.org"})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")  # a stolen session is not enough
    confirm_it_is_me(browser)
    browser.post("/accounts/email/", {"action_add": "", "email": "moved@example.org"})
    member.refresh_from_db()
    assert member.email == "reporter@example.org"  # until it is confirmed
    assert mail.outbox[-1].to == ["moved@example.org"]
    assert "/login/link/" not in mail.outbox[-1].body
    browser.post("/accounts/confirm-email/", {"code": code_in_mail()})
    member.refresh_from_db()
    assert member.email == "moved@example.org"
    assert [(row.email, row.verified) for row in EmailAddress.objects.all()] == [("moved@example.org", True)]
    assert mail.outbox[-1].to == ["reporter@example.org"]  # the old address is told
    assert "moved@example.org" in mail.outbox[-1].body


def test_address_of_somebody_else_cannot_be_taken(browser: Client, member: Person, guest: Person) -> None:
    sign_in(browser, member.email, "pw")
    confirm_it_is_me(browser)
    for address in ("guest@example.org", "GUEST@example.org"):
        response = browser.post("/accounts/email/", {"action_add": "", "email": address}, follow=True)
        assert response.status_code in (200, 429)  # one mail an hour, whoever has the address
    assert mail.outbox == [] or "code" not in mail.outbox[-1].subject
    member.refresh_from_db()
    assert member.email == "reporter@example.org"
    assert not EmailAddress.objects.filter(email="guest@example.org", verified=True).exists()


def test_wrong_password_is_said_without_saying_which(browser: Client, member: Person) -> None:
    known = sign_in(browser, member.email, "wrong")
    unknown = sign_in(browser, "nobody@example.org", "wrong")
    for response in (known, unknown):
        assert response.status_code == 200
        assert "are not correct" in response.content.decode()
    assert not is_signed_in(browser)


def test_too_many_attempts(browser: Client, member: Person) -> None:
    for _attempt in range(6):
        response = sign_in(browser, member.email, "wrong")
    assert "Too many failed" in response.content.decode()
    assert sign_in(browser, member.email, "pw").status_code == 200  # even the right one waits
    for _attempt in range(4):
        response = browser.post("/accounts/password/reset/", {"email": member.email})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/report/new", "/report/new"),
        ("https://evil.example/", "/my/"),
        ("//evil.example/", "/my/"),
        ("javascript:x", "/my/"),
    ],
)
def test_next_leads_nowhere_else(browser: Client, member: Person, wanted: str, reached: str) -> None:
    response = sign_in(browser, member.email, "pw", next=wanted)
    assert response.headers["Location"] == reached


# -- Reporting with an account ------------------------------------------------------------------------------


def test_signed_in_citizen_reports_without_address_field(browser: Client, member: Person, district: Area) -> None:
    sign_in(browser, member.email, "pw")
    assert b'name="email"' not in browser.get("/report/new").content
    form = {
        "description": "Kátyú.",
        "no_photo_reason": "Sötét volt.",
        "latitude": "47.45",
        "longitude": "19.05",
        "email": "smuggled@example.org",
    }
    browser.post("/report/new", form)
    report = Report.objects.get()
    assert (report.reporter, report.status) == (member, "submitted")
    assert not Person.objects.filter(email="smuggled@example.org").exists()


def test_inactive_person_stays_outside(browser: Client, member: Person) -> None:
    Person.objects.filter(pk=member.pk).update(is_active=False)
    response = sign_in(browser, member.email, "pw")
    assert not is_signed_in(browser)
    assert response.status_code in (200, 302)
    browser.post("/accounts/password/reset/", {"email": member.email})
    assert "nem tartozik fiók" in mail.outbox[-1].subject

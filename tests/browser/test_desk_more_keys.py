"""Keys beyond the decision itself: photos, private, taking and giving, what has a page of its own, lists and mails."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding.models import IncomingMail
from moderation.models import Claim
from municipalities.models import Membership, Responsibility
from reports.actions_comments import write_comment
from reports.lifecycle import Status
from reports.models import Assignment, Comment, Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    moderator: Person,
) -> Page:
    """A senior's: has every right of the desk but an employee's."""
    Membership.objects.filter(person=moderator).update(role="senior")
    context = open_context("desktop")
    signed_in(context, moderator)
    return context.new_page()


def go(page: Page, url: str) -> None:
    page.goto(url)
    wait(page)


def wait(page: Page) -> None:
    page.locator("html[data-desk-keys=awake]").wait_for()


def follow(page: Page, *keys: str) -> None:
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)
    wait(page)


def test_what_has_a_page_of_its_own(page: Page, sent: Report, rule: Responsibility) -> None:
    case = f"/desk/{sent.reference}"
    for digit, end in {"1": "split", "2": "highlight", "3": "letters", "4": "answer"}.items():
        go(page, case)
        follow(page, "x", digit)
        assert page.url.endswith(f"{case}/{end}")
        follow(page, "g")
        assert page.url.endswith(case)
    go(page, case)
    follow(page, "v")
    assert page.url.endswith(f"{case}/preview")


def test_private_and_who_has_it(page: Page, submitted: Report, rule: Responsibility, employee: Person) -> None:
    go(page, f"/desk/{submitted.reference}")
    page.keyboard.press("y")
    expect(page.locator("#id_is_private")).to_be_checked()
    expect(page.locator("#id_is_private")).to_be_focused()
    page.keyboard.press("y")
    expect(page.locator("#id_is_private")).not_to_be_checked()
    follow(page, "k")
    assert Claim.objects.get().report == submitted
    page.keyboard.press("j")
    expect(page.locator("#give-to")).to_be_focused()
    page.keyboard.press("Escape")
    follow(page, "k")
    assert not Claim.objects.exists()


def test_photos_are_hidden_shown_and_edited_by_keys(page: Page, make_report: Callable[..., Report]) -> None:
    report = make_report(photos=2)
    go(page, f"/desk/{report.reference}")
    follow(page, "p", "ArrowRight", "h")
    assert [photo.is_hidden for photo in report.photos.order_by("pk")] == [False, True]
    follow(page, "p", "ArrowRight", "b")
    assert [photo.is_hidden for photo in report.photos.order_by("pk")] == [False, False]
    follow(page, "p", "e")
    assert re.search(rf"/desk/{report.reference}/photos/\d+$", page.url)
    follow(page, "g")
    assert page.url.endswith(f"/desk/{report.reference}")


def test_comments_by_keys(page: Page, sent: Report, neighbour: Person, stranger: Person) -> None:
    words = "Kurva élet, még mindig ott van."
    first, second = (write_comment(sent, words, author=who, confirmed=True) for who in (neighbour, stranger))
    go(page, "/desk/?queue=talk")
    follow(page, "1")
    follow(page, "2")
    assert Comment.objects.get(pk=first.pk).status == "shown"
    assert Comment.objects.get(pk=second.pk).status == "hidden"


def test_mails_by_keys(page: Page, assignment: Assignment, submitted: Report) -> None:
    def mail(to: Assignment | None, number: int) -> IncomingMail:
        return IncomingMail.objects.create(
            raw=b"x", digest=str(number).zfill(64), sender="a@utkezelo.example", subject="Válasz", text="Javítjuk.",
            state="to_read" if to else "unmatched", assignment=to,
        )  # fmt: skip

    answer, filed, lost = mail(assignment, 1), mail(assignment, 2), mail(None, 3)
    go(page, f"/desk/mail/{answer.pk}?queue=answers")
    follow(page, "s")
    go(page, f"/desk/mail/{filed.pk}?queue=answers")
    follow(page, "0")
    go(page, f"/desk/mail/{lost.pk}?queue=unmatched")
    page.keyboard.press("/")
    page.keyboard.type(submitted.reference)
    follow(page, "Enter")
    follow(page, "1")
    states = {mail.pk: (mail.state, mail.assignment) for mail in IncomingMail.objects.all()}
    assert states[answer.pk] == ("published", assignment)
    assert states[filed.pk] == ("filed", assignment)
    assert states[lost.pk] == ("to_read", assignment)
    submitted.refresh_from_db()
    assert submitted.status == Status.IN_PROGRESS


@pytest.mark.parametrize(
    "url", ["history", "team", "texts", "bulk", "filters", "new", "texts/new", "?queue=failed", "keys"]
)
def test_every_page_shows_the_keys_and_leads_back(page: Page, url: str, submitted: Report) -> None:
    go(page, f"/desk/{url}")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of the desk")
    expect(dialog).to_be_visible()
    if url == "history":
        assert check_page(page) == []
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    if url[0] != "?":
        follow(page, "g")
        assert re.search(r"/desk/(texts|history)?(\?.*)?$", page.url)

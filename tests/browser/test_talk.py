"""What people say under a report, in a real browser: comment, proof with a photo, the desk's press, the solved page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding.actions import say_done
from reports.models import Assignment, Comment, Report
from tests.conftest import jpeg
from tests.servers import MailSink, wait_until

from .conftest import Watch
from .test_accessibility import check_page
from .test_journey import link_in

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[BrowserContext, Person], None]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "after.jpg"
    path.write_bytes(jpeg("#3a7d44", (800, 600)).read())
    return path


def write(page: Page, report: Report, text: str, **fields: str) -> None:
    page.goto(report.get_absolute_url())
    page.get_by_text("Write a comment").click()
    form = page.locator("#comment-form")
    form.get_by_label("Your comment").fill(text)
    for label, value in fields.items():
        form.get_by_label(label.replace("_", " ")).fill(value)
    form.get_by_role("button", name="Send the comment").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_guest_comments_from_a_phone(
    script: bool, open_context: Callable[..., BrowserContext], mails: MailSink, sent: Report, neighbour: Person
) -> None:
    page = open_context("phone", script=script).new_page()
    write(page, sent, "It is still there, I passed by today.", **{"Your e-mail address": "guest@example.org"})
    expect(page.get_by_text("We sent a mail to guest@example.org.")).to_be_visible()
    expect(page.locator(".comment")).to_have_count(0)
    wait_until(lambda: any("guest@example.org" in str(mail["To"]) for mail in mails.mails), "the question")
    question = next(mail for mail in mails.mails if "guest@example.org" in str(mail["To"]))
    page.goto(link_in(question, "comment"))
    page.get_by_role("button", name="Yes, it is mine: send it").click()
    expect(page.get_by_role("heading", name="Your comment")).to_be_visible()
    page.get_by_label("Your comment").fill("It is still there: I passed by this morning.")
    page.get_by_role("button", name="Save the change").click()
    page.get_by_role("link", name="To the report").click()
    expect(page.locator(".comment")).to_contain_text("I passed by this morning.")
    if script:
        assert check_page(page) == []


def test_who_is_signed_in_comments_and_takes_it_back(
    open_context: Callable[..., BrowserContext], signed_in: SignIn, sent: Report, neighbour: Person
) -> None:
    context = open_context("phone")
    signed_in(context, neighbour)
    page = context.new_page()
    write(page, sent, "I see it from my window.", **{"Name to be shown": "Norbi"})
    comment = page.locator(".comment")
    expect(comment).to_contain_text("Norbi")
    assert page.url.endswith(f"#comment-{Comment.objects.get().pk}")
    comment.get_by_role("link", name="Change or take back").click()
    assert check_page(page) == []
    page.get_by_role("button", name="Take the comment back").click()
    page.get_by_role("link", name="To the report").click()
    expect(page.locator(".comment")).to_have_count(0)


def test_a_passer_bys_photo_solves_it(
    open_context: Callable[..., BrowserContext],
    signed_in: SignIn,
    assignment: Assignment,
    neighbour: Person,
    moderator: Person,
    photo: Path,
    watch: Watch,
) -> None:
    watch.expected.append("400 (Bad Request)")
    say_done(assignment, "Done.", actor=None)
    report = assignment.report
    street, desk = open_context("phone"), open_context("desktop")
    signed_in(street, neighbour)
    signed_in(desk, moderator)
    page = street.new_page()
    page.goto(report.get_absolute_url())
    page.get_by_role("link", name="Tell us what you saw").click()
    page.get_by_label("Yes, it is solved").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#id_photos_error")).to_be_visible()
    assert check_page(page) == []
    page.locator("#id_photos").set_input_files(photo)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you for going to see!")).to_be_visible()

    tab = desk.new_page()
    tab.goto("/desk/?queue=talk")
    expect(tab.get_by_role("heading", name="A passer-by says: it is solved")).to_be_visible()
    assert check_page(tab) == []
    accept = tab.get_by_role("button", name="Accept: it is solved")
    accept.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Passer-by's word accepted").first).to_be_visible()
    assert check_page(tab) == []

    page.goto(report.get_absolute_url())
    expect(page.get_by_text("Solved: a passer-by's photo proves it.")).to_be_visible()
    expect(page.locator(".timeline img")).to_have_count(1)
    assert check_page(page) == []
    tab.get_by_role("button", name="Take it back").click()
    page.reload()
    expect(page.locator(".timeline img")).to_have_count(0)


def test_something_wrong_with_this(
    open_context: Callable[..., BrowserContext], signed_in: SignIn, sent: Report, moderator: Person, watch: Watch
) -> None:
    watch.expected.append("400 (Bad Request)")
    page = open_context("phone").new_page()
    page.goto(sent.get_absolute_url())
    page.get_by_role("link", name="Something wrong with this?").click()
    page.get_by_role("button", name="Tell the volunteers").click()
    page.locator("#form-errors").wait_for()
    assert check_page(page) == []
    page.get_by_label("It is not a public matter").check()
    page.get_by_role("button", name="Tell the volunteers").click()
    expect(page.get_by_text("Thank you! A volunteer looks at it.")).to_be_visible()
    context = open_context("phone")
    signed_in(context, moderator)
    tab = context.new_page()
    tab.goto("/desk/?queue=flagged")
    tab.get_by_role("button", name="Nothing wrong").click()
    expect(tab.get_by_text("Nobody points at anything.")).to_be_visible()
    assert check_page(tab) == []

"""Pages of the desk that are reached by pressing: many at once, a reporter, answers filled in, saved texts, a call."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from moderation.bulk import run_bulk
from moderation.models import Bulk, Handoff, SavedText
from municipalities.models import Category, Question, Responsibility
from reports.lifecycle import Status
from reports.models import Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["phone", "desktop"])
def page(
    request: pytest.FixtureRequest,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    employee: Person,
) -> Page:
    context = open_context(request.param)
    signed_in(context, employee)
    return context.new_page()


def test_many_at_once(page: Page, make_report: Callable[..., Report], rule: Responsibility) -> None:
    """Choose, see what would change, do it, take it back."""
    first, second, third = (make_report(title=f"Kátyú {number}") for number in range(3))
    page.goto("/desk/bulk?status=submitted")
    page.get_by_role("checkbox", name="Kátyú 1").uncheck()
    page.get_by_label("What to do").select_option("reject")
    page.get_by_label("Reason").select_option("no_place")
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_role("heading", name="What will change")).to_be_visible()
    assert check_page(page) == []
    expect(page.locator(".log li")).to_have_count(2)
    assert set(Report.objects.values_list("status", flat=True)) == {Status.SUBMITTED}
    page.locator("button[name=do]").click()
    page.wait_for_url(re.compile(r"/desk/bulk/\d+"))
    bulk = Bulk.objects.get()
    run_bulk(bulk.pk)
    page.goto(f"/desk/bulk/{bulk.pk}")
    assert check_page(page) == []
    for report, status in ((first, Status.REJECTED), (second, Status.SUBMITTED), (third, Status.REJECTED)):
        report.refresh_from_db()
        assert report.status == status
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_text("being undone")).to_be_visible()
    run_bulk(bulk.pk)
    assert set(Report.objects.values_list("status", flat=True)) == {Status.SUBMITTED}


def test_a_saved_text_is_pressed_into_the_field(page: Page, submitted: Report, rule: Responsibility) -> None:
    SavedText.objects.create(act="ask", name="Hol?", texts={"hu": "Hol van: {address}?"})
    page.goto(f"/desk/{submitted.reference}")
    part = page.locator("details", has=page.locator("#id_ask_text")).last
    part.locator("summary").first.click()
    part.get_by_text("Saved texts").click()
    part.get_by_role("button", name="Hol?").click()
    expect(page.locator("#id_ask_text")).to_have_value(f"Hol van: {submitted.address}?")
    expect(page.locator("#ask-button")).to_be_focused()


def test_a_call_in_a_note_reaches_the_colleague(
    page: Page, submitted: Report, rule: Responsibility, moderator: Person, employee: Person
) -> None:
    page.goto(f"/desk/{submitted.reference}")
    part = page.locator("details", has=page.locator("#id_note_text")).last
    part.locator("summary").first.click()
    page.locator("#id_note_text").fill("@monika szerinted?")
    part.get_by_role("button", name="Keep the note").click()
    expect(page.locator(".timeline-desk")).to_contain_text("@monika szerinted?")
    word = Handoff.objects.get()
    assert (word.kind, word.person, word.by) == ("mentioned", moderator, employee)


def test_the_reporters_page(page: Page, submitted: Report, reporter: Person) -> None:
    page.goto(f"/desk/{submitted.reference}")
    page.get_by_role("button", name="Show name and address").click()
    expect(page.get_by_role("link", name=reporter.email)).to_be_visible()
    assert check_page(page) == []


def test_answers_filled_in(page: Page, submitted: Report, potholes: Category) -> None:
    Question.objects.create(category=potholes, code="size", texts={"hu": "Mekkora?", "en": "How large?"}, kind="text")
    page.goto(f"/desk/{submitted.reference}/answers")
    expect(page.get_by_role("heading", name="Fill in the answers")).to_be_visible()
    assert check_page(page) == []

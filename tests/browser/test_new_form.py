"""The form of a new report in a real browser: chips, questions, the stopper, the preview, signing in half-way."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from municipalities.models import Area, Category, Question
from reports import links
from reports.models import Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

NO = {"code": "no", "texts": {"hu": "Nem", "en": "No"}}
YES = {"code": "yes", "texts": {"hu": "Igen", "en": "Yes"}, "stops": {"hu": "Hívd a 112-t!", "en": "Call 112!"}}


@pytest.fixture
def asking(potholes: Category, parks: Category) -> Category:
    """Potholes, with words that tell them and a question that may stop the form."""
    potholes.keywords = {"hu": ["kátyú"], "en": ["pothole", "hole"]}
    potholes.save()
    texts = {"hu": "Veszélyben van valaki?", "en": "Is somebody in danger?"}
    Question.objects.create(
        category=potholes, code="danger", kind="choice", texts=texts, options=[YES, NO], is_required=True
    )
    return potholes


def test_own_correction_asks_what_the_new_category_asks(
    phone: Page, make_report: Callable[..., Report], asking: Category, parks: Category
) -> None:
    report = make_report(category=parks)
    phone.goto(f"/own/{links.sign(links.OWNER, report.pk)}/edit")
    assert not phone.locator("#questions-title").count()
    phone.get_by_label("Category").select_option(str(asking.pk))
    phone.get_by_label("Yes").check()
    expect(phone.locator("[data-stop-value=yes]")).to_be_visible()
    phone.get_by_label("No", exact=True).check()
    expect(phone.locator("[data-stop-value=yes]")).to_be_hidden()
    assert not check_page(phone)
    phone.get_by_role("button", name="Save the changes").click()
    expect(phone.get_by_text("Your changes are saved.")).to_be_visible()
    assert dict(report.answers.current().values_list("code", "text")) == {"danger": "No"}


def begin(page: Page, words: str = "A deep pothole on the corner of the street.") -> None:
    page.goto("/report/new?lat=47.45&lon=19.05")
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")
    page.get_by_label("What is the problem?").fill(words)


def test_chips_questions_stopper_and_preview(phone: Page, district: Area, asking: Category) -> None:
    begin(phone)
    chip = phone.get_by_role("button", name=re.compile("Pothole"))
    expect(chip).to_contain_text("because of")
    chip.click()
    expect(phone.get_by_label("Category", exact=False).last).to_have_value(str(asking.pk))
    expect(phone.get_by_role("button", name=re.compile("Pothole"))).to_have_attribute("aria-pressed", "true")

    # The question comes in at once; its dangerous answer says what to do before anything is sent.
    phone.get_by_label("Yes").check()
    expect(phone.locator("[data-stop-value=yes]")).to_be_visible()
    phone.get_by_label("Your e-mail address").fill("guest@example.org")
    phone.get_by_label("Your name").fill("Vera")
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.locator("#form-stopped")).to_be_focused()
    expect(phone.locator("#form-stopped")).to_contain_text("The report was not sent")
    assert not Report.objects.exists()

    phone.get_by_label("No", exact=True).check()
    expect(phone.locator("[data-stop-value=yes]")).to_be_hidden()
    phone.get_by_role("button", name="Preview").click()
    expect(phone.locator("#preview-note")).to_contain_text("Nothing is sent yet")
    expect(phone.locator("article")).to_contain_text("Is somebody in danger?")
    assert not Report.objects.exists()

    # "Back" is the way to change something, too.
    phone.go_back()
    expect(phone.get_by_label("Your name")).to_have_value("Vera")
    phone.get_by_role("button", name="Preview").click()
    expect(phone.locator("#preview-note")).to_be_visible()
    phone.get_by_role("button", name="Send the report").click()
    phone.wait_for_url("**/report/done/**")

    report = Report.objects.get()
    assert (report.category, report.reporter_name) == (asking, "Vera")
    assert report.answers.get().text == "No"

    # Several in a row.
    phone.get_by_role("link", name="Another one here").click()
    expect(phone.get_by_label("Your name")).to_have_value("Vera")
    expect(phone.locator("#id_latitude")).to_have_value("47.45")
    expect(phone.get_by_label("What is the problem?")).to_have_value("")


def test_list_is_searched_by_keyboard_and_hints_come(desktop: Page, district: Area, asking: Category) -> None:
    begin(desktop, "Call me: 06 30 123 4567")
    expect(desktop.locator("#hints")).to_contain_text("This looks like a phone number.")
    expect(desktop.locator("#hints")).to_contain_text("06 30 123 4567")

    desktop.get_by_label("Find a category").fill("par")
    expect(desktop.locator("#category-found button")).to_have_text(["Park"])
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#id_category option:checked")).to_have_text("Park")
    assert not Report.objects.exists()
    desktop.get_by_label("Find a category").fill("nincsilyen")
    expect(desktop.locator("#category-found")).to_contain_text("No category has this word")


def test_praise_says_whether_it_is_public(phone: Page, district: Area) -> None:
    phone.goto("/report/new")
    public = phone.get_by_label("Everybody may read the praise")
    expect(public).to_be_hidden()
    phone.get_by_label("Praise, thanks").check()
    expect(public).to_be_checked()


def test_signing_in_half_way_loses_nothing(phone: Page, district: Area, neighbour: Person) -> None:
    EmailAddress.objects.create(user=neighbour, email=neighbour.email, verified=True, primary=True)
    neighbour.set_password("a-long-pass-word")
    neighbour.save()
    begin(phone)
    phone.get_by_label("Short title").fill("On the corner")
    phone.get_by_role("button", name="Sign in instead").click()
    phone.wait_for_url("**/accounts/login/**")
    phone.locator('input[name="login"]').fill(neighbour.email)
    phone.locator('input[name="password"]').fill("a-long-pass-word")
    phone.locator('input[name="password"]').press("Enter")

    phone.wait_for_url("**/report/new?typed=1")
    expect(phone.get_by_label("Short title")).to_have_value("On the corner")
    expect(phone.locator("#id_latitude")).to_have_value("47.45")
    phone.get_by_role("button", name="Send the report").click()
    phone.wait_for_url("**/report/done/**")
    report = Report.objects.get()
    assert (report.reporter, report.title, report.status) == (neighbour, "On the corner", "submitted")


def test_without_javascript(plain: Page, district: Area, asking: Category) -> None:
    begin(plain)
    plain.get_by_role("button", name="Suggest a category").click()
    plain.get_by_label(re.compile("Pothole")).check()
    plain.get_by_role("button", name="Next questions").click()
    plain.get_by_label("No", exact=True).check()
    plain.get_by_label("Your e-mail address").fill("guest@example.org")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.locator("article")).to_contain_text("Is somebody in danger?")
    plain.get_by_role("button", name="Change").click()
    expect(plain.get_by_label("Your e-mail address")).to_have_value("guest@example.org")
    plain.get_by_role("button", name="Send the report").click()
    expect(plain.locator("#reference")).to_be_visible()
    assert Report.objects.get().answers.get().value == "no"


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_axe_finds_nothing_on_the_way(
    open_context: Callable[..., BrowserContext], district: Area, asking: Category, screen: str
) -> None:
    """With chips, hints, questions and the stopper on the page; in the preview; the privacy notice."""
    page = open_context(screen).new_page()
    begin(page, "A pothole, call me: 06 30 123 4567")
    page.get_by_role("button", name=re.compile("Pothole")).click()
    page.get_by_label("Yes").check()
    page.get_by_label("Find a category").fill("p")
    expect(page.locator("[data-stop-value=yes]")).to_be_visible()
    found = check_page(page)
    page.get_by_label("Your e-mail address").fill("guest@example.org")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("#form-stopped")).to_be_focused()
    found += check_page(page)
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview-note")).to_be_visible()
    found += check_page(page)
    page.goto("/privacy")
    found += check_page(page)
    assert not found, "\n".join(found)


def test_form_stays_light(open_context: Callable[..., BrowserContext], district: Area, asking: Category) -> None:
    """Under 300 kB before photos, as it goes over the wire without compression of ours."""
    page = open_context("phone").new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())) if response.ok else None)
    page.goto("/report/new")
    expect(page.locator("#category-find")).to_be_visible()
    assert sum(sizes) > 0
    print(f"the form weighs {sum(sizes) / 1000:.0f} kB uncompressed in {len(sizes)} files")  # noqa: T201

""" "Is it this one?" comes while one writes, and "me too" is one press."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from municipalities.models import Area
from reports.models import Report, Support

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = "/report/new?lat=47.45005&lon=19.05"
WORDS = "Mély kátyú a sarkon, veszélyes"


@pytest.fixture
def published(make_report: Callable[..., Report]) -> Report:
    report = make_report()
    Report.objects.filter(pk=report.pk).update(status="sent", published_at=timezone.now())
    return Report.objects.get(pk=report.pk)


def test_offered_while_one_writes_and_supported_in_one_press(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    published: Report,
    neighbour: Person,
) -> None:
    context = open_context("phone")
    signed_in(context, neighbour)
    page = context.new_page()
    page.goto(PLACE)
    page.get_by_label("What is the problem?").fill(WORDS)
    found = page.locator("#similar-live")
    expect(found).to_contain_text(published.heading)
    expect(found).to_contain_text("the same words")
    found.get_by_role("button", name="It is this one").click()
    page.wait_for_url(f"**{published.get_absolute_url()}")
    expect(page.get_by_text("Thank you, you are counted")).to_be_visible()
    assert Support.objects.get().person == neighbour
    assert Report.objects.count() == 1


def test_seen_and_sent_all_the_same(phone: Page, published: Report) -> None:
    phone.goto(PLACE)
    phone.get_by_label("What is the problem?").fill(WORDS)
    expect(phone.locator("#similar-live")).to_contain_text(published.heading)
    send(phone)
    phone.wait_for_url("**/report/done/**")
    assert Report.objects.count() == 2


def test_asked_once_without_script(plain: Page, district: Area, published: Report) -> None:
    plain.goto(PLACE)
    plain.get_by_label("What is the problem?").fill(WORDS)
    send(plain)
    expect(plain.locator("#similar-asked")).to_contain_text(published.heading)
    plain.get_by_role("button", name="No, mine is another: send").click()
    plain.wait_for_url("**/report/done/**")
    assert Report.objects.count() == 2


def send(page: Page) -> None:
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")
    page.get_by_label("Your e-mail address").fill("guest@example.org")
    page.get_by_role("button", name="Send the report").click()

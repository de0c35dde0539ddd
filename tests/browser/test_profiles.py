"""Being seen, and not being seen any more, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from notifications.recognition import count_help
from reports.models import Report

from .conftest import Watch
from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)


def test_profile_switched_on_left_the_lists_and_off(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    watch: Watch,
    make_report: Callable[..., Report],
    reporter: Person,
    moderator: Person,
    works: Institution,
) -> None:
    send_report(make_report(show_name=True, reporter_name="Rita"), works, actor=moderator)
    count_help()
    watch.expected.append("404 (Not Found)")
    context = open_context("phone")
    signed_in(context, reporter)
    page = context.new_page()
    page.goto("/my/profile")
    assert check_page(page) == []
    page.get_by_label("Everybody may see my profile").check()
    page.get_by_label("Name on the profile").fill("Rita B.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="See it as others do").click()
    expect(page.get_by_role("heading", name="Rita B.")).to_be_visible()
    expect(page.get_by_text("Reported problems that were published.")).to_be_visible()

    page.goto("/thanks?month=all")
    expect(page.get_by_role("link", name="Rita B.")).to_be_visible()
    page.goto("/my/profile")
    page.get_by_role("button", name="Leave the lists").click()
    expect(page.get_by_role("button", name="Join the lists")).to_be_visible()
    page.goto("/thanks?month=all")
    expect(page.get_by_role("link", name="Rita B.")).to_be_hidden()

    page.goto("/my/profile")
    page.get_by_label("Everybody may see my profile").uncheck()
    page.get_by_role("button", name="Save").click()
    response = page.goto("/people/rita-b")
    assert response is not None
    assert response.status == 404

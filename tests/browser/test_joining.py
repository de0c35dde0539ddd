"""Joining two reports in a browser: compared, done and undone without JavaScript; with it, both on one map."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution, Membership
from reports.lifecycle import Status
from reports.models import Report

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(
    site: str, make_report: Callable[..., Report], works: Institution, moderator: Person, neighbour: Person
) -> tuple[Report, Report]:
    """What stands in the queue, and what was published before."""
    original = make_report(photos=2)
    send_report(original, works, actor=moderator)
    return make_report(photos=1, reporter=neighbour, title="Gödör az úton"), original


def test_compared_joined_and_undone_without_javascript(
    plain: Page, pair: tuple[Report, Report], moderator: Person, signed_in: Callable[[BrowserContext, Person], None]
) -> None:
    report, original = pair
    signed_in(plain.context, moderator)
    plain.goto(reverse("desk_case", args=[report.reference]))
    plain.get_by_role("link", name=re.compile("The same: join")).click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("The same problem?")
    expect(plain.locator(".merge-side")).to_have_count(2)
    plain.get_by_role("button", name="The same: join them").click()
    expect(plain.locator(".joining")).to_contain_text(original.heading)
    assert Report.objects.get(pk=report.pk).original == original

    plain.get_by_role("button", name=re.compile("Undo: take them apart")).click()
    expect(plain.locator(".joining")).not_to_contain_text("A duplicate of")
    assert Report.objects.get(pk=report.pk).status == Status.SUBMITTED


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_axe_finds_nothing(
    screen: str,
    open_context: Callable[..., BrowserContext],
    pair: tuple[Report, Report],
    moderator: Person,
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    Membership.objects.filter(person=moderator).update(role="senior")
    context = open_context(screen)
    signed_in(context, moderator)
    page = context.new_page()
    report, original = pair
    found = []
    for path in (
        reverse("desk_case", args=[report.reference]),
        reverse("desk_merge", args=[report.reference]),
        reverse("desk_merge", args=[report.reference]) + f"?other={original.reference}",
        reverse("desk_split", args=[report.reference]),
        reverse("desk_highlight", args=[original.reference]),
    ):
        page.goto(path)
        if "?other=" in path:
            page.locator("#merge-map").scroll_into_view_if_needed()
            expect(page.locator("#merge-map .leaflet-marker-icon")).to_have_count(2)
        found += check_page(page)
    page.goto(reverse("desk_split", args=[report.reference]))
    page.locator("textarea").first.fill("")
    page.get_by_role("button", name="Split", exact=True).click()
    found += check_page(page)
    assert not found, "\n".join(found)

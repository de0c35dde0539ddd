"""Without a mouse: the report form and the map by Tab, Enter, Space and arrows alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from reports.lifecycle import Status
from reports.models import Report
from tests.reports.pictures import encode, photo_exif, scene

pytestmark = pytest.mark.django_db(transaction=True)


def tab_to(page: Page, target: Locator, *, at_most: int = 40) -> None:
    """Press Tab until the target has the focus, and see that the reader sees it."""
    for _press in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} was not reached by {at_most} × Tab")


def test_report_by_keyboard(desktop: Page, make_report: Callable[..., Report], tmp_path: Path) -> None:
    make_report()  # brings the served area
    photo = tmp_path / "hole.jpg"
    photo.write_bytes(encode(scene(640, 480), "JPEG", exif=photo_exif(47.4512, 19.0433)))
    page, press = desktop, desktop.keyboard.press
    page.on("filechooser", lambda chooser: chooser.set_files(photo))
    page.goto("/")
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    press("Enter")
    tab_to(page, page.locator(".hero").get_by_role("link", name="Report a problem"))
    press("Enter")
    page.wait_for_url("**/report/new")
    page.wait_for_load_state()

    tab_to(page, page.locator("#id_photos"))
    press("Space")
    expect(page.locator("#id_latitude")).to_have_value("47.451200")
    pin = page.locator("#place-map .map-marker[tabindex='0']")
    tab_to(page, pin)
    press("ArrowUp")
    tab_to(page, page.get_by_label("Pin to the west"))
    press("Enter")
    tab_to(page, page.get_by_label("What is the problem?"))
    page.keyboard.type("A deep hole.")
    tab_to(page, page.get_by_label("Your e-mail address"))
    page.keyboard.type("guest@example.org")
    tab_to(page, page.get_by_role("button", name="Send the report"))
    press("Enter")

    page.wait_for_url("**/report/done/**")
    report = Report.objects.get(status=Status.UNCONFIRMED)
    assert report.latitude > 47.4512
    assert report.longitude < 19.0433


def test_mistakes_by_keyboard(desktop: Page, make_report: Callable[..., Report]) -> None:
    make_report()
    desktop.goto("/report/new")
    desktop.get_by_label("Your e-mail address").focus()
    desktop.keyboard.press("Enter")
    summary = desktop.locator("#form-errors")
    expect(summary).to_be_focused()
    desktop.keyboard.press("Tab")
    expect(summary.get_by_role("link").first).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("main :is(input, textarea):focus")).to_have_attribute("aria-invalid", "true")


def test_map_by_keyboard(desktop: Page, sent: Report) -> None:
    desktop.goto(f"/map#16/{sent.latitude}/{sent.longitude}")
    expect(desktop.locator("#map-count")).to_have_text("1 report in view")
    tab_to(desktop, desktop.locator("#map"))
    before = desktop.url
    desktop.keyboard.press("ArrowRight")
    expect(desktop).not_to_have_url(before)
    desktop.keyboard.press("-")
    expect(desktop).to_have_url(re.compile("#15/"))
    tab_to(desktop, desktop.get_by_role("button", name=re.compile("Kátyú a sarkon, Reported")))
    desktop.keyboard.press("Enter")
    link = desktop.locator(".map-popup a")
    expect(link).to_be_focused()
    desktop.keyboard.press("Escape")
    expect(link).to_have_count(0)
    desktop.keyboard.press("Enter")
    expect(link).to_be_focused()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(f"**/reports/{sent.reference}")

"""Editing a photo at the desk in a real browser: by dragging, by keyboard alone, and without JavaScript."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from reports.models import Photo, Report
from reports.uploads import store_photo
from tests.browser.conftest import Watch
from tests.browser.test_keyboard import tab_to
from tests.reports.pictures import encode, four_corners

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., BrowserContext]
SignIn = Callable[[BrowserContext, Person], None]


@pytest.fixture
def photo(make_report: Callable[..., Report], site: str) -> Photo:
    report = make_report(no_photo_reason="")
    photo = store_photo(BytesIO(encode(four_corners(800, 600), "JPEG")))
    photo.report = report
    photo.save()
    return photo


@pytest.fixture
def open_photo(open_context: Open, signed_in: SignIn, moderator: Person, photo: Photo) -> Callable[..., Page]:
    def build(screen: str = "desktop", *, script: bool = True) -> Page:
        context = open_context(screen, script=script)
        signed_in(context, moderator)
        page = context.new_page()
        assert photo.report is not None
        page.goto(f"/desk/{photo.report.reference}")
        return page

    return build


def saved(photo: Photo) -> Photo:
    return Photo.objects.get(pk=photo.pk)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Shares of the photo."""
    box = page.locator("#stage img").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def wait_for_pictures(page: Page) -> None:
    for image in ("#stage img", "#result"):
        expect(page.locator(image)).to_have_js_property("complete", True)
        expect(page.locator(image)).not_to_have_js_property("naturalWidth", 0)


def test_boxes_are_drawn_by_dragging(open_photo: Callable[..., Page], photo: Photo) -> None:
    page = open_photo()
    page.get_by_role("link", name="Blur, crop, turn").click()
    wait_for_pictures(page)
    drag(page, (0.1, 0.1), (0.3, 0.3))
    blur = page.locator(".stage-box.is-blur")
    expect(blur).to_have_count(1)
    expect(blur).to_be_focused()
    expect(page.locator("#result")).to_have_attribute("src", re.compile("blur="))
    page.get_by_text("Crop", exact=True).click()
    drag(page, (0.05, 0.05), (0.55, 0.95))
    expect(page.locator(".stage-box.is-crop")).to_have_count(1)
    page.get_by_role("button", name="Turn right").click()
    wait_for_pictures(page)
    page.get_by_role("button", name="Save the photo").click()
    page.wait_for_url(f"**/desk/{photo.report.reference}")  # type: ignore[union-attr]
    new = saved(photo)
    assert new.edits["turn"] == 90
    assert new.edits["blur"][0] == pytest.approx([0.7, 0.1, 0.2, 0.2], abs=0.02)
    assert new.edits["crop"] == pytest.approx([0.05, 0.05, 0.9, 0.5], abs=0.02)
    expect(page.locator(".case-photo")).to_contain_text("Edited")


def test_boxes_move_by_keyboard_alone(open_photo: Callable[..., Page], photo: Photo) -> None:
    page = open_photo()
    press = page.keyboard.press
    tab_to(page, page.get_by_role("link", name="Blur, crop, turn"))
    press("Enter")
    page.wait_for_url("**/photos/*")
    wait_for_pictures(page)
    tab_to(page, page.get_by_role("button", name="Add a box"))
    press("Enter")
    box = page.locator(".stage-box.is-blur")
    expect(box).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        press(key)
    expect(page.locator("#photo-status")).to_have_text(
        "Blurred area 1: 38 % from the left, 39 % from the top, 21 % wide, 21 % high"
    )
    expect(page.get_by_label("Left %").first).to_have_value("38")
    tab_to(page, page.get_by_role("button", name="Save the photo"))
    press("Enter")
    page.wait_for_url(f"**/desk/{photo.report.reference}")  # type: ignore[union-attr]
    assert saved(photo).edits == {"blur": [[0.38, 0.39, 0.21, 0.21]]}

    page.get_by_role("link", name="Blur, crop, turn").press("Enter")
    page.wait_for_url("**/photos/*")
    wait_for_pictures(page)
    tab_to(page, page.locator(".stage-box.is-blur"))
    press("Delete")
    expect(page.locator(".stage-box")).to_have_count(0)
    expect(page.locator("#photo-status")).to_have_text("Blurred area 1 removed")
    tab_to(page, page.get_by_role("button", name="Save the photo"))
    press("Enter")
    page.wait_for_url(f"**/desk/{photo.report.reference}")  # type: ignore[union-attr]
    assert saved(photo).edits == {}


def test_numbers_do_without_javascript(open_photo: Callable[..., Page], photo: Photo, watch: Watch) -> None:
    watch.expected.append("400 (Bad Request)")
    page = open_photo("narrow", script=False)
    page.get_by_role("link", name="Blur, crop, turn").click()
    page.locator("#blur-details summary").click()
    area = page.locator("#blur-rows fieldset").first
    for label, value in (("Left %", "10"), ("Top %", "10"), ("Width %", "95"), ("Height %", "20")):
        area.get_by_label(label).fill(value)
    page.get_by_role("button", name="Save the photo").click()
    expect(page.get_by_text("This reaches beyond the edge of the photo.")).to_be_visible()
    page.locator("#blur-rows fieldset").first.get_by_label("Width %").fill("20")
    page.get_by_role("button", name="Turn right").click()
    expect(page.locator("#blur-rows fieldset").first.get_by_label("Left %")).to_have_value("70.0")
    expect(page.locator("#not-saved")).to_be_visible()
    wait_for_pictures(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Save the photo").click()
    page.wait_for_url(f"**/desk/{photo.report.reference}")  # type: ignore[union-attr]
    assert saved(photo).edits == {"turn": 90, "blur": [[0.7, 0.1, 0.2, 0.2]]}

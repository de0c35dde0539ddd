"""What the form's scripts add: the pin, the previews, and that no bad signal costs anybody their words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from municipalities.models import Area
from reports.models import Report
from tests.reports.pictures import encode, four_corners, photo_exif

from .conftest import Watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    def build(name: str, lat: float | None = None, lon: float | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes(encode(four_corners(640, 480), "JPEG", exif=photo_exif(lat, lon)))
        return path

    return build


def place(page: Page) -> tuple[float, float]:
    return float(page.locator("#id_latitude").input_value()), float(page.locator("#id_longitude").input_value())


def fill_in(page: Page) -> None:
    page.get_by_label("What is the problem?").fill("A deep hole.")
    page.get_by_label("Your e-mail address").fill("guest@example.org")


def test_pin_follows_photo_and_keyboard(phone: Page, district: Area, picture: Callable[..., Path]) -> None:
    phone.goto("/report/new")
    photos = phone.get_by_label("Photos")
    photos.set_input_files(picture("one.jpg", 47.4512, 19.0433))
    expect(phone.locator("#place-status")).to_contain_text("We read the place from one.jpg")
    assert place(phone) == (47.4512, 19.0433)

    # The first photo has the say until it is removed.
    photos.set_input_files(picture("two.jpg", 47.46, 19.06))
    expect(phone.get_by_alt_text("Your photo 2 of 2: two.jpg")).to_be_visible()
    assert place(phone) == (47.4512, 19.0433)
    expect(phone.locator('#thumbs li[data-state="done"]')).to_have_count(2)
    phone.get_by_label("Remove one.jpg").click()
    expect(phone.locator("#id_latitude")).to_have_value("47.460000")

    pin = phone.get_by_label("Place of the problem.", exact=False)
    pin.focus()
    phone.keyboard.press("ArrowUp")
    phone.keyboard.press("Shift+ArrowLeft")
    latitude, longitude = place(phone)
    assert latitude > 47.46
    assert longitude < 19.06
    phone.get_by_label("Pin to the south").click()
    assert place(phone)[0] == pytest.approx(47.46, abs=1e-5)
    expect(phone.locator("#place-status")).to_contain_text("The pin is at")

    fill_in(phone)
    phone.get_by_role("button", name="Send the report").click()
    phone.wait_for_url("**/report/done/**")
    report = Report.objects.get()
    assert report.longitude == pytest.approx(longitude, abs=1e-6)
    assert report.photos.count() == 1


def test_own_position_and_tap_set_the_pin(open_context: Callable[..., BrowserContext], district: Area) -> None:
    here = {"latitude": 47.42, "longitude": 19.02}
    page = open_context("phone", geolocation=here, permissions=["geolocation"]).new_page()
    page.goto("/report/new")
    page.get_by_role("button", name="I am standing there").click()
    expect(page.locator("#id_latitude")).to_have_value("47.420000")

    page.locator("#place-map").click(position={"x": 60, "y": 60})

    assert place(page) != (47.42, 19.02)


def test_broken_signal_costs_nothing(
    open_context: Callable[..., BrowserContext], watch: Watch, district: Area, picture: Callable[..., Path]
) -> None:
    watch.expected.append("ERR_INTERNET_DISCONNECTED")
    context = open_context("phone")
    page = context.new_page()
    page.goto("/report/new")
    page.get_by_label("Photos").set_input_files(picture("one.jpg", 47.45, 19.05))
    expect(page.locator("#id_latitude")).to_have_value("47.450000")
    fill_in(page)

    context.set_offline(True)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="No signal: your report waits here")).to_be_focused()
    context.set_offline(False)
    expect(page.get_by_role("heading", name="The network is back, your report is sent")).to_be_visible()
    page.get_by_role("link", name="What happens next").click()

    page.wait_for_url("**/report/done/**")
    assert Report.objects.get().photos.count() == 1


def test_mistake_keeps_photo_and_place_without_a_new_page(
    phone: Page, district: Area, picture: Callable[..., Path]
) -> None:
    phone.goto("/report/new")
    phone.get_by_label("Photos").set_input_files(picture("one.jpg", 47.45, 19.05))
    expect(phone.locator("#id_latitude")).to_have_value("47.450000")
    phone.get_by_role("button", name="Send the report").click()

    expect(phone.locator("#form-errors")).to_be_focused()
    expect(phone.locator("#thumbs").get_by_alt_text("Photo 1")).to_be_visible()
    assert place(phone) == (47.45, 19.05)
    fill_in(phone)
    phone.get_by_role("button", name="Send the report").click()
    phone.wait_for_url("**/report/done/**")
    assert Report.objects.get().photos.count() == 1


def test_back_after_sending_is_a_new_report(phone: Page, district: Area) -> None:
    for number in (1, 2):
        phone.goto("/report/new?lat=47.45&lon=19.05") if number == 1 else phone.go_back()
        expect(phone.get_by_label("What is the problem?")).to_have_value("")
        phone.get_by_text("I have no photo").click()
        phone.get_by_label("Why is there no photo?").fill("Dark.")
        if number == 2:
            phone.locator("#place-map").click()
        fill_in(phone)
        phone.get_by_role("button", name="Send the report").click()
        phone.wait_for_url("**/report/done/**")
        assert Report.objects.count() == number

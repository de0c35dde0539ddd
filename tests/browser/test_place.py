"""The place in a real browser: searched, picked, corrected; and told in words by keyboard alone or without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from playwright.sync_api import BrowserContext, Page, expect
from pytest_httpserver import HTTPServer

from municipalities.models import Area, Institution
from reports.models import Report
from tests.conftest import square
from tests.reports.geocoder import FO_TER, FO_UTCA, Geocoder, spot

from .conftest import Watch
from .test_keyboard import tab_to
from .test_new_report import fill_in, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def geocoder(transactional_db: None, httpserver: HTTPServer, settings: Any) -> Geocoder:
    caches["geocoder"].clear()  # no table of a model: emptied by nobody else
    geocoder = Geocoder(httpserver)
    settings.GEOCODER_URL = geocoder.url
    settings.GEOCODER_PER_SECOND = 0
    return geocoder


def without_photo(page: Page) -> None:
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")


def send(page: Page) -> Report:
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/report/done/**")
    return Report.objects.get()


def test_search_pick_and_correct(phone: Page, district: Area, geocoder: Geocoder) -> None:
    evil = "<img src=x onerror=alert(1)>"
    geocoder.results = [FO_UTCA, FO_TER, spot(evil, 47.47, 19.07)]
    phone.goto("/report/new")
    search = phone.get_by_label("Search for the place")
    search.fill("Fő utca")
    search.press("Enter")
    expect(phone.locator("#place-status")).to_have_text("3 places found. Choose the right one.")
    expect(phone.get_by_role("button", name=evil)).to_be_visible()
    phone.get_by_role("button", name="12, Fő utca").click()

    assert place(phone) == (47.45, 19.05)
    expect(phone.locator("#place-map .map-marker[tabindex='0']")).to_be_focused()
    address = phone.get_by_label("Address or nearby landmark")
    expect(address).to_have_value("1011 Egyváros, Fő utca 12")

    # Another pin, another address – until the citizen writes one.
    geocoder.reverse = FO_TER
    phone.get_by_label("Pin to the north").click()
    expect(address).to_have_value("Egyváros, Fő tér")
    address.fill("A kút mellett")
    geocoder.reverse = FO_UTCA
    with phone.expect_response("**/report/address?*"):
        phone.get_by_label("Pin to the east").click()
    expect(address).to_have_value("A kút mellett")

    without_photo(phone)
    fill_in(phone)
    report = send(phone)
    assert (report.address, report.place_source) == ("A kút mellett", "map")


def test_coordinates_in_the_search_field(phone: Page, district: Area) -> None:
    phone.goto("/report/new")
    phone.get_by_label("Search for the place").fill("47°27'N 19°3'E")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(phone.locator("#id_latitude")).to_have_value("47.450000")
    without_photo(phone)
    fill_in(phone)
    assert send(phone).place_source == "coordinates"


def test_pin_outside_says_at_once_who_could_help(phone: Page, district: Area) -> None:
    town = Area.objects.create(kind="settlement", name="Budaörs", code="23278", is_served=False)
    town.set_shape(square(18.6, 47.4))
    Institution.objects.create(name="Budaörs Város Önkormányzata", kind="municipality", website="https://b.example/")
    phone.goto("/report/new?lat=47.45&lon=19.05")
    phone.get_by_label("Search for the place").fill("47.45, 18.65")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(phone.get_by_text("This place lies in Budaörs, where we do not take reports yet.")).to_be_visible()
    link = phone.get_by_role("link", name="Budaörs Város Önkormányzata")
    expect(link).to_have_attribute("href", "https://b.example/")
    phone.get_by_label("Search for the place").fill("47.45, 19.05")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(link).to_be_hidden()


def test_away_is_said(phone: Page, watch: Watch, district: Area, geocoder: Geocoder) -> None:
    geocoder.status = 500
    phone.goto("/report/new")
    phone.get_by_label("Search for the place").fill("Fő utca")
    phone.get_by_role("button", name="Find", exact=True).click()
    expect(phone.locator("#place-status")).to_contain_text("does not answer now. Tap on the map")


def test_words_by_keyboard_alone(desktop: Page, district: Area) -> None:
    page, press = desktop, desktop.keyboard.press
    page.goto("/report/new")
    page.wait_for_load_state()
    tab_to(page, page.get_by_text("I have no photo"))
    press("Enter")
    tab_to(page, page.get_by_label("Why is there no photo?"))
    page.keyboard.type("Dark.")
    tab_to(page, page.get_by_text("Without the map: settlement and words"))
    press("Enter")
    tab_to(page, page.get_by_label("Settlement or district"))
    page.keyboard.type("Egyv")  # the list jumps to what is typed
    tab_to(page, page.get_by_label("Address or nearby landmark"))
    page.keyboard.type("Opposite the bakery")
    tab_to(page, page.get_by_label("What is the problem?"))
    page.keyboard.type("A deep hole.")
    tab_to(page, page.get_by_label("Your e-mail address"))
    page.keyboard.type("guest@example.org")
    press("Enter")

    page.wait_for_url("**/report/done/**")
    report = Report.objects.get()
    assert (report.area, report.address, report.place_source) == (district, "Opposite the bakery", "words")


def test_without_script(plain: Page, district: Area, geocoder: Geocoder) -> None:
    geocoder.results = [FO_UTCA, FO_TER]
    plain.goto("/report/new")
    without_photo(plain)
    fill_in(plain)
    plain.get_by_label("Search for the place").fill("Fő utca")
    plain.get_by_role("button", name="Find", exact=True).click()
    plain.get_by_label("Fő tér").check()
    expect(plain.get_by_label("What is the problem?")).to_have_value("A deep hole.")
    # Enter in a field sends the report; it does not search once more.
    plain.get_by_label("Your e-mail address").press("Enter")
    plain.wait_for_url("**/report/done/**")
    report = Report.objects.get()
    assert (report.longitude, report.address, report.place_source) == (19.06, "Egyváros, Fő tér", "search")


def test_words_that_are_found_are_confirmed(phone: Page, district: Area, geocoder: Geocoder) -> None:
    phone.goto("/report/new")
    without_photo(phone)
    phone.get_by_text("Without the map: settlement and words").click()
    phone.get_by_label("Settlement or district").select_option(label="Egyváros, Belváros")
    phone.get_by_label("Address or nearby landmark").fill("Fő utca 12")
    fill_in(phone)
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.locator("#form-errors")).to_be_focused()
    phone.get_by_label("12, Fő utca").check()
    assert place(phone) == (47.45, 19.05)
    report = send(phone)
    assert (report.address, report.place_source) == ("Fő utca 12", "search")


def test_narrow_screen(open_context: Callable[..., BrowserContext], district: Area) -> None:
    page = open_context("narrow").new_page()
    page.goto("/report/new")
    page.get_by_text("Without the map: settlement and words").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for name in ("Find", "I am standing there"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44

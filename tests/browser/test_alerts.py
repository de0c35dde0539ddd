"""Making an alert in a browser: drawn by taps, by keys, by a list of points, and without JavaScript."""

from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from municipalities.models import Area
from notifications.models import Alert

from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = "47.44, 19.04\n47.44, 19.06\n47.46, 19.06\n47.46, 19.04"
CORNERS = [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)]


@pytest.fixture
def citizen(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    neighbour: Person,
    district: Area,
) -> Callable[[str], Page]:
    def build(screen: str) -> Page:
        context = open_context(screen)
        signed_in(context, neighbour)
        return context.new_page()

    return build


def tap_corners(page: Page) -> None:
    box = page.locator("#alert-map").bounding_box()
    assert box
    for x, y in CORNERS:
        page.locator("#alert-map").click(position={"x": box["width"] * x, "y": box["height"] * y})


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_shape_is_drawn_by_taps(citizen: Callable[[str], Page], screen: str) -> None:
    page = citizen(screen)
    page.goto("/alerts/new")
    expect(page.locator(".alert-area")).to_be_hidden()
    page.get_by_label("inside a shape that I draw").check()
    expect(page.get_by_label("Latitude")).to_be_hidden()
    tap_corners(page)
    expect(page.locator("#map-status")).to_have_text("The shape has 4 corners.")
    points = page.get_by_label("Points of the shape")
    assert len(points.input_value().splitlines()) == 4
    page.get_by_role("button", name="How many would it have been?").click()
    expect(page.locator("#preview")).to_contain_text("In the last 30 days it would have told you of 0 reports.")
    page.get_by_label("A name for it").fill("Around the school")
    assert check_page(page) == []
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_role("heading", name="Around the school")).to_be_visible()
    assert check_page(page) == []
    shape = Alert.objects.get().shape
    assert shape is not None
    assert shape.covers(shape.centroid)
    assert len(shape.exterior_ring.coords) == 5


def test_corners_are_moved_and_removed_by_keys(citizen: Callable[[str], Page]) -> None:
    page = citizen("desktop")
    page.goto("/alerts/new")
    page.get_by_label("inside a shape that I draw").check()
    for _corner in range(3):
        page.get_by_role("button", name="Corner at the middle of the map").click()
    corners = page.locator("#alert-map .alert-corner")
    expect(corners).to_have_count(3)
    corners.nth(0).focus()
    for _step in range(3):
        page.keyboard.press("Shift+ArrowUp")
    corners.nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    latitude, longitude = zip(*(map(float, line.split(", ")) for line in points_of(page)), strict=True)
    assert latitude[0] > latitude[1] == latitude[2]
    assert longitude[1] > longitude[0] == longitude[2]
    expect(corners.nth(1)).to_be_focused()
    page.keyboard.press("Delete")
    expect(corners).to_have_count(2)
    page.get_by_role("button", name="Start again").click()
    assert points_of(page) == []


def points_of(page: Page) -> list[str]:
    return page.get_by_label("Points of the shape").input_value().splitlines()


def test_circle_follows_the_fields_and_the_fields_the_circle(citizen: Callable[[str], Page]) -> None:
    page = citizen("phone")
    page.goto("/alerts/new")
    page.get_by_label("Latitude").fill("47.45")
    page.get_by_label("Longitude").fill("19.05")
    page.get_by_label("How far from there").fill("300")
    page.get_by_label("How far from there").press("Tab")
    expect(page.locator("#alert-map path.alert-outline")).to_be_visible()
    page.locator("#alert-map .alert-corner").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Latitude")).not_to_have_value("47.45")
    page.get_by_role("button", name="Tell me").click()
    page.wait_for_url("**/alerts/")
    alert = Alert.objects.get()
    assert alert.point is not None
    assert alert.point.distance(Point(19.05, 47.45, srid=4326)) < 0.01
    assert alert.radius == 300


def test_list_of_points_without_javascript_by_a_mail_address(plain: Page, district: Area) -> None:
    plain.goto("/alerts/new")
    expect(plain.locator("#alert-tools")).to_be_hidden()
    plain.get_by_label("inside a shape that I draw").check()
    plain.get_by_label("Points of the shape").fill("47.44, 19.04\nnowhere")
    plain.get_by_label("Your e-mail address").fill("guest@example.org")
    plain.get_by_role("button", name="Tell me").click()
    expect(plain.locator("#id_points_error")).to_contain_text("Line 2 is no point.")
    expect(plain.get_by_label("Your e-mail address")).to_have_value("guest@example.org")
    plain.get_by_label("Points of the shape").fill(POINTS)
    plain.get_by_role("button", name="Tell me").click()
    expect(plain.get_by_role("heading", name="One more step")).to_be_visible()
    alert = Alert.objects.get()
    assert alert.shape is not None
    assert alert.shape.extent == (19.04, 47.44, 19.06, 47.46)
    assert alert.active_since is None


@pytest.mark.parametrize("screen", ["narrow", "phone", "desktop"])
def test_pages_are_accessible(citizen: Callable[[str], Page], screen: str, neighbour: Person) -> None:
    page = citizen(screen)
    found = []
    for address in ("/alerts/", "/alerts/new", "/alerts/new?letter=1", "/alerts/asked", "/my/thanks"):
        page.goto(address)
        found += check_page(page)
    page.goto("/alerts/new")
    page.get_by_role("button", name="Tell me").click()
    page.locator("#form-errors").wait_for()
    found += check_page(page)
    assert not found, "\n".join(found)

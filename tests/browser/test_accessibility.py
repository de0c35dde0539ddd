"""axe finds nothing to complain of, in light and dark; nothing needs scrolling sideways, however narrow or large."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from accounts.models import Person
from municipalities.models import Responsibility
from reports.models import Report

from .conftest import Watch
from .world import World

pytestmark = pytest.mark.django_db(transaction=True)

axe = Axe()
# A screen of 1280 px at 200 % is 640 px wide; 320 px is the same at 400 %.
WIDTHS = [320, 640]


@pytest.fixture
def world(
    site: str, rule: Responsibility, reporter: Person, moderator: Person, officer: Person, settings: Any, tmp_path: Path
) -> World:
    assert rule.category
    assert rule.area
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.DEMO_MAIL_DIR = tmp_path / "mail"
    return World(reporter, moderator, officer, rule.area, rule.category, rule.institution).build()


def violations(page: Page, only: str = "") -> list[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = [only]
    found = axe.run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def check_page(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    size = page.viewport_size
    assert size
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {each}" for each in violations(page, "color-contrast")]
    if size["width"] < 640:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": size["height"]})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{wide} px wide on a screen of {width}: {page.evaluate(WIDEST)}")
        page.set_viewport_size(size)
    return [f"{page.url} at {size['width']}: {each}" for each in found]


WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .map((element) => `${element.tagName}.${element.className}`).slice(0, 4).join(" ")"""


def check_pages(page: Page, paths: Iterable[str]) -> list[str]:
    found = []
    for path in paths:
        response = page.goto(path)
        assert response
        if response.status >= 500 or (response.status == 404 and path != "/nowhere"):
            found.append(f"{path}: {response.status}")
        found += check_page(page)
    return found


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize(
    "audience", ["public", "citizens", "members", "desk", "ledger", "employees", "officers", "leads"]
)
def test_pages(
    audience: str,
    screen: str,
    world: World,
    employee: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    watch: Watch,
) -> None:
    watch.expected += ["404 (Not Found)", "410 (Gone)"]
    context = open_context(screen)
    people = {
        "members": world.reporter,
        **dict.fromkeys(("desk", "ledger"), world.moderator),
        "employees": employee,
        **dict.fromkeys(("officers", "leads"), world.officer),
    }
    if audience in people:
        signed_in(context, people[audience])
    found = check_pages(context.new_page(), getattr(world, f"{audience}_pages"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_forms_with_mistakes(
    screen: str, world: World, open_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected.append("410 (Gone)")
    page = open_context(screen).new_page()
    page.goto("/report/new")
    page.get_by_role("button", name="Send the report").click()
    page.locator("#form-errors").wait_for()
    found = check_page(page)
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("nobody@example.org")
    page.locator("input[name=password]").fill("wrong")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.locator("main [role=alert], main .field-error, main .errorlist").first.wait_for()
    found += check_page(page)
    page.goto(world.link_of_closed_case())
    found += check_page(page)
    assert not found, "\n".join(found)
    assert Report.objects.count() == len(world.reports)


def test_axe_sees_mistakes(phone: Page) -> None:
    phone.goto("/about")
    phone.locator("main").evaluate("main => main.innerHTML = '<h1>x</h1><img src=\"data:,\">'")
    assert [each.split(":")[0] for each in violations(phone)] == ["image-alt"]

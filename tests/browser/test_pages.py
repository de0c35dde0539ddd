"""What single pages do in a browser: the map, the languages, the form's limits; and what they weigh."""

import gzip
import io
import re
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from playwright.sync_api import BrowserContext, FilePayload, Page, Response, expect

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Area, Category, Institution, Responsibility
from reports.models import Photo, Report
from reports.uploads import store_photo
from tests.conftest import jpeg
from tests.reports.pictures import encode, scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(rule: Responsibility, parks: Category) -> list[Report]:
    """150 published reports around three places of `district`; every tenth is about parks, the rest potholes."""
    now = timezone.now()
    centres = [(19.02, 47.42), (19.05, 47.45), (19.08, 47.48)]
    dates = dict.fromkeys(("created_at", "submitted_at", "published_at", "status_since"), now)
    return Report.objects.bulk_create(
        Report(
            title=f"Bejelentés {number}", description="Kátyú.", original_description="Kátyú.", address="Fő utca",
            point=Point(centres[number % 3][0] + number / 100_000, centres[number % 3][1], srid=4326),
            area=rule.area, category=parks if number % 10 == 0 else rule.category, no_photo_reason="-",
            status="sent", institution=rule.institution, **dates,
        )
        for number in range(150)
    )  # fmt: skip


def test_map_gathers_and_parts(desktop: Page, crowd: list[Report]) -> None:
    desktop.goto("/map#12/47.45/19.05")
    expect(desktop.locator("#map-count")).to_have_text("150 reports in view")
    clusters = desktop.locator("#map .cluster-pin")
    expect(clusters.first).to_be_visible()
    assert sum(int(text) for text in clusters.all_inner_texts()) <= 150
    expect(desktop.locator("#map-list li")).to_have_count(30)

    clusters.first.click()
    expect(desktop).to_have_url(re.compile("/map#14/"))
    expect(desktop.locator("#map-count")).not_to_have_text("150 reports in view")

    desktop.goto("about:blank")
    desktop.goto("/map#12/47.45/19.05")
    desktop.locator("#map-filters summary").click()
    desktop.locator("#id_category").select_option(label="Park")
    desktop.locator("#map-filters").get_by_role("button", name="Show").click()
    expect(desktop.locator("#map-count")).to_have_text("15 reports in view")
    expect(desktop).to_have_url(re.compile(r"category=.*#12/"))
    expect(desktop.locator("#map .pin")).to_have_count(15)
    expect(desktop.locator("#map-list li")).to_have_count(15)


def test_map_without_scripts_is_a_list(plain: Page, sent: Report) -> None:
    plain.goto("/map")
    expect(plain.get_by_role("link", name=sent.title)).to_be_visible()
    expect(plain.locator("#map")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_language_is_chosen_and_kept(open_context: Callable[..., BrowserContext], script: bool, district: Area) -> None:
    page = open_context("desktop", script=script, locale="hu-HU").new_page()
    page.goto("/reports?q=kert")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "hu")
    page.locator(".site-footer").get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")
    assert page.url.endswith("/reports?q=kert")
    page.goto("/report/new")
    expect(html).to_have_attribute("lang", "en")
    page.locator(".site-footer").get_by_role("button", name="Magyar").click()
    expect(html).to_have_attribute("lang", "hu")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_outside_every_area_keeps_everything(
    open_context: Callable[..., BrowserContext], script: bool, district: Area, potholes: Category
) -> None:
    page = open_context("phone", script=script).new_page()
    page.goto("/report/new?lat=46.25&lon=20.15")
    photo = FilePayload(name="one.jpg", mimeType="image/jpeg", buffer=jpeg(size=(640, 480)).getvalue())
    page.get_by_label("Photos").set_input_files(photo)
    typed = {
        "What is the problem?": "A deep hole.",
        "Short title": "Hole",
        "Address or nearby landmark": "At the gate",
        "Your e-mail address": "guest@example.org",
        "Your name": "Gus",
    }
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.locator("#id_category").select_option(label="Pothole")
    page.get_by_label("My name may be shown with the report").check()
    page.get_by_role("button", name="Send the report").click()

    expect(page.locator("#form-errors")).to_contain_text("outside every area that we serve")
    for label, text in typed.items():
        expect(page.get_by_label(label)).to_have_value(text)
    expect(page.locator("#id_category")).to_have_value(str(potholes.pk))
    expect(page.get_by_label("My name may be shown with the report")).to_be_checked()
    if script:
        expect(page.locator("#thumbs > li")).to_have_count(1)
    else:
        expect(page.get_by_label("Keep photo 1")).to_be_checked()
    assert (Report.objects.count(), Photo.objects.filter(report=None).count()) == (0, 1)

    page.locator("[name=latitude]").fill("47.45", force=True)
    page.locator("[name=longitude]").fill("19.05", force=True)
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/report/done/**")
    assert Report.objects.get().photos.count() == 1


# -- Weight -------------------------------------------------------------------------------------------------


def weigh(page: Page, path: str) -> int:
    """Bytes that a first visit carries: static texts gzipped, as WhiteNoise sends them; the rest as we send it."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(path, wait_until="networkidle")
    return sum(
        size_of(response) for response in responses if response.status == 200 and response.url.startswith("http")
    )


def size_of(response: Response) -> int:
    is_static_text = "/static/" in response.url and response.url.endswith((".css", ".js", ".svg"))
    is_compressed = is_static_text or response.headers.get("content-encoding") == "gzip"
    return len(gzip.compress(response.body())) if is_compressed else len(response.body())


@pytest.mark.parametrize(("path", "limit"), [("/", 150_000), ("/report/new", 300_000), ("/map", 300_000)])
def test_weight(
    open_context: Callable[..., BrowserContext],
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    path: str,
    limit: int,
) -> None:
    phone = open_context("phone", device_scale_factor=3).new_page()
    for number in range(8):
        report = make_report(title=f"Kátyú a {number}. sarkon", no_photo_reason="")
        report.photos.add(store_photo(io.BytesIO(encode(scene(1600 + number, 1200), "JPEG", quality=90))))
        send_report(report, works, actor=moderator)
    weight = weigh(phone, path)
    print(f"{path} weighs {weight / 1000:.0f} kB")  # noqa: T201
    assert weight < limit

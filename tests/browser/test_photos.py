"""The photos of a form: each goes up at once, may be moved, taken back and tried again; the bad are told at once."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from municipalities.models import Area
from reports.models import Photo, Report
from reports.photos import read_hint, read_position
from tests.conftest import jpeg
from tests.reports.pictures import encode, four_corners, photo_exif, scene

from .conftest import Watch

pytestmark = pytest.mark.django_db(transaction=True)

UPLOADS = "**/report/photos"


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[..., list[Path]]:
    def build(*names: str, lat: float | None = None, lon: float | None = None) -> list[Path]:
        paths = [tmp_path / name for name in names]
        for number, path in enumerate(paths):
            image = scene(640, 480).rotate(90 * number, expand=True)
            path.write_bytes(encode(image, "JPEG", exif=photo_exif(lat, lon)))
        return paths

    return build


def thumbs(page: Page) -> list[str]:
    return [
        str(name).split(": ")[-1] for name in page.locator("#thumbs img").evaluate_all("all => all.map(i => i.alt)")
    ]


def thumb(page: Page, name: str) -> Locator:
    return page.locator("#thumbs li").filter(has=page.get_by_label(f"Remove {name}"))


def wait_for(page: Page, *names: str, state: str = "done") -> None:
    for name in names:
        expect(thumb(page, name)).to_have_attribute("data-state", state)


def send(page: Page) -> Report:
    page.get_by_label("What is the problem?").fill("A deep hole.")
    page.get_by_label("Your e-mail address").fill("guest@example.org")
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/report/done/**")
    return Report.objects.get()


def test_several_go_up_at_once_in_the_chosen_order(
    phone: Page, district: Area, pictures: Callable[..., list[Path]]
) -> None:
    phone.goto("/report/new")
    progress: list[str] = []
    phone.expose_function("seen", lambda value: progress.append(value))
    phone.evaluate("""() => new MutationObserver((all) => all.forEach(
        ({target}) => target.value > 0 && seen(String(target.value)))
    ).observe(document.getElementById("thumbs"), {subtree: true, attributeFilter: ["value"]})""")
    phone.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", "b.jpg", "c.jpg", lat=47.45, lon=19.05))
    wait_for(phone, "a.jpg", "b.jpg", "c.jpg")
    assert Photo.objects.filter(report=None).count() == 3
    assert progress

    # By buttons: the focus stays where the finger is, and it is said.
    phone.get_by_label("Move c.jpg to the left").click()
    assert thumbs(phone) == ["a.jpg", "c.jpg", "b.jpg"]
    expect(phone.get_by_label("Move c.jpg to the left")).to_be_focused()
    expect(phone.locator("#photo-status")).to_have_text("c.jpg is photo 2 of 3 now.")
    phone.keyboard.press("Enter")
    assert thumbs(phone) == ["c.jpg", "a.jpg", "b.jpg"]
    expect(phone.get_by_label("Move c.jpg to the left")).to_have_attribute("aria-disabled", "true")

    # Another pick adds up; the same file is no second photo.
    expect(phone.get_by_text("Take a photo")).to_be_visible()
    [another] = pictures("d.jpg")
    phone.locator("#camera").set_input_files(another)
    phone.get_by_label("Photos", exact=True).set_input_files(another)
    wait_for(phone, "d.jpg")
    assert thumbs(phone) == ["c.jpg", "a.jpg", "b.jpg", "d.jpg"]
    phone.get_by_label("Remove a.jpg").click()
    expect(phone.get_by_label("Remove b.jpg")).to_be_focused()
    expect(phone.locator("#thumbs li")).to_have_count(3)

    report = send(phone)
    b, c, d = Photo.objects.order_by("pk")  # the removed one is gone from the server, too
    assert list(report.photos.all()) == [c, b, d]


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_order_by_mouse(desktop: Page, district: Area, pictures: Callable[..., list[Path]]) -> None:
    desktop.goto("/report/new")
    desktop.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", "b.jpg", "c.jpg"))
    wait_for(desktop, "a.jpg", "b.jpg", "c.jpg")
    x, y = middle(thumb(desktop, "c.jpg").locator("img"))
    desktop.mouse.move(x, y)
    desktop.mouse.down()
    x, y = middle(thumb(desktop, "a.jpg").locator("img"))
    desktop.mouse.move(x + 20, y)
    desktop.mouse.move(x - 30, y)
    expect(thumb(desktop, "a.jpg")).to_have_class("thumb is-target-before")
    desktop.mouse.up()
    assert thumbs(desktop) == ["c.jpg", "a.jpg", "b.jpg"]

    # Escape lets go without moving anything.
    desktop.mouse.down()
    desktop.mouse.move(x + 200, y)
    desktop.keyboard.press("Escape")
    desktop.mouse.up()
    assert thumbs(desktop) == ["c.jpg", "a.jpg", "b.jpg"]


def test_order_by_finger(phone: Page, district: Area, pictures: Callable[..., list[Path]]) -> None:
    phone.goto("/report/new")
    phone.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", "b.jpg"))
    wait_for(phone, "a.jpg", "b.jpg")
    thumb(phone, "a.jpg").scroll_into_view_if_needed()
    x, y = middle(thumb(phone, "a.jpg").locator(".thumb-grip"))
    to_x, to_y = middle(thumb(phone, "b.jpg").locator("img"))
    touch = phone.context.new_cdp_session(phone)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    finger("touchStart", (x, y))
    finger("touchMove", (x + 30, y + 5))
    finger("touchMove", (to_x + 30, to_y))
    finger("touchEnd")
    assert thumbs(phone) == ["b.jpg", "a.jpg"]


def test_one_that_failed_is_tried_again(
    phone: Page, watch: Watch, district: Area, pictures: Callable[..., list[Path]]
) -> None:
    watch.expected += ["ERR_FAILED", "503"]
    answers = iter(["abort", "503", "go"])

    def answer(route: Route) -> None:
        match next(answers, "go"):
            case "abort":
                route.abort()
            case "503":
                route.fulfill(status=503, body="busy")
            case _:
                route.continue_()

    phone.route(UPLOADS, answer)
    phone.goto("/report/new?lat=47.45&lon=19.05")
    phone.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", "b.jpg", "c.jpg"))
    wait_for(phone, "a.jpg", "b.jpg", state="failed")
    wait_for(phone, "c.jpg")
    expect(thumb(phone, "a.jpg")).to_contain_text("could not be sent")
    expect(phone.locator("#photo-alert")).to_contain_text("a.jpg could not be sent")
    phone.get_by_label("Send a.jpg again").click()
    wait_for(phone, "a.jpg")
    expect(phone.get_by_label("Send a.jpg again")).to_be_hidden()

    # The other one goes along with the report, in its place.
    report = send(phone)
    assert report.photos.count() == 3
    stored = list(Photo.objects.order_by("pk").values_list("pk", flat=True))  # c, a, b
    assert [photo.pk for photo in report.photos.all()] == [stored[1], stored[2], stored[0]]


def test_sending_waits_for_what_is_on_its_way(phone: Page, district: Area, pictures: Callable[..., list[Path]]) -> None:
    held: list[Route] = []
    phone.route(UPLOADS, lambda route: held.append(route))
    phone.goto("/report/new?lat=47.45&lon=19.05")
    phone.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg"))
    wait_for(phone, "a.jpg", state="uploading")
    phone.get_by_label("What is the problem?").fill("A deep hole.")
    phone.get_by_label("Your e-mail address").fill("guest@example.org")
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_role("button", name="The photos go first")).to_be_visible()
    assert not Report.objects.exists()

    held[0].continue_()
    phone.wait_for_url("**/report/done/**")
    assert Report.objects.get().photos.get() == Photo.objects.get()


def test_what_is_no_good_is_told_at_once(
    phone: Page, watch: Watch, district: Area, tmp_path: Path, pictures: Callable[..., list[Path]], settings: object
) -> None:
    watch.expected.append("400")
    text, empty, broken, large = (tmp_path / name for name in ("a.txt", "empty.jpg", "broken.jpg", "large.heic"))
    text.write_text("Hello")
    empty.write_bytes(b"")
    broken.write_bytes(b"\xff\xd8\xff" + b"junk" * 100)
    large.write_bytes(b"\0" * (20 * 2**20 + 1))
    phone.goto("/report/new?lat=47.45&lon=19.05")
    photos, problems = phone.get_by_label("Photos", exact=True), phone.locator("#photo-problems")

    photos.set_input_files([text, empty])
    expect(problems).to_contain_text("a.txt is not a picture")
    expect(problems).to_contain_text("empty.jpg is empty")
    photos.set_input_files(large)
    expect(thumb(phone, "large.heic")).to_contain_text("larger than 20 MB")
    photos.set_input_files(broken)  # only the server can tell
    wait_for(phone, "broken.jpg", state="refused")
    expect(thumb(phone, "broken.jpg")).to_contain_text("damaged")
    phone.get_by_label("Remove large.heic").click()

    photos.set_input_files(pictures("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"))
    expect(problems).to_contain_text("5 photos are the most; e.jpg was left out")
    wait_for(phone, "d.jpg")
    assert send(phone).photos.count() == 4  # without the damaged one


def test_large_one_is_made_smaller_and_keeps_what_it_knew(phone: Page, district: Area, tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    exif = photo_exif(47.4512, 19.0433, orientation=6, taken="2026:07:01 12:30:00", offset="+02:00")
    path.write_bytes(encode(four_corners(4000, 3000), "JPEG", exif=exif, quality=95))
    phone.goto("/report/new")
    phone.get_by_label("Photos", exact=True).set_input_files(path)
    wait_for(phone, "large.jpg")
    expect(phone.locator("#place-status")).to_contain_text("We read the place from large.jpg")

    photo = Photo.objects.get()
    with photo.original.open() as file:
        original = Image.open(BytesIO(file.read()))
    assert original.size == (1920, 2560)  # upright
    assert not original.getexif()
    red, *_others = original.convert("RGB").getpixel((1900, 20)) or ()  # type: ignore[misc]
    assert red > 150  # the red corner was on the left, lying on its side
    assert photo.position is not None
    assert (photo.position.y, photo.position.x) == pytest.approx((47.4512, 19.0433), abs=1e-5)
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() == "2026-07-01T10:30:00+00:00"


def test_what_the_browser_cannot_decode_goes_up_as_it_is(phone: Page, district: Area, tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encode(scene(4000, 3000), "JPEG", exif=photo_exif(47.4512, 19.0433)))
    phone.add_init_script("HTMLImageElement.prototype.decode = () => Promise.reject(new Error('HEIC'))")
    phone.goto("/report/new")
    phone.get_by_label("Photos", exact=True).set_input_files(path)
    wait_for(phone, "large.jpg")
    with Photo.objects.get().original.open() as file:
        assert file.read() == path.read_bytes()


def test_preview_of_the_server_stands_in(phone: Page, district: Area, tmp_path: Path) -> None:
    path = tmp_path / "iphone.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + b"coded" * 2000)
    answer = {"token": "t", "urls": {"small": "/none.jpg"}, "latitude": None, "longitude": None, "taken_at": None}
    phone.route("**/none.jpg", lambda route: route.fulfill(body=jpeg().read(), content_type="image/jpeg"))
    held: list[Route] = []
    phone.route(UPLOADS, lambda route: held.append(route))  # Playwright marks what it calls, but not built-ins
    phone.goto("/report/new")
    phone.get_by_label("Photos", exact=True).set_input_files(path)
    expect(thumb(phone, "iphone.heic")).to_contain_text("iphone.heic · No preview")
    wait_for(phone, "iphone.heic", state="uploading")
    held[0].fulfill(status=201, json=answer)
    wait_for(phone, "iphone.heic")
    expect(thumb(phone, "iphone.heic").locator("img")).to_be_visible()
    expect(phone.locator("#place-status")).to_contain_text("iphone.heic does not know its place")


@pytest.mark.data
def test_real_heic(phone: Page, district: Area, shared: Path) -> None:
    path = shared / "photos" / "heic__drew__cheers_1440x960.heic"
    phone.goto("/report/new")
    phone.get_by_label("Photos", exact=True).set_input_files(path)
    wait_for(phone, path.name)
    with Photo.objects.get().original.open() as file:
        assert file.read() == path.read_bytes()


def test_without_script_the_file_field_does_it(
    plain: Page, district: Area, pictures: Callable[..., list[Path]]
) -> None:
    plain.goto("/report/new")
    expect(plain.get_by_label("Photos", exact=True)).to_be_visible()
    expect(plain.locator("#photo-pick")).to_be_hidden()
    plain.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", "b.jpg", lat=47.45, lon=19.05))
    plain.get_by_role("button", name="Send the report").click()
    expect(plain.get_by_label("Keep photo 2")).to_be_checked()
    plain.get_by_label("Keep photo 1").uncheck()
    assert send(plain).photos.count() == 1


def test_files_and_event_for_who_keeps_drafts(phone: Page, district: Area, pictures: Callable[..., list[Path]]) -> None:
    phone.goto("/report/new")
    phone.evaluate("""() => {
        window.changes = 0;
        document.getElementById("report-form").addEventListener("photos:changed", () => { window.changes += 1; });
    }""")
    phone.get_by_label("Photos", exact=True).set_input_files(pictures("a.jpg", lat=47.45, lon=19.05))
    wait_for(phone, "a.jpg")
    assert phone.evaluate("window.changes") >= 2


READ = """async (files) => {
  const { readExif } = await import(document.querySelector('script[src*="new.js"]').src.replace("new.js", "exif.js"));
  const found = {};
  for (const [name, url] of Object.entries(files)) {
    found[name] = await readExif(await (await fetch(url)).blob());
  }
  return found;
}"""


@pytest.mark.data
def test_place_and_time_of_real_photos(phone: Page, district: Area, shared: Path) -> None:
    """As the manifest says; and hostile files give nothing, not an error."""
    phone.goto("/report/new")
    folder = shared / "photos"

    def give(route: Route) -> None:
        route.fulfill(body=(folder / unquote(route.request.url.split("/")[-1])).read_bytes())

    phone.route("**/exif-test/*", give)
    entries = {entry["file"]: entry for entry in json.loads((folder / "manifest.json").read_text())}
    found = phone.evaluate(READ, {name: f"/exif-test/{name}" for name in entries})
    assert set(found) == set(entries)
    for name in entries:
        server = read_position((folder / name).read_bytes()[: 256 * 1024])
        position, taken_at = server["position"], found[name]["takenAt"]
        assert found[name]["position"] == (pytest.approx(list(position)[::-1], abs=1e-6) if position else None), name
        assert (read_hint(json.dumps({"taken_at": taken_at}))["taken_at"]) == server["taken_at"], name
    usable = [entry for entry in entries.values() if entry.get("gps_usable")]
    assert len(usable) >= 5
    for entry in usable:
        where = [entry["gps"]["lat"], entry["gps"]["lon"]]
        assert found[entry["file"]]["position"] == pytest.approx(where, abs=2e-5), entry["file"]

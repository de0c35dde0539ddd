"""Bad signal: what is written offline waits in sight, and is one report when the network is back."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Route, expect

from accounts.models import Person
from municipalities.models import Area
from reports.actions_desk import hide_report
from reports.models import Draft, Report
from tests.reports.pictures import encode, four_corners, photo_exif
from tests.servers import wait_until

from .conftest import Watch

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "/report/new"
NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
OLD_TOKEN = "status of 403"
NOT_NOW = "status of 409"  # what the draft on the other device is answered


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "one.jpg"
    path.write_bytes(encode(four_corners(640, 480), "JPEG", exif=photo_exif(47.45, 19.05)))
    return path


@pytest.fixture
def open_app(open_context: Callable[..., BrowserContext], watch: Watch, district: Area) -> Callable[..., Page]:
    """A phone whose service worker has kept its shell."""
    watch.expected.extend([*NO_NETWORK, NOT_NOW, "status of 410"])

    def build(sign_in: Callable[[BrowserContext], None] | None = None) -> Page:
        context = open_context("phone", service_workers="allow")
        if sign_in:
            sign_in(context)
        page = context.new_page()
        page.goto(NEW)
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        return page

    return build


def write(page: Page, words: str = "A deep hole.", email: str | None = "guest@example.org") -> None:
    page.get_by_label("What is the problem?").fill(words)
    if email:
        page.get_by_label("Your e-mail address").fill(email)


def set_place(page: Page) -> None:
    page.locator("#place-map").click()
    expect(page.locator("#id_latitude")).not_to_have_value("")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send the report").click()


RECORDS = """() => new Promise((resolve, reject) => {
    const request = indexedDB.open("jarokelo-drafts", 1);
    request.onupgradeneeded = () => {
        request.result.createObjectStore("drafts", { keyPath: "id" });
        request.result.createObjectStore("photos");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
        const all = request.result.transaction("drafts").objectStore("drafts").getAll();
        all.onsuccess = () => { request.result.close(); resolve(all.result); };
    };
})"""


def titles(page: Page) -> list[str]:
    """Of what lies in the browser."""
    return [record["title"] for record in page.evaluate(RECORDS)]


def wait_for(page: Page, expression: str, right: Callable[[Any], bool]) -> None:
    deadline = time.monotonic() + 10
    while not right(found := page.evaluate(expression)):
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(50)


def wait_for_record(page: Page, **wanted: Any) -> None:
    def is_there(found: list[dict[str, Any]]) -> bool:
        return any(all(record[name] == value for name, value in wanted.items()) for record in found)

    wait_for(page, RECORDS, is_there)


def test_written_offline_with_photo_is_one_report(open_app: Callable[..., Page], picture: Path) -> None:
    page = open_app()
    page.context.set_offline(True)
    page.goto(NEW)  # from the worker
    page.get_by_label("Photos").set_input_files(picture)
    write(page)
    set_place(page)
    send(page)
    expect(page.get_by_role("heading", name="No signal: your report waits here")).to_be_focused()

    page.goto("/report/drafts")
    row = page.locator("#drafts-here .draft-row")
    expect(row).to_contain_text("A deep hole.")
    expect(row).to_contain_text("Waits for the network")
    expect(row).to_contain_text("photos: 1")
    assert not Report.objects.exists()

    page.context.set_offline(False)
    expect(row).to_contain_text("Sent")
    report = Report.objects.get()
    assert (report.description, report.photos.count()) == ("A deep hole.", 1)
    assert report.reporter is not None
    assert report.reporter.email == "guest@example.org"
    row.get_by_role("link", name="What happens next").click()
    expect(page.locator("#reference")).to_have_text(report.reference)


def test_two_drafts_reload_and_a_new_tab(open_app: Callable[..., Page], picture: Path) -> None:
    page = open_app()
    page.get_by_label("Photos").set_input_files(picture)
    expect(page.locator("#id_latitude")).to_have_value("47.450000")
    write(page, "The first.")
    wait_for_record(page, title="The first.", photoCount=1)
    page.reload()
    expect(page.locator("#draft-notice")).to_contain_text("This is your draft of")
    expect(page.get_by_label("What is the problem?")).to_have_value("The first.")
    expect(page.get_by_alt_text("Your photo 1 of 1: one.jpg")).to_be_visible()
    expect(page.locator("#id_latitude")).to_have_value("47.450000")

    page.get_by_role("button", name="Begin a new report instead").click()
    expect(page.get_by_label("What is the problem?")).to_have_value("")
    write(page, "The second.")
    wait_for_record(page, title="The second.")
    page.close()

    again = page.context.new_page()
    again.goto(NEW)
    expect(again.get_by_label("What is the problem?")).to_have_value("")
    rows = again.locator("#drafts-here .draft-row")
    expect(rows).to_have_count(2)
    rows.filter(has_text="The first.").get_by_role("link", name="Open").click()
    expect(again.get_by_label("What is the problem?")).to_have_value("The first.")
    expect(again.get_by_alt_text("Your photo 1 of 1: one.jpg")).to_be_visible()
    expect(rows).to_have_count(1)
    send(again)
    again.wait_for_url("**/report/done/**")
    assert Report.objects.get().photos.count() == 1
    assert titles(again) == ["The second."]


def test_lost_answer_and_old_token_are_one_report(open_app: Callable[..., Page], watch: Watch) -> None:
    watch.expected.append(OLD_TOKEN)
    page = open_app()
    write(page)
    set_place(page)
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")
    taken: list[int] = []

    def lose_answer(route: Route) -> None:
        taken.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.context.route(
        "**/report/new", lambda route: lose_answer(route) if route.request.method == "POST" else route.continue_()
    )
    send(page)
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    assert taken[0] == 302
    assert Report.objects.count() == 1

    page.context.unroute_all(behavior="wait")  # a second try may be under way
    page.context.clear_cookies(name="csrftoken")
    page.reload()
    expect(page.locator("#drafts-here .draft-row")).to_contain_text("Sent")
    assert Report.objects.count() == 1


def test_token_of_another_page_is_asked_for_anew(open_app: Callable[..., Page], watch: Watch) -> None:
    watch.expected.append(OLD_TOKEN)
    page = open_app()
    page.context.set_offline(True)
    write(page)
    set_place(page)
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")
    send(page)
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if route.request.method != "POST" or refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=403, content_type="text/html", body="CSRF")

    page.context.route("**/report/new", refuse_first)
    page.context.set_offline(False)
    wait_for(page, RECORDS, lambda found: [row["state"] for row in found] == ["sent"])
    assert len(refused) == 1
    assert Report.objects.count() == 1


def test_what_the_server_misses_comes_back(open_app: Callable[..., Page]) -> None:
    page = open_app()
    page.context.set_offline(True)
    write(page, email=None)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("first fill in: Your e-mail address")
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    write(page, email="guest@example.org")
    send(page)
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()

    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Your report needs you")).to_be_visible()
    page.get_by_role("link", name="My drafts").click()
    row = page.locator("#drafts-here .draft-row")
    expect(row).to_contain_text("Needs you")
    expect(row).to_contain_text("Add a photo.")
    row.get_by_role("link", name="Open").click()
    expect(page.locator("#draft-notice")).to_contain_text("Add a photo.")
    set_place(page)
    page.get_by_text("I have no photo").click()
    page.get_by_label("Why is there no photo?").fill("Dark.")
    send(page)
    page.wait_for_url("**/report/done/**")
    assert Report.objects.count() == 1
    assert titles(page) == []


def test_worker_sends_without_a_page(open_app: Callable[..., Page], picture: Path, site: str) -> None:
    page = open_app()
    page.context.set_offline(True)
    page.get_by_label("Photos").set_input_files(picture)
    write(page)
    set_place(page)
    send(page)
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    wait_for_record(page, state="waiting")
    devtools, registration = workers_devtools(page)
    page.goto("about:blank")
    page.context.set_offline(False)

    # The browser does so as soon as it sees a network; its own view of that is nothing a test can set.
    event = {"origin": site, "registrationId": registration, "tag": "drafts", "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", event)

    wait_until(Report.objects.exists, "the report that the worker sends")
    assert Report.objects.get().photos.count() == 1


def workers_devtools(page: Page) -> tuple[CDPSession, str]:
    """Chromium's own tools for service workers, and what it calls ours."""
    devtools = page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    deadline = time.monotonic() + 10
    while not registrations:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    return devtools, registrations[0]["registrationId"]


def test_guests_draft_is_asked_about_after_signing_in(
    open_app: Callable[..., Page], signed_in: Callable[..., None], reporter: Person
) -> None:
    page = open_app()
    write(page, "The guest's words.")
    wait_for_record(page, title="The guest's words.", owner="")
    signed_in(page.context, reporter)

    page.reload()  # the same tab: whoever signs in half-way goes on
    expect(page.get_by_label("What is the problem?")).to_have_value("The guest's words.")
    expect(page.locator("#draft-notice")).to_contain_text("before you signed in")

    other = page.context.new_page()
    other.goto("/report/drafts")
    row = other.locator("#drafts-here .draft-row")
    expect(row).to_contain_text("somebody began here without signing in. Is it yours?")
    expect(row).not_to_contain_text("The guest's words.")
    expect(row.get_by_role("link", name="Open")).to_be_hidden()
    draft = other.evaluate(RECORDS)[0]["id"]
    other.goto(f"{NEW}#draft={draft}")
    expect(other.locator("#drafts-here .draft-row")).to_contain_text("Is it yours?")
    expect(other.get_by_label("What is the problem?")).to_have_value("")

    other.get_by_role("button", name="It is mine: show it").click()
    expect(row).to_contain_text("The guest's words.")
    expect(row.get_by_role("link", name="Open")).to_be_focused()
    [record] = other.evaluate(RECORDS)
    assert record["owner"] == other.locator("#drafts-here").get_attribute("data-person")


def test_old_guests_draft_is_asked_about_in_its_own_tab(
    open_app: Callable[..., Page], signed_in: Callable[..., None], reporter: Person
) -> None:
    page = open_app()
    write(page, "The guest's words.")
    wait_for_record(page, title="The guest's words.", owner="")
    page.goto("/report/drafts")
    expect(page.locator("#drafts-here .draft-row")).to_contain_text("The guest's words.")
    signed_in(page.context, reporter)

    page.evaluate(
        """() => import("/static/reports/drafts.js").then(async () => {
            const [draft] = await drafts.all();
            await drafts.change(draft.id, () => ({ updated: Date.now() - 2 * 3600_000 }));
        })"""
    )
    page.goto(NEW)

    expect(page.locator("#drafts-here .draft-row")).to_contain_text("Is it yours?")
    expect(page.get_by_label("What is the problem?")).to_have_value("")


@pytest.mark.parametrize("ended", ["seen by a page", "long ago"])
def test_page_without_signal_forgets_who_was_signed_in(
    open_app: Callable[..., Page], signed_in: Callable[..., None], reporter: Person, ended: str
) -> None:
    page = open_app(lambda context: signed_in(context, reporter))
    write(page, "Rita's words.", email=None)
    wait_for_record(page, title="Rita's words.")
    page.context.set_offline(True)
    page.goto("/report/drafts")
    row = page.locator("#drafts-here .draft-row")
    expect(row).to_contain_text("Rita's words.")

    if ended == "seen by a page":
        page.context.set_offline(False)
        page.context.clear_cookies(name="sessionid")
        page.goto("/about")
        page.context.set_offline(True)
    else:
        page.evaluate(
            """() => {
                const [person, seen] = localStorage.getItem("drafts:person").split(" ");
                localStorage.setItem("drafts:person", `${person} ${seen - 13 * 3600_000}`);
            }"""
        )
    page.goto("/report/drafts")

    expect(row).to_contain_text("A draft of somebody who was signed in here")
    expect(row).not_to_contain_text("Rita's words.")
    page.goto(NEW)
    expect(page.get_by_label("What is the problem?")).to_have_value("")


def test_draft_is_found_on_the_other_device(
    open_app: Callable[..., Page],
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[..., None],
    reporter: Person,
) -> None:
    page = open_app(lambda context: signed_in(context, reporter))
    write(page, "Begun in the bus.", email=None)
    expect(page.locator("#draft-synced")).to_be_visible()
    draft = Draft.objects.get()
    assert draft.heading == "Begun in the bus."

    other = open_context("desktop")
    signed_in(other, reporter)
    desktop = other.new_page()
    desktop.goto("/report/drafts")
    desktop.get_by_role("link", name="Begun in the bus.", exact=True).click()
    expect(desktop.get_by_label("What is the problem?")).to_have_value("Begun in the bus.")
    desktop.get_by_label("What is the problem?").fill("Gone on at home.")
    expect(desktop.locator("#draft-synced")).to_be_visible()

    # The phone does not know yet: it is asked which one holds.
    write(page, "Begun in the bus, and gone on.", email=None)
    expect(page.locator("#draft-conflict")).to_contain_text("changed on another device")
    page.get_by_role("button", name="Keep what is here").click()
    expect(page.locator("#draft-conflict")).to_be_hidden()
    wait_for_record(page, version=3)
    draft.refresh_from_db()
    assert draft.heading == "Begun in the bus, and gone on."


def test_nobody_sends_for_somebody_else(
    open_app: Callable[..., Page], signed_in: Callable[..., None], reporter: Person, neighbour: Person
) -> None:
    page = open_app(lambda context: signed_in(context, reporter))
    page.context.set_offline(True)
    write(page, "Rita's words.", email=None)
    set_place(page)
    send(page)
    expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    wait_for_record(page, state="waiting")
    signed_in(page.context, neighbour)
    page.context.set_offline(False)
    page.goto("/report/drafts")

    row = page.locator("#drafts-here .draft-row")
    expect(row).to_contain_text("Needs you")
    expect(row).to_contain_text("somebody who was signed in here")
    expect(row).not_to_contain_text("Rita's words.")
    assert not Report.objects.exists()
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/$"))
    assert titles(page) == []


def test_hidden_report_is_never_shown_from_a_cache(
    open_app: Callable[..., Page], sent: Report, moderator: Person
) -> None:
    page = open_app()
    for hidden in (False, True):
        if hidden:
            hide_report(sent, "", actor=moderator)
        page.context.set_offline(False)
        response = page.goto(sent.get_absolute_url())
        assert response is not None
        assert response.status == (410 if hidden else 200)
        page.context.set_offline(True)
        page.goto(sent.get_absolute_url())
        expect(page.get_by_role("heading", name="No signal")).to_be_visible()
    kept = page.evaluate(
        """async () => {
            const paths = [];
            for (const name of await caches.keys()) {
                for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
            }
            return paths;
        }"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {"/report/offline", "/offline"}


def test_new_worker_takes_over_and_the_switch_ends_it(open_app: Callable[..., Page], settings: Any) -> None:
    page = open_app()
    caches = "caches.keys()"
    [before] = page.evaluate(caches)
    settings.SITE_NAME = "Another name"  # stands on both kept pages
    update = "navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => null)"
    page.evaluate(update)
    wait_for(page, caches, lambda names: len(names) == 1 and names[0] != before)

    settings.SERVICE_WORKER = False
    page.evaluate(update)
    wait_for(page, "navigator.serviceWorker.getRegistrations().then((all) => all.length)", lambda count: count == 0)
    assert page.evaluate(caches) == []

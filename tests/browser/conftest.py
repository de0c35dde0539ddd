"""The site in Debian's Chromium, with a real worker and a real mail server behind it."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Person
from forwarding.models import Dispatch
from notifications.models import Message
from reports.models import ReportEvent
from tests.forwarding.endpoints import endpoint, near_servers, receiver, stub, webhook
from tests.forwarding.letters import OURS
from tests.servers import MailSink, announcing_to, running_mail_sink, running_redis, running_worker, wait_until

__all__ = ["endpoint", "near_servers", "receiver", "stub", "webhook"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}
PATIENCE = 30_000  # ms; a bound, not a measure: two cores run two browsers, two sites and a worker
expect.set_options(timeout=PATIENCE)
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the Celery worker stays on one xdist worker."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if "mails" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


# -- Servers ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def live_server(
    request: pytest.FixtureRequest, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    # Our photos have views of their own: MEDIA_URL is empty, which Django's test server takes for "everything".
    with override_settings(MEDIA_URL="/no-media/", STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def media_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="package")  # not for longer: its worker would send what the next tests leave waiting
def mail_server(
    live_server: LiveServer, media_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MailSink]:
    """A mail server; behind it a worker that sends what this process announces."""
    folder = tmp_path_factory.mktemp("servers")
    with ExitStack() as servers:
        sink = servers.enter_context(running_mail_sink())
        broker_url = servers.enter_context(running_redis(folder))
        servers.enter_context(announcing_to(broker_url))
        # Nothing breaks here, so nothing need be swept; and no sweep meets the emptying of the tables after a test.
        environment = {
            "SITE_URL": live_server.url,
            "MEDIA_ROOT": str(media_root),
            "SWEEP_SECONDS": "3600",
            "UNDO_SECONDS": "0",
            "MAIL_DOMAIN": django_settings.MAIL_DOMAIN,
            "MAIL_AUTHSERV_ID": OURS,
            "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        }
        servers.enter_context(running_worker(folder, broker_url=broker_url, email_url=sink.url, **environment))
        yield sink


@pytest.fixture
def mails(mail_server: MailSink, site: str, transactional_db: None) -> Iterator[MailSink]:
    mail_server.mails.clear()
    yield mail_server
    wait_until(nothing_waits, "the worker's last mail")


def nothing_waits() -> bool:
    rows = (ReportEvent.objects.filter(processed_at=None), Message.objects.open(), Dispatch.objects.open())
    return not any(row.exists() for row in rows)


def is_quiet() -> bool:
    """No request and no task is under way, nor was a moment ago: the tables may be emptied."""
    busy = """
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND (state <> 'idle' OR clock_timestamp() - state_change < interval '0.15 seconds')
    """
    with connection.cursor() as cursor:
        cursor.execute(busy)
        return cursor.fetchone() is None


@pytest.fixture
def site(live_server: LiveServer, settings: Any, media_root: Path, _own_files: None) -> str:
    """The site's address."""
    settings.MEDIA_ROOT = media_root
    settings.SITE_URL = live_server.url
    settings.TILE_URL = ""
    settings.DEMO = False
    settings.SEND_FASTEST = timedelta(seconds=-1)  # no test waits like a person; the trap has tests of its own
    return live_server.url


@pytest.fixture(autouse=True)
def _quiet_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the worker nobody listens."""
    if "mails" not in request.fixturenames:
        monkeypatch.setattr("reports.outbox._send_task", lambda task, row_id: None)


# -- Browser ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not here; script/test installs it")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own event loop makes Django fear for its connections.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield chromium
            chromium.close()


class Watch:
    """Whatever a page should never do: errors, violations, other hosts."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.troubles: list[str] = []
        self.expected = ["Service Worker registration blocked by Playwright"]

    def listen(self, context: BrowserContext) -> None:
        context.on("request", self.on_request)
        context.on("console", lambda message: self.note(message.text) if message.type in ("error", "warning") else None)
        context.on("weberror", lambda error: self.note(str(error.error)))

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.site + "/", "data:", "blob:")):
            self.note(f"request to another host: {request.url}")

    def note(self, trouble: str) -> None:
        if not any(word in trouble for word in self.expected):
            self.troubles.append(trouble)


@pytest.fixture
def watch(site: str) -> Watch:
    return Watch(site)


@pytest.fixture
def open_context(
    request: pytest.FixtureRequest,
    transactional_db: None,
    browser: Browser,
    site: str,
    watch: Watch,
    tmp_path: Path,
) -> Iterator[Callable[..., BrowserContext]]:
    """A new browser profile: `screen` of SCREENS, `script=False` without JavaScript, Playwright's other options.

    Our service worker stays out (`service_workers="allow"` lets it in): what it fetches for later would disturb who
    counts requests and waits for the last one.
    """
    contexts: list[BrowserContext] = []

    def build(screen: str = "phone", *, script: bool = True, **options: Any) -> BrowserContext:
        chosen = {
            "locale": "en-GB",
            "reduced_motion": "reduce",
            "timezone_id": "Europe/Budapest",
            "service_workers": "block",
            **SCREENS[screen],
        }
        context = browser.new_context(java_script_enabled=script, **{"base_url": site, **chosen, **options})
        context.set_default_timeout(PATIENCE)
        watch.listen(context)
        contexts.append(context)
        return context

    yield build
    for number, page in enumerate(page for context in contexts for page in context.pages):
        if FAILED in request.node.stash:
            path = tmp_path / f"page-{number}.png"
            page.screenshot(path=path, full_page=True)
            print(f"{page.url} looked like {path}")  # noqa: T201
    for context in contexts:
        context.close()
    wait_until(is_quiet, "the last request")
    assert watch.troubles == []


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context("phone").new_page()


@pytest.fixture
def desktop(open_context: Callable[..., BrowserContext]) -> Page:
    return open_context("desktop").new_page()


@pytest.fixture
def plain(open_context: Callable[..., BrowserContext]) -> Page:
    """A phone without JavaScript."""
    return open_context("phone", script=False).new_page()


@pytest.fixture
def signed_in(client_of: Callable[[Person | None], Client], site: str) -> Callable[[BrowserContext, Person], None]:
    """Give a browser the session of a person; the form for it has a test of its own."""

    def sign_in(context: BrowserContext, person: Person) -> None:
        session = client_of(person).cookies[django_settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": site}])

    return sign_in

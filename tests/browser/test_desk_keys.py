"""An hour at the desk by keyboard alone: fifty imported reports, three presses at the most for a usual one."""

import gzip
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.actions import set_desk_keys
from accounts.models import Person
from municipalities.models import Area, Category, Responsibility
from reports.lifecycle import Reason, Status
from reports.models import Report
from tests.conftest import square

from .desk_reports import NEW, WRONG, category_of, write_reports
from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 3  # presses for a usual case


class Desk:
    """A moderator who has a keyboard only; counts what is pressed for the case that is open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        self.counts: list[int] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def wait(self) -> None:
        """Until the page listens: a person looks at it for longer."""
        self.page.locator("html[data-desk-keys=awake]").wait_for()

    def decide(self, *keys: str) -> None:
        """These keys end the case; the page that opens then is the next one's."""
        before = self.page.url
        self.presses = 0
        self.press(*keys)
        self.page.wait_for_url(lambda url: url != before, wait_until="domcontentloaded")
        self.counts.append(self.presses)
        self.wait()

    @property
    def report(self) -> Report | None:
        found = re.search(r"/desk/([2-9a-z]{8})", self.page.url)
        return Report.objects.get(reference=found[1]) if found else None


@pytest.fixture
def desk(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    moderator: Person,
) -> Desk:
    context = open_context("desktop")
    signed_in(context, moderator)
    return Desk(context.new_page())


def start(desk: Desk) -> None:
    desk.page.goto("/desk/?queue=new")
    desk.wait()
    desk.press("n")
    desk.page.wait_for_url(re.compile(r"/desk/[2-9a-z]{8}"))
    desk.wait()


def test_fifty_reports_by_keyboard(desk: Desk, district: Area, tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    write_reports(file)
    call_command("import_reports", file, as_new=NEW, demo_contacts=True, commit=True)
    began = timezone.now()
    start(desk)
    plans: dict[int, tuple[str, ...]] = {
        6: ("2", "s"),
        7: ("r", "1", "Enter"),
        WRONG: ("c", "1", "s"),
        9: ("h", "Enter"),
    }
    while (report := desk.report) is not None:
        number = int(report.source_id) - 1001
        desk.decide(*plans.get(number % 10, ("s",)))

    assert len(desk.counts) == NEW
    assert max(desk.counts) <= MOST
    assert sum(desk.counts) == NEW / 10 * (6 + 2 + 3 + 3 + 2)
    print(f"{NEW} cases, {sum(desk.counts)} presses, {timezone.now() - began}")  # noqa: T201
    for report in Report.objects.filter(source_id__gt="1000", source_id__regex=r"^\d{4}$"):
        number = int(report.source_id) - 1001
        match number % 10:
            case 7:
                assert (report.status, report.reason) == (Status.REJECTED, Reason.NOT_A_PROBLEM)
            case 9:
                assert report.status == Status.HIDDEN
            case rest:
                assert report.status == Status.SENT
                assert report.category
                assert report.category.names["hu"] == category_of(number)
                rival = " másik gazdája" if rest == 6 else " gazdája"
                assert report.institution
                assert report.institution.name == category_of(number) + rival


def test_fifty_real_reports(desk: Desk, shared: Path, tmp_path: Path, moderator: Person) -> None:
    """The same with what citizens really wrote: what has a suggestion is sent, what has none is not published."""
    city = Area.objects.create(kind="district", name="Budapest", code="B")
    city.set_shape(square(18.8, 47.2, 0.7))
    moderator.memberships.update(area=city)
    file = tmp_path / "reports.jsonl"
    with gzip.open(shared / "budapest_reports_2023_2024.jsonl.gz", "rt") as lines:
        file.write_text("".join(islice(lines, 1000)))
    call_command("import_reports", file, as_new=NEW, demo_contacts=True, commit=True)
    start(desk)
    while desk.report is not None:
        is_suggested = desk.page.locator("#choices input:checked").count() > 0
        desk.decide(*(("s",) if is_suggested else ("r", "1", "Enter")))
    assert len(desk.counts) == NEW
    assert max(desk.counts) <= MOST
    assert not Report.objects.filter(status=Status.SUBMITTED).exists()
    print(f"{sum(desk.counts)} presses for {NEW} real reports")  # noqa: T201


# -- One case ------------------------------------------------------------------------------------------------------


def open_case(desk: Desk, report: Report) -> Page:
    desk.page.goto(f"/desk/{report.reference}")
    desk.wait()
    return desk.page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def test_keys_in_fields_are_letters(desk: Desk, submitted: Report, rule: Responsibility) -> None:
    page = open_case(desk, submitted)
    for field in ("#id_title", "#id_description", "#desk-search"):
        page.locator(field).fill("")
        page.locator(field).focus()
        page.keyboard.type("srhd2?")
        expect(page.locator(field)).to_have_value("srhd2?")
    page.locator("#id_category").focus()
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.keyboard.press("Shift+S")
    page.keyboard.press("Alt+h")
    expect(page.locator("details[open]")).to_have_count(0)
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED


def test_keys_open_what_they_name_and_escape_leads_back(desk: Desk, submitted: Report, rule: Responsibility) -> None:
    page = open_case(desk, submitted)
    for key, target in {
        "e": "id_description",
        "t": "id_title",
        "l": "id_send_text",
        "i": "id_note_text",
        "m": "case-map",
        "f": "life",
        "/": "desk-search",
        "r": "id_reason",
    }.items():
        page.keyboard.press(key)
        assert focused(page) == target, key
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Skip for now").or_(page.locator(".case-nav a").first).first.focus()
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    assert focused(page) == "A"


def test_asking_by_keys(desk: Desk, submitted: Report, rule: Responsibility) -> None:
    open_case(desk, submitted)
    desk.page.keyboard.press("q")
    desk.page.keyboard.press("1")
    expect(desk.page.locator("#ask-button")).to_be_focused()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    submitted.refresh_from_db()
    assert submitted.status == Status.NEEDS_INFO
    event = submitted.events.get(new_status=Status.NEEDS_INFO)
    assert "fotó" in event.body  # in the reporter's language: there was none


def test_category_and_body_are_found_by_typing(
    desk: Desk, submitted: Report, rule: Responsibility, parks: Category, gardens: object, refuser: object
) -> None:
    page = open_case(desk, submitted)
    page.keyboard.press("c")
    combobox = page.get_by_role("dialog").get_by_role("combobox", name="Category")
    expect(combobox).to_be_focused()
    page.keyboard.type("párk")  # accents do not matter
    expect(page.locator("#palette-list li")).to_have_text(["Park"])
    expect(combobox).to_have_attribute("aria-activedescendant", "palette-0")
    assert check_page(page) == []
    with page.expect_response(re.compile("/suggestions")):
        page.keyboard.press("Enter")
    expect(page.locator("#id_category")).to_have_value(str(parks.pk))
    expect(page.locator("#desk-said")).to_have_text("Park")

    page.keyboard.press("o")
    page.keyboard.type("fokert")
    page.keyboard.press("Enter")
    expect(page.locator("#other-body")).to_be_checked()
    expect(page.locator("#case-to")).to_contain_text("Egyváros Főkert")
    with page.expect_navigation():
        page.keyboard.press("s")
    submitted.refresh_from_db()
    assert (submitted.status, submitted.category, submitted.institution) == (Status.SENT, parks, gardens)


def test_a_duplicate_is_joined_by_three_presses(
    desk: Desk, make_report: Callable[..., Report], sent: Report, rule: Responsibility
) -> None:
    twin = make_report()
    open_case(desk, twin)
    desk.decide("d", "1")
    desk.decide("d")
    twin.refresh_from_db()
    assert (twin.status, twin.original) == (Status.DUPLICATE, sent)
    assert sum(desk.counts) == MOST


def test_undo_by_a_key(desk: Desk, submitted: Report, rule: Responsibility) -> None:
    page = open_case(desk, submitted)
    with page.expect_navigation():
        page.keyboard.press("s")
    desk.wait()
    with page.expect_navigation():
        page.keyboard.press("u")
    submitted.refresh_from_db()
    assert (submitted.status, submitted.published_at) == (Status.SUBMITTED, None)


def test_photos_by_keys(desk: Desk, make_report: Callable[..., Report]) -> None:
    page = open_case(desk, make_report(photos=2))
    page.keyboard.press("p")
    box = page.get_by_role("dialog", name="Photos")
    expect(box.locator("[data-count]")).to_have_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(box.locator("[data-count]")).to_have_text("2 / 2")
    page.keyboard.press("ArrowRight")
    expect(box.locator("[data-count]")).to_have_text("1 / 2")
    page.keyboard.press("+")
    expect(box.locator(".is-zoomed")).to_be_visible()
    page.keyboard.press("0")
    expect(box.locator(".is-zoomed")).to_have_count(0)
    assert check_page(page) == []
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    link = page.locator("a[data-photo]").first
    link.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_question_mark_shows_the_keys_and_the_focus_returns(desk: Desk, submitted: Report) -> None:
    page = open_case(desk, submitted)
    link = page.get_by_role("link", name="Keys")
    link.focus()
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="Keys of the desk")
    expect(box).to_be_visible()
    expect(box).to_contain_text("Publish and send to the chosen body")
    page.keyboard.press("h")  # nothing acts behind a dialog
    assert check_page(page) == []
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(link).to_be_focused()
    expect(page.locator("details[open]")).to_have_count(0)


def test_screen_readers_are_told_the_keys(desk: Desk, submitted: Report, rule: Responsibility) -> None:
    page = open_case(desk, submitted)
    send = page.get_by_role("button", name="Publish and send", exact=True)  # the hint is no part of the name
    expect(send).to_have_attribute("aria-keyshortcuts", "S")
    expect(page.locator("#id_title")).to_have_attribute("aria-keyshortcuts", "T")
    expect(page.locator("summary", has_text="Do not publish")).to_have_attribute("aria-keyshortcuts", "R")
    expect(send.locator("kbd")).to_be_visible()


def test_switched_off_nothing_acts_and_nothing_is_promised(
    desk: Desk, submitted: Report, rule: Responsibility, moderator: Person
) -> None:
    set_desk_keys(moderator, is_on=False)
    page = desk.page
    page.goto(f"/desk/{submitted.reference}")
    expect(page.locator("#case-map.is-ready")).to_be_visible()
    for key in ("r", "h", "c", "?", "p"):
        page.keyboard.press(key)
    expect(page.locator("details[open], dialog[open]")).to_have_count(0)
    expect(page.locator("kbd:visible, [aria-keyshortcuts]")).to_have_count(0)
    page.get_by_role("link", name="Keys").click()
    page.get_by_role("button", name="Switch single keys on").click()
    page.goto(f"/desk/{submitted.reference}")
    desk.wait()
    page.keyboard.press("h")
    expect(page.locator("details[open]")).to_have_count(1)


def test_a_second_tap_is_not_for_the_next_case(
    desk: Desk, make_report: Callable[..., Report], rule: Responsibility
) -> None:
    first, second = make_report(), make_report()
    page = desk.page
    page.goto(f"/desk/{first.reference}?queue=new")
    desk.wait()
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('.case-bar [value=send]').click()")
    page.wait_for_url(re.compile(second.reference), wait_until="commit")
    page.keyboard.press("s")
    desk.wait()
    assert [Report.objects.get(pk=report.pk).status for report in (first, second)] == [Status.SENT, Status.SUBMITTED]


def test_without_script_everything_can_be_pressed(
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    moderator: Person,
    make_report: Callable[..., Report],
    rule: Responsibility,
) -> None:
    context = open_context("phone", script=False)
    signed_in(context, moderator)
    page = context.new_page()

    def case(**fields: object) -> Report:
        report = make_report(photos=1, **fields)
        page.goto(f"/desk/{report.reference}")
        expect(page.locator("kbd:visible")).to_have_count(0)
        return report

    report = case()
    page.get_by_label("Title").fill("Más cím")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Publish and send").click()
    report.refresh_from_db()
    assert (report.title, report.status) == ("Más cím", Status.SENT)

    report = case()
    page.locator("summary", has_text="Ask the reporter").click()
    page.get_by_label("What is missing?").fill("Hol?")
    page.get_by_role("button", name="Ask", exact=True).click()
    report.refresh_from_db()
    assert report.status == Status.NEEDS_INFO

    report = case()
    page.locator("summary", has_text="Do not publish").click()
    page.get_by_label("the place cannot be found out").check()
    page.get_by_role("button", name="Reject").click()
    report.refresh_from_db()
    assert (report.status, report.reason) == (Status.REJECTED, Reason.NO_PLACE)
    page.goto(f"/desk/{report.reference}")
    page.get_by_role("button", name="Back into the queue").click()
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED

    report = case()
    page.locator("summary", has_text="Hide the report").click()
    page.get_by_role("button", name="Hide", exact=True).click()
    page.goto(f"/desk/{report.reference}")
    page.get_by_role("button", name="Restore").click()
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED
    page.locator("summary", has_text="Internal note").click()
    page.get_by_label("Note").fill("Ezt láttam.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_role("button", name="Hide the photo").click()
    assert report.photos.filter(is_hidden=True).exists()
    expect(page.get_by_text("Ezt láttam.")).to_be_visible()

"""Two moderators in two browsers: they never get the same case, see each other, and lose nothing to each other."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from moderation.models import Claim
from municipalities.models import Responsibility
from reports.lifecycle import Status
from reports.models import Report
from tests.servers import wait_until

from .conftest import Watch
from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[BrowserContext, Person], None]
Desk = Callable[..., Page]


@pytest.fixture
def open_desk(open_context: Callable[..., BrowserContext], signed_in: SignIn) -> Desk:
    def build(person: Person, screen: str = "desktop", **options: Any) -> Page:
        context = open_context(screen, **options)
        signed_in(context, person)
        return context.new_page()

    return build


@pytest.fixture
def both(open_desk: Desk, moderator: Person, employee: Person) -> tuple[Page, Page]:
    return open_desk(moderator), open_desk(employee)


def reference_of(page: Page) -> str:
    return page.url.partition("/desk/")[2].partition("?")[0]


def press_at_once(pages: tuple[Page, Page], button: str) -> None:
    """Neither waits for the other's answer."""
    for page in pages:
        page.evaluate("document.documentElement.dataset.old = '1'")
    for page in pages:
        page.evaluate(f"setTimeout(() => document.querySelector({button!r}).click(), 50)")
    for page in pages:
        page.wait_for_selector("html:not([data-old])")
        page.wait_for_load_state()


def test_they_work_through_a_queue_and_never_collide(
    both: tuple[Page, Page], make_report: Callable[..., Report], rule: Responsibility
) -> None:
    reports = [make_report(title=f"{number}. ügy") for number in range(8)]
    for page in both:
        page.goto("/desk/?queue=new")
    press_at_once(both, "#next-case")
    decided: list[str] = []
    for _round in range(len(reports) // 2):
        here = [reference_of(page) for page in both]
        assert len(set(here)) == 2
        for page in both:
            expect(page.get_by_text("You have this case.")).to_be_visible()
        decided += here
        press_at_once(both, "#case button[value=send]:not([tabindex='-1'])")
    assert sorted(decided) == sorted(report.reference for report in reports)
    assert set(Report.objects.values_list("status", flat=True)) == {Status.SENT}
    assert not Claim.objects.exists()


def test_the_key_takes_the_next_and_the_other_is_seen(
    both: tuple[Page, Page], make_report: Callable[..., Report], rule: Responsibility, moderator: Person
) -> None:
    first = make_report(title="Első")
    make_report(title="Második")
    hers, his = both
    hers.goto("/desk/?queue=new")
    hers.wait_for_selector("html[data-desk-keys=awake]")
    hers.keyboard.press("n")
    hers.wait_for_url(f"**/desk/{first.reference}?queue=new")
    assert check_page(hers) == []
    his.goto("/desk/?queue=new")
    expect(his.get_by_text("Mónika Moderátor has it since")).to_be_visible()
    his.goto(f"/desk/{first.reference}")
    expect(his.get_by_text("Mónika Moderátor has had this case since")).to_be_visible()
    expect(his.get_by_text("Mónika Moderátor has this case open, too")).to_be_visible()
    his.get_by_text("Take over with a note").click()
    his.get_by_label("Word to Mónika Moderátor").fill("I was there yesterday.")
    assert check_page(his) == []
    his.get_by_role("button", name="Take over", exact=True).click()
    expect(his.get_by_text("You have this case.")).to_be_visible()
    # Her page hears it at its next sign; here she looks away and back again.
    hers.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(hers.get_by_text("Emese Munkatárs has taken this case over.")).to_be_visible()
    expect(hers.get_by_text("I was there yesterday.")).to_be_visible()
    expect(hers.locator(".claim-line")).to_be_hidden()
    hers.goto("/desk/")
    expect(hers.get_by_text("Emese Munkatárs took over a case of yours:")).to_be_visible()
    assert check_page(hers) == []
    hers.get_by_role("button", name="I have read it").click()
    expect(hers.get_by_text("took over a case of yours")).to_have_count(0)


def test_typing_takes_the_case_and_leaving_lets_go(open_desk: Desk, submitted: Report, moderator: Person) -> None:
    page = open_desk(moderator)
    page.goto(f"/desk/{submitted.reference}")
    expect(page.get_by_text("Nobody has this case yet.")).to_be_visible()
    page.locator("#id_title").press_sequentially("!")
    expect(page.get_by_text("You have this case.")).to_be_visible()
    until = Claim.objects.get(report=submitted, person=moderator).until
    page.goto("/about")
    wait_until(lambda: Claim.objects.get().until < until, "the end of the lease coming nearer")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_two_versions_are_chosen_field_by_field(
    script: bool, open_desk: Desk, submitted: Report, moderator: Person, employee: Person, watch: Watch
) -> None:
    watch.expected.append("409")
    hers, his = (open_desk(person, "phone", script=script) for person in (moderator, employee))
    for page in (hers, his):
        page.goto(f"/desk/{submitted.reference}")
    his.locator("#id_title").fill("Kátyú a Fő utcában")
    his.locator("#id_description").press("Control+End")
    his.locator("#id_title").press("Enter")
    his.wait_for_load_state()
    wait_until(lambda: Report.objects.get().title == "Kátyú a Fő utcában", "his version")
    hers.locator("#id_title").fill("Gödör a sarkon")
    hers.locator("#id_address").fill("Fő utca 3.")
    hers.locator("#id_title").press("Enter")
    expect(hers.get_by_text("Both of you changed this.")).to_be_visible()
    expect(hers.locator("#id_title")).to_have_value("Gödör a sarkon")
    if script:
        assert check_page(hers) == []
    hers.get_by_role("radio", name="Theirs").check()
    hers.locator("#id_address").press("Enter")
    wait_until(lambda: Report.objects.get().address == "Fő utca 3.", "her version")
    assert Report.objects.get().title == "Kátyú a Fő utcában"


def test_without_scripts_all_of_it_works(
    open_desk: Desk, make_report: Callable[..., Report], moderator: Person, employee: Person
) -> None:
    first, second = make_report(title="Első"), make_report(title="Második")
    page = open_desk(employee, "narrow", script=False)
    page.goto("/desk/?find=1")
    page.locator("#id_age").select_option("")
    page.get_by_label("Words, reference or source id").fill("Második")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("Keep this filter as a tab of yours").fill("Másodikok")
    page.get_by_role("button", name="Keep the filter").click()
    page.get_by_role("button", name="Next case").click()
    assert reference_of(page) == second.reference
    page.get_by_text("Give it to somebody").click()
    page.get_by_label("To whom").select_option(label="Mónika Moderátor")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.get_by_text("This case was given to Mónika Moderátor")).to_be_visible()
    page.goto("/desk/?queue=new")
    page.get_by_role("button", name="Next case").click()
    assert reference_of(page) == first.reference
    page.get_by_role("button", name="Put it back").click()
    assert not Claim.objects.exists()


def test_the_desks_pages_are_accessible(
    open_desk: Desk, make_report: Callable[..., Report], moderator: Person, employee: Person
) -> None:
    make_report(title="Első", photos=1)
    page = open_desk(employee, "narrow")
    for url in ("/desk/?find=1", "/desk/filters", "/desk/?queue=mine", "/desk/?queue=flagged"):
        page.goto(url)
        assert check_page(page) == [], url

"""Two bodies in their offices: handed over, given back, given to a colleague, answered; the citizen sees it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.actions_handing import hand_over
from forwarding.models import Invitation, OfficeText
from forwarding.office.actions_case import add_subtask, give_case, write_note
from forwarding.office.actions_people import invite
from forwarding.office.notices import invitation_url
from municipalities.models import Institution, Membership, Unit
from notifications.models import Notice
from reports.lifecycle import Status
from reports.models import Assignment, Report
from tests.reports.pictures import encode, scene

from .conftest import Watch
from .test_accessibility import check_page

pytestmark = pytest.mark.django_db(transaction=True)

Office = Callable[..., Page]


def join(email: str, name: str, role: str, body: Institution) -> Person:
    person = Person.objects.create_user(email, "pw", name=name, language="en")
    Membership.objects.create(person=person, role=role, institution=body)
    return person


@pytest.fixture
def lead(works: Institution) -> Person:
    return join("lead@example.org", "Lídia Vezető", "lead", works)


@pytest.fixture
def colleague(works: Institution) -> Person:
    return join("colleague@example.org", "Kálmán Kolléga", "officer", works)


@pytest.fixture
def sign_in(
    site: str, open_context: Callable[..., BrowserContext], signed_in: Callable[[BrowserContext, Person], None]
) -> Office:
    def build(person: Person | None, screen: str = "desktop") -> Page:
        context = open_context(screen)
        if person is not None:
            signed_in(context, person)
        return context.new_page()

    return build


@pytest.fixture
def case(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Assignment:
    return send_report(make_report(title="Hole at the gate", photos=1), works, actor=moderator)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "done.jpg"
    path.write_bytes(encode(scene(1200, 900), "JPEG"))
    return path


def open_newest(page: Page) -> None:
    page.goto("/office/")
    page.get_by_role("link", name="Hole at the gate").first.click()
    page.get_by_role("heading", level=1, name="Hole at the gate").wait_for()


def test_a_case_goes_to_another_body_and_back_and_is_answered(
    sign_in: Office,
    case: Assignment,
    works: Institution,
    gardens: Institution,
    lead: Person,
    colleague: Person,
    other_officer: Person,
    photo: Path,
) -> None:
    OfficeText.objects.create(institution=works, name="Kijavítva", step="done", text="We mended it: {address}.")
    a, b = sign_in(lead), sign_in(other_officer, "phone")

    open_newest(a)
    a.get_by_role("link", name="Hand over").click()
    a.get_by_label("To which body?").select_option(label=gardens.name)
    a.get_by_label("Why").fill("It stands in the park.")
    a.locator("main").get_by_role("button", name="Hand over").click()
    expect(a.get_by_text("Handed over. You see here what becomes of it.")).to_be_visible()

    open_newest(b)
    expect(b.get_by_text("It stands in the park.")).to_be_visible()
    b.locator("summary", has_text="It is not ours").click()
    b.get_by_label("Why it is not yours").fill("The park ends at the fence.")
    b.get_by_role("button", name="Give it back").click()
    expect(b.get_by_text("You gave it back.")).to_be_visible()

    open_newest(a)
    expect(a.get_by_text("The park ends at the fence.")).to_be_visible()
    a.locator("summary", has_text="Give it to a colleague").click()
    a.get_by_label("Colleague").select_option(label=colleague.name)
    a.get_by_role("button", name="Give it", exact=True).click()
    expect(a.get_by_text("Given. Whoever has it now gets a mail.")).to_be_visible()
    assert Notice.objects.get(template="case_given").person == colleague

    c = sign_in(colleague)
    open_newest(c)
    c.get_by_label("It is done").check()
    c.locator("summary", has_text="Saved texts").click()
    c.get_by_role("button", name="Use it").click()
    answer = c.get_by_role("textbox", name="Your answer")
    expect(answer).to_have_value("We mended it: Fő utca 1..")
    expect(c.get_by_label("It is done")).to_be_checked()
    c.get_by_label("Pictures or documents").set_input_files(photo)
    c.get_by_role("button", name="Send the answer").click()
    expect(c.get_by_text("Thank you! Your answer is on the report's page.")).to_be_visible()

    report = Report.objects.get(pk=case.report_id)
    assert (report.status, report.institution) == (Status.AWAITING_CONFIRMATION, works)
    citizen = sign_in(None)
    citizen.goto(report.get_absolute_url())
    timeline = citizen.locator(".timeline")
    expect(timeline.get_by_text("We mended it")).to_be_visible()
    expect(timeline.get_by_text(f"{works.name} handed it over to {gardens.name}.")).to_be_visible()
    expect(timeline.get_by_text("The park ends at the fence.")).to_have_count(0)
    assert timeline.locator("img").count() == 1


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_pages_of_the_office(
    screen: str,
    sign_in: Office,
    case: Assignment,
    make_report: Callable[..., Report],
    works: Institution,
    gardens: Institution,
    lead: Person,
    colleague: Person,
    moderator: Person,
    watch: Watch,
) -> None:
    """Case, handing over, conflict, people, units and texts: light, dark, narrow; nothing for axe to complain of."""
    watch.expected += ["409 (Conflict)", "400 (Bad Request)"]
    depot = Unit.objects.create(institution=works, name="South depot")
    text = OfficeText.objects.create(institution=works, name="Mended", step="done", text="We mended it: {address}.")
    give_case(case, person=colleague, unit=depot, text="You know the place.", actor=lead)
    write_note(case, "The contractor is late.", actor=colleague, for_desk=True)
    add_subtask(case, "Look at it on the spot", actor=lead, assignee=colleague)
    invitation = invite(works, "new@example.org", "reader", unit=depot, actor=lead)
    elsewhere = send_report(make_report(title="Bench"), gardens, actor=moderator)
    handed = hand_over(elsewhere, works, "Not in the park.", actor=None)
    page, found = sign_in(lead, screen), []
    for path in (
        f"/office/{case.pk}",
        f"/office/{handed.pk}",
        f"/office/{case.pk}/hand-over",
        f"/office/people/{works.pk}",
        f"/office/people/{works.pk}/units",
        f"/office/people/{works.pk}/texts",
        f"/office/people/{works.pk}/texts/{text.pk}",
        f"/office/people/{works.pk}/texts/new",
        invitation_path(invitation),
    ):
        response = page.goto(path)
        assert response
        assert response.status == 200, path
        for details in page.locator("main details").all():
            details.evaluate("element => (element.open = true)")
        found += check_page(page)
    page.goto(f"/office/{case.pk}")
    write_note(case, "Called.", actor=colleague, for_desk=True)
    Report.objects.filter(pk=case.report_id).update(version=99)
    page.get_by_role("textbox", name="Your answer").fill("We are on our way.")
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("alert").wait_for()
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("We are on our way.")
    found += check_page(page)
    assert not found, "\n".join(found)


def invitation_path(invitation: Invitation) -> str:
    return "/" + invitation_url(invitation).split("/", 3)[3]

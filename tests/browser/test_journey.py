"""The main job in a real browser, with a real worker and real mails: citizen → moderator → officer → citizen."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Person
from municipalities.models import Area, Category, Responsibility
from reports.actions_follow import follow_report
from reports.lifecycle import Status
from reports.models import Report
from tests.conftest import square
from tests.reports.pictures import encode, photo_exif, scene
from tests.servers import MailSink, wait_until

CITIZEN = "rita@example.org"
PHOTO_OF_SHARED = "gps__ianare__DSCN0010.jpg"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Taken with a phone in `district`."""
    path = tmp_path / "IMG_2041.jpg"
    path.write_bytes(encode(scene(1600, 1200), "JPEG", exif=photo_exif(47.4512, 19.0433, taken="2026:11:20 08:15:00")))
    return path


@pytest.fixture
def arezzo(city: Area, rule: Responsibility) -> Area:
    """Around the place of the picture of shared/data."""
    area = Area.objects.create(kind="district", name="Arezzo", code="003", parent=city)
    area.set_shape(square(11.85, 43.42))
    Responsibility.objects.create(area=area, category=rule.category, institution=rule.institution, answer_days=15)
    return area


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage, part: str) -> str:
    found = re.search(rf"http://\S*/{part}/\S+", text_of(mail))
    assert found, text_of(mail)
    return found.group()


def fill_in_report(page: Page, photo: Path, category: Category) -> None:
    page.goto("/")
    page.locator(".hero").get_by_role("link", name="Report a problem").click()
    page.get_by_label("Photos").set_input_files(photo)
    page.get_by_label("What is the problem?").fill("A deep hole in front of the gate. Bicycles fall.")
    page.locator("#id_category").select_option(str(category.pk))
    page.get_by_label("Short title").fill("Hole at the gate")
    page.get_by_label("Your e-mail address").fill(CITIZEN)


def sign_in(page: Page, person: Person) -> None:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill("pw")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def answer_case(page: Page, link: str, step: str, text: str, *, day: str = "") -> None:
    page.goto(link)
    page.get_by_label(step).check()
    page.get_by_role("textbox", name="Your answer").fill(text)
    if day:
        page.get_by_label("Solved by").fill(day)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Thank you! Your answer is on the report's page.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_a_photo_to_solved(
    script: bool,
    open_context: Callable[..., BrowserContext],
    mails: MailSink,
    photo: Path,
    rule: Responsibility,
    moderator: Person,
    neighbour: Person,
) -> None:
    whole_journey(script, open_context, mails, photo, rule, moderator, neighbour, position=(47.4512, 19.0433))


@pytest.mark.data
def test_from_a_photo_of_the_shared_data_to_solved(
    open_context: Callable[..., BrowserContext],
    mails: MailSink,
    shared: Path,
    arezzo: Area,
    rule: Responsibility,
    moderator: Person,
    neighbour: Person,
) -> None:
    photo = shared / "photos" / PHOTO_OF_SHARED
    whole_journey(True, open_context, mails, photo, rule, moderator, neighbour, position=(43.46745, 11.88513))


def whole_journey(
    script: bool,
    open_context: Callable[..., BrowserContext],
    mails: MailSink,
    photo: Path,
    rule: Responsibility,
    moderator: Person,
    neighbour: Person,
    *,
    position: tuple[float, float],
) -> None:
    citizen = open_context("phone", script=script).new_page()
    assert rule.category
    fill_in_report(citizen, photo, rule.category)
    if script:
        latitude, longitude = citizen.locator("[name=latitude]"), citizen.locator("[name=longitude]")
        expect(latitude).to_have_value(re.compile(r"^\d"))
        assert float(latitude.input_value()) == pytest.approx(position[0], abs=3e-5)
        assert float(longitude.input_value()) == pytest.approx(position[1], abs=3e-5)
        expect(citizen.locator("#place-map .pin")).to_be_visible()
    citizen.get_by_role("button", name="Send the report").click()

    # The receipt, and the one button of the mail.
    reference = citizen.locator("#reference").inner_text()
    report = Report.objects.get(reference=reference)
    assert report.status == Status.UNCONFIRMED
    assert (report.latitude, report.longitude) == pytest.approx(position, abs=3e-5)
    citizen.goto(link_in(mails.wait_for(CITIZEN), "confirm"))
    report.refresh_from_db()
    assert report.status == Status.UNCONFIRMED  # opening the link is not pressing the button
    citizen.get_by_role("button", name="Yes, send it in").click()
    assert "We have your report" in mails.wait_for(CITIZEN, 2)["Subject"]

    # The desk.
    desk = open_context("desktop", script=script).new_page()
    sign_in(desk, moderator)
    desk.goto("/desk/")
    desk.locator("main").get_by_role("link", name="Hole at the gate").first.click()
    desk.locator("#choices").get_by_role("radio", name=re.compile(rule.institution.name)).check()
    desk.get_by_role("button", name="Publish and send").click()
    expect(desk.get_by_text("Published and forwarded: Hole at the gate").first).to_be_visible()
    assert rule.institution.name in mails.wait_for(CITIZEN, 3)["Subject"]
    report.refresh_from_db()
    follow_report(report, neighbour)

    # The body, without an account.
    letter = mails.wait_for("ugyfel@utkezelo.example")
    pictures = [part for part in letter.walk() if part.get_content_type() == "image/jpeg"]
    assert [part["Content-ID"] is not None for part in pictures] == [True]
    assert "Bicycles fall." in text_of(letter)
    case = link_in(letter, "o")
    officer = open_context("desktop", script=script).new_page()
    answer_case(officer, case, "We answer, the case goes on", "We look at it this week.")
    assert "answered" in mails.wait_for(CITIZEN, 4)["Subject"]
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    answer_case(officer, case, "We will solve it by a date", "New asphalt comes.", day=day)
    assert "promised a date" in mails.wait_for(CITIZEN, 5)["Subject"]
    answer_case(officer, case, "It is done", "The hole is filled.")
    question = mails.wait_for(CITIZEN, 6)
    assert "Is it really solved?" in question["Subject"]

    # And back to the citizen.
    citizen.goto(link_in(question, "own"))
    citizen.get_by_role("button", name="Yes, it is solved").click()
    expect(citizen.get_by_text("Thank you! The report is marked as solved.")).to_be_visible()
    visitor = open_context("desktop", script=script).new_page()
    visitor.goto(f"/reports/{reference}")
    expect(visitor.locator("main .badge").first).to_have_text(re.compile("Solved"))
    expect(visitor.locator("main").get_by_text("confirmed by the reporter").first).to_be_visible()
    picture = visitor.locator("main img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

    # Everybody heard of everything once; nobody of their own act.
    mails.wait_for("neighbour@example.org", 4)
    wait_until(lambda: not report.events.filter(processed_at=None).exists(), "the last event")
    assert len(mails.to(CITIZEN)) == 6
    assert len(mails.to("neighbour@example.org")) == 4
    assert len({mail["Message-ID"] for mail in mails.mails}) == len(mails.mails)

"""The office in a real browser: list, filters, map, files, many cases at once; axe on every page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.models import Person
from forwarding.office import bulk
from forwarding.office.models import OfficeBulk
from municipalities.models import Institution, Membership, Unit
from reports.models import Assignment, Report
from tests.forwarding.office import Cases

from .test_desk_letters import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cases(
    site: str, make_report: Callable[..., Report], works: Institution, moderator: Person, officer: Person
) -> Cases:
    """A busy morning of a body."""
    cases = Cases(make_report, works, moderator)
    colleague = Person.objects.create_user("colleague@example.org", "pw", name="Kovácsné Nagy Boglárka")
    depot = Unit.objects.create(institution=works, name="Déli telephely")
    Membership.objects.create(person=colleague, role="officer", institution=works, unit=depot)
    late = cases.sent("Kátyú a megállóban", due_in=-5, photos=1, address="Rege út 4.")
    Assignment.objects.filter(pk=late.pk).update(assignee=colleague, unit=depot)
    cases.sent("Kidőlt tábla, a járda felét elfoglalja és a gyalogosok az úttestre kényszerülnek", due_in=3)
    cases.sent("Bizalmas ügy", due_in=20, is_private=True)
    cases.promised("Hiányzó fedlap", days=-2, point=Point(19.06, 47.46, srid=4326))
    cases.promised("Repedt járda", days=40)
    cases.answered("Kopott zebra")
    cases.done("Letört ág", point=Point(19.02, 47.42, srid=4326))
    cases.not_ours("Lámpa nem ég")
    cases.closed("Lezárt ügy")
    old = timezone.now() - timedelta(days=34)
    Assignment.objects.filter(pk=late.pk).update(sent_at=old)
    return cases


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_from_the_list_to_many_answers(
    screen: str,
    cases: Cases,
    officer: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    context = open_context(screen)
    signed_in(context, officer)
    page = context.new_page()
    page.goto("/office/")
    expect(page.locator(".office-table tbody tr")).to_have_count(7)
    found = look(page, f"list-{screen}")
    page.goto("/office/?show=late&photos=yes")
    expect(page.locator(".office-table tbody tr")).to_have_count(1)
    found += look(page, f"filtered-{screen}")
    page.goto("/office/views/?show=late")
    page.get_by_label("Name of the view").first.fill("Urgent")
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_role("link", name="Urgent")).to_be_visible()
    page.goto("/office/views/")
    found += look(page, f"views-{screen}")
    page.goto("/office/?show=unanswered")
    for box in page.locator("input[name=case]").all():
        box.check()
    page.get_by_role("button", name="With the ticked ones").click()
    page.get_by_label("What to do").select_option("answer")
    page.get_by_label("Text").fill("Kimegyünk és megnézzük.")
    found += look(page, f"bulk-{screen}")
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_role("button", name="Do it with 3 cases")).to_be_visible()
    found += look(page, f"plan-{screen}")
    page.get_by_role("button", name="Do it with 3 cases").click()
    expect(page.locator("#progress")).to_contain_text("0 / 3")
    found += look(page, f"run-{screen}")
    bulk.run_bulk(OfficeBulk.objects.get().pk)
    expect(page.locator("#progress")).to_contain_text("3 / 3")
    page.goto("/office/?show=unanswered")
    expect(page.locator("input[name=case]")).to_have_count(0)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_map_and_paper(
    screen: str,
    cases: Cases,
    officer: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    context = open_context(screen)
    signed_in(context, officer)
    page = context.new_page()
    page.goto("/office/map?show=promise_late#15/47.46/19.06")
    expect(page.locator("#map-count")).to_have_text("1 report in view")
    case = Assignment.objects.get(report__title="Hiányzó fedlap")
    link = page.locator("#map-list a").first
    expect(link).to_have_attribute("href", reverse("office_case", args=[case.pk]))
    if screen == "desktop":
        link.hover()
        expect(page.locator(".leaflet-marker-icon.is-pointed")).to_have_count(1)
    found = look(page, f"map-{screen}")
    for name in ("office_export", "office_print"):
        page.goto(f"{reverse(name)}?show=open")
        found += look(page, f"{name}-{screen}")
    assert not found, "\n".join(found)


def test_without_javascript(
    cases: Cases,
    officer: Person,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
) -> None:
    context = open_context("phone", script=False)
    signed_in(context, officer)
    page = context.new_page()
    page.goto("/office/map?show=late")
    expect(page.locator("#map-list li")).to_have_count(2)
    page.goto("/office/?show=late")
    page.locator("a", has_text="With all 2").click()
    page.get_by_label("What to do").select_option("done")
    page.get_by_role("button", name="Show what will change").click()
    page.get_by_role("button", name="Do it with 2 cases").click()
    bulk.run_bulk(OfficeBulk.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("#progress")).to_contain_text("2 / 2")

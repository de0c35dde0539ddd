"""The rules in a real browser: explained with a map, drawn, tried, kept and undone; axe on every page."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from accounts.models import Person
from municipalities.models import Institution, Responsibility
from reports.models import Report

from .test_desk_letters import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_explain_draw_try_keep_and_undo(
    screen: str,
    site: str,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    make_report: Callable[..., Report],
    rule: Responsibility,
    gardens: Institution,
    employee: Person,
) -> None:
    report = make_report()
    Responsibility.objects.create(institution=gardens, category=rule.category, effect="also")
    Responsibility.objects.create(institution=gardens, area=rule.area, priority=2, is_active=False)
    context = open_context(screen)
    signed_in(context, employee)
    page = context.new_page()
    page.goto(f"{reverse('desk_routing')}?reference={report.reference}")
    expect(page.locator(".rule-lead")).to_contain_text(rule.institution.name)
    expect(page.locator("#case-map.is-ready")).to_be_visible()
    found = look(page, f"explain-{screen}")
    page.locator("#explain button[type=submit]").click()
    expect(page.locator(".rule-lead")).to_contain_text(rule.institution.name)

    page.goto(reverse("desk_rule_new"))
    page.locator("#id_institution").select_option(str(gardens.pk))
    drawing = page.locator("#draw-map.is-ready")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8)):
        drawing.click(position={"x": box["width"] * x, "y": box["height"] * y})
    field = page.locator("#id_shape")
    assert '"LineString"' in field.input_value()
    page.locator("[data-do=polygon]").click()
    assert '"Polygon"' in field.input_value()
    page.locator(".alert-corner").last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    expect(page.locator(".alert-corner")).to_have_count(2)
    page.locator("[data-do=clear]").click()
    assert field.input_value() == ""
    field.fill("LINESTRING (19.0501 47.44, 19.0501 47.46)")
    page.locator("#id_metres").fill("30")
    page.locator("#id_priority").fill("1")
    found += look(page, f"rule-{screen}")
    page.locator("#rule .form-actions button").click()
    expect(page.locator("#trial")).to_contain_text(report.title)
    found += look(page, f"trial-{screen}")
    page.locator("#rule .form-actions button").click()
    expect(page.locator(".rule-list").first).to_contain_text(gardens.name)
    found += look(page, f"rules-{screen}")
    page.goto(reverse("desk_rule_history"))
    found += look(page, f"history-{screen}")
    page.locator(".rule-list form button").first.click()
    expect(page.locator(".rule-list > li")).to_have_count(2)
    assert not Responsibility.objects.latest("pk").is_active
    page.goto(reverse("desk_street_group_new"))
    found += look(page, f"streets-{screen}")
    page.goto(reverse("desk_case", args=[report.reference]))
    expect(page.locator("input[name=also]")).to_be_checked()
    found += look(page, f"case-{screen}")
    assert not found, "\n".join(found)

"""The pages of the rules: explained, tried before they hold, kept with a history, undone."""

import html
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.rights import Right
from moderation.rule_explaining import explain_routing
from moderation.rule_trial import try_rule
from moderation.shapes import read_shape
from municipalities.actions_rules import save_rule
from municipalities.models import Area, Category, Institution, Question, Responsibility, RuleChange, StreetGroup
from reports.facts import facts_of
from reports.models import Answer, Report

pytestmark = pytest.mark.django_db
Browser = Callable[[Person | None], Client]
Make = Callable[..., Report]

RULES = reverse("desk_rules")
NEW = reverse("desk_rule_new")
HERE = {"latitude": "47.45", "longitude": "19.05"}


@pytest.fixture
def at_desk(client_of: Browser, employee: Person) -> Client:
    employee.language = "en"
    employee.save(update_fields=["language"])
    browser = client_of(employee)
    browser.cookies["django_language"] = "en"
    return browser


def typed(rule: Responsibility | None = None, **more: Any) -> dict[str, Any]:
    """The form as the page shows it."""
    values: dict[str, Any] = {"effect": "leads", "metres": 0, "answer_days": 30, "priority": 0, "is_active": "on"}
    if rule:
        values |= {"institution": rule.institution_id, "area": rule.area_id, "category": rule.category_id}
        values |= {"answer_days": rule.answer_days}
    return {**values, **more}


def hidden(page: str, name: str) -> str:
    start = page.index(f'name="{name}"')
    value = page.index('value="', start) + 7
    return page[value : page.index('"', value)]


def seen(browser: Client, rule: Responsibility) -> dict[str, str]:
    return {"seen": hidden(browser.get(reverse("desk_rule", args=[rule.pk])).content.decode(), "seen")}


# -- Explained --------------------------------------------------------------------------------------------------


def test_explains_what_holds_and_what_nearly_does(
    at_desk: Client,
    rule: Responsibility,
    parks: Category,
    gardens: Institution,
    other_district: Area,
    submitted: Report,
    django_assert_num_queries: Any,
) -> None:
    facts = facts_of(submitted)
    with django_assert_num_queries(2):
        explain_routing(facts)
    Responsibility.objects.create(area=rule.area, category=parks, institution=gardens)
    Responsibility.objects.create(area=other_district, category=rule.category, institution=gardens, effect="also")
    page = at_desk.post(reverse("desk_routing"), {**HERE, "category": rule.category_id}).content.decode()
    assert "the place lies in Belváros" in page
    assert "the category is Pothole" in page
    assert "the category is not Park but Pothole" in page
    assert "it would be one of those to choose from" in page
    assert "it would get the report, too" in page


def test_explains_a_report_by_the_areas_of_its_day(
    at_desk: Client, make_report: Make, rule: Responsibility, district: Area
) -> None:
    report = make_report()
    Report.objects.filter(pk=report.pk).update(submitted_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate()
    Area.objects.filter(pk=district.pk).update(valid_to=today - timedelta(days=20))
    page = at_desk.get(reverse("desk_routing"), {"reference": report.reference}).content.decode()
    assert "the place lies in Belváros" in page
    assert report.heading in page
    page = at_desk.post(reverse("desk_routing"), {**HERE, "category": rule.category_id}).content.decode()
    assert "the place does not lie in Belváros" in page


def test_explains_answers(at_desk: Client, make_report: Make, rule: Responsibility, gardens: Institution) -> None:
    Responsibility.objects.create(institution=gardens, answer_code="owner", answer_value="kert")
    report = make_report()
    Answer.objects.create(report=report, code="owner", wording="Kié?", value=["kert", "más"], text="Kert, más")
    page = at_desk.get(reverse("desk_routing"), {"reference": report.reference}).content.decode()
    assert "“owner” was answered “kert”" in page
    data = {**HERE, "answers": "owner: KERT"}
    assert "“owner” was answered “kert”" in at_desk.post(reverse("desk_routing"), data).content.decode()
    assert at_desk.post(reverse("desk_routing"), {**HERE, "answers": "owner"}).status_code == 400


def test_a_report_of_another_desk_is_not_there(
    client_of: Browser, moderator: Person, make_report: Make, other_district: Area
) -> None:
    browser = client_of(moderator)
    assert browser.get(reverse("desk_routing"), {"reference": "nosuch22"}).status_code == 404
    assert browser.get(reverse("desk_routing")).status_code == 200
    assert 'href="/desk/routing/rules"' not in browser.get(reverse("desk_routing")).content.decode()


@pytest.mark.parametrize("bad", [{}, {"latitude": "x"}, {"longitude": "999"}, {"day": "tomorrow"}, {"category": "0"}])
def test_what_makes_no_sense_is_told(at_desk: Client, bad: dict[str, str]) -> None:
    data = {**HERE, **bad} if bad else {}
    assert at_desk.post(reverse("desk_routing"), data).status_code == 400


# -- Tried, then kept -------------------------------------------------------------------------------------------


def test_a_change_is_tried_and_then_kept(
    at_desk: Client, make_report: Make, rule: Responsibility, gardens: Institution, employee: Person
) -> None:
    moved, _other = make_report(title="Ez menne máshová"), make_report(category=None, title="Ez nem")
    url = reverse("desk_rule", args=[rule.pk])
    data = typed(rule, institution=gardens.pk, **seen(at_desk, rule))
    page = at_desk.post(url, data).content.decode()
    assert "1 of 1 reports would go elsewhere." in page
    assert "Reports that came in within 30 days: 2. The rule concerns 1 of them; tried: 1." in page
    assert moved.title in page
    assert "Ez nem" not in page
    rule.refresh_from_db()
    assert rule.institution != gardens
    assert at_desk.post(url, {**data, "tried": hidden(page, "tried")}).status_code == 302
    rule.refresh_from_db()
    assert rule.institution == gardens
    change = RuleChange.objects.get()
    assert (change.actor, change.rule) == (employee, rule)
    at_desk.post(reverse("desk_rule_undo", args=[change.pk]))
    rule.refresh_from_db()
    assert rule.institution != gardens


def test_only_what_was_tried_is_kept(at_desk: Client, rule: Responsibility, gardens: Institution) -> None:
    url = reverse("desk_rule", args=[rule.pk])
    data = typed(rule, institution=gardens.pk, **seen(at_desk, rule))
    tried = hidden(at_desk.post(url, data).content.decode(), "tried")
    response = at_desk.post(url, {**data, "priority": 5, "tried": tried})
    assert response.status_code == 200
    assert "What this would change" in response.content.decode()
    assert not RuleChange.objects.exists()


def test_the_second_of_two_is_told(at_desk: Client, rule: Responsibility) -> None:
    data = typed(rule, priority=3, **seen(at_desk, rule))
    Responsibility.objects.filter(pk=rule.pk).update(answer_days=9)
    response = at_desk.post(reverse("desk_rule", args=[rule.pk]), data)
    assert response.status_code == 409
    assert "Somebody else changed this rule" in response.content.decode()


def test_a_new_rule_with_all_that_can_be_said(
    at_desk: Client, make_report: Make, rule: Responsibility, gardens: Institution
) -> None:
    make_report()
    Question.objects.create(category_id=rule.category_id or 0, code="owner", texts={"hu": "Kié?"})
    data = typed(
        institution=gardens.pk,
        effect="also",
        category=rule.category_id,
        area=rule.area_id,
        shape="LINESTRING (19.05 47.44, 19.05 47.46)",
        metres=30,
        answer_code="owner",
        answer_value="kert",
        valid_from="2027-01-01",
        valid_to="2027-12-31",
        weekdays=["6", "7"],
        months=["12"],
        contact=gardens.contacts.get().pk,
        preferred="on",
    )
    tried = hidden(at_desk.post(NEW, data).content.decode(), "tried")
    assert at_desk.post(NEW, {**data, "tried": tried}).status_code == 302
    made = Responsibility.objects.latest("pk")
    assert (made.effect, made.metres, made.weekdays, made.months) == ("also", 30, [6, 7], [12])
    assert "LineString" in html.unescape(at_desk.post(NEW, data).content.decode())  # for the map
    assert made.shape is not None
    assert made.shape.geom_type == "LineString"
    assert made.valid_to == date(2027, 12, 31)
    assert at_desk.get(reverse("desk_rule", args=[made.pk])).status_code == 200
    page = at_desk.get(reverse("desk_rule_history")).content.decode()
    assert "drawn, 2 points" in page
    assert "Saturday, Sunday" in page


def test_switched_off_it_is_tried_too(
    at_desk: Client, make_report: Make, rule: Responsibility, gardens: Institution, employee: Person
) -> None:
    make_report()
    Responsibility.objects.create(institution=gardens)
    rule.is_active = False
    trial = try_rule(rule, person=employee)
    assert [(m.before.lead, m.after.lead) for m in trial.moved] == [(rule.institution, gardens)]


def test_who_gets_it_too_counts_as_elsewhere(
    make_report: Make, rule: Responsibility, gardens: Institution, employee: Person
) -> None:
    make_report()
    trial = try_rule(Responsibility(institution=gardens, category=rule.category, effect="also"), person=employee)
    assert [m.after.also for m in trial.moved] == [(gardens,)]
    assert trial.moved[0].before.lead == trial.moved[0].after.lead


def test_a_drawn_rule_is_tried_by_metres_and_streets_by_name(
    make_report: Make, rule: Responsibility, gardens: Institution, employee: Person
) -> None:
    report = make_report()
    near = read_shape("LINESTRING (19.0502 47.44, 19.0502 47.46)")  # 15 m away
    for metres, count in ((10, 0), (20, 1)):
        drawn = Responsibility(institution=gardens, shape=near, metres=metres, priority=1)
        assert len(try_rule(drawn, person=employee).moved) == count
    group = StreetGroup.objects.create(name="Fő", streets=["Fő utca"])
    trial = try_rule(Responsibility(institution=gardens, street_group=group), person=employee)
    assert [m.report for m in trial.moved] == [report]
    group.streets = ["Mellék utca"]
    group.save()
    assert try_rule(Responsibility(institution=gardens, street_group=group), person=employee).reached == 0


def test_the_trial_counts_honestly(
    make_report: Make,
    rule: Responsibility,
    gardens: Institution,
    employee: Person,
    settings: Any,
    django_assert_num_queries: Any,
) -> None:
    settings.RULE_TRIAL_REPORTS = 2
    for _ in range(3):
        make_report()
    old = make_report()
    Report.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    make_report(confirmed=False)
    trial = try_rule(Responsibility(institution=gardens, priority=1), person=employee)
    assert (trial.came_in, trial.reached, trial.tried, len(trial.moved)) == (3, 3, 2, 2)
    with django_assert_num_queries(2 + 2 * 2):  # how many came in, which concern it; for each that is tried two
        try_rule(Responsibility(institution=gardens, priority=1), person=employee)


def test_a_rule_of_tomorrow_is_tried_as_if_it_held(
    make_report: Make, rule: Responsibility, gardens: Institution, employee: Person
) -> None:
    make_report()
    tomorrow = timezone.localdate() + timedelta(days=1)
    new = Responsibility(institution=gardens, priority=1, valid_from=tomorrow)
    assert len(try_rule(new, person=employee).moved) == 1
    over = Responsibility(institution=gardens, priority=1, valid_to=tomorrow - timedelta(days=2))
    assert not try_rule(over, person=employee).moved


@pytest.mark.parametrize(
    "bad",
    [
        {"institution": ""},
        {"shape": "LINESTRING (19 47, 19.1 47.1)"},  # no metres
        {"metres": 10},
        {"shape": "nonsense"},
        {"shape": '{"type": "Polygon"}'},
        {"shape": "POINT (19 47)"},
        {"shape": "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))"},
        {"shape": "LINESTRING (190 47, 191 47)", "metres": 5},
        {"answer_value": "x"},
        {"valid_from": "2027-02-01", "valid_to": "2027-01-01"},
        {"weekdays": "8"},
        {"priority": "99999999"},
    ],
)
def test_mistakes_are_told(at_desk: Client, rule: Responsibility, bad: dict[str, Any]) -> None:
    assert at_desk.post(NEW, typed(rule, category="", **bad)).status_code == 400


def test_the_same_rule_is_told(at_desk: Client, rule: Responsibility) -> None:
    response = at_desk.post(NEW, typed(rule))
    assert response.status_code == 400
    assert "There is such a rule already." in response.content.decode()


# -- Lists ------------------------------------------------------------------------------------------------------


def test_the_list_and_its_filters(
    at_desk: Client, rule: Responsibility, gardens: Institution, works: Institution
) -> None:
    Responsibility.objects.create(institution=gardens, is_active=False)
    Responsibility.objects.create(institution=gardens, weight=4, street_group=StreetGroup.objects.create(name="Fő"))

    def shown(**query: Any) -> list[str]:
        return [one.institution.name for one in at_desk.get(RULES, query).context["page_obj"]]

    assert sorted(shown()) == sorted([gardens.name, works.name])
    assert shown(state="off") == [gardens.name]
    assert shown(name="útkez") == [works.name]
    assert shown(category=rule.category_id) == [works.name]
    assert shown(area=rule.area_id) == [works.name]
    assert shown(origin="learned") == [gardens.name]
    assert shown(origin="written", effect="leads") == [works.name]
    assert shown(effect="also") == []
    assert len(shown(state="all", category="nonsense")) == 3


def test_lists_ask_as_many_questions_for_many_rules(at_desk: Client, rule: Responsibility, employee: Person) -> None:
    def questions() -> list[int]:
        counts = []
        for name in ("desk_rules", "desk_rule_history", "desk_streets"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert at_desk.get(reverse(name)).status_code == 200
            counts.append(len(asked))
        return counts

    group = StreetGroup(name="Fő", streets=["a"])
    save_rule(group, actor=employee)
    rule.priority, rule.street_group = 1, group
    save_rule(rule, actor=employee)
    few = questions()
    for number in range(12):
        body = Institution.objects.create(name=f"b{number}")
        save_rule(Responsibility(institution=body, category=rule.category, street_group=group), actor=employee)
        save_rule(StreetGroup(name=f"g{number}", streets=["a"]), actor=employee)
    assert questions() == few


def test_street_groups_are_kept_with_names_and_lines(at_desk: Client) -> None:
    data = {"name": "Főutak", "streets": " Váci  út\n\nÜllői út\nVáci út", "metres": 15}
    lines = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": %s}]}'
    data["shape"] = lines % '{"type": "LineString", "coordinates": [[19.05, 47.44, 120], [19.05, 47.46, 130]]}'
    assert at_desk.post(reverse("desk_street_group_new"), data).status_code == 302
    group = StreetGroup.objects.get()
    assert group.shape is not None
    assert (group.streets, group.shape.geom_type, group.shape.hasz) == (["Váci út", "Üllői út"], "LineString", False)
    url = reverse("desk_street_group", args=[group.pk])
    page = at_desk.get(url).content.decode()
    again = {**data, "seen": hidden(page, "seen"), "streets": ""}
    assert at_desk.post(url, again).status_code == 302
    assert at_desk.post(url, again).status_code == 409
    assert at_desk.post(reverse("desk_street_group_new"), {"name": "x", "metres": 0}).status_code == 400
    assert RuleChange.objects.filter(street_group=group).count() == 2


def test_the_right_opens_it_to_a_volunteer(client_of: Browser, moderator: Person, rule: Responsibility) -> None:
    browser = client_of(moderator)
    assert browser.get(RULES).status_code == 404
    right = Permission.objects.get(content_type__app_label="accounts", codename=Right.ROUTE)
    Group.objects.get(name="volunteer").permissions.add(right)
    assert browser.get(RULES).status_code == 200
    assert browser.get(reverse("desk_rule", args=[rule.pk])).status_code == 200


def test_the_administration_keeps_the_history_too(client_of: Browser, rule: Responsibility) -> None:
    root = Person.objects.create_superuser("root@example.org", "pw")
    browser = client_of(root)
    url = reverse("admin:municipalities_responsibility_change", args=[rule.pk])
    data = typed(rule, priority=7, counting="calendar", weekdays="", months="", shape="", answer_days=15)
    response = browser.post(url, data)
    assert response.status_code == 302, response.content.decode()[:2000]
    assert RuleChange.objects.get().after["priority"] == 7

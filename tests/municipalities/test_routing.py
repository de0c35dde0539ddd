"""Suggestions: the most particular rule first, and why."""

from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point, Polygon
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from municipalities.models import Area, Category, Contact, Institution, Responsibility, StreetGroup
from municipalities.routing import Considered, Facts, consider, decide, plain, suggest_institutions
from tests.conftest import square

pytestmark = pytest.mark.django_db

INSIDE = Point(19.05, 47.45, srid=4326)


def names(category: Category | None, address: str = "") -> list[str]:
    return [s.institution.name for s in suggest_institutions(INSIDE, category, address)]


@pytest.fixture
def rules(city: Area, district: Area, potholes: Category) -> dict[str, Institution]:
    """One body per kind of rule, from the most particular to the most general."""
    main_roads = StreetGroup.objects.create(name="Főutak", streets=["Üllői út", "Váci út"])
    shapes: dict[str, dict[str, Any]] = {
        "street": {"street_group": main_roads, "category": potholes},
        "district": {"area": district, "category": potholes},
        "district, any": {"area": district},
        "city": {"area": city, "category": potholes},
        "anywhere": {},
    }
    bodies = {}
    for name, values in shapes.items():
        bodies[name] = Institution.objects.create(name=name)
        Responsibility.objects.create(institution=bodies[name], **values)
    return bodies


def test_particular_before_general(rules: dict[str, Institution], potholes: Category) -> None:
    assert names(potholes) == ["district", "city", "district, any", "anywhere"]
    assert names(potholes, "IX. kerület, Üllői út 12.")[0] == "street"
    assert names(None) == ["district, any", "anywhere"]


def test_priority_beats_everything_and_weight_breaks_ties(
    rules: dict[str, Institution], district: Area, potholes: Category
) -> None:
    Responsibility.objects.filter(institution=rules["anywhere"]).update(priority=5)
    often = Institution.objects.create(name="often")
    Responsibility.objects.create(institution=often, area=district, category=potholes, weight=42)
    assert names(potholes)[:3] == ["anywhere", "often", "district"]
    with override("en"):
        reason = suggest_institutions(INSIDE, potholes)[1].reason
    assert reason == "Belváros × Pothole, chosen 42 times before"


def test_parent_category_counts_after_the_exact_one(district: Area, potholes: Category) -> None:
    child = Category.objects.create(slug="sinkhole", names={"hu": "Beszakadás"}, parent=potholes)
    for name, category in (("parent", potholes), ("exact", child)):
        Responsibility.objects.create(
            institution=Institution.objects.create(name=name), area=district, category=category
        )
    assert names(child) == ["exact", "parent"]


def test_inactive_rules_and_bodies_are_not_suggested(rules: dict[str, Institution], potholes: Category) -> None:
    Responsibility.objects.filter(institution=rules["district"]).update(is_active=False)
    Institution.objects.filter(pk=rules["city"].pk).update(is_active=False)
    assert names(potholes) == ["district, any", "anywhere"]


def test_fixed_number_of_queries(
    rules: dict[str, Institution], potholes: Category, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        suggest_institutions(INSIDE, potholes, "Váci út 3.")


@pytest.mark.parametrize(
    ("text", "expected"), [("Üllői  út 12/B", "ulloi ut 12 b"), ("", ""), ("ŐRMEZŐ—tér", "ormezo ter")]
)
def test_plain_street_names(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_contact_for_sending_skips_stopped_ones(works: Institution) -> None:
    first = works.contacts.get()
    second = Contact.objects.create(institution=works, address="masodik@utkezelo.example", position=1)
    assert works.contact_for_sending() == first
    Contact.objects.filter(pk=first.pk).update(stopped_at="2026-01-01T00:00Z")
    assert works.contact_for_sending() == second
    Contact.objects.filter(pk=second.pk).update(is_active=False)
    assert works.contact_for_sending() is None


# -- Further conditions -----------------------------------------------------------------------------------------

A_STREET = LineString((19.05, 47.44), (19.05, 47.46), srid=4326)  # runs through INSIDE from south to north
TEN_METRES_EAST = Point(19.05 + 10 / 75_350, 47.45, srid=4326)


def facts(category: Category | None, **more: Any) -> Facts:
    return Facts(**{"point": INSIDE, "category": category, **more})


def leads(category: Category | None, **more: Any) -> list[str]:
    return [one.institution.name for one in decide(consider(facts(category, **more))).leads]


def make_rule(name: str, **values: Any) -> Responsibility:
    institution, _ = Institution.objects.get_or_create(name=name)
    return Responsibility.objects.create(institution=institution, **values)


def words_of(rule: Responsibility, found: list[Considered]) -> list[str]:
    with override("en"):
        return [check.words for one in found if one.rule == rule for check in one.checks]


def test_drawn_line_holds_within_its_metres(potholes: Category) -> None:
    near = make_rule("near", category=potholes, shape=A_STREET, metres=12)
    far = make_rule("too far", category=potholes, shape=A_STREET, metres=8)
    make_rule("any", category=potholes)
    assert leads(potholes, point=TEN_METRES_EAST) == ["near", "any"]
    found = consider(facts(potholes, point=TEN_METRES_EAST), wide=True)
    assert words_of(near, found)[1] == "the place is 10 m from what the rule has drawn; 12 m count"
    assert words_of(far, found)[1] == "the place is 10 m from what the rule has drawn; 8 m count"


def test_polygon_holds_to_its_border_and_has_no_hole_filled(potholes: Category) -> None:
    block = Polygon(
        ((19.04, 47.44), (19.06, 47.44), (19.06, 47.46), (19.04, 47.46), (19.04, 47.44)),
        ((19.049, 47.449), (19.051, 47.449), (19.051, 47.451), (19.049, 47.451), (19.049, 47.449)),
        srid=4326,
    )
    make_rule("block", shape=block)
    assert leads(potholes) == []
    assert leads(potholes, point=Point(19.06, 47.45, srid=4326)) == ["block"]
    assert leads(potholes, point=Point(19.045, 47.45, srid=4326)) == ["block"]
    assert leads(potholes, point=Point(19.2, 47.45, srid=4326)) == []


def test_street_group_by_name_or_by_place(potholes: Category, django_assert_num_queries: Any) -> None:
    group = StreetGroup.objects.create(name="Főutak", streets=["Váci út"], shape=A_STREET, metres=15)
    rule = make_rule("roads", street_group=group, category=potholes)
    elsewhere = Point(19.09, 47.41, srid=4326)
    assert leads(potholes, point=TEN_METRES_EAST) == ["roads"]
    assert leads(potholes, point=elsewhere, address="Váci út 3.") == ["roads"]
    assert leads(potholes, point=elsewhere) == []
    with django_assert_num_queries(3):
        found = consider(facts(potholes, point=elsewhere, address="Váci utca 3."))
    assert "4493 m from Főutak; 15 m count" in words_of(rule, found)[1]


def test_answer_to_a_question(potholes: Category) -> None:
    rule = make_rule("lamp owner", category=potholes, answer_code="owner", answer_value="elmu")
    make_rule("district", category=potholes, weight=99)
    assert leads(potholes) == ["district"]
    assert leads(potholes, answers={"owner": "ELMŰ"}) == ["lamp owner", "district"]
    assert leads(potholes, answers={"owner": ["mav", "elmu"]}) == ["lamp owner", "district"]
    assert leads(potholes, answers={"owner": 3}) == ["district"]
    assert words_of(rule, consider(facts(potholes)))[1] == "“owner” was not answered “elmu”"


def test_days_weekdays_and_months(potholes: Category) -> None:
    make_rule("2026", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    make_rule("weekend", weekdays=[6, 7])
    winter = make_rule("winter", months=[11, 12, 1, 2])
    make_rule("always")
    assert leads(potholes, day=date(2026, 12, 31)) == ["2026", "winter", "always"]  # a Thursday
    assert leads(potholes, day=date(2027, 7, 3)) == ["weekend", "always"]  # a Saturday
    found = consider(facts(potholes, day=date(2027, 7, 3)))
    assert words_of(winter, found) == ["the month is none of these: January, February, November, December"]


def test_exceptions_take_a_body_out(potholes: Category, district: Area) -> None:
    make_rule("city", category=potholes)
    make_rule("district", area=district)
    out = make_rule("city", category=potholes, area=district, effect="not")
    assert leads(potholes) == ["district"]
    decision = decide(consider(facts(potholes)))
    assert list(decision.out.values()) == [out]
    make_rule("city", priority=1)  # a higher word than the exception
    assert leads(potholes) == ["city", "district"]


def test_alone_leaves_nobody_else(potholes: Category, district: Area) -> None:
    make_rule("district", area=district, weight=50)
    make_rule("cemetery", shape=A_STREET, metres=50, effect="only")
    make_rule("police", category=potholes, effect="also")
    decision = decide(consider(facts(potholes)))
    assert [one.institution.name for one in decision.leads] == ["cemetery"]
    assert [one.institution.name for one in decision.also] == ["police"]
    assert decision.only
    make_rule("first", priority=2)
    assert leads(potholes) == ["first", "cemetery"]


def test_preferred_decides_among_equals_only(potholes: Category, district: Area) -> None:
    make_rule("often", area=district, category=potholes, weight=10)
    make_rule("preferred", area=district, category=potholes, preferred=True)
    make_rule("general", category=potholes, preferred=True)
    assert leads(potholes) == ["preferred", "often", "general"]


def test_wide_adds_what_nearly_fits(potholes: Category, parks: Category, district: Area, other_district: Area) -> None:
    right = make_rule("right", area=district, category=potholes)
    place = make_rule("place", area=other_district, category=potholes)
    kind = make_rule("kind", area=district, category=parks)
    off = make_rule("off", area=district, category=potholes, is_active=False)
    make_rule("neither", area=other_district, category=parks)
    make_rule("everywhere else", category=parks)
    found = consider(facts(potholes), wide=True)
    assert {one.rule for one in found} == {right, place, kind, off}
    assert [one.rule for one in found if one.matches] == [right]
    assert words_of(place, found)[0] == "the place does not lie in Külváros"
    assert words_of(kind, found)[1] == "the category is not Park but Pothole"
    assert words_of(off, found)[0] == "the rule is switched off"


# -- Generations ------------------------------------------------------------------------------------------------


def test_a_rule_of_an_old_generation_holds_in_the_later_ones(district: Area, potholes: Category) -> None:
    rule = make_rule("district", area=district, category=potholes)
    Area.objects.filter(pk=district.pk).update(valid_to=date(2026, 6, 1))
    newer = Area.objects.create(kind="district", code="001", name="Belváros", valid_from=date(2026, 6, 1))
    newer.set_shape(square(19.0, 47.4, 0.04))  # INSIDE lies in it no more
    within = Point(19.02, 47.42, srid=4326)
    assert rule.area == district
    assert leads(potholes, point=within) == ["district"]
    assert leads(potholes) == []
    assert leads(potholes, day=date(2026, 5, 31)) == ["district"]  # an old report, by the areas of its day
    Responsibility.objects.filter(pk=rule.pk).update(area=newer)  # as an import moves it
    assert leads(potholes, day=date(2026, 5, 31)) == ["district"]


# -- What the database refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"answer_code": "owner"},
        {"answer_value": "elmu"},
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
        {"weekdays": [8]},
        {"months": [0]},
        {"metres": 10},
        {"shape": A_STREET, "metres": 2001},
        {"answer_days": 0},
    ],
)
def test_senseless_rules_are_refused(works: Institution, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Responsibility.objects.create(institution=works, **values)


def test_the_same_rule_once(rule: Responsibility) -> None:
    same = {name: getattr(rule, name) for name in ("area", "category", "institution")}
    for more in ({"effect": "also"}, {"months": [1]}, {"shape": A_STREET, "metres": 5}):
        Responsibility.objects.create(**same, **more)
    with pytest.raises(IntegrityError), transaction.atomic():
        Responsibility.objects.create(**same, weight=5, priority=3)


def test_a_line_without_metres_and_a_point_are_no_place(works: Institution) -> None:
    for shape in (A_STREET, INSIDE):
        with pytest.raises(ValidationError):
            Responsibility(institution=works, shape=shape).clean()
        with pytest.raises(ValidationError):
            StreetGroup(name="x", shape=shape).clean()


def test_another_bodys_contact_is_refused(works: Institution, gardens: Institution) -> None:
    with pytest.raises(ValidationError):
        Responsibility(institution=works, contact=gardens.contacts.get()).clean()


# -- Many rules -------------------------------------------------------------------------------------------------


def test_ten_thousand_rules_are_not_read_for_one_report(
    district: Area, potholes: Category, works: Institution, django_assert_num_queries: Any
) -> None:
    """Rules of other kinds and places, and drawn ones far away, stay in the database."""
    categories = [Category(slug=f"c{number}", names={"hu": f"c{number}"}) for number in range(50)]
    bodies = [Institution(name=f"b{number}") for number in range(200)]
    Category.objects.bulk_create(categories)
    Institution.objects.bulk_create(bodies)
    rules = [Responsibility(category=c, institution=b, area=district) for c in categories for b in bodies]
    far = LineString((19.5, 47.9), (19.6, 47.9), srid=4326)
    rules += [Responsibility(category=potholes, institution=b, shape=far, metres=500) for b in bodies]
    Responsibility.objects.bulk_create(rules)
    mine = Responsibility.objects.create(category=potholes, institution=works)
    with django_assert_num_queries(2):
        found = consider(facts(potholes))
    assert [one.rule for one in found] == [mine]

"""Suggestions: the most particular rule first, and why."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils.translation import override

from municipalities.models import Area, Category, Contact, Institution, Responsibility, StreetGroup
from municipalities.routing import plain, suggest_institutions

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

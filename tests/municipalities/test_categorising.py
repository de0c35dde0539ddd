"""Which categories a text is offered, and why."""

from typing import Any

import pytest

import municipalities
from municipalities.keywords import stock_keywords
from municipalities.models import Category

pytestmark = pytest.mark.django_db


def category(slug: str, hu: str, *, parent: Category | None = None, **fields: Any) -> Category:
    names = {"hu": hu, "en": slug.capitalize()}
    return Category.objects.create(
        slug=slug, names=names, parent=parent, **{"keywords": stock_keywords(slug), **fields}
    )


@pytest.fixture
def kinds() -> dict[str, Category]:
    utilities = category("utilities", "Közművek")
    kinds = [
        category("pothole", "Kátyú"),
        category("tree", "Fa"),
        category("litter", "Szemét"),
        category("signs", "Táblák"),
        category("lighting", "Közvilágítás", parent=utilities),
        category("water", "Víz", parent=utilities),
    ]
    return {kind.slug: kind for kind in kinds}


def slugs(text: str) -> list[str]:
    return [suggestion.category.slug for suggestion in municipalities.suggest_categories(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Mély kátyú van a sarkon.", "pothole"),
        ("KÁTYÚBA hajtottam, defektet kaptam!", "pothole"),
        ("katyuk az egesz utcaban", "pothole"),
        ("Nem égnek a lámpák este", "lighting"),
        ("A lámpaoszlop hetek óta sötét", "lighting"),
        ("Kidőlt egy fa az úton", "tree"),
        ("Letört ágak hevernek", "tree"),
        ("Szemétkupac és matracok a kapu mellett", "litter"),
        ("There is a huge pothole here", "pothole"),
        ("The street light is out", "lighting"),
        ("Burst pipe, water everywhere", "water"),
        ("Elfordult a stoptábla", "signs"),
    ],
)
def test_words_with_any_ending_suggest_their_category(kinds: dict[str, Category], text: str, first: str) -> None:
    assert slugs(text)[0] == first


@pytest.mark.parametrize("text", ["", "   ", "\x00", "?!…", "Jó napot kívánok!", "A fal mellett", "🙂" * 3000])
def test_where_nothing_speaks_for_any_none_is_offered(kinds: dict[str, Category], text: str) -> None:
    assert slugs(text) == []


def test_at_most_three_each_with_its_reason(kinds: dict[str, Category]) -> None:
    found = municipalities.suggest_categories("Kátyú, szemét, lámpa, fa és tábla egy helyen")

    assert len(found) == len({suggestion.category for suggestion in found}) == 3
    assert all("“" in suggestion.reason or "„" in suggestion.reason for suggestion in found)


def test_reason_names_the_word(kinds: dict[str, Category]) -> None:
    [suggestion] = municipalities.suggest_categories("Katyus az út.")

    assert suggestion.reason in ("because of “kátyú”", "a leírásban szerepel: „kátyú”")


def test_inactive_and_main_categories_are_never_offered(kinds: dict[str, Category]) -> None:
    Category.objects.filter(slug="pothole").update(is_active=False)
    assert slugs("Mély kátyú") == []

    Category.objects.filter(slug="utilities").update(is_active=False)
    assert slugs("Nem ég a lámpa") == []


def test_word_of_the_main_category_speaks_for_its_own(kinds: dict[str, Category]) -> None:
    assert set(slugs("Valami közmű")) == {"lighting", "water"}


def test_category_without_words_is_found_by_its_name() -> None:
    category("fountain", "Szökőkút", keywords={})

    assert slugs("Nem működik a szökőkutunk, a szökőkút száraz") == ["fountain"]


def test_costs_one_query(kinds: dict[str, Category], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        municipalities.suggest_categories("Mély kátyú van a sarkon " * 500)


def test_package_has_nothing_else_to_give() -> None:
    with pytest.raises(AttributeError):
        municipalities.suggest_bodies  # noqa: B018

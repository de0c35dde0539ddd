"""The hints: what gives rise to them, and what does not."""

from typing import Any

import pytest

from accounts.models import Person
from moderation.checks import checks_for, questions_to_ask
from moderation.presets import title_from
from municipalities.models import Area
from reports.models import Report
from reports.rude_words import find_rude_words


def codes(text: str, **fields: Any) -> list[str]:
    report = Report(description=text, area=Area(name="Belváros"), **fields)
    return [check.code for check in checks_for(report, duplicates=[], lacking=[])]


@pytest.mark.parametrize(
    "text",
    [
        "Gázszag van a lépcsőházban",
        "Szivárog a gáz a sarkon!",
        "Leszakadt a vezeték, lóg az úton.",
        "Csőtörés, ömlik a víz",
        "Kigyulladt a kuka",
        "There is a gas leak here",
        "A live wire hangs over the road.",
    ],
)
def test_emergencies(text: str) -> None:
    assert "emergency" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Életveszélyes kátyú az út közepén, sérült a tábla is.",
        "A lámpa nem ég, este nem látni semmit.",
        "A szomszédos telek előtt magas a fű.",
        "Az utcai tűzcsap körül áll a víz.",
        "The lamp is out, it is dangerous at night.",
        "Leszakadt, kábelen lógó doboz a fegyverbolt mellett.",
        "A közért előtt eladó autó áll hónapok óta? Nem, csak elhagyott autó.",
    ],
)
def test_what_citizens_say_of_any_hole_is_no_emergency(text: str) -> None:
    assert "emergency" not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "A szomszédom hangosan hallgat zenét.",
        "Parkolási bírságot kaptam.",
        "My landlord does not heat.",
        "Alberlet kiado",
    ],
)
def test_what_is_none_of_the_streets(text: str) -> None:
    assert "not_street" in codes(text)


def test_personal_data_is_named() -> None:
    report = Report(title="Hívjon", description="Telefonom: 06 30 123 4567, írni: anna@example.org")
    found = {check.code: check for check in checks_for(report, duplicates=[], lacking=[])}
    assert found["personal"].found == ("06 30 123 4567", "anna@example.org")
    assert found["personal"].leads_to == "personal"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ez a kurva kátyú!", ["kurva"]),
        ("Szarok rá, szar az út", ["Szarok", "szar"]),
        ("What a shit road, FUCKING hole", ["shit", "FUCKING"]),
        ("A Szarvas utca sarkán, a Seggesvári háznál pinarendszer", []),
    ],
)
def test_rude_words(text: str, words: list[str]) -> None:
    assert find_rude_words(text) == words


def test_gravest_first() -> None:
    text = "KURVA CSŐTÖRÉS VAN AZ UTCÁBAN, HÍVJANAK 06 30 123 4567"
    assert codes(text) == ["emergency", "personal", "insult", "shouting"]


def test_calm_words_give_no_hint() -> None:
    assert codes("Mély kátyú van a sarkon, kérjük a javítását.") == []


def test_vague_place_and_no_photo() -> None:
    report = Report(description="Kátyú", place_source="words", no_photo_reason="Sötét volt.")
    assert [c.code for c in checks_for(report, duplicates=[], lacking=[])] == ["place", "photo"]
    assert [c.code for c in checks_for(Report(description="x"), duplicates=[], lacking=[])] == ["area"]


def test_ready_questions_are_in_the_reporters_language() -> None:
    report = Report(no_photo_reason="Dark.", reporter=Person(language="en"))
    assert "photo" in questions_to_ask(report, [])[0]
    report = Report(no_photo_reason="Sötét.", reporter=Person(language="hu"))
    assert "fotó" in questions_to_ask(report, [])[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kátyú van az úton! Tegnap óta.", "Kátyú van az úton"),
        ("  Első sor,\nmásodik sor", "Első sor"),
        ("Egy kettő három négy öt hat hét nyolc kilenc", "Egy kettő három négy öt hat hét"),
        ("...", ""),
        ("", ""),
    ],
)
def test_title_from_the_first_words(text: str, title: str) -> None:
    assert title_from(text) == title

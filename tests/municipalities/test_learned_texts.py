"""What is cut from a text before anything is learned from it, and what is made of the rest."""

import pytest

from municipalities.learned import texts

OWN = "A Kék utcában mély gödör van."


@pytest.mark.parametrize(
    "pasted",
    [
        "FRISSÍTÉS: 2024.05.28.\n\nAz Útkezelő válasza:\n„Nem a miénk, a kerületé.”\n\n-----\n\n",
        "FRISSÍTÉS 2024.05.28.\nÚtkezelő: nem a miénk.\n---\n",
        "Frissítés:2024.01.24.\nA kerületé.------------",
        "frissítés: 2024. 02. 10.\nA kerületé.\n______\n",
        "FRISSITÉS 2024.04.09\nA kerületé.\n---\n",
        "FRISÍTÉS 2024.04.09\nA kerületé.\n---\n",
        "FRISSSÍTÉS: 2024.04.09\nA kerületé.\n---\n",
        "FRIISSÍTÉS 2024.01.16.\nA kerületé.\n---\n",
        "FISSÍTÉS 2024.02.01.\nA kerületé.\n---\n",
        "FRISSÍÉS 2024.02.29.\nA kerületé.\n---\n",
        "FRISSÍTÉS: 2024.05.29.\nMégis a kerületé.\n-----\nFRISSÍTÉS: 2024.05.28.\nÚtkezelő: a kerületé.\n-----\n",
        "Előzmény: [link]\n———\nFRISSÍTÉS: 2024.04.29.\nA kerületé.\n-----\n",
        "-----\n\nFRISSÍTÉS: 2024.05.19.\nA kerületé.\n\n-----\n",
        "Ügykezelői kiegészítés: a kerületé lehet.\n-----\n",
        "Nem érkezett válasz az illetékestől.\n2023. december 04.\n–––––––\n",
    ],
)
def test_what_moderators_pasted_above_goes(pasted: str) -> None:
    assert texts.without_updates(pasted + OWN) == OWN


def test_what_they_pasted_below_goes_too() -> None:
    assert texts.without_updates(f"{OWN}\n\nFRISSÍTÉS: 2024.05.28.\nAz Útkezelőé.") == OWN
    assert texts.without_updates(f"{OWN}\n\nBKK válasza:\nNem a miénk.") == OWN


def test_an_update_without_an_end_takes_all() -> None:
    assert texts.without_updates(f"FRISSÍTÉS 2024.05.28.\nÚtkezelő: a kerületé. {OWN}") == ""


@pytest.mark.parametrize(
    "text",
    [
        "A felfestések frissítését kérem, lekopott mind.",
        "Kérem frissítésre a zebrát.",
        "Kérem válaszukat!",
        "Ez így – régóta – rossz.",
    ],
)
def test_the_reporters_own_words_stay(text: str) -> None:
    assert texts.without_updates(text) == text


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("XIV. kerület, Zugló,  Róbert Károly krt. 204/b", "robert karoly korut"),
        ("II. kerület,  Pusztaszeri út 15a", "pusztaszeri ut"),
        ("XV. kerület,  Alag u. 6", "alag utca"),
        ("XV. kerület,  Alag utca", "alag utca"),
        ("Budapest", "budapest"),
        ("", ""),
        ("12", "12"),
    ],
)
def test_the_street_of_an_address(address: str, street: str) -> None:
    assert texts.street_of(address) == street


def test_a_street_and_a_road_differ() -> None:
    assert [texts.street_kind(street) for street in ("alag utca", "vaci ut", "dob")] == ["utca", "ut", "-"]


def test_the_title_counts_twice_and_endings_do_not_matter() -> None:
    words = list(texts.words("Mély kátyú\nKátyús az út"))
    assert words.count("katyu") == 2
    assert words.count("katyus") == 1
    assert "mely katyu" in words
    assert {" katy", "katyu"} <= set(texts.pieces("Kátyús"))

"""Good practice, said while writing: short, and never in the way."""

import pytest

from reports.hints import hints_for, is_shouted

GOOD = "Két hete nem ég a lámpa a Fő utca 12. előtt, a gyerekek sötétben mennek haza."


def codes(text: str, **about: str) -> list[str]:
    return [hint.code for hint in hints_for(text, **about)]


def test_good_report_gets_no_hint() -> None:
    assert codes(GOOD) == []


def test_before_the_first_word_nothing_is_said() -> None:
    assert codes("") == codes("  \n") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kátyú.", "short"),
        ("Nagyon rossz állapotú az egész burkolat errefelé, hetek óta", "where"),
        ("SÜRGŐSEN CSINÁLJANAK VALAMIT A FŐ UTCA 12. ELŐTT, MERT BALESET LESZ", "shouting"),
        ("Két hete nem ég a lámpa a Fő utca 12. előtt!!!", "marks"),
        ("Nem ég a lámpa a Fő utca 12. előtt, sötét van", "since"),
    ],
)
def test_each_weakness_has_its_hint(text: str, code: str) -> None:
    assert code in codes(text)


def test_address_says_where_too() -> None:
    text = "Nagyon rossz állapotú az egész burkolat, hetek óta"
    assert "where" in codes(text)
    assert "where" not in codes(text, address="Fő utca 12.")


def test_kinds_have_hints_of_their_own() -> None:
    assert codes("Szép lett a park, köszönjük szépen a kertészeknek", kind="praise") == []
    assert codes("Köszi!", kind="praise") == ["short"]
    assert codes("Szeretném tudni mikor nyit újra a felújított park", kind="question") == ["question"]
    assert codes("Mikor nyit újra a felújított park a Fő utcában?", kind="question") == []


def test_title_is_looked_at() -> None:
    assert codes(GOOD, title="x" * 90) == ["title"]
    assert codes(GOOD, title="EZ EGY NAGYON HANGOS CÍM LETT") == ["shouting"]


def test_short_capitals_are_names_of_things() -> None:
    assert not is_shouted("BKK, MÁV, HÉV")


def test_at_most_three() -> None:
    assert len(codes("ROSSZ!!! NAGYON NAGYON ROSSZ MINDEN ERREFELÉ", title="x" * 90)) <= 3

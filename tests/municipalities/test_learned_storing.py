"""A learned model as a file: the same answers after reading, nothing runs while reading, damage falls back."""

import hashlib
import io
import pickle
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from municipalities.learned import storing, using
from municipalities.learned.model import Model
from municipalities.learned.texts import document
from municipalities.learned.training import Example, TooFewExamples, train
from tests.municipalities.made_examples import made_rows


def as_example(row: dict[str, Any]) -> Example:
    return Example(
        text=document(row["title"], row["description"]),
        category=row["category"],
        body=row["institution"],
        area=row["address"].split(".")[0],
        longitude=row["longitude"],
        latitude=row["latitude"],
        address=row["address"],
        day=date.fromisoformat(row["reported_on"]),
    )


def taught(rows: list[dict[str, Any]]) -> Model:
    return train([as_example(row) for row in rows], {row["institution"]: row["institution"] for row in rows})


@pytest.fixture(scope="module")
def model() -> Model:
    return taught(made_rows(500))


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    using.forget()
    yield
    using.forget()


def bodies(model: Model, text: str, category: str | None, address: str) -> list[Any]:
    guesses = model.guess_bodies(text, category, "II", (19.06, 47.5), address, limit=3)
    return [(guess.key, round(guess.probability, 4), guess.words, guess.times) for guess in guesses]


def test_a_body_follows_words_category_and_place(model: Model) -> None:
    kind, text = "Kátyú", "Mély kátyú\nMély kátyú az úttesten."
    assert bodies(model, text, kind, "II. kerület, Fő út 3")[0][0] == "Útkezelő Zrt."
    [first, *_others] = bodies(model, text, kind, "II. kerület, Kék utca 3")
    assert first[0] == "II. kerület Önkormányzata"
    assert first[3] > 20  # times chosen before
    assert bodies(model, text, None, "II. kerület, Kék utca 3")[0][0] == "II. kerület Önkormányzata"
    lamp = bodies(model, "Nem ég a lámpa", "Közvilágítás", "")[0]
    assert lamp[0] == "Városi Lámpa Kft."
    assert "lámpa" in lamp[2]


def test_without_a_known_area_the_neighbours_tell(model: Model) -> None:
    [first, *_] = model.guess_bodies("Szemétkupac", "Szemét", None, (19.10, 47.5), "", limit=3)
    assert first.key == "III. kerület Közterület-felügyelet"
    [same, *_] = model.guess_bodies("Szemétkupac", "Szemét", "somewhere new", (19.10, 47.5), "", limit=3)
    assert same == first


@pytest.mark.parametrize("text", ["", "\x00", "🙂" * 500, "a " * 5000, "?!\n\n"])
def test_odd_texts_get_some_answer(model: Model, text: str) -> None:
    assert len(model.guess_categories(text)) == 3
    assert sum(guess.probability for guess in model.guess_categories(text)) == pytest.approx(1, abs=1e-3)
    assert bodies(model, text, "Kátyú", text)
    assert bodies(model, text, "a new one", text)


def test_the_file_gives_the_same_answers_and_is_small(model: Model) -> None:
    content = storing.pack(model)
    assert len(content) < 1_000_000
    again = storing.unpack(content)
    for row in made_rows(30, seed=9):
        text = document(row["title"], row["description"])
        assert again.guess_categories(text) == model.guess_categories(text)
        assert bodies(again, text, row["category"], row["address"]) == bodies(
            model, text, row["category"], row["address"]
        )


def test_learning_twice_gives_the_same_file() -> None:
    rows = made_rows(300)
    assert storing.pack(taught(rows)) == storing.pack(taught(rows))


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(TooFewExamples):
        taught(made_rows(150))
    with pytest.raises(TooFewExamples):
        taught([{**row, "institution": "one"} for row in made_rows(300)])


class Trap:
    ran = False

    def __reduce__(self) -> Any:
        return (setattr, (Trap, "ran", True))


def hostile_files(model: Model) -> list[bytes]:
    content = storing.pack(model)
    with_object = io.BytesIO()
    np.savez(with_object, words=np.array([Trap()], dtype=object))
    other_format = io.BytesIO()
    np.savez(other_format, words=np.frombuffer(b'{"format": 99}', np.uint8))
    return [b"", b"junk", pickle.dumps(Trap()), with_object.getvalue(), other_format.getvalue(), content[:-2000]]


def test_nothing_runs_while_a_file_is_read(model: Model) -> None:
    for content in hostile_files(model):
        with pytest.raises(storing.BadModel):
            storing.unpack(content)
    assert not Trap.ran


def put(content: bytes, stamp: str = "20991231-000000") -> str:
    name = f"{stamp}-{hashlib.sha256(content).hexdigest()}.npz"
    default_storage.save(f"{storing.FOLDER}/{name}", ContentFile(content))
    return name


def test_damaged_versions_are_passed_over_for_the_last_good_one(model: Model, caplog: Any) -> None:
    storing.store(model, timezone.now())
    for number, content in enumerate(hostile_files(model)):
        put(content, f"209912{number + 10}-000000")
    altered = storing.pack(model)
    default_storage.save(f"{storing.FOLDER}/20991225-000000-{'0' * 64}.npz", ContentFile(altered))
    default_storage.save(f"{storing.FOLDER}/notes.txt", ContentFile(b"x"))
    assert using.current_model() is not None
    assert "the content is not what its name says" in caplog.text


def test_no_version_no_model() -> None:
    assert using.current_model() is None
    assert using.current_version() == ""


def test_read_once_and_again_when_a_newer_one_is_there(model: Model) -> None:
    with time_machine.travel("2026-03-01T03:00:00Z", tick=False) as clock:
        first = storing.store(model, timezone.now())
        held = using.current_model()
        assert using.current_model() is held
        clock.shift(30)
        storing.store(model, timezone.now())
        assert using.current_model() is held
        clock.shift(61)
        newer = using.current_model()
        assert newer is not None
        assert newer is not held
        assert using.current_version() != first.label


def test_an_old_model_is_not_asked(model: Model, settings: Any) -> None:
    settings.SUGGESTIONS_KEEP_DAYS = 60
    with time_machine.travel("2026-03-01T03:00:00Z", tick=False) as clock:
        storing.store(model, timezone.now())
        assert using.current_model() is not None
        clock.shift(timedelta(days=61))
        assert using.current_model() is None


def test_only_the_last_three_versions_stay(model: Model) -> None:
    now = timezone.now()
    for hour in range(5):
        storing.store(model, now + timedelta(hours=hour))
    assert len(storing.versions()) == 3

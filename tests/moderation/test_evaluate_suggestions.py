"""The command that measures suggestions, on a made-up town."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import SHARED
from tests.municipalities.made_examples import made_rows

KEYS = [
    "body_top1",
    "body_top3",
    "body_top1_predicted_category",
    "body_top3_predicted_category",
    "category_top1",
    "category_top3",
    "train",
    "test",
]
UNTIL = "2024-05-01"


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)


@pytest.fixture
def evaluate() -> Callable[..., tuple[str, str]]:
    def run(*files: Path, until: str = UNTIL) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command("evaluate_suggestions", *map(str, files), "--train-until", until, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return run


def test_tables_and_one_line_of_json(evaluate: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    rows = made_rows(700)
    (tmp_path / "one.jsonl").write_bytes(as_lines(rows[:400]))
    (tmp_path / "two.jsonl.gz").write_bytes(gzip.compress(as_lines(rows[400:])))
    out, _err = evaluate(tmp_path / "one.jsonl", tmp_path / "two.jsonl.gz")
    last = json.loads(out.splitlines()[-1])
    assert list(last) == KEYS
    early = sum(row["reported_on"] <= UNTIL for row in rows)
    assert (last["train"], last["test"]) == (early, 700 - early)
    assert all(0 <= last[key] <= 1 for key in KEYS[:6])
    assert last["body_top1"] > 0.9
    assert last["category_top1"] > 0.9
    assert "What the wrong first guesses of bodies are" in out
    assert "body, category predicted" in out


def test_the_outcome_is_never_looked_at(evaluate: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    """With the answer pasted in, or in other columns, nothing changes."""
    rows = made_rows(500)
    plain, told = tmp_path / "plain.jsonl", tmp_path / "told.jsonl"
    plain.write_bytes(as_lines(rows))
    for row in rows:
        row["description"] = f"FRISSÍTÉS: 2024.09.01.\n{row['institution']} válasza: kész.\n-----\n{row['description']}"
        row |= {"status": row["institution"], "resolved_on": "2024-09-02", "first_response_on": "2024-09-01"}
    told.write_bytes(as_lines(rows))
    measured = [out.splitlines()[-1] for out, _err in (evaluate(plain), evaluate(told))]
    assert measured[0] == measured[1]


def test_odd_lines_are_told_and_left_out(evaluate: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    rows = made_rows(500)
    odd = [
        b"{broken",
        b"[1, 2]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"title": "x"}',
        as_lines([{**rows[0], "id": 1, "latitude": None}]),
        as_lines([{**rows[0], "id": 2, "latitude": float("nan")}]),
        as_lines([{**rows[0], "id": 3, "reported_on": "tegnap"}]),
        as_lines([{**rows[0], "id": 4, "category": 7}]),
        as_lines([{**rows[0], "id": 5, "title": None, "description": "FRISSÍTÉS 2024.01.01. Kész."}]),
        as_lines([rows[0]]),
    ]
    kept = {key: value for key, value in rows[1].items() if key not in ("address", "status", "title")}
    file = tmp_path / "odd.jsonl"
    file.write_bytes(b"\n".join([as_lines(rows[:1] + rows[2:]), b"", as_lines([kept]), *odd]))
    out, err = evaluate(file)
    last = json.loads(out.splitlines()[-1])
    assert last["train"] + last["test"] == 500
    assert f"{len(odd)} lines left out" in err
    assert "odd.jsonl, line 502: is not JSON" in err
    assert "has no latitude" in err
    assert "has no reported_on" in err


def test_a_damaged_archive_and_a_last_day(evaluate: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    rows = made_rows(900)
    file = tmp_path / "half.jsonl.gz"
    packed = gzip.compress(as_lines(rows))
    file.write_bytes(packed[: len(packed) * 3 // 4])
    out, err = evaluate(file)
    assert "ends early or is damaged" in err
    assert json.loads(out.splitlines()[-1])["test"] > 0
    with pytest.raises(CommandError, match="Too few reports up to 2023-12-31: 0"):
        evaluate(file, until="2023-12-31")
    with pytest.raises(CommandError, match="is no day"):
        evaluate(file, until="31.08.2024")
    with pytest.raises(CommandError, match="No such file"):
        evaluate(tmp_path / "missing.jsonl")


def test_the_last_day_of_training_is_inclusive(evaluate: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    rows = made_rows(400)
    file = tmp_path / "rows.jsonl"
    file.write_bytes(as_lines(rows))
    out, _err = evaluate(file, until=date(2024, 3, 1).isoformat())
    assert json.loads(out.splitlines()[-1])["train"] == sum(row["reported_on"] <= "2024-03-01" for row in rows)


@pytest.mark.data
def test_no_answer_is_left_in_the_real_texts() -> None:
    file = SHARED / "budapest_reports_2023_2024.jsonl.gz"
    if not file.exists():
        pytest.skip("../shared/data is not here")
    from moderation.example_files import read_file

    told: list[str] = []
    examples = list(read_file(file, set(), told.append))
    assert len(examples) + len(told) == 22_040
    assert len(told) < 5
    assert sum("FRISS" in example.text for example in examples) == 0

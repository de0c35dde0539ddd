import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings_in(part)


@pytest.fixture
def naughty(shared: Path) -> list[str]:
    """Every string of ../shared/data/bad_input, NUL bytes included; unpaired surrogates cannot be sent in a form."""
    texts = [
        text
        for file in sorted((shared / "bad_input").glob("*.json"))
        for text in strings_in(json.loads(file.read_bytes()))
    ]
    return [text.encode("utf-8", "replace").decode() for text in dict.fromkeys([*texts, "a\x00b"])]

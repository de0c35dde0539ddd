import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.reports.geocoder import Geocoder


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


@pytest.fixture
def geocoder(db: None, httpserver: HTTPServer, settings: Any) -> Geocoder:
    geocoder = Geocoder(httpserver)
    settings.GEOCODER_URL = geocoder.url
    settings.GEOCODER_PER_SECOND = 0
    return geocoder

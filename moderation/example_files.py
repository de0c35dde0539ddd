"""Examples from files of the old service (one JSON object a line, also .gz), for measuring suggestions.

Only what is known when a report comes in is read: the words (without the updates pasted in later), the place, the day,
and the two choices to be found. `status`, `resolved_on` and `first_response_on` are never looked at.
"""

import gzip
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from municipalities.learned.texts import document
from municipalities.learned.training import Example

GZIP = b"\x1f\x8b"
ROMAN = re.compile(r"\s*([IVXLC]+)\.?\s*ker", re.IGNORECASE)
LONGEST_WORDS = 20_000


class BadRow(Exception):
    """This line is no example; the message says why."""


def read_files(paths: list[Path], tell: Callable[[str], None]) -> list[Example]:
    """What is no example is told with file and line, and left out. Raises `OSError`."""
    seen: set[str] = set()
    return [example for path in paths for example in read_file(path, seen, tell)]


def read_file(path: Path, seen: set[str], tell: Callable[[str], None]) -> Iterator[Example]:
    with path.open("rb") as start:
        opened = gzip.open if start.read(2) == GZIP else open
    with opened(path, "rb") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    identity, example = read_row(line)
                    if identity and identity in seen:
                        raise BadRow(f"the id {identity} was there before")
                except BadRow as error:
                    tell(f"{path.name}, line {number}: {error}")
                else:
                    seen.add(identity)
                    yield example
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            tell(f"{path.name}: ends early or is damaged ({error})")


def read_row(line: bytes) -> tuple[str, Example]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"is not JSON ({type(error).__name__})") from error
    if not isinstance(row, dict):
        raise BadRow("is not an object")
    words = document(text(row, "title"), text(row, "description"))
    if not words.strip():
        raise BadRow("has neither title nor description")
    for name in ("category", "institution"):
        if not text(row, name):
            raise BadRow(f"has no {name}")
    address = text(row, "address")
    district = ROMAN.match(address)
    example = Example(
        text=words,
        category=text(row, "category"),
        body=text(row, "institution"),
        area=district[1].upper() if district else "",
        longitude=degrees(row, "longitude", 180),
        latitude=degrees(row, "latitude", 90),
        address=address,
        day=day(row),
    )
    identity = row.get("id")
    return str(identity) if isinstance(identity, int | str) else "", example


def text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return value[:LONGEST_WORDS].encode(errors="replace").decode().strip() if isinstance(value, str) else ""


def degrees(row: dict[str, Any], name: str, most: int) -> float:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > most:
        raise BadRow(f"has no {name}")
    return float(value)


def day(row: dict[str, Any]) -> date:
    value = row.get("reported_on")
    try:
        return date.fromisoformat(value[:10] if isinstance(value, str) else "")
    except ValueError as error:
        raise BadRow("has no reported_on") from error

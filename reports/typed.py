"""What stands in an address or a form where a row's key or a number is meant: junk is none."""

import re


def typed_number(text: str) -> int | None:
    """At most eighteen plain digits, which fit into a column."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def typed_key(text: str) -> int:
    """A row's key; 0, which no row has, for everything else."""
    return typed_number(text) or 0


def typed_keys(texts: list[str]) -> list[int]:
    return [key for key in map(typed_key, texts) if key]

"""What each app holds about a person: asked when somebody downloads it, and when somebody is erased.

An app registers one `Holding` per kind of thing at start-up (`AppConfig.ready`): `accounts` imports none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File

from accounts.models import Person

NamedFile = tuple[str, "File[bytes]"]


def no_lock(person: Person) -> None:
    """Nothing that others change at the same time."""


def no_files(person: Person) -> Iterable[NamedFile]:
    return ()


@dataclass(frozen=True)
class Holding:
    """`export` gives what fits into JSON; `files` names and files for the archive (path inside it, file);

    `erase(person, keep_reports)` takes away what identifies, in the transaction of the whole; a second call changes
    nothing. `lock` takes, before the person's row is locked, the rows that whoever changes them locks before people.
    """

    name: str
    export: Callable[[Person], Any]
    erase: Callable[[Person, bool], None]
    files: Callable[[Person], Iterable[NamedFile]] = no_files
    lock: Callable[[Person], None] = no_lock


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    _holdings[holding.name] = holding


def all_holdings() -> list[Holding]:
    return list(_holdings.values())

"""A model as a file: numbers and one piece of JSON, nothing that could run when it is read (no pickle).

Files lie in the default storage under `suggestions/`, one a version; the name holds the time of learning and the hash
of the content, so that a half-written or altered file is noticed before it is used. Old versions stay to go back to.
"""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from municipalities.learned.evidence import Evidence
from municipalities.learned.features import Features
from municipalities.learned.model import Model
from municipalities.learned.trees import Trees
from municipalities.learned.weights import Weights

FOLDER = "suggestions"
FORMAT = 1  # another number: files of other versions of this code are passed over
KEPT = 3
NAME = re.compile(r"(\d{8}-\d{6})-([0-9a-f]{64})\.npz")
WEIGHTS = ("category_weights", "role_weights", "body_weights")


class BadModel(Exception):
    """The file is no model of ours, or damaged."""


@dataclass(frozen=True)
class Version:
    name: str
    trained_at: datetime

    @property
    def label(self) -> str:
        return self.name[:15]


def versions() -> list[Version]:
    """What lies in the storage, the newest first."""
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    found = [(name, match) for name in files if (match := NAME.fullmatch(name))]
    return [
        Version(name, datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC))
        for name, match in sorted(found, reverse=True)
    ]


def store(model: Model, trained_at: datetime) -> Version:
    """Keep it as the newest version, and drop those older than the last `KEPT`."""
    content = pack(model)
    name = f"{trained_at.astimezone(UTC):%Y%m%d-%H%M%S}-{hashlib.sha256(content).hexdigest()}.npz"
    if not default_storage.exists(f"{FOLDER}/{name}"):
        default_storage.save(f"{FOLDER}/{name}", ContentFile(content))
    for old in versions()[KEPT:]:
        default_storage.delete(f"{FOLDER}/{old.name}")
    return Version(name, trained_at)


def load(version: Version) -> Model:
    """Raises `BadModel` and `OSError`."""
    with default_storage.open(f"{FOLDER}/{version.name}") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() not in version.name:
        raise BadModel("the content is not what its name says")
    return unpack(content)


def pack(model: Model) -> bytes:
    arrays: dict[str, Any] = {"role_of": model.role_of}
    for name in WEIGHTS:
        arrays |= parts(name, getattr(model, name))
    arrays |= parts("evidence", model.evidence) | parts("trees", model.trees)
    for number, rarity in enumerate(model.features.rarity):
        arrays[f"rarity{number}"] = rarity
    words = {
        "format": FORMAT,
        "categories": model.categories,
        "bodies": model.bodies,
        "areas": model.areas,
        "heat": model.category_heat,
        "vocabularies": model.features.vocabularies,
        "places": sorted(model.place_places, key=model.place_places.__getitem__),
        "streets": model.evidence.streets,
        "depth": model.trees.depth,
        "base": model.trees.base,
    }
    arrays["words"] = np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def parts(prefix: str, thing: Any) -> dict[str, Any]:
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    return {f"{prefix}.{name}": value for name, value in values.items() if isinstance(value, np.ndarray)}


def unpack(content: bytes) -> Model:
    """Raises `BadModel` whatever is wrong with it: the rules are always there."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        words = json.loads(arrays["words"].tobytes())
        if words["format"] != FORMAT:
            raise BadModel(f"format {words['format']}, and this code reads {FORMAT}")
        return built(arrays, words)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BadModel(str(error)) from error


def built(arrays: dict[str, Any], words: dict[str, Any]) -> Model:
    def of(prefix: str) -> dict[str, Any]:
        return {
            name.removeprefix(f"{prefix}."): value for name, value in arrays.items() if name.startswith(f"{prefix}.")
        }

    vocabularies = words["vocabularies"]
    return Model(
        categories=words["categories"],
        bodies=words["bodies"],
        areas=words["areas"],
        features=Features(vocabularies, [arrays[f"rarity{number}"] for number in range(len(vocabularies))]),
        category_weights=Weights(**of("category_weights")),
        category_heat=float(words["heat"]),
        role_weights=Weights(**of("role_weights")),
        role_of=arrays["role_of"],
        body_weights=Weights(**of("body_weights")),
        place_places={word: place for place, word in enumerate(words["places"])},
        evidence=Evidence(**of("evidence"), streets=words["streets"], bodies=len(words["bodies"])),
        trees=Trees(**of("trees"), depth=int(words["depth"]), base=float(words["base"])),
    )

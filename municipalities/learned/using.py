"""The model that this process asks: read once, and again when a newer version lies there. None: the rules go alone."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from municipalities.learned.model import Guess, Model
from municipalities.learned.storing import BadModel, Version, load, versions

LOOK_EVERY = 60.0  # seconds between looks into the storage
log = logging.getLogger(__name__)


@dataclass
class Held:
    version: Version | None = None
    model: Model | None = None
    looked_at: float | None = None


_held = Held()
_broken: set[str] = set()
_loading = threading.Lock()


def current_model() -> Model | None:
    """The newest version that can be read and is not older than `SUGGESTIONS_KEEP_DAYS`.

    One thread reads; the others go on with what there was.
    """
    now = time.time()
    is_due = _held.looked_at is None or abs(now - _held.looked_at) >= LOOK_EVERY
    if is_due and _loading.acquire(blocking=_held.looked_at is None):
        try:
            if _held.looked_at is None or abs(now - _held.looked_at) >= LOOK_EVERY:
                look()
                _held.looked_at = time.time()
        finally:
            _loading.release()
    return _held.model if _held.version and is_fresh(_held.version) else None


def current_version() -> str:
    """For counting what came of suggestions; empty where the rules speak."""
    return _held.version.label if current_model() and _held.version else ""


def look() -> None:
    try:
        there = versions()
    except OSError as error:
        log.warning("No suggestions learned: the storage does not answer (%s)", error)
        return
    for version in there:
        if version == _held.version:
            return
        if version.name in _broken or not is_fresh(version):
            continue
        try:
            _held.model, _held.version = load(version), version
        except (BadModel, OSError) as error:
            _broken.add(version.name)
            log.error("The learned suggestions %s cannot be used: %s", version.name, error)
        else:
            log.info("Suggestions learned at %s are in use", version.label)
            return
    _held.model = _held.version = None


def is_fresh(version: Version) -> bool:
    return timezone.now() - version.trained_at <= timedelta(days=settings.SUGGESTIONS_KEEP_DAYS)


def forget() -> None:
    """As a new process begins; for tests and after training."""
    _held.version = _held.model = _held.looked_at = None
    _broken.clear()


def is_sure(guesses: list[Guess]) -> bool:
    return bool(guesses) and guesses[0].probability >= settings.SUGGESTIONS_SURE

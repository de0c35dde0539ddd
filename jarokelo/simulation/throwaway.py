"""A database of its own for a simulation, and nobody outside who hears of it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from celery import current_app
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

PREFIXES = ("simulation_", "test_")


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Made and migrated now, dropped at the end, whatever happens in between; the configured database is not touched.

    Raises `CommandError` where the database's user may not make one.
    """
    real = str(connection.settings_dict["NAME"])
    _let_go()
    connection.settings_dict["TEST"]["NAME"] = f"{PREFIXES[0]}{secrets.token_hex(4)}"
    try:
        name = connection.creation.create_test_db(verbosity=0, autoclobber=False, serialize=False)
    except (DatabaseError, SystemExit) as error:
        raise CommandError(f"No database of its own could be made for the simulation: {error}") from error
    try:
        yield name
    finally:
        _let_go()
        connection.creation.destroy_test_db(real, verbosity=0)


def _let_go() -> None:
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()


def refuse_real_database() -> None:
    """Raises `CommandError` unless the name of the connected database says that it is thrown away."""
    name = str(connection.settings_dict["NAME"])
    if not name.startswith(PREFIXES):
        raise CommandError(f"{name} is no database of a simulation; nothing was done.")


@contextmanager
def nobody_listening() -> Iterator[None]:
    """Announcements go into this process's memory: no real worker may take rows of ours for its own."""
    before = current_app.conf.broker_url
    _switch_broker("memory://")
    try:
        yield
    finally:
        _switch_broker(before)


def _switch_broker(url: str) -> None:
    if current_app._pool is not None:
        current_app._pool.force_close_all()
    current_app.conf.broker_url = url
    current_app._pool = current_app.amqp._producer_pool = None


def moved_clock(start: datetime) -> Any:
    """`time_machine.travel`, standing still until moved. Raises `CommandError` where that is not installed."""
    if find_spec("time_machine") is None:
        raise CommandError("The simulation moves the clock: pip install -r requirements/dev.txt")
    import time_machine

    return time_machine.travel(start, tick=False)

"""A small slice of the two simulations, and that neither touches a database that is kept."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection

from jarokelo.simulation.month import simulate_month
from jarokelo.simulation.throwaway import refuse_real_database
from jarokelo.simulation.town import a_month_of, read_sources, spread
from jarokelo.simulation.year import simulate_year

FILE = "budapest_reports_2023_2024.jsonl.gz"


@pytest.mark.django_db
def test_a_year_of_real_reports_leaves_no_state_open(shared: Path) -> None:
    outcome = simulate_year(spread(read_sources(shared / FILE), 25))
    table = "\n".join(outcome.lines())
    assert outcome.is_good, table
    assert "still open after its last term: 0" in table
    assert "timers that never fired: 0" in table
    assert sum(len(days) for days in outcome.ends.values()) >= 25


@pytest.mark.django_db(transaction=True)
def test_a_month_with_faults_loses_and_doubles_nothing(shared: Path) -> None:
    sources, known = a_month_of(read_sources(shared / FILE), 2000)
    result = simulate_month(sources[:40], known[:300], seed=7, late=timedelta(days=2), grid=timedelta(hours=4))
    table = "\n".join(result.lines())
    assert result.is_good, table
    assert "lost: 0" in table
    assert "doubled: 0" in table
    assert ("reports", 40) in result.rows


def test_a_database_that_is_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "jarokelo")
    with pytest.raises(CommandError):
        refuse_real_database()

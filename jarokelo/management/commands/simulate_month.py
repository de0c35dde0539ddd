"""Is anything lost or doubled on the way out and back? See `jarokelo.simulation`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jarokelo.simulation.month import simulate_month
from jarokelo.simulation.throwaway import nobody_listening, throwaway_database
from jarokelo.simulation.town import a_month_of, read_sources


class Command(BaseCommand):
    help = (
        "Plays a month of real reports (line-JSON, also .gz): routed, sent through a real SMTP server, answered, with "
        "refusals, broken connections and dying workers, in a database of its own that is dropped afterwards. Fails "
        "where anything is lost or doubled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--reports", type=int, default=2000, help="so many of the file's fullest month")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same faults")

    def handle(self, *, file: Path, reports: int, seed: int, **options: Any) -> None:
        if reports < 1:
            raise CommandError("--reports needs a number of reports")
        sources, known = a_month_of(read_sources(file), reports)
        with throwaway_database(), nobody_listening():
            result = simulate_month(sources, known, seed=seed)
        for line in result.lines():
            self.stdout.write(line)
        if not result.is_good:
            raise CommandError("Something was lost or doubled.")

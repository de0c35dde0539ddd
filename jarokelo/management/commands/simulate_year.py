"""Do all clocks come to an end? See `jarokelo.simulation`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jarokelo.simulation.throwaway import nobody_listening, throwaway_database
from jarokelo.simulation.town import read_sources, spread
from jarokelo.simulation.year import simulate_year


class Command(BaseCommand):
    help = (
        "Plays a year of real reports (line-JSON, also .gz) through the real actions and timers with a moved clock, in "
        "a database of its own that is dropped afterwards. Fails where an open state does not end or a timer stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--reports", type=int, default=1000, help="so many of the file, evenly over its time")

    def handle(self, *, file: Path, reports: int, **options: Any) -> None:
        if reports < 1:
            raise CommandError("--reports needs a number of reports")
        sources = spread(read_sources(file), reports)
        with throwaway_database(), nobody_listening():
            outcome = simulate_year(sources)
        for line in outcome.lines():
            self.stdout.write(line)
        if not outcome.is_good:
            raise CommandError("Not every state ended by itself.")

"""How right the learned suggestions are, measured on reports that they have not seen."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from moderation.example_files import read_files
from moderation.measuring import ask, figures, summary, tables
from municipalities.learned.training import FEWEST, TooFewExamples, train
from reports.importing import PLACEHOLDER

TOLD = 20  # bad lines one by one


class Command(BaseCommand):
    help = (
        "Learns from the reports of the files up to a day, suggests category and body for the later ones, and says how "
        "often that was right and what the errors are. Nothing is read from the database and nothing is kept. The "
        "last line is JSON."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="One JSON object a line, also .gz.")
        parser.add_argument(
            "--train-until", metavar="YYYY-MM-DD", required=True, type=read_day, help="The last day to learn from."
        )

    def handle(self, *, files: list[Path], train_until: date, **options: Any) -> None:
        started = time.monotonic()
        bad = 0

        def tell(sentence: str) -> None:
            nonlocal bad
            bad += 1
            if bad <= TOLD:
                self.stderr.write(sentence)

        try:
            examples = read_files(files, tell)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        if bad:
            self.stderr.write(f"{bad} lines left out")
        before = [e for e in examples if e.day <= train_until]
        after = [e for e in examples if e.day > train_until]
        taught = [e for e in before if e.body != PLACEHOLDER]
        try:
            model = train(taught, {e.body: e.body for e in taught}, self.stderr.write)
        except TooFewExamples as error:
            raise CommandError(
                f"Too few reports up to {train_until}: {len(taught)}, and {FEWEST} with several categories and bodies "
                "are needed."
            ) from error
        self.stderr.write(f"learned in {time.monotonic() - started:.0f} s")
        asked = list(tqdm(ask(model, after), total=len(after), desc="asking", unit="report", disable=None))
        found = figures(asked, len(before))
        for line in (*summary(found), *tables(asked, before)):
            self.stdout.write(line)
        self.stdout.write("")
        self.stdout.write(json.dumps(found))


def read_day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError(f"{value} is no day; write it as 2024-08-31") from error

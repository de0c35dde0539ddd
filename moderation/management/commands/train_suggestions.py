"""Learns suggestions from what moderators chose so far, and keeps them as a new version."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from moderation.examples import body_names, examples
from municipalities.learned.storing import FOLDER, store
from municipalities.learned.training import FEWEST, TooFewExamples, train
from municipalities.learned.using import forget

LOCK = 7_340_412_001  # of PostgreSQL: one training at a time, on whatever machine
GENTLE = 10


class Command(BaseCommand):
    help = (
        "Learns from the moderators' choices which category and body to suggest. Running processes use the new version "
        "within a minute. With too few reports nothing is kept, and the rules go on alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gently", action="store_true", help="Leave the processor to everybody else first.")

    def handle(self, *, gently: bool, **options: Any) -> None:
        if gently:
            os.nice(GENTLE)
        started = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise CommandError("Another training is under way.")
            try:
                self.train(started)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def train(self, started: float) -> None:
        try:
            model = train(list(examples()), body_names(), self.stdout.write)
        except TooFewExamples:
            self.stdout.write(f"Too little to learn from: {FEWEST} published reports with categories and bodies.")
            return
        version = store(model, timezone.now())
        forget()
        size = default_storage.size(f"{FOLDER}/{version.name}") / 1e6
        self.stdout.write(f"Version {version.label}: {size:.1f} MB, in {time.monotonic() - started:.0f} s")

"""Fill the database with made reports, to measure pages and to try things out."""

import random
import time
from argparse import ArgumentParser
from datetime import datetime
from datetime import time as clock
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Membership
from reports.models import Report
from reports.synthetic import SOURCE
from reports.synthetic.building import (
    MODELS,
    Builder,
    Cast,
    find_categories,
    find_institutions,
    make_people,
)
from reports.synthetic.copying import Table
from reports.synthetic.places import find_spots
from reports.synthetic.wiping import wipe

BATCH = 5000
PEOPLE_FOR = 8  # reports a person, about


class Command(BaseCommand):
    help = (
        "Makes N reports around the served areas, with their lives, assignments, followers and comments. The same seed "
        "and end day make the same rows. They hold no clocks and tell nobody anything. A second run with another seed "
        "adds to the first; --wipe takes the made ones away before. Beside real reports only with --beside-real."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", type=datetime.fromisoformat, help="the last day, as 2026-11-25; today")
        parser.add_argument("--photos", action="store_true", help="rows of photos, too, without files")
        parser.add_argument("--wipe", action="store_true", help="delete the made reports first")
        parser.add_argument("--beside-real", action="store_true", help="even though there are real reports")

    def handle(self, *args: Any, **options: Any) -> None:
        number, seed = options["number"], options["seed"]
        if number < 0:
            raise CommandError("How many reports?")
        if not options["beside_real"] and Report.objects.exclude(source=SOURCE).exists():
            raise CommandError("There are real reports here; say --beside-real if you mean it.")
        if options["wipe"]:
            self.stdout.write(f"{wipe()} made reports taken away")
        reports = Report.objects.filter(source=SOURCE, source_id__startswith=f"{seed}-")
        people = Person.objects.filter(email__startswith=f"synthetic-{seed}-")  # of a run that broke off, too
        if reports.exists() or people.exists():
            raise CommandError(f"The reports of seed {seed} are here already: choose another --seed, or --wipe.")
        until = options["until"] or datetime.combine(timezone.localdate(), clock())
        now = until.replace(tzinfo=timezone.get_default_timezone())
        started = time.monotonic()
        counts = fill(number, seed, now, photos=options["photos"])
        self._analyze()
        took = time.monotonic() - started
        made = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"{made} in {took:.0f} s ({number / max(took, 0.01):.0f} reports a second)")

    def _analyze(self) -> None:
        """The planner knows the new sizes at once."""
        with connection.cursor() as cursor:
            for model in MODELS:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def fill(number: int, seed: int, now: datetime, *, photos: bool) -> dict[str, int]:
    """Batch by batch, each in a transaction of its own; gives the number of rows of each table."""
    counts = {str(model._meta.verbose_name_plural): 0 for model in MODELS}
    with transaction.atomic():
        people = make_people(number // PEOPLE_FOR, seed, now) if number else []
        moderators = Person.objects.filter(memberships__role__in=Membership.DESK_ROLES).order_by("pk")
        cast = Cast(
            people,
            list(moderators.values_list("pk", flat=True).distinct()),
            find_categories(),
            find_institutions(),
            find_spots(random.Random(seed)),  # noqa: S311
        )
    builder = Builder(cast, seed, now, photos=photos)
    tables = {model: Table(model) for model in MODELS}
    for first in range(0, number, BATCH):
        with transaction.atomic():
            batch = builder.build(tables, first, min(BATCH, number - first))
            for model in MODELS:
                counts[str(model._meta.verbose_name_plural)] += tables[model].copy(batch[model])
    return counts

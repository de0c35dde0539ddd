"""Reports of the old service, from line-JSON."""

import gzip
import time
import zlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from municipalities.models import Area
from reports.import_storing import learn_responsibilities, store_reports
from reports.importing import SOURCE, SourceReport, read_lines

SHOWN = 20  # bad lines that are told one by one
GZIP = b"\x1f\x8b"


class Command(BaseCommand):
    help = (
        "Imports reports from a file with one JSON object a line (also .gz), with their categories, institutions and "
        "the rules that the moderators' choices show. Nobody is told anything and no clock starts. A dry run unless "
        "--commit; run again it adds only reports that are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--as-new",
            metavar="N",
            type=int,
            default=0,
            help="Put the last N into the desk's queue; what was chosen for them is kept apart and not learned from.",
        )
        parser.add_argument(
            "--demo-contacts",
            action="store_true",
            help="Give each body an address in a domain that cannot exist; without it they have no contact.",
        )
        parser.add_argument("--commit", action="store_true", help="Write; without it everything is undone at the end.")

    def handle(self, *, file: Path, as_new: int, demo_contacts: bool, commit: bool, **options: Any) -> None:
        started = time.monotonic()
        if as_new < 0:
            raise CommandError("--as-new needs a number of reports")
        sources = self.read(file)
        with transaction.atomic():
            counts = store_reports(
                sources,
                as_new={source.id for source in sources[len(sources) - as_new :]} if as_new else set(),
                demo_contacts=demo_contacts,
                progress=lambda batches, total: tqdm(batches, total=total, desc="storing", unit="batch", disable=None),
            )
            counts["responsibilities"] = learn_responsibilities()
            if not commit:
                transaction.set_rollback(True)
        self.summarise(counts, time.monotonic() - started, commit)

    def read(self, file: Path) -> list[SourceReport]:
        """The good lines, oldest first; the bad ones are told."""
        sources: list[SourceReport] = []
        problems: list[str] = []
        for found in read_lines(tqdm(open_lines(file), desc="reading", unit="line", disable=None)):
            if isinstance(found, str):
                problems.append(found)
            else:
                sources.append(found)
        for problem in problems[:SHOWN]:
            self.stderr.write(f"left out: {problem}")
        if len(problems) > SHOWN:
            self.stderr.write(f"left out: and {len(problems) - SHOWN} lines more")
        if not sources:
            raise CommandError(f"{file}: holds no report" + (" that can be read" if problems else ""))
        return sorted(sources, key=lambda source: source.order)

    def summarise(self, counts: Counter[str], seconds: float, commit: bool) -> None:
        for what, count in counts.items():
            if count:
                self.stdout.write(f"{count:6} {what}")
        if counts["outside every served area"]:
            note = "" if Area.objects.served().exists() else " There is no served area yet: import_areas comes first."
            self.stderr.write(f"{counts['outside every served area']} reports have no area.{note}")
        if not any(count for what, count in counts.items() if what != "here already"):
            self.stdout.write(f"All of it is here already: nothing to do ({seconds:.1f} s).")
        elif commit:
            self.stdout.write(f"Written in {seconds:.1f} s, source “{SOURCE}”.")
        else:
            self.stdout.write(f"Dry run ({seconds:.1f} s): nothing was written. Add --commit to write.")


def open_lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == GZIP
        with gzip.open(file) if packed else file.open("rb") as lines:
            yield from lines
    except (OSError, EOFError, zlib.error) as error:
        raise CommandError(f"{file}: cannot be read: {error}") from error

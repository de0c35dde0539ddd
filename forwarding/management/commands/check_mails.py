"""`manage.py check_mails DIR`: how many mails of a folder are read as its manifest.json says (docs/operations.md)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forwarding.mail_scores import score_folder


class Command(BaseCommand):
    help = "Score the reading of mails per source and kind; the last line is one JSON object with total and right."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="holds manifest.json and the mails")
        parser.add_argument("--show", type=int, default=50, metavar="N", help="so many of the wrong ones (50)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scores = list(score_folder(options["folder"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"no manifest that can be read in {options['folder']}: {error}") from error
        total: Counter[tuple[str, str]] = Counter((score.source, score.kind) for score in scores)
        right = Counter((score.source, score.kind) for score in scores if not score.wrong)
        width = max([len(source) for source, _ in total] or [6])
        self.stdout.write(f"{'source':<{width}}  {'kind':<12} {'right':>6} {'total':>6}")
        for source, kind in sorted(total):
            key = (source, kind)
            self.stdout.write(f"{source:<{width}}  {kind:<12} {right[key]:>6} {total[key]:>6}")
        for score in [score for score in scores if score.wrong][: options["show"]]:
            self.stdout.write(f"wrong: {score.file}: {score.wrong}")
        self.stdout.write(json.dumps({"total": len(scores), "right": sum(right.values())}))

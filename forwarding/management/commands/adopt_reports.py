"""Start the clocks of open reports that came without: imported ones, or older than the timers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from forwarding.clocks import adopt_report, without_clocks


class Command(BaseCommand):
    help = (
        "Gives open reports without timers a full term from now on: bodies are reminded, and what nobody answers ends. "
        "Only counts them unless --commit is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", help="only reports that this body has (its name)")
        parser.add_argument("--limit", type=int, help="at most so many, the newest first")
        parser.add_argument("--commit", action="store_true", help="do it")

    def handle(self, *, institution: str | None, limit: int | None, commit: bool, **options: Any) -> None:
        reports = without_clocks().order_by("-pk")
        if institution:
            reports = reports.filter(institution__name=institution)
        if not commit:
            count = reports[:limit].count()
            self.stdout.write(f"{count} open reports have no clock; --commit starts them.")
            return
        ids = list(reports.values_list("pk", flat=True)[:limit])
        adopted = sum(adopt_report(report, actor=None) for report in without_clocks().filter(pk__in=ids).iterator())
        self.stdout.write(f"{adopted} reports have their clocks now.")

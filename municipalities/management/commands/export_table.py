"""Bodies, contacts, street groups or rules as a file, to be changed and read again by `import_table`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from municipalities.exchange.formats import FORMATS
from municipalities.exchange.resources import RESOURCES


class Command(BaseCommand):
    help = "Writes a table to a .csv or .xlsx file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=RESOURCES)
        parser.add_argument("file", type=Path)

    def handle(self, *, table: str, file: Path, **options: Any) -> None:
        writer = next((each() for each in FORMATS if file.suffix == f".{each.EXTENSION}"), None)
        if writer is None:
            raise CommandError("The file must end with .csv or .xlsx.")
        dataset = RESOURCES[table]().export()
        file.write_bytes(writer.export_data(dataset))
        self.stdout.write(f"{len(dataset)} rows")

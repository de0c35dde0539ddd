"""Bodies, contacts, street groups or rules from a file; shows what would change, and changes it with --commit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.html import strip_tags
from import_export.results import Result, RowResult

from municipalities.exchange.formats import FORMATS
from municipalities.exchange.resources import RESOURCES

SIGNS = {RowResult.IMPORT_TYPE_NEW: "+", RowResult.IMPORT_TYPE_UPDATE: "~"}


class Command(BaseCommand):
    help = (
        "Reads a table from a .csv or .xlsx file as the administration exports it. A dry run unless --commit: "
        "it prints each row that is new (+) or changes (~), with the columns that do. One bad row stops all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=RESOURCES)
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="Really change it.")

    def handle(self, *, table: str, file: Path, commit: bool, **options: Any) -> None:
        reader = next((each() for each in FORMATS if file.suffix == f".{each.EXTENSION}"), None)
        if reader is None:
            raise CommandError("The file must end with .csv or .xlsx.")
        try:
            dataset = reader.create_dataset(file.read_bytes())
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        resource = RESOURCES[table]()
        result = resource.import_data(dataset, dry_run=not commit, rollback_on_validation_errors=True)
        self.show(result, resource.get_diff_headers())
        if result.has_errors() or result.has_validation_errors():
            raise CommandError("Nothing was changed.")
        counts = ", ".join(f"{count} {name}" for name, count in result.totals.items() if count)
        self.stdout.write(f"{counts or 'nothing'}{'' if commit else ' (a dry run; --commit changes it)'}")

    def show(self, result: Result, headers: list[str]) -> None:
        for error in result.base_errors:
            self.stderr.write(str(error.error))
        for number, errors in result.row_errors():
            for error in errors:
                self.stderr.write(f"row {number}: {error.error}")
        for invalid in result.invalid_rows:
            self.stderr.write(f"row {invalid.number}: {'; '.join(invalid.error.messages)}")
        for row in result.rows:
            if row.import_type in SIGNS and row.diff:
                changed = [
                    f"{header}: {strip_tags(cell)}"
                    for header, cell in zip(headers, row.diff, strict=True)
                    if "<ins>" in cell
                ]
                self.stdout.write(f"{SIGNS[row.import_type]} {row.object_repr}  {'  '.join(changed)}")

"""The filtered cases as files: CSV line by line, XLSX through a file on the disk. Neither holds them all in memory."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from forwarding.office.columns import COLUMNS, Cell, for_export

CHUNK = 500
BOM = "\ufeff"
# A spreadsheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(text: str) -> str:
    """So that no spreadsheet calculates with what somebody wrote into a report."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """A file for the csv writer that hands each line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(cases: QuerySet[Any], language: str, *, for_excel: bool = False) -> Iterator[str]:
    """UTF-8 with commas, days and times as in ISO 8601 on the clock of the site. `for_excel`: marked as UTF-8, and with
    the separators that Excel expects in this language."""
    with override(language):
        comma = str(get_format("DECIMAL_SEPARATOR")) == ","
        header = [str(column.label) for column in COLUMNS]
    writer = csv.writer(_Echo(), delimiter=";" if for_excel and comma else ",")
    decimal = "," if for_excel and comma else "."
    yield (BOM if for_excel else "") + writer.writerow(header)
    for chunk in _rows(cases, language):
        yield "".join(writer.writerow([_as_text(cell, decimal) for cell in row]) for row in chunk)


def _rows(cases: QuerySet[Any], language: str) -> Iterator[list[list[Cell]]]:
    """In chunks, each made in the language: whoever streams them has no language of their own any more."""
    chunk: list[Any] = []
    for case in for_export(cases).iterator(chunk_size=CHUNK):
        chunk.append(case)
        if len(chunk) == CHUNK:
            yield _cells(chunk, language)
            chunk = []
    yield _cells(chunk, language)


def _cells(cases: Iterable[Any], language: str) -> list[list[Cell]]:
    with override(language):
        return [[column.value(case) for column in COLUMNS] for case in cases]


def _as_text(cell: Cell, decimal: str) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case float():
            return str(cell).replace(".", decimal)
        case str():
            return safe(cell)
    return str(cell)


def write_xlsx(cases: QuerySet[Any], language: str) -> IO[bytes]:
    """The file, open at its beginning; it goes when it is closed. Texts are texts there, whatever they begin with."""
    import xlsxwriter  # no other page needs it

    file = tempfile.TemporaryFile()  # noqa: SIM115  (whoever reads it closes it)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        with override(language):
            sheet = book.add_worksheet(_("Cases")[:31])
            labels = [str(column.label) for column in COLUMNS]
        bold = book.add_format({"bold": True})
        day, moment = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        sheet.freeze_panes(1, 1)
        for number, column in enumerate(COLUMNS):
            sheet.set_column(number, number, column.width)
        for number, label in enumerate(labels):
            sheet.write_string(0, number, label, bold)
        line = 0
        for chunk in _rows(cases, language):
            for row in chunk:
                line += 1
                for number, cell in enumerate(row):
                    _write(sheet, line, number, cell, day, moment)
        sheet.autofilter(0, 0, line, len(COLUMNS) - 1)
    file.seek(0)
    return file


def _write(sheet: Any, line: int, number: int, cell: Cell, day: Any, moment: Any) -> None:
    match cell:
        case None | "":
            return
        case datetime():
            sheet.write_datetime(line, number, timezone.localtime(cell).replace(tzinfo=None), moment)
        case date():
            sheet.write_datetime(line, number, cell, day)
        case int() | float():
            sheet.write_number(line, number, cell)
        case _:
            sheet.write_string(line, number, cell)

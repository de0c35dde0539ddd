"""Files as spreadsheets write them: CSV with commas or semicolons, and .xlsx. Cells come in as text."""

import csv
import io
from datetime import date, datetime, time
from typing import Any

import tablib
import xlsxwriter
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from python_calamine import CalamineWorkbook

MOST_ROWS = 20_000
MOST_BYTES = 5_000_000


class Table(Format):
    EXTENSION = ""
    CONTENT_TYPE = ""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return self.EXTENSION

    def get_extension(self) -> str:
        return self.EXTENSION

    def get_content_type(self) -> str:
        return self.CONTENT_TYPE

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Raises `ValueError` with words for the person who chose the file."""
        if len(in_stream) > MOST_BYTES:
            raise ValueError(_("The file is too large: at most 5 MB."))
        rows = [[text_of(cell) for cell in row] for row in self.read(in_stream)]
        rows = [row for row in rows if any(row)]
        if not rows:
            raise ValueError(_("The file is empty."))
        if len(rows) > MOST_ROWS:
            raise ValueError(_("Too many rows: at most %(count)s.") % {"count": MOST_ROWS})
        headers, *rest = rows
        width = len(headers)
        return tablib.Dataset(*[(row + [""] * width)[:width] for row in rest], headers=headers)

    def read(self, content: bytes) -> list[list[Any]]:
        raise NotImplementedError


class Csv(Table):
    EXTENSION = "csv"
    CONTENT_TYPE = "text/csv; charset=utf-8"

    def read(self, content: bytes) -> list[list[Any]]:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1250", errors="replace")  # what spreadsheets of Central Europe still write
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise ValueError(_("The file cannot be read: %(error)s") % {"error": error}) from error

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> bytes:
        """With a mark at the start, by which spreadsheets know that it is UTF-8."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(dataset.headers or [])
        writer.writerows([harmless(cell) for cell in row] for row in dataset)
        return out.getvalue().encode("utf-8-sig")


class Workbook(Table):
    EXTENSION = "xlsx"
    CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def read(self, content: bytes) -> list[list[Any]]:
        try:
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
            return sheet.to_python(skip_empty_area=False)
        except Exception as error:  # its errors have no common parent, and a file can be anything
            raise ValueError(_("The file cannot be read: %(error)s") % {"error": error}) from error

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> bytes:
        """Every cell is text: nothing is taken for a formula or loses its leading noughts."""
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
            sheet.write_row(0, 0, dataset.headers or [], bold)
            for number, row in enumerate(dataset, start=1):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, str(cell))
            sheet.freeze_panes(1, 0)
            sheet.autofit()
        return out.getvalue()


def harmless(cell: object) -> str:
    """A spreadsheet runs what begins so; with an apostrophe before it, it is text."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number(text) else text


def is_number(text: str) -> bool:
    return text.lstrip("-").isdecimal()


def text_of(cell: Any) -> str:
    """As a person would type it: a whole number without ".0", a day as 2026-11-29."""
    match cell:
        case None:
            return ""
        case bool():
            return str(int(cell))
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time.min else cell.isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            text = str(cell).strip()
            return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


FORMATS = [Csv, Workbook]

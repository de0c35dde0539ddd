"""The office's files: CSV and XLSX of the filtered list, the work list and the PDF of a case."""

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.office import paper
from forwarding.office.access import access_office_case
from forwarding.office.actions_case import write_note
from forwarding.office.columns import COLUMNS
from municipalities.models import Institution
from reports.models import Report
from reports.paper.sheet import sheet_context
from tests.forwarding.office import Cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Cases:
    return Cases(make_report, works, moderator)


@pytest.fixture
def at_office(officer: Person, client_of: Callable[[Person], Client]) -> Client:
    client = client_of(officer)
    client.cookies["django_language"] = "en"
    return client


def content(client: Client, kind: str, **query: Any) -> bytes:
    response = client.get(reverse("office_export_file", args=[kind]), query)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.getvalue()


def rows(client: Client, **query: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(client, "csv", **query).decode("utf-8"))))


def test_csv_holds_the_filtered_cases(at_office: Client, cases: Cases, gardens: Institution) -> None:
    late = cases.sent("Késő", due_in=-3, photos=1)
    cases.sent("Ráér", due_in=20)
    cases.sent("Másé", body=gardens)
    cases.closed("Lezárt")
    (row,) = rows(at_office, show="late")
    assert row["Reference"] == late.report.reference
    assert (row["Title"], row["Status"], row["Days left"], row["Photos"]) == ("Késő", "Reported", "-3", "1")
    assert row["Waits for"] == timezone.localdate(late.due_at).isoformat()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", row["Sent"])
    assert (row["Latitude"], row["Longitude"]) == ("47.45", "19.05")
    assert {row["Title"] for row in rows(at_office)} == {"Késő", "Ráér"}
    assert [row["Outcome"] for row in rows(at_office, show="closed")] == ["said done"]


def test_nobody_calculates_with_what_was_written(at_office: Client, cases: Cases) -> None:
    for title in ("=1+1", "+36", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0"):
        cases.sent(title, address="\t=2")
    for row in rows(at_office):
        assert row["Title"].startswith("'")
        assert not row["Address"].startswith(("=", "\t"))
    sheet = xlsx(content(at_office, "xlsx"))
    assert "<f>" not in sheet
    assert "=1+1" in sheet


def test_csv_for_excel_has_a_mark_and_the_separators_of_the_language(at_office: Client, cases: Cases) -> None:
    cases.sent("Árvíztűrő, tükörfúrógép")
    assert not content(at_office, "csv").startswith(b"\xef\xbb\xbf")
    english = content(at_office, "excel.csv")
    assert english.startswith(b"\xef\xbb\xbfReference,")
    at_office.cookies["django_language"] = "hu"
    hungarian = content(at_office, "excel.csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(hungarian), delimiter=";")
    assert "Árvíztűrő, tükörfúrógép" in row.values()
    assert "47,45" in row.values()


def xlsx(file: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_xlsx_holds_typed_cells(at_office: Client, cases: Cases) -> None:
    cases.sent("Késő", due_in=-3)
    cases.promised("Ígért", days=4)
    sheet = xlsx(content(at_office, "xlsx"))
    assert sheet.count("<row ") == 3
    assert "<v>47.45</v>" in sheet
    assert "<v>-3</v>" in sheet
    assert "Késő" in sheet
    assert "autoFilter" in sheet


def test_too_many_for_one_xlsx_are_told(at_office: Client, cases: Cases, settings: Any) -> None:
    settings.OFFICE_XLSX_AT_MOST = 1
    cases.sent("Késő", due_in=-3)
    cases.sent("Ráér", due_in=20)
    url = reverse("office_export_file", args=["xlsx"])
    page = at_office.get(url, {"sort": "newest"}, follow=True)
    assert page.redirect_chain == [(f"{reverse('office_export')}?sort=newest", 302)]
    assert "An XLSX takes at most 1 cases." in page.content.decode()
    assert xlsx(content(at_office, "xlsx", show="late")).count("<row ") == 2
    assert len(rows(at_office)) == 2


def test_an_empty_list_is_an_empty_file(at_office: Client) -> None:
    assert rows(at_office) == []
    assert xlsx(content(at_office, "xlsx")).count("<row ") == 1


def test_each_column_has_a_name_of_its_own_and_a_meaning(at_office: Client) -> None:
    labels = [str(column.label) for column in COLUMNS]
    assert len(set(labels)) == len(labels)
    page = html.unescape(at_office.get(reverse("office_export"), {"show": "late"}).content.decode())
    assert all(str(column.meaning) in page for column in COLUMNS)
    assert f"{reverse('office_export_file', args=['xlsx'])}?show=late" in page
    assert at_office.get(reverse("office_export_file", args=["exe"])).status_code == 404


def test_files_cost_no_more_queries_with_more_cases(
    at_office: Client, cases: Cases, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        cases.sent(f"{number}.", photos=number % 2)
    for kind, queries in (("csv", QUERIES_OF_FILE), ("xlsx", QUERIES_OF_FILE + 1)):
        with django_assert_num_queries(queries):
            content(at_office, kind)
    with django_assert_num_queries(QUERIES_OF_PRINT):
        at_office.get(reverse("office_print"))
    with django_assert_num_queries(QUERIES_OF_PAGE):
        at_office.get(reverse("office_export"))


QUERIES_OF_FILE, QUERIES_OF_PRINT, QUERIES_OF_PAGE = 4, 6, 5


def test_reporters_names_are_in_no_file(at_office: Client, cases: Cases) -> None:
    cases.sent("Névvel", show_name=True, reporter_name="Rita Bejelentő")
    assert "Rita" not in content(at_office, "csv").decode()
    assert "Rita" not in xlsx(content(at_office, "xlsx"))
    assert "Rita" not in at_office.get(reverse("office_print")).content.decode()


def test_the_work_list_has_what_one_needs_outside(at_office: Client, cases: Cases) -> None:
    cases.sent("Kátyú", due_in=3, photos=1, address="Rege út 4.")
    cases.sent("Más utca", due_in=9, address="Fő utca 1.")
    page = at_office.get(reverse("office_print"), {"q": "rege"}).content.decode()
    assert "Rege út 4." in page
    assert "3 days left" in page
    assert "/photos/" in page
    assert "Más utca" not in page


def test_the_pdf_of_a_case(
    at_office: Client, client_of: Callable[[Person], Client], cases: Cases, officer: Person, other_officer: Person
) -> None:
    case = cases.promised("Titkos kátyú", days=5, is_private=True, photos=1, show_name=True, reporter_name="Rita")
    write_note(case, "Hívd fel Gézát.", actor=officer)
    url = reverse("office_pdf", args=[case.pk])
    pdf = at_office.get(url)
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf["Cache-Control"]
    assert client_of(other_officer).get(url).status_code == 404
    with override("en"):
        shown = access_office_case(officer, case.pk)
        sheet = sheet_context(shown.report, body=True)
        words = render_to_string(paper.TEMPLATE, {**sheet, **paper.case_extra(shown, notes=False)})
        with_notes = render_to_string(paper.TEMPLATE, {**sheet, **paper.case_extra(shown, notes=True)})
    for wanted in ("Titkos kátyú", "Lesz.", "5 days left", "Egyváros Útkezelő", "/photos/"):
        assert wanted in words, wanted
    assert "Rita" not in words
    assert "Hívd fel" not in words
    assert "Hívd fel" in with_notes
    assert at_office.get(url, {"notes": "1"}).content.startswith(b"%PDF")

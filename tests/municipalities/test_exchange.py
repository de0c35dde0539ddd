"""Bodies, contacts, street groups and rules out to a file and in again."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.contrib.gis.geos import LineString
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from municipalities.exchange.formats import FORMATS, Csv, Table, Workbook
from municipalities.exchange.resources import RESOURCES
from municipalities.models import Area, Category, Contact, Institution, Responsibility, RuleChange, StreetGroup
from tests.conftest import SHARED

pytestmark = pytest.mark.django_db
Browser = Callable[[Person | None], Client]


@pytest.fixture
def tables(district: Area, potholes: Category) -> Institution:
    body = Institution.objects.create(name="Közút; „Kft.”", kind="road", refusal_note="=nem\nfogad")
    contact = Contact.objects.create(
        institution=body,
        address="ut@kozut.example",
        retry_minutes=[5, 30],
        digest_at=["08:00", "14:00"],
        work_from="08:00",
        work_until="16:00",
    )
    streets = StreetGroup.objects.create(
        name="Főutak", streets=["Üllői út", "Váci út"], shape=LineString((19, 47), (19.1, 47.1), srid=4326), metres=20
    )
    Responsibility.objects.create(
        institution=body, contact=contact, area=district, category=potholes, street_group=streets, weekdays=[1, 2, 5],
        months=[12], valid_from="2026-01-01", priority=3, answer_days=15,
    )  # fmt: skip
    Responsibility.objects.create(institution=body)
    return body


def run(command: str, *arguments: Any, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=err, **options)
    except CommandError as error:
        raise AssertionError(err.getvalue()) from error
    return out.getvalue(), err.getvalue()


def rows() -> list[Any]:
    models = (Institution, Contact, StreetGroup, Responsibility)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("form", FORMATS)
def test_what_goes_out_comes_in_unchanged(form: type[Table], tables: Institution, tmp_path: Path) -> None:
    before = rows()
    for table in RESOURCES:
        path = tmp_path / f"{table}.{form.EXTENSION}"
        run("export_table", table, path)
        out, _err = run("import_table", table, path, commit=True)
        assert out.endswith("skip\n"), out
    assert rows() == before
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
def test_another_site_gets_the_same_tables(form: type[Table], tables: Institution, tmp_path: Path) -> None:
    before = rows()
    for table in RESOURCES:
        run("export_table", table, tmp_path / f"{table}.{form.EXTENSION}")
    for model in (Responsibility, StreetGroup, Contact, Institution):
        model.objects.all().delete()
    for table in RESOURCES:
        run("import_table", table, tmp_path / f"{table}.{form.EXTENSION}", commit=True)
    ids = ("id", "institution_id", "contact_id", "street_group_id")
    bare = lambda found: [[{k: v for k, v in row.items() if k not in ids} for row in table] for table in found]  # noqa: E731
    assert bare(rows()) == bare(before)


def test_a_dry_run_shows_what_changes_and_changes_nothing(tables: Institution, tmp_path: Path) -> None:
    path = tmp_path / "institutions.csv"
    path.write_text(
        "name;kind;is_active\nKözút; „Kft.”;road;1\n".replace("Közút; „Kft.”", '"Közút; „Kft.”"')
        + "Vízmű;utility;igen\n"
    )
    Institution.objects.update(kind="other")
    out, _err = run("import_table", "institutions", path)
    assert "+ Vízmű" in out
    assert "kind: other road" in out
    assert "a dry run" in out
    assert Institution.objects.get().kind == "other"
    run("import_table", "institutions", path, commit=True)
    assert set(Institution.objects.values_list("name", "kind")) == {("Közút; „Kft.”", "road"), ("Vízmű", "utility")}
    assert Institution.objects.get(kind="road").refusal_note == "=nem\nfogad"  # a column that is not there stays


def test_rules_keep_their_history(tables: Institution, tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    run("export_table", "rules", path)
    path.write_bytes(path.read_bytes().replace(b",15,", b",20,"))
    out, _err = run("import_table", "rules", path, commit=True)
    assert "answer_days: 15 20" in out
    change = RuleChange.objects.get()
    assert (change.before["answer_days"], change.after["answer_days"]) == (15, 20)


def test_one_bad_row_stops_all(tables: Institution, tmp_path: Path) -> None:
    before = rows()
    header = (
        "institution,effect,area,category,street_group,shape,answer_code,answer_value,valid_from,valid_to,weekdays,"
        "months,answer_days,is_active"
    )
    good = '"Közút; „Kft.”",leads,,,,,,,,,,,7,1'
    cases = {
        '"Kózút",leads,,,,,,,,,,,7,1': "Nincs ilyen illetékes",
        '"Közút; „Kft.”",leads,district XX,,,,,,,,,,7,1': "Nincs ilyen",
        '"Közút; „Kft.”",leads,,,,POINT(,,,,,,,7,1': "WKT",
        '"Közút; „Kft.”",leads,,,,,,,2026-13-01,,,,7,1': "dátum",
        '"Közút; „Kft.”",leads,,,,,,,,,"1,9",,7,1': "hétfő",
        '"Közút; „Kft.”",gone,,,,,,,,,,,7,1': "gone",
        '"Közút; „Kft.”",leads,,,,,,,,,,,0,1': "1",
        '"Közút; „Kft.”",leads,,,,,,,,,,,7,maybe': "maybe",
    }
    path = tmp_path / "rules.csv"
    for bad, words in cases.items():
        path.write_text("\n".join([header, good, bad]))
        err = io.StringIO()
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("import_table", "rules", str(path), commit=True, stdout=io.StringIO(), stderr=err)
        assert "row 2" in err.getvalue(), bad
        assert words in err.getvalue(), (bad, err.getvalue())
        assert rows() == before
    path.write_text("institution,efect\nx,leads\n")
    with pytest.raises(CommandError, match="Nothing"):
        call_command("import_table", "rules", str(path), stdout=io.StringIO(), stderr=err)
    assert "Ismeretlen oszlopok: efect" in err.getvalue()


def test_files_as_spreadsheets_write_them() -> None:
    assert Csv().create_dataset("name;kind\nVízmű;utility\n".encode("cp1250")).dict == [
        {"name": "Vízmű", "kind": "utility"}
    ]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "metres"])
        sheet.write_row(1, 0, ["Váci út", 20])
        sheet.write_row(3, 0, ["short"])
    assert Workbook().create_dataset(out.getvalue()).dict == [
        {"name": "Váci út", "metres": "20"},
        {"name": "short", "metres": ""},
    ]
    for form in FORMATS:
        for content in (b"", b"\n\n", b"PK\x03\x04broken", b"a" * 5_000_001):
            if form is Workbook or content in (b"", b"\n\n") or len(content) > 5_000_000:
                with pytest.raises(ValueError, match=r"\w"):
                    form().create_dataset(content)


def test_no_formula_leaves_the_house(tables: Institution) -> None:
    text = Csv().export_data(RESOURCES["institutions"]().export()).decode("utf-8-sig")
    assert "\"'=nem" in text


@pytest.mark.data
def test_bad_input_is_never_an_error_page(client_of: Browser, employee: Person, tables: Institution) -> None:
    folder = SHARED / "bad_input"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    browser = client_of(employee)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for number in ("0", "1"):
            response = upload(browser, "institution", path.read_bytes()[:200_000], number)
            assert response.status_code == 200, path


def upload(browser: Client, model: str, content: bytes, form: str = "0") -> Any:
    name = ("table.csv", "table.xlsx")[int(form)]
    url = reverse(f"admin:municipalities_{model}_import")
    return browser.post(url, {"format": form, "import_file": SimpleUploadedFile(name, content)})


def test_tried_shown_and_confirmed_in_the_administration(
    client_of: Browser, employee: Person, tables: Institution
) -> None:
    browser = client_of(employee)
    shown = upload(browser, "institution", "name,kind\nVízmű,utility\n<b>x</b>,road\n".encode())
    page = shown.content.decode()
    assert "<ins>Vízmű</ins>" in page
    assert "&lt;b&gt;x" in page
    assert Institution.objects.count() == 1
    form = shown.context["confirm_form"]
    confirmed = browser.post(
        reverse("admin:municipalities_institution_process_import"),
        {name: form[name].value() for name in form.fields if form[name].value() is not None},
    )
    assert confirmed.status_code == 302
    assert Institution.objects.filter(name="Vízmű", kind="utility").exists()


def test_rules_confirmed_in_the_administration_name_who_did_it(
    client_of: Browser, employee: Person, tables: Institution
) -> None:
    browser = client_of(employee)
    content = Csv().export_data(RESOURCES["rules"]().export()).replace(b",15,", b",20,")
    form = upload(browser, "responsibility", content).context["confirm_form"]
    browser.post(
        reverse("admin:municipalities_responsibility_process_import"),
        {name: form[name].value() for name in form.fields if form[name].value() is not None},
    )
    assert RuleChange.objects.get().actor == employee


def test_only_employees(client_of: Browser, moderator: Person, tables: Institution) -> None:
    for model in ("institution", "contact", "streetgroup", "responsibility"):
        for page in ("import", "export"):
            assert client_of(moderator).get(reverse(f"admin:municipalities_{model}_{page}")).status_code != 200

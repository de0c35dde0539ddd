"""Reports of the old service. The lines here are invented; the real file is read where it is, if it is there."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forwarding.models import Dispatch
from municipalities.models import Area, Category, Contact, Institution, Responsibility
from municipalities.routing import suggest_institutions
from notifications.models import Message
from reports.import_storing import learn_responsibilities
from reports.importing import KINDS
from reports.lifecycle import EventKind, Proof, Reason, Role, Status, find_move
from reports.models import Assignment, MapCell, Report, ReportEvent, Timer
from tests.servers import announcing_to, running_mail_sink, running_redis, running_worker, wait_until

Row = dict[str, Any]


def row(number: int = 1, **changes: Any) -> Row:
    return {
        "id": number,
        "title": "Billeg a pad",
        "description": "A szökőkút melletti pad minden leüléskor megbillen.",
        "category": "Kátyú",
        "institution": "Padgondnokság",
        "status": "Megoldott",
        "address": "Fő tér 1.",
        "latitude": 47.45,
        "longitude": 19.05,
        "reported_on": "2024-02-01",
        "first_response_on": "2024-02-10",
        "resolved_on": "2024-03-05",
        "anonymous": False,
        **changes,
    }


ANSWERED = {"resolved_on": None}
SILENT = {"first_response_on": None, "resolved_on": None}
EVERY_STATUS = [
    row(1),
    row(2, status="Megoldatlan", **ANSWERED),
    row(3, status="Megoldatlan", **SILENT),
    row(4, status="Megerősítésre vár", **ANSWERED),
    row(5, status="Válaszra vár", **SILENT),
    row(6, status="Válaszra vár", **ANSWERED),
    row(7, status="Megoldásra vár", **ANSWERED),
    row(8, status="Megoldásra vár", **SILENT),
    row(9, first_response_on="2024-04-01"),  # answered after it was solved
    row(10, first_response_on=None),
]


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Row | bytes) -> Path:
        path = tmp_path / "reports.jsonl"
        path.write_bytes(b"\n".join(r if isinstance(r, bytes) else json.dumps(r).encode() for r in rows) + b"\n")
        return path

    return write


def run(path: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_reports", str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def imported(number: int) -> Report:
    return Report.objects.get(source="jarokelo.hu", source_id=str(number))


def day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def steps(number: int) -> list[tuple[str, str, str, str]]:
    """Kind, from, to and day of each event."""
    events = ReportEvent.objects.filter(report=imported(number))
    return [(e.kind, e.old_status, e.new_status, str(day(e.created_at))) for e in events]


# -- What works ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_dry_run_writes_nothing(lines: Callable[..., Path], district: Area) -> None:
    out, _ = run(lines(*EVERY_STATUS), "--demo-contacts", "--as-new", "2")
    assert "10 reports" in out
    assert "nothing was written" in out
    for model in (Report, Category, Institution, Contact, Responsibility, ReportEvent, Assignment, MapCell):
        assert not model._default_manager.exists()


@pytest.mark.django_db
def test_imports_once(lines: Callable[..., Path], district: Area) -> None:
    path = lines(*EVERY_STATUS)
    run(path, "--commit")
    before = list(Report.objects.order_by("pk").values())
    out, _ = run(path, "--commit", "--as-new", "3", "--demo-contacts")
    assert "1 contacts" in out  # asked for now, and only that is new
    out, _ = run(path, "--commit", "--as-new", "3", "--demo-contacts")
    assert "10 here already" in out
    assert "nothing to do" in out
    assert list(Report.objects.order_by("pk").values()) == before
    longer = [*EVERY_STATUS, row(11)]
    assert "1 reports" in run(lines(*longer), "--commit")[0]
    assert Report.objects.count() == 11


@pytest.mark.django_db
def test_reads_gzip(lines: Callable[..., Path], tmp_path: Path, district: Area) -> None:
    packed = tmp_path / "reports.gz"
    packed.write_bytes(gzip.compress(lines(row()).read_bytes()))
    run(packed, "--commit")
    report = imported(1)
    assert (report.title, report.address, report.area) == ("Billeg a pad", "Fő tér 1.", district)
    assert (report.channel, report.reporter, report.show_name, report.is_private) == ("import", None, False, False)
    assert report.original_description == report.description == row()["description"]
    assert (round(report.longitude, 6), round(report.latitude, 6)) == (19.05, 47.45)


@pytest.mark.django_db
def test_statuses_and_days(lines: Callable[..., Path], district: Area) -> None:
    run(lines(*EVERY_STATUS), "--commit")
    assert [imported(n).status for n in range(1, 11)] == [
        "solved",
        "unresolved",
        "unresolved",
        "awaiting_confirmation",
        "sent",
        "sent",
        "in_progress",
        "in_progress",
        "solved",
        "solved",
    ]
    solved = imported(1)
    assert (solved.proof, day(solved.first_answer_at), day(solved.closed_at)) == (
        Proof.STATED,
        date(2024, 2, 10),
        date(2024, 3, 5),
    )
    assert day(solved.published_at) == day(solved.created_at) == date(2024, 2, 1)
    assert [imported(n).reason for n in (2, 3)] == [Reason.NO_SOLUTION, Reason.NO_ANSWER]
    assert day(imported(6).first_answer_at) == date(2024, 2, 10)
    assert imported(8).first_answer_at is None
    assert steps(1) == [
        ("received", "", "submitted", "2024-02-01"),
        ("sent", "submitted", "sent", "2024-02-01"),
        ("answered", "sent", "in_progress", "2024-02-10"),
        ("solved", "in_progress", "solved", "2024-03-05"),
    ]
    assert steps(6)[-1] == ("answered", "", "", "2024-02-10")  # an answer, and still waiting
    assert [kind for kind, *_ in steps(9)] == ["received", "sent", "solved", "answered"]
    assert day(imported(9).first_answer_at) == date(2024, 4, 1)
    assert ReportEvent.objects.get(report=imported(4), kind=EventKind.DONE_SAID).data == {"date_known": False}


@pytest.mark.django_db
def test_every_life_is_one_that_the_table_of_moves_allows(lines: Callable[..., Path], district: Area) -> None:
    run(lines(*EVERY_STATUS), "--commit", "--as-new", "1")
    for report in Report.objects.prefetch_related("events"):
        status = ""
        for event in report.events.all():
            if event.new_status:
                assert event.old_status == status
                if status:
                    find_move(status, event.new_status, Role(event.role))
                status = event.new_status
        assert status == report.status
    assert not ReportEvent.objects.filter(processed_at=None).exists()


@pytest.mark.django_db
def test_nothing_is_due_and_nobody_is_told(lines: Callable[..., Path], district: Area) -> None:
    run(lines(*EVERY_STATUS), "--commit", "--demo-contacts")
    assert not Report.objects.exclude(due_at=None, promised_on=None).exists()
    assert not Assignment.objects.exclude(due_at=None).exists()
    assert not Message.objects.exists()
    assert not Dispatch.objects.exists()
    running = Assignment.objects.filter(ended_at=None).values_list("report__source_id", flat=True)
    assert sorted(running, key=int) == ["4", "5", "6", "7", "8"]
    assert not Timer.objects.exists()


@pytest.mark.django_db
def test_map_counts_what_is_imported(lines: Callable[..., Path], district: Area) -> None:
    run(lines(*EVERY_STATUS), "--commit", "--as-new", "3")
    assert sum(MapCell.objects.filter(zoom=12).values_list("count", flat=True)) == 7


# -- Categories, bodies, rules --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_categories_that_are_there_serve(lines: Callable[..., Path], district: Area, potholes: Category) -> None:
    Category.objects.create(slug="bins", names={"hu": "Közvilágítás"})
    run(
        lines(
            row(1),
            row(2, category="Közvilágítás"),
            row(3, category="Akadálymentesítés"),
            row(4, category="Űrhajók"),
        ),
        "--commit",
    )
    assert imported(1).category == potholes
    assert [imported(n).category.slug for n in (2, 3, 4)] == ["bins", "accessibility", "urhajok"]  # type: ignore[union-attr]
    made = Category.objects.get(slug="accessibility")
    assert (made.names["en"], made.icon) == ("Accessibility", "accessibility")


@pytest.mark.django_db
def test_bodies_are_reachable_only_when_asked_for(lines: Callable[..., Path], district: Area) -> None:
    path = lines(row(1, institution="III. kerület Önkormányzata"), row(2, institution="Egyéb illetékes"))
    run(path, "--commit")
    assert not Contact.objects.exists()
    assert {i.name: i.kind for i in Institution.objects.all()} == {
        "III. kerület Önkormányzata": "municipality",
        "Egyéb illetékes": "other",
    }
    run(path, "--commit", "--demo-contacts")
    assert Contact.objects.get().address == "ugyfelszolgalat@iii-kerulet-onkormanyzata.invalid"


@pytest.mark.django_db
def test_learns_who_is_responsible(lines: Callable[..., Path], district: Area, other_district: Area) -> None:
    rows = [row(n) for n in range(1, 4)]
    rows += [row(4, institution="Másik"), row(5, longitude=19.15), row(6, institution="Egyéb illetékes")]
    rows += [row(7, latitude=48.0), row(8, institution="Titok")]
    path = lines(*rows)
    _, err = run(path, "--commit", "--as-new", "1")
    learned = {
        (str(rule.area), rule.institution.name): rule.weight
        for rule in Responsibility.objects.select_related("area", "institution")
    }
    assert learned == {
        ("Belváros", "Padgondnokság"): 3,
        ("Belváros", "Másik"): 1,
        ("Külváros", "Padgondnokság"): 1,
    }
    assert "1 reports have no area" in err
    first = suggest_institutions(imported(1).point, imported(1).category)[0]
    assert first.responsibility is not None
    assert (first.institution.name, first.responsibility.weight) == ("Padgondnokság", 3)
    assert learn_responsibilities() == 0


@pytest.mark.django_db
def test_last_ones_wait_at_the_desk_as_new(lines: Callable[..., Path], district: Area) -> None:
    run(lines(row(100), row(20), row(3, institution="Régi")), "--commit", "--as-new", "2")
    assert {r.source_id for r in Report.objects.filter(status=Status.SUBMITTED)} == {"20", "100"}  # by number
    report = imported(100)
    assert report.expected_institution is not None
    assert report.expected_institution.name == "Padgondnokság"
    assert (report.institution, report.published_at, report.first_answer_at, report.closed_at) == (None,) * 4
    assert (report.proof, report.reason) == ("", "")
    assert not report.assignments.exists()
    assert steps(100) == [("received", "", "submitted", "2024-02-01")]
    assert report.category is not None


@pytest.mark.django_db
def test_point_on_a_border_and_outside(
    lines: Callable[..., Path], district: Area, other_district: Area, city: Area
) -> None:
    _, err = run(lines(row(1, longitude=19.1), row(2, latitude=47.55)), "--commit")
    assert imported(1).area == district
    assert imported(2).area is None  # the city around it is not served
    assert "1 reports have no area." in err
    Area.objects.update(is_served=False)
    _, err = run(lines(row(3)), "--commit")
    assert "import_areas comes first" in err


# -- Bad lines and files --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is n"),
        (b"[1]", "is not an object"),
        (b"null", "is not an object"),
        (row(2, status="Folyamatban"), "unknown status “Folyamatban”"),
        (row(2, status=None), "has no status"),
        (row(2, id=None), "has no id"),
        (row(2, id=True), "has no id"),
        (row(2, id="x" * 41), "id of over 40"),
        (row(2, description=" "), "has no description"),
        (row(2, title=5), "has no title"),
        (row(2, category=None), "has no category"),
        (row(2, institution=""), "has no institution"),
        (row(2, institution="x" * 201), "institution of over 200"),
        (row(2, latitude=None), "has no latitude"),
        (row(2, latitude="47"), "has no latitude"),
        (row(2, latitude=float("nan")), "has no latitude"),
        (row(2, longitude=True), "has no longitude"),
        (row(2, latitude=91), "latitude is out of range"),
        (row(2, longitude=-181), "longitude is out of range"),
        (row(2, latitude=0, longitude=0), "coordinates are zero"),
        (row(2, reported_on=None), "has no reported_on"),
        (row(2, reported_on="tegnap"), "reported_on is not a date"),
        (row(2, reported_on=20240101), "reported_on is not a date"),
        (row(2, first_response_on="2024-13-01"), "first_response_on is not a date"),
        (row(2, resolved_on="2999-01-01"), "resolved_on is out of range"),
        (row(2, reported_on="0024-01-01"), "reported_on is out of range"),
        (row(1), "the id 1 stands in the file twice"),
    ],
)
def test_bad_line_is_left_out_and_told(
    lines: Callable[..., Path], district: Area, line: Row | bytes, message: str
) -> None:
    _, err = run(lines(row(1), b"", line, row(3)), "--commit")
    assert "left out: line 3:" in err
    assert message in err
    assert set(Report.objects.values_list("source_id", flat=True)) == {"1", "3"}


@pytest.mark.django_db
def test_many_bad_lines_are_counted(lines: Callable[..., Path], district: Area) -> None:
    _, err = run(lines(row(1), *[b"?"] * 30), "--commit")
    assert err.count("left out: line") == 20
    assert "and 10 lines more" in err


@pytest.mark.django_db
def test_odd_texts_are_kept_as_they_are(lines: Callable[..., Path], district: Area) -> None:
    odd = "\u202e <script>alert(1)</script> =cmd|' /C calc'!A0 \U0001f9f9"
    long = "ő" * 9000
    surrogate = json.dumps(row(3)).replace("Billeg", "\\ud83d").encode()
    run(lines(row(1, title=odd, description=long), row(2, title="a\x00b", description="x\x00"), surrogate), "--commit")
    assert (imported(1).title, imported(1).description) == (odd, long)
    assert (imported(2).title, imported(2).description) == ("ab", "x")
    assert imported(3).title.startswith("?")
    run(lines(row(4, title="t" * 200, address="a" * 300)), "--commit")
    assert (len(imported(4).title), len(imported(4).address)) == (150, 250)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"nonsense\n", b"\x1f\x8b\x08\x00junk", gzip.compress(b"{}" * 99, mtime=0)[:-9]]
)
def test_file_without_reports(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"holds no report|cannot be read"):
        run(path, "--commit")


@pytest.mark.django_db
def test_file_or_number_that_makes_no_sense(lines: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere.jsonl")
    with pytest.raises(CommandError, match="--as-new"):
        run(lines(row()), "--as-new", "-1")


# -- The real thing -------------------------------------------------------------------------------------------


@pytest.mark.real
@pytest.mark.xdist_group("real")
@pytest.mark.django_db(transaction=True)
def test_worker_and_beat_find_nothing_to_do(
    lines: Callable[..., Path], tmp_path: Path, make_report: Callable[..., Report]
) -> None:
    """A report of today goes through the worker, so that it surely swept; what was imported stays as it was."""
    run(lines(*EVERY_STATUS), "--commit", "--as-new", "2", "--demo-contacts")
    ours = Report.objects.filter(source="jarokelo.hu").order_by("pk")
    before, events = list(ours.values()), ReportEvent.objects.count()
    with running_mail_sink() as sink, running_redis(tmp_path) as broker, announcing_to(broker):
        todays = make_report()
        with running_worker(tmp_path, broker_url=broker, email_url=sink.url):
            sink.wait_for("reporter@example.org")
            sweeps = b"notifications.sweep", b"forwarding.sweep"
            log = tmp_path / "worker.log"
            wait_until(
                lambda: all(log.read_bytes().count(b"Task " + name) >= 4 for name in sweeps),
                "two sweeps of each kind, received and done",
            )
    assert list(ours.values()) == before
    assert ReportEvent.objects.count() == events + 1
    assert set(Message.objects.values_list("event__report", flat=True)) == {todays.pk}
    assert not Dispatch.objects.exists()
    assert len(sink.mails) == 1


@pytest.mark.data
@pytest.mark.django_db
def test_22_040_reports(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fields = ["--name-field", "name", "--code-field", "ksh", "--commit"]
    districts = str(shared / "geo" / "budapest_districts.geojson")
    call_command("import_areas", districts, "--kind", "district", *fields, stdout=StringIO())
    path = shared / "budapest_reports_2023_2024.jsonl.gz"
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    started = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        _, err = run(path, "--commit", "--as-new", "100")
    seconds = time.monotonic() - started
    with capsys.disabled():
        print(f"\nimport_reports: {len(rows)} reports in {seconds:.1f} s, {len(queries)} queries")  # noqa: T201
    assert "left out" not in err
    assert Report.objects.count() == 22_040
    new, old = Report.objects.filter(status=Status.SUBMITTED), Report.objects.exclude(status=Status.SUBMITTED)
    assert (new.count(), old.count()) == (100, 21_940)
    assert Category.objects.count() == len(KINDS)
    assert Institution.objects.count() == len({r["institution"] for r in rows})
    kept = sorted(rows, key=lambda r: r["id"])[:-100]
    answered = ReportEvent.objects.filter(kind=EventKind.ANSWERED)
    assert answered.count() == sum(r["first_response_on"] is not None for r in kept)
    words = {"Megoldott": "solved", "Megoldatlan": "unresolved", "Megerősítésre vár": "awaiting_confirmation"}
    words |= {"Válaszra vár": "sent", "Megoldásra vár": "in_progress"}
    assert Counter(old.values_list("status", flat=True)) == Counter(words[r["status"]] for r in kept)
    found = {r.source_id: (day(r.created_at), day(r.first_answer_at), day(r.closed_at)) for r in old}
    for r in kept:
        reported, first, closed = found[str(r["id"])]
        assert (str(reported), str(first)) == (r["reported_on"], str(r["first_response_on"]))
        assert r["resolved_on"] is None or str(closed) == r["resolved_on"]
    outside = Report.objects.filter(area=None).count()
    assert f"{outside} reports have no area" in err
    assert outside < 20  # bridges, and the other side of the city's border
    learned = sum(Responsibility.objects.values_list("weight", flat=True))
    placed = Report.objects.filter(assignments__round=1).exclude(area=None)
    assert learned == placed.exclude(institution__name="Egyéb illetékes").count()
    assert "nothing to do" in run(path, "--commit", "--as-new", "100")[0]

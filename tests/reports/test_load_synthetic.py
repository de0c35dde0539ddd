"""Made reports: as many as asked for, the same for the same seed, in order, and nobody hears of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Sum
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area, Responsibility
from reports.lifecycle import LISTED, Status
from reports.models import Assignment, Comment, Follow, MapCell, Photo, Report, ReportEvent, Support, Timer

pytestmark = pytest.mark.django_db
UNTIL = "2026-11-25"
END = timezone.make_aware(datetime.fromisoformat(UNTIL))


def load(number: int, *options: str) -> str:
    out = StringIO()
    call_command("load_synthetic", str(number), "--until", UNTIL, *options, stdout=out)
    return out.getvalue()


def fingerprint() -> list[Any]:
    columns = ("source_id", "reference", "title", "description", "status", "submitted_at", "published_at", "address")
    return list(Report.objects.order_by("source_id").values_list(*columns, "area", "category", "supporters"))


@pytest.fixture
def city_with_rules(rule: Responsibility, other_district: Area, moderator: Person) -> Responsibility:
    return rule


@pytest.fixture
def made(city_with_rules: Responsibility) -> None:
    load(600, "--photos")


def test_the_same_seed_makes_the_same_rows(city_with_rules: Responsibility) -> None:
    load(120, "--seed", "7")
    first = fingerprint()
    load(120, "--seed", "7", "--wipe")
    assert fingerprint() == first
    load(120, "--seed", "8", "--wipe")
    assert fingerprint() != first


def test_lives_are_whole(made: None, district: Area, other_district: Area) -> None:
    reports = Report.objects.all()
    assert reports.count() == 600
    statuses = set(reports.values_list("status", flat=True))
    assert {"submitted", "sent", "in_progress", "solved", "unresolved", "rejected", "duplicate"} <= statuses
    assert set(reports.values_list("area", flat=True)) == {district.pk, other_district.pk}
    for report in reports.select_related("area"):
        assert Area.objects.at(report.point) == report.area
        events = list(report.events.all())
        assert events[0].kind == "received"
        assert events[-1].new_status == report.status
        assert all(a.created_at <= b.created_at and a.new_status == b.old_status for a, b in pairwise(events))
        assert events[-1].created_at == report.status_since
        assert report.status_since <= END
        assert (report.institution_id is None) == (report.published_at is None)
        assert events[0].sentence


def test_counters_agree(made: None) -> None:
    listed = Report.objects.filter(status__in=LISTED, is_private=False).count()
    assert MapCell.objects.filter(zoom=10).aggregate(all=Sum("count"))["all"] == listed
    wrong = Report.objects.annotate(found=Count("supports")).exclude(found=F("supporters"))
    assert not wrong.exists()
    leading = Assignment.objects.filter(is_lead=True)
    assert leading.count() == Report.objects.exclude(published_at=None).count()
    assert not leading.exclude(institution=F("report__institution")).exists()
    assert Follow.objects.count() == Support.objects.count() > 0
    assert Comment.objects.filter(status="shown").exists()
    assert all(comment.text for comment in Comment.objects.prefetch_related("texts")[:20])
    assert Photo.objects.count() > 400
    for report in Report.objects.filter(status=Status.DUPLICATE):
        assert report.original
        assert report.original.status != Status.DUPLICATE


def test_nobody_hears_of_them(made: None, mailoutbox: list[Any]) -> None:
    assert not ReportEvent.objects.filter(processed_at=None).exists()
    assert not Timer.objects.exists()
    assert not mailoutbox
    addresses = Person.objects.filter(email__startswith="synthetic-")
    assert addresses.count() == 75
    assert not addresses.filter(mail_none=False).exists()
    assert not any(person.has_usable_password() for person in addresses)


def test_pages_show_them(made: None, client_of: Callable[..., Client], moderator: Person) -> None:
    page = Client().get("/reports").content.decode()
    newest = Report.objects.published().order_by("-published_at").first()
    assert newest
    assert newest.reference in page
    assert Client().get(newest.get_absolute_url()).status_code == 200
    assert client_of(moderator).get(f"/desk/{newest.reference}").status_code == 200
    assert Client().get("/map/reports.json?bbox=19,47.4,19.2,47.5&zoom=12").status_code == 200


def test_places_gather(made: None) -> None:
    """The busiest tenth of the squares of a hundred metres holds far more than a tenth of the reports."""
    squares = MapCell.objects.filter(zoom=17).values("x", "y").annotate(n=Sum("count"))
    cells = sorted(squares.values_list("n", flat=True))
    assert sum(cells[-len(cells) // 10 :]) > sum(cells) * 0.25


def test_beside_real_reports_only_when_told(city_with_rules: Responsibility, submitted: Report) -> None:
    with pytest.raises(CommandError, match="real reports"):
        load(5)
    load(5, "--beside-real")
    with pytest.raises(CommandError, match="already"):
        load(5, "--beside-real")
    load(5, "--beside-real", "--seed", "2")
    assert Report.objects.count() == 11
    assert "10 made reports taken away" in load(0, "--beside-real", "--wipe")
    assert list(Report.objects.all()) == [submitted]
    assert not Person.objects.filter(email__startswith="synthetic-").exists()


def test_an_empty_database_gets_a_city(db: None) -> None:
    load(50)
    assert Report.objects.count() == 50
    assert Area.objects.get().name == "Mintaváros"
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM reports_report")
        highest = cursor.fetchone()[0]
    report = Report.objects.order_by("pk").last()
    assert report
    new = Report(description="x", original_description="x", point=report.point, created_at=report.created_at)
    new.status_since = report.created_at + timedelta(days=1)
    new.save()
    assert new.pk > highest, "who comes next gets a free id"


def test_a_run_that_broke_off_is_told(city_with_rules: Responsibility) -> None:
    load(16)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jarokelo.purge = 'on'")
        Report.objects.update(original=None, status=Status.SENT, published_at=END)
        Report.objects.all().delete()
        cursor.execute("SET LOCAL jarokelo.purge = 'off'")
    with pytest.raises(CommandError, match="already"):
        load(16)
    load(16, "--wipe")
    assert Report.objects.count() == 16


@pytest.mark.parametrize("number", ["-1", "x"])
def test_junk_is_refused(number: str) -> None:
    with pytest.raises(CommandError):
        call_command("load_synthetic", "--", number)

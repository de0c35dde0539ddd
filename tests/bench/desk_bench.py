# ruff: noqa: T201 (a command that prints its figures)
"""What the desk costs with N made reports: the number of queries, which may not grow, and the time beside the floor.

    DATABASE_URL=postgres://…/a_database_of_its_own_bench python -m tests.bench.desk_bench 22040 300000

The database is migrated and filled by `load_synthetic` up to each N, so it refuses one whose name does not end in
`bench`. Ends with 1 where a page asks another number of queries at a larger size.
"""

import os
import sys
import time
from collections.abc import Iterator

import django
from django.db import connection

from tests.bench.map_bench import floor, timed


def pages(reference: str) -> Iterator[tuple[str, str]]:
    yield "desk, new", "/desk/?queue=new"
    yield "desk, mine", "/desk/?queue=mine"
    yield "desk, overdue", "/desk/?queue=overdue"
    yield "desk, to re-route", "/desk/?queue=reroute"
    yield "desk, waiting", "/desk/?queue=waiting"
    yield "desk, replies", "/desk/?queue=replies"
    yield "desk, answers", "/desk/?queue=answers"
    yield "desk, unmatched", "/desk/?queue=unmatched"
    yield "desk, comments", "/desk/?queue=talk"
    yield "desk, flagged", "/desk/?queue=flagged"
    yield "desk, failed", "/desk/?queue=failed"
    yield "desk, filtered", "/desk/?status=in_progress&age=30"
    yield "case", f"/desk/{reference}"
    yield "bulk", "/desk/bulk?status=submitted"
    yield "history", "/desk/history"
    yield "readings", "/desk/readings"
    yield "people", "/desk/people"
    yield "saved texts", "/desk/texts"
    yield "filters", "/desk/filters"
    yield "team", "/desk/team"


def measure() -> dict[str, tuple[int, float]]:
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Person
    from reports.models import Report

    person = Person.objects.filter(email="bench@example.org").first() or Person.objects.create_user(
        "bench@example.org", "x", is_staff=True
    )
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    report = Report.objects.filter(status="submitted", category__isnull=False).order_by("pk").first()
    assert report is not None, "nothing waits"
    found = {}
    for name, path in pages(report.reference):
        client.get(path, secure=True)  # what is remembered for a while is asked once
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, secure=True)
        assert response.status_code == 200, (path, response.status_code, response.headers.get("Location"))
        found[name] = (len(queries), timed(lambda path=path: client.get(path, secure=True)))  # type: ignore[misc]
    return found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jarokelo.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from reports.models import Report

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.STAFF_MFA_REQUIRED = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if not str(connection.settings_dict["NAME"]).endswith("bench"):
        print("This database is not one for measuring: its name has to end in “bench”.")
        return 2
    call_command("prepare", verbosity=0)
    first: dict[str, tuple[int, float]] = {}
    grown = []
    for number in map(int, sys.argv[1:] or ["22040"]):
        missing = number - Report.objects.count()
        if missing > 0:
            start = time.perf_counter()
            call_command("load_synthetic", missing, seed=number, until=None, verbosity=0)
            print(f"{missing} reports made in {time.perf_counter() - start:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"\n{Report.objects.count()} reports; floor (SELECT 1): {(ground := timed(floor)):.2f} ms")
        for name, (queries, spent) in measure().items():
            print(f"  {name:20} {queries:3} queries {spent:8.0f} ms  {spent / ground:7.0f} × the floor")
            if first.setdefault(name, (queries, spent))[0] != queries:
                grown.append(name)
    if grown:
        print(f"More queries than at the smallest size: {', '.join(grown)}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())

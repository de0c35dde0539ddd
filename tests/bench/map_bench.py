# ruff: noqa: T201 (a command that prints its figures)
"""What the map costs with N reports, against the floor of one round trip to the database, in the same run.

    DATABASE_URL=postgres://…/a_database_of_its_own python -m tests.bench.map_bench 200000

The database is migrated and its reports are thrown away first, so it refuses one whose name does not end in `bench`.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

import django
from django.db import connection

WINDOWS = {
    "city, clusters": {"bbox": "18.93,47.35,19.33,47.61", "zoom": "11"},
    "city, one category": {"bbox": "18.93,47.35,19.33,47.61", "zoom": "11", "category": "bench-3"},
    "district, clusters": {"bbox": "19.04,47.47,19.12,47.51", "zoom": "14"},
    "street, points": {"bbox": "19.060,47.490,19.066,47.493", "zoom": "18"},
    "city, last year": {"bbox": "18.93,47.35,19.33,47.61", "zoom": "11", "date_from": "2026-01-01"},
}
REPEATS = 15
FILL = """
INSERT INTO reports_report (reference, source, source_id, kind, channel, status, status_before, is_private, title,
    description, original_title, original_description, no_photo_reason, point, address, reporter_name, show_name,
    needs_rerouting, created_at, published_at, status_since, proof, reason, version, place_source,
    privacy_version, supporters, category_id)
SELECT lpad(to_hex(n), 8, 'x'), '', '', 'problem', 'import', status, '', false, 'Kátyú ' || n, 'Mély kátyú.', '',
    '', '',
    -- Thick in the middle of the city, thin at its edges.
    ST_SetSRID(ST_MakePoint(19.08 + (random() + random() + random() - 1.5) * 0.12,
                            47.49 + (random() + random() + random() - 1.5) * 0.08), 4326),
    'Fő utca ' || n %% 200, '', false, false, at, at, at,
    CASE status WHEN 'solved' THEN 'stated' ELSE '' END, CASE status WHEN 'unresolved' THEN 'no_answer' ELSE '' END, 1,
    '', '', 0,
    categories[1 + n %% array_length(categories, 1)]
FROM (SELECT n, (ARRAY['sent', 'in_progress', 'awaiting_confirmation', 'solved', 'unresolved'])[1 + n %% 5] AS status,
             now() - random() * interval '700 days' AS at
      FROM generate_series(%s, %s) AS n) AS rows,
     (SELECT array_agg(id) AS categories FROM municipalities_category) AS known
"""


def timed(act: Callable[[], object]) -> float:
    """The middle one of some runs, in milliseconds."""
    act()
    runs = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        runs.append((time.perf_counter() - start) * 1000)
    return statistics.median(runs)


def floor() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def fill(count: int) -> float:
    from municipalities.models import Category

    for number in range(20):
        Category.objects.get_or_create(slug=f"bench-{number}", defaults={"names": {"hu": f"Kategória {number}"}})
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_report, reports_mapcell CASCADE")
        for first in range(1, count + 1, 10_000):
            cursor.execute(FILL, [first, min(first + 9_999, count)])
        cursor.execute("VACUUM ANALYZE reports_report")
        cursor.execute("VACUUM ANALYZE reports_mapcell")
    return time.perf_counter() - start


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jarokelo.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    if not str(connection.settings_dict["NAME"]).endswith("bench"):
        sys.exit("The reports of the database are thrown away: give me one whose name ends in “bench”.")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(f"{count} reports, filled in {fill(count):.1f} s")
    client = Client()
    round_trip = timed(floor)
    print(f"{'floor: SELECT 1':24} {round_trip:8.2f} ms")
    for name, query in WINDOWS.items():
        answer = client.get("/map/reports.json", query).json()
        cost = timed(lambda query=query: client.get("/map/reports.json", query))  # type: ignore[misc]
        drawn = f"{answer['count']:>8} reports as {len(answer['features']):>4} marks"
        print(f"{name:24} {cost:8.2f} ms  {cost / round_trip:6.0f} × floor  {drawn}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

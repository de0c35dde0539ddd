# ruff: noqa: T201 (a command that prints its figures)
"""What it costs to ask N alerts about 100 new reports, against the floor of one round trip, in the same run.

    DATABASE_URL=postgres://…/a_database_of_its_own_bench python -m tests.bench.alert_bench 10000

The database is migrated and its reports and people are thrown away first, so it refuses one whose name does not end
in `bench`. Alerts: 40 % around a place (200–2,000 m), 20 % drawn, 30 % for one of 23 areas, 10 % anywhere with a
category or words. The plan is printed too: the places must come from the indexes.
"""

import os
import sys
import time

import django
from django.db import connection, transaction

from tests.bench.map_bench import floor, timed

REPORTS = 100
AREAS = """
INSERT INTO municipalities_area (kind, name, code, is_served, is_sketch)
SELECT 'district', 'Kerület ' || n, 'bench-' || n, true, false FROM generate_series(0, 22) AS n
"""
ALERTS = """
INSERT INTO notifications_alert (person_id, name, frequency, "where", point, radius, area_id, shape, category_id, words,
    query, moments, language, created_at, confirmed_at, active_since)
SELECT person_id, 'x', (ARRAY['now', 'daily', 'weekly'])[1 + n % 3], place,
    CASE place WHEN 'around' THEN spot END, CASE place WHEN 'around' THEN metres END,
    CASE place WHEN 'area' THEN areas[1 + n % array_length(areas, 1)] END,
    CASE place WHEN 'around' THEN ST_Buffer(spot::geography, metres, 'quad_segs=16')::geometry
               WHEN 'shape' THEN ST_ConvexHull(ST_Buffer(spot::geography, metres, 'quad_segs=3')::geometry) END,
    CASE WHEN n % 2 = 0 OR (place = 'anywhere' AND n % 4 < 3)
         THEN categories[1 + (n / 2) % array_length(categories, 1)] END,
    CASE WHEN n % 4 = 3 THEN 'kátyú' ELSE '' END,
    CASE WHEN n % 4 = 3 THEN reports_search_query('kátyú') END,
    CASE WHEN n % 3 = 0 THEN ARRAY['solved'] ELSE ARRAY['new'] END, '', now(), now(), now() - interval '1 day'
FROM (SELECT (row_number() OVER (ORDER BY id))::int AS n, id AS person_id,
             (ARRAY['around','around','around','around','shape','shape','area','area','area','anywhere'])[1 + id % 10]
                 AS place,
             ST_SetSRID(ST_MakePoint(19.08 + (random() + random() + random() - 1.5) * 0.12,
                                     47.49 + (random() + random() + random() - 1.5) * 0.08), 4326) AS spot,
             (200 + 1800 * random())::int AS metres
      FROM accounts_person WHERE email LIKE 'bench%') AS rows,
     (SELECT array_agg(id ORDER BY id) AS categories FROM municipalities_category) AS known,
     (SELECT array_agg(id ORDER BY id) AS areas FROM municipalities_area WHERE code LIKE 'bench-%') AS around
"""
EVENTS = """
INSERT INTO reports_reportevent (report_id, kind, role, old_status, new_status, is_public, data, created_at,
    processed_at)
SELECT id, 'sent', 'moderator', 'submitted', status, true, '{}', now(), now() FROM reports_report ORDER BY id
RETURNING id
"""


def fill(alerts: int) -> list[int]:
    from accounts.models import Person
    from tests.bench import map_bench

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_person, municipalities_area CASCADE")
    map_bench.fill(REPORTS)
    with connection.cursor() as cursor:
        cursor.execute(AREAS)
        cursor.execute(
            "UPDATE reports_report SET area_id = (SELECT min(id) FROM municipalities_area) + id % 23, status = 'sent',"
            " proof = '', reason = ''"
        )
        Person.objects.bulk_create(Person(email=f"bench{n}@example.org", password="!") for n in range(1, alerts + 1))
        cursor.execute(ALERTS)
        cursor.execute(EVENTS)
        events = [pk for (pk,) in cursor.fetchall()]
        for table in ("notifications_alert", "accounts_person", "reports_report", "municipalities_area"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return events


def match(events: list[int]) -> int:
    """One batch as the worker runs it, taken back afterwards."""
    from notifications.alerts.matching import match_batch
    from notifications.models import AlertCandidate, AlertHit

    with transaction.atomic():
        AlertCandidate.objects.bulk_create(AlertCandidate(event_id=pk, moment="new") for pk in events)
        if match_batch() != len(events):
            raise RuntimeError("not all candidates were taken")
        found = AlertHit.objects.count()
        transaction.set_rollback(True)
    return found


def spent(events: list[int]) -> float:
    """Milliseconds; most of them go into writing the hits."""
    start = time.perf_counter()
    match(events)
    return (time.perf_counter() - start) * 1000


def plan(events: list[int]) -> list[str]:
    from django.utils import timezone

    from notifications.alerts.matching import MATCH, parameters
    from notifications.models import AlertCandidate

    with transaction.atomic():
        AlertCandidate.objects.bulk_create(AlertCandidate(event_id=pk, moment="new") for pk in events)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING off) {MATCH}", parameters(events, timezone.now()))
            lines = [line for (line,) in cursor.fetchall()]
        transaction.set_rollback(True)
    return lines


def main(alerts: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jarokelo.settings")
    django.setup()
    from django.core.management import call_command

    if not str(connection.settings_dict["NAME"]).endswith("bench"):
        sys.exit("The reports of the database are thrown away: give me one whose name ends in “bench”.")
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    events = fill(alerts)
    round_trip = timed(floor)
    hits = match(events)
    print(f"{alerts} alerts, {len(events)} new reports, {hits} hits")
    print(f"{'floor: SELECT 1':24} {round_trip:8.2f} ms")
    # Each run leaves its rolled back rows behind: few of them, else the table grows under our hands.
    cost = min(spent(events) for _ in range(3))
    print(f"{'one batch, all in all':24} {cost:8.2f} ms  {cost * 1000 / hits:6.1f} µs a hit")
    for line in plan(events):
        if ("alert" in line and ("Scan" in line or "Index" in line)) or "Execution" in line:
            print("  ", line.strip())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

# ruff: noqa: T201 (a command that prints its figures)
"""What it costs to find who is responsible, with N rules; fails above 50 ms in the middle.

    DATABASE_URL=postgres://…/a_database_of_its_own_bench python -m tests.bench.rules_bench 1000 10000

The database is migrated and filled, so it refuses one whose name does not end in `bench`. A third of the rules have an
area and a category, a third a street group of fifty names and a line, a third a drawn polygon of their own.
"""

import os
import random
import sys
import time

import django
from django.db import connection

MOST_MS = 50.0
WEST, SOUTH, SIDE = 18.92, 47.35, 0.04


def fill(count: int) -> None:
    from django.contrib.gis.geos import LineString, MultiPolygon, Polygon

    from municipalities.models import Area, Category, Institution, Responsibility, StreetGroup

    rng = random.Random("rules")
    if not Area.objects.filter(code__startswith="bench").exists():
        for number in range(64):
            west, south = WEST + SIDE * (number % 8), SOUTH + SIDE * (number // 8)
            area = Area.objects.create(kind="district", name=f"{number}", code=f"bench{number}")
            box = Polygon.from_bbox((west, south, west + SIDE, south + SIDE))
            area.set_shape(MultiPolygon(box, srid=4326))
        Category.objects.bulk_create(Category(slug=f"b{n}", names={"hu": f"b{n}"}) for n in range(40))
        Institution.objects.bulk_create(Institution(name=f"b{n}") for n in range(300))
        StreetGroup.objects.bulk_create(
            StreetGroup(
                name=f"g{n}",
                streets=[f"Utca {n} {m} út" for m in range(50)],
                shape=LineString([(WEST + rng.random() / 3, SOUTH + rng.random() / 3) for _ in range(200)], srid=4326),
                metres=20,
            )
            for n in range(30)
        )
    areas, kinds = list(Area.objects.all()), list(Category.objects.all())
    bodies, groups = list(Institution.objects.all()), list(StreetGroup.objects.defer("shape"))
    rules = []
    for number in range(Responsibility.objects.count(), count):
        rule = Responsibility(institution=rng.choice(bodies), category=rng.choice(kinds), priority=number % 3)
        match number % 3:
            case 0:
                rule.area = rng.choice(areas)
            case 1:
                rule.area, rule.street_group = rng.choice(areas), rng.choice(groups)
            case 2:
                x, y = WEST + rng.random() * 0.3, SOUTH + rng.random() * 0.3
                rule.shape = Polygon.from_bbox((x, y, x + 0.01, y + 0.01))
        rules.append(rule)
    Responsibility.objects.bulk_create(rules, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(*, wide: bool) -> tuple[float, float, float]:
    """Median and 99th of a hundred in milliseconds, and how many rules were read in the middle."""
    from django.contrib.gis.geos import Point

    from municipalities.models import Category
    from municipalities.routing import Facts, consider, decide

    rng = random.Random("places")
    kinds = list(Category.objects.all())
    times, counts = [], []
    for _ in range(200):
        point = Point(WEST + rng.random() * 0.3, SOUTH + rng.random() * 0.3, srid=4326)
        facts = Facts(point, rng.choice(kinds), "Utca 3 7 út 12.")
        started = time.perf_counter()
        found = consider(facts, wide=wide)
        decide(found)
        times.append((time.perf_counter() - started) * 1000)
        counts.append(len(found))
    return sorted(times)[100], sorted(times)[198], sorted(counts)[100]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jarokelo.settings")
    django.setup()
    from django.core.management import call_command

    if not str(connection.settings_dict["NAME"]).endswith("bench"):
        print("The database's name has to end in “bench”: it is filled with made rules.")
        return 2
    call_command("migrate", verbosity=0)
    slowest = 0.0
    for count in map(int, sys.argv[1:] or ["1000", "10000"]):
        fill(count)
        for name, wide in (("suggest", False), ("explain", True)):
            middle, high, rules = measure(wide=wide)
            slowest = max(slowest, middle if not wide else 0)
            print(f"{count:7} rules  {name:8} {middle:7.1f} ms (median) {high:7.1f} ms (99 of 100), {rules} rules read")
    return 0 if slowest < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())

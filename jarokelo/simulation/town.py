"""The people, bodies and rules of a simulation, made from what the real reports name."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPoint, MultiPolygon, Point
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area, Category, Counting, Institution, Responsibility
from reports.import_storing import add_demo_contacts, find_categories, find_institutions
from reports.importing import SourceReport, read_lines
from reports.management.commands.import_reports import open_lines
from reports.models import Report


@dataclass
class Town:
    moderator: Person
    categories: dict[str, Category]
    institutions: dict[str, Institution]
    districts: dict[str, Area]
    rules: dict[tuple[str, str, str], Responsibility]

    def report(self, source: SourceReport, reporter: Person) -> Report:
        """Unsaved."""
        return Report(
            title=source.title or source.description[:60],
            description=source.description[:4000],
            category=self.categories[source.category],
            point=Point(source.longitude, source.latitude, srid=4326),
            address=source.address,
            reporter=reporter,
            no_photo_reason="–",
            source_id=source.id,
        )

    def rule(self, source: SourceReport) -> Responsibility | None:
        return self.rules.get(_pair(source, self.districts))


def read_sources(file: Path) -> list[SourceReport]:
    """The good lines, oldest first."""
    found = [line for line in read_lines(open_lines(file)) if isinstance(line, SourceReport)]
    if not found:
        raise CommandError(f"{file}: holds no report")
    return sorted(found, key=lambda source: (source.reported_on, source.order))


def spread(sources: list[SourceReport], count: int) -> list[SourceReport]:
    """So many of them, evenly over the time."""
    if count >= len(sources):
        return sources
    return [sources[number * len(sources) // count] for number in range(count)]


def build_town(sources: Iterable[SourceReport], *, also: Iterable[SourceReport] = ()) -> Town:
    """Districts, categories, bodies, and rules as `sources` show them; days to answer differ by body. Of `also` only
    the names are made known."""
    sources, counts = list(sources), Counter[str]()
    everybody = [*sources, *also]
    categories = find_categories({source.category for source in everybody}, counts)
    institutions = find_institutions({source.institution for source in everybody}, counts)
    add_demo_contacts(institutions, counts)
    districts = _draw_districts(everybody)
    pairs = Counter(_pair(source, districts) for source in sources)
    rules = {
        (district, category, body): Responsibility(
            area=districts.get(district),
            category=categories[category],
            institution=institutions[body],
            weight=count,
            **_days(body),
        )
        for (district, category, body), count in pairs.items()
    }
    Responsibility.objects.bulk_create(rules.values())
    moderator = Person.objects.create_user("moderator@simulation.invalid", "", name="Moderátor", is_staff=True)
    return Town(moderator, categories, institutions, districts, rules)


def _pair(source: SourceReport, districts: dict[str, Area]) -> tuple[str, str, str]:
    district = district_of(source)
    return (district if district in districts else "", source.category, source.institution)


def district_of(source: SourceReport) -> str:
    """As its address says; empty where it does not."""
    found = re.match(r"([IVX]+)\. kerület", source.address)
    return found[1] if found else ""


def _draw_districts(sources: list[SourceReport]) -> dict[str, Area]:
    """Around the middle nine tenths of the reports that name them: no file of boundaries is needed."""
    places = defaultdict(list)
    for source in sources:
        places[district_of(source)].append((source.longitude, source.latitude))
    areas = {}
    for name, points in places.items():
        if not name or len(points) < 20:
            continue
        west, east = _middle(x for x, _y in points)
        south, north = _middle(y for _x, y in points)
        areas[name] = Area.objects.create(kind=Area.Kind.DISTRICT, name=f"{name}. kerület", code=name)
        inside = MultiPoint([Point(x, y) for x, y in points if west <= x <= east and south <= y <= north], srid=4326)
        hull = inside.convex_hull.buffer(0.0005)
        areas[name].set_shape(MultiPolygon(hull, srid=4326))
    return areas


def _middle(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]


def _days(body: str) -> dict[str, Any]:
    """Always the same for one body: mostly 30 days, some three, fifteen, or twenty working days."""
    kinds = [(30, Counting.CALENDAR)] * 6 + [
        (3, Counting.CALENDAR),
        (15, Counting.CALENDAR),
        (20, Counting.WORKING),
        (60, Counting.CALENDAR),
    ]
    days, counting = kinds[dice(body) % len(kinds)]
    return {"answer_days": days, "counting": counting}


def dice(*words: object) -> int:
    """The same words always throw the same number."""
    return int.from_bytes(hashlib.sha256("·".join(map(str, words)).encode()).digest()[:6])


def at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def a_month_of(sources: list[SourceReport], count: int) -> tuple[list[SourceReport], list[SourceReport]]:
    """The fullest 31 days, thinned out evenly to `count`, and all the reports of the other days."""
    days = Counter(source.reported_on for source in sources)
    first = max(days, key=lambda day: sum(days[day + timedelta(days=number)] for number in range(31)))
    last = first + timedelta(days=30)
    month = [source for source in sources if first <= source.reported_on <= last]
    others = [source for source in sources if not first <= source.reported_on <= last]
    return spread(month, count), others

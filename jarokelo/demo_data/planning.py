"""Which reports the sample holds: how many in each status, and for each its story, place and reporter."""

from datetime import datetime, timedelta
from random import Random

from django.contrib.gis.geos import Point

from accounts.models import Person
from jarokelo.demo_data import stories
from jarokelo.demo_data.courses import COURSES
from jarokelo.demo_data.districts import AREZZO
from jarokelo.demo_data.foundation import Foundation
from jarokelo.demo_data.lives import Life, Snapshot
from jarokelo.demo_data.places import PLACES, Place
from municipalities.models import Category
from municipalities.placing import areas_of_points
from municipalities.routing import Suggestion, suggest_institutions
from reports.lifecycle import EventKind, Role, Status
from reports.models import Report
from reports.models.report import REFERENCE_ALPHABET

SOURCE = "demo"
DAYS = 540  # eighteen months

# How many of each, and how many days ago they came in at the latest and the earliest.
PLAN: dict[Status, tuple[int, int, int]] = {
    Status.SUBMITTED: (9, 0, 4),
    Status.NEEDS_INFO: (4, 2, 9),
    Status.REJECTED: (8, 6, DAYS),
    Status.SENT: (58, 1, 32),
    Status.IN_PROGRESS: (46, 12, 110),
    Status.AWAITING_CONFIRMATION: (24, 16, 60),
    Status.SOLVED: (98, 60, DAYS),
    Status.UNRESOLVED: (34, 200, DAYS),
    Status.DUPLICATE: (12, 3, 200),
    Status.HIDDEN: (3, 10, 300),
    Status.WITHDRAWN: (4, 5, 300),
    Status.ANSWERED: (9, 8, 300),
    Status.DELIVERED: (8, 4, 300),
}
# The first of these are private matters, seen by nobody but their own people.
PRIVATE = [Status.SUBMITTED, Status.SENT, Status.IN_PROGRESS, Status.SOLVED]
KINDS = {Status.ANSWERED: Report.Kind.QUESTION, Status.DELIVERED: Report.Kind.PRAISE}
CHANNELS = {"web": 80, "app": 10, "phone": 5, "letter": 2, "in_person": 3}

Story = tuple[str, str, str]


def plan_lives(ground: Foundation, now: datetime) -> list[Life]:
    """All reports with their lives, unsaved; the same ones for the same `now`."""
    planner = Planner(ground, now)
    lives: list[Life] = []
    for status, (count, latest, earliest) in PLAN.items():
        for number in range(count):
            rng = Random(f"report {len(lives)}")  # noqa: S311 - a sample, the same for everybody
            ago = latest + (earliest - latest) * ((number + rng.random()) / count) ** 1.2
            life = planner.start(len(lives), rng, planner.story(status, number, len(lives)), ago, status)
            if status == Status.DUPLICATE:
                repeat(life, lives, number)
            COURSES[status](life, number)
            lives.append(life)
    place_in_areas(lives)
    return lives


class Planner:
    def __init__(self, ground: Foundation, now: datetime) -> None:
        self.ground, self.now = ground, now
        self._suggestions: dict[tuple[Place, str], list[Suggestion]] = {}
        self._order = Random("order").sample(stories.STORIES, len(stories.STORIES))  # noqa: S311

    def story(self, status: Status, number: int, index: int) -> Story:
        if status in stories.OF_KIND:
            return stories.OF_KIND[status][number % len(stories.OF_KIND[status])]
        if number == 0 and status in PRIVATE:
            return stories.PRIVATE_STORIES[PRIVATE.index(status)]
        if index % 19 == 7:
            return stories.ENGLISH_STORIES[index // 19 % len(stories.ENGLISH_STORIES)]
        return self._order[index % len(self._order)]

    def start(self, index: int, rng: Random, story: Story, ago: float, status: Status) -> Life:
        slug, title, text = story
        place = PLACES[(index * 29 + index // len(PLACES)) % len(PLACES)]
        number = str(rng.randint(1, 96))
        created = self.now - timedelta(days=ago)
        if ago > 1:
            created = created.replace(hour=rng.randint(7, 21), minute=rng.randint(0, 59))
        if story in stories.STORIES:
            text = f"{text} {rng.choice(stories.CLOSINGS)}".strip()
        category = self.ground.categories[slug]
        report = Report(
            reference="".join(rng.choice(REFERENCE_ALPHABET) for _ in range(8)),
            source=SOURCE,
            source_id=f"demo-{index + 1:03d}",
            channel=rng.choices(list(CHANNELS), list(CHANNELS.values()))[0],
            category=category,
            is_private=category.is_private,
            kind=KINDS.get(status, Report.Kind.PROBLEM),
            title=title,
            description=stories.tell(text, place.street, number),
            point=Point(
                place.longitude + rng.uniform(-0.0016, 0.0016),
                place.latitude + rng.uniform(-0.0011, 0.0011),
                srid=4326,
            ),
            address=address(place, number),
            area=self.ground.areas[place.district],
            created_at=created,
            submitted_at=created,
        )
        report.original_title, report.original_description = report.title, report.description
        sign(report, index, rng, self.ground)
        life = Life(
            report, rng, self.ground, self.now, created, place, self.suggestions(place, category, report.address)
        )
        photograph(life, slug)
        life.move(EventKind.RECEIVED, Status.SUBMITTED, Role.REPORTER, actor=report.reporter)
        return life

    def suggestions(self, place: Place, category: Category, address: str) -> list[Suggestion]:
        """What the rules say, as at the desk, of bodies that can be reached."""
        key = (place, category.slug)
        if key not in self._suggestions:
            point = Point(place.longitude, place.latitude, srid=4326)
            found = suggest_institutions(point, category, address)
            self._suggestions[key] = [s for s in found if self.ground.contact(s.institution)]
        return self._suggestions[key]


def sign(report: Report, index: int, rng: Random, ground: Foundation) -> None:
    people: list[Person] = [ground.people[email] for email, _ in stories.PEOPLE]
    reporter = people[0] if index % 17 == 3 else rng.choice(people[1:])
    report.reporter, report.reporter_name = reporter, reporter.name
    report.show_name = rng.random() < 0.43 and not report.is_private


def photograph(life: Life, slug: str) -> None:
    chance = life.rng.random()
    if slug == "homeless":
        life.report.no_photo_reason = stories.NO_PHOTO_REASONS[2]
    elif life.report.kind != Report.Kind.PROBLEM:
        return  # nobody is asked for one
    elif chance < 0.11:
        life.report.no_photo_reason = life.pick(stories.NO_PHOTO_REASONS[:2])
    else:
        motif = "manhole" if "fedel" in life.report.title else slug
        life.snapshots += [Snapshot(motif)] * (2 if chance > 0.84 else 1)


def repeat(life: Life, earlier: list[Life], number: int) -> None:
    """Make it the same problem as an earlier public report, a few steps away and a little later."""
    public = [e for e in earlier if e.report.status == Status.IN_PROGRESS and not e.report.is_private]
    model = public[number * 3 % len(public)]
    report, first = life.report, model.report
    report.category = first.category
    report.title = report.original_title = f"{first.title} (még mindig)"
    report.description = report.original_description = f"Úgy látom, senki nem jelezte még. {first.description}"
    report.point = Point(first.point.x + 0.0002, first.point.y - 0.0001, srid=4326)
    report.address = first.address
    life.original, life.place = first.source_id, model.place
    life.clock = first.created_at + timedelta(days=life.rng.uniform(1, 8))
    report.created_at = report.submitted_at = life.clock
    life.events[0].created_at = life.events[0].processed_at = life.clock
    life.snapshots = list(model.snapshots[:1])
    report.no_photo_reason = "" if life.snapshots else stories.NO_PHOTO_REASONS[0]


def place_in_areas(lives: list[Life]) -> None:
    """By the point, as the form does: an imported boundary knows better than our list of places."""
    found = areas_of_points([(life.report.longitude, life.report.latitude) for life in lives])
    for life, area in zip(lives, found, strict=True):
        life.report.area_id = area or life.ground.areas[life.place.district].pk


def address(place: Place, number: str) -> str:
    where = AREZZO if place.district == AREZZO else f"Budapest, {place.district}. kerület"
    return f"{where}, {place.street} {number}."

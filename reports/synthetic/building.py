"""All rows of a batch of made reports: the report, its events and words, its assignment, and who says what under it."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from municipalities.models import Category, Contact, Institution
from municipalities.placing import areas_of_points
from reports.lifecycle import EVENTS, Role, Status
from reports.models import Assignment, Comment, CommentText, EventText, Follow, Photo, Report, ReportEvent, Support
from reports.models.report import REFERENCE_ALPHABET
from reports.synthetic import SOURCE, words
from reports.synthetic.copying import Row, Table
from reports.synthetic.lives import Life, live
from reports.synthetic.places import Place, Spot, around

ANSWER_DAYS = 30
YEARS = 5
# In the order in which rows need each other.
MODELS = (Report, Assignment, ReportEvent, EventText, Comment, CommentText, Follow, Support, Photo)
_HOURS = (1, 1, 1, 1, 1, 2, 5, 9, 11, 11, 10, 9, 9, 9, 8, 8, 8, 9, 9, 8, 7, 6, 4, 2)

Batch = dict[type[Any], list[Row]]


@dataclass(frozen=True)
class Cast:
    """Whom and what made reports point to."""

    people: list[int]
    moderators: list[int]
    categories: list[tuple[int, str, bool]]  # key, Hungarian name, private
    institutions: list[tuple[int, int | None]]  # key, contact
    spots: list[Spot]


class Builder:
    """`now` is the end of the time in which all happens; the same seed and end make the same rows."""

    def __init__(self, cast: Cast, seed: int, now: datetime, *, photos: bool) -> None:
        self.cast, self.seed, self.now, self.photos = cast, seed, now, photos
        self.chance = random.Random(seed)  # noqa: S311
        self.weights = [spot.weight for spot in cast.spots]
        self.often = [1 / (rank + 2) for rank in range(len(cast.categories))]
        # Who is responsible: mostly one body for a category in an area, as in life.
        self.usual: dict[tuple[int, int], int] = {}
        self.originals: dict[int, int] = {}  # the last published report of an area

    def build(self, tables: dict[type[Any], Table], first: int, count: int) -> Batch:
        chance = self.chance
        spots = chance.choices(self.cast.spots, self.weights, k=count)
        places = [around(spot, chance) for spot in spots]
        areas = areas_of_points(places)
        ids = tables[Report].reserve(count)
        batch: Batch = defaultdict(list)
        for number, (pk, spot, place, area) in enumerate(zip(ids, spots, places, areas, strict=True), start=first):
            self._report(batch, pk, number, place if area else spot.place, area or spot.area_id)
        for model in MODELS:
            if model in (Report, EventText):
                continue
            for row, key in zip(batch[model], tables[model].reserve(len(batch[model])), strict=True):
                row["id"] = key
        for row in batch[EventText]:
            row["event_id"] = row.pop("event")["id"]
        for row in batch[ReportEvent]:
            assignment = row.pop("assignment")
            row["assignment_id"] = assignment["id"] if assignment else None
        for row in batch[CommentText]:
            row["comment_id"] = row.pop("comment")["id"]
        return batch

    def _report(self, batch: Batch, pk: int, number: int, place: Place, area: int) -> None:
        chance, cast = self.chance, self.cast
        category, name, is_private = chance.choices(cast.categories, self.often)[0]
        life = live(self._moment(), self.now, chance)
        original = self.originals.get(area)
        if life.status == Status.DUPLICATE and original is None:
            life.status, life.outcome, life.since = Status.SENT, "open", life.published_at or life.since
            life.lines.pop()
        if life.status in (Status.SENT, Status.IN_PROGRESS, Status.SOLVED) and not is_private:
            self.originals[area] = pk
        reporter = chance.choice(cast.people) if cast.people and chance.random() < 0.97 else None
        address = words.address(chance)
        text = words.description(name, address, chance)
        title = words.title(name, address, chance)
        assignment = self._assignment(batch, pk, life, title, text, category, area)
        self._events(batch, pk, life, assignment, reporter)
        supporters = self._people_around(batch, pk, life, is_private)
        if self.photos:
            self._photos(batch, pk, number, life)
        batch[Report].append(
            {
                "id": pk, "reference": self._code(REFERENCE_ALPHABET, 8), "submission": None, "source": SOURCE,
                "source_id": f"{self.seed}-{number}", "status": life.status, "is_private": is_private,
                "channel": chance.choices(("web", "app", "phone", "mail"), (60, 34, 3, 3))[0],
                "category_id": category, "title": title, "description": text, "original_title": title,
                "original_description": text, "no_photo_reason": "" if self.photos else "–", "point": place,
                "address": address, "area_id": area, "reporter_id": reporter, "place_source": "map",
                "institution_id": assignment["institution_id"] if assignment else None,
                "due_at": assignment["due_at"] if assignment else None, "created_at": life.submitted_at,
                "submitted_at": life.submitted_at, "published_at": life.published_at,
                "first_answer_at": life.first_answer_at, "closed_at": life.closed_at, "status_since": life.since,
                "proof": life.proof, "reason": life.reason, "supporters": supporters,
                "original_id": original if life.status == Status.DUPLICATE else None,
                "version": len(life.lines),
            }
        )  # fmt: skip

    def _moment(self) -> datetime:
        """More of late than long ago, more in spring than in winter, few at night."""
        chance = self.chance
        while True:
            days = int(YEARS * 365 * (1 - chance.random() ** 0.6))
            day = self.now - timedelta(days=days)
            if chance.random() < (0.6 if day.month in (12, 1, 2) else 0.95 if day.month in (4, 5, 9) else 0.8):
                break
        hour = chance.choices(range(24), _HOURS)[0]
        moment = day.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
        return min(moment, self.now - timedelta(minutes=chance.randrange(5, 600)))

    def _assignment(
        self, batch: Batch, pk: int, life: Life, title: str, text: str, category: int, area: int
    ) -> Row | None:
        if life.published_at is None:
            return None
        chance, bodies = self.chance, self.cast.institutions
        usual = self.usual.setdefault((category, area), chance.randrange(len(bodies)))
        body, contact = bodies[usual if chance.random() < 0.9 else chance.randrange(len(bodies))]
        row = {
            "report_id": pk, "institution_id": body, "contact_id": contact, "title": title, "text": text,
            "sent_at": life.published_at, "answer_days": ANSWER_DAYS,
            "due_at": life.published_at + timedelta(days=ANSWER_DAYS), "first_answer_at": life.first_answer_at,
            "outcome": life.outcome, "ended_at": None if life.outcome == "open" else life.since,
        }  # fmt: skip
        batch[Assignment].append(row)
        return row

    def _events(self, batch: Batch, pk: int, life: Life, assignment: Row | None, reporter: int | None) -> None:
        chance, old = self.chance, ""
        for line in life.lines:
            actor = reporter if line.role == Role.REPORTER else None
            if line.role == Role.MODERATOR and self.cast.moderators:
                actor = chance.choice(self.cast.moderators)
            row = {
                "report_id": pk, "kind": line.kind, "role": line.role, "actor_id": actor, "old_status": old,
                "new_status": line.new, "is_public": EVENTS[line.kind].is_public, "data": line.data,
                "created_at": line.at, "processed_at": line.at,
                "assignment": None if line.kind in ("received", "rejected", "info_asked", "withdrawn") else assignment,
            }  # fmt: skip
            old = line.new
            batch[ReportEvent].append(row)
            if line.has_text:
                batch[EventText].append({"event": row, "text": chance.choice(words.ANSWERS)})

    def _people_around(self, batch: Batch, pk: int, life: Life, is_private: bool) -> int:
        """Followers, supporters and comments of what everybody could read; gives the number of supporters."""
        chance, people = self.chance, self.cast.people
        if life.published_at is None or is_private or not people:
            return 0
        span = max((self.now - life.published_at).total_seconds(), 1)
        crowd = min(int(chance.paretovariate(1.4)) - 1, 60, len(people))
        supporters = chance.sample(people, crowd)
        for person in supporters:
            since = life.published_at + timedelta(seconds=chance.random() * span)
            batch[Support].append({"report_id": pk, "person_id": person, "since": since})
            batch[Follow].append({"report_id": pk, "person_id": person, "since": since})
        for _number in range(chance.choices((0, 1, 2, 5), (85, 9, 4, 2))[0]):
            at = life.published_at + timedelta(seconds=chance.random() * span)
            author = chance.choice(people)
            comment = {
                "report_id": pk, "author_id": author, "status": "shown", "created_at": at, "confirmed_at": at,
                "shown_at": at,
            }  # fmt: skip
            batch[Comment].append(comment)
            text = chance.choice(words.COMMENTS)
            batch[CommentText].append({"comment": comment, "number": 1, "text": text, "written_at": at})
        return crowd

    def _photos(self, batch: Batch, pk: int, number: int, life: Life) -> None:
        """Rows without files: to count and to list, not to look at."""
        for order in range(self.chance.choices((0, 1, 2, 4), (10, 55, 25, 10))[0]):
            token = f"synthetic-{self.seed}-{number}-{order}"[:32]
            names = {size: f"photos/synthetic/{token}-{size}.jpg" for size in Photo.SIZES}
            row = {"report_id": pk, "token": token, "likeness": self.chance.getrandbits(62), "order": order, **names}
            batch[Photo].append({**row, "width": 2000, "height": 1500, "uploaded_at": life.submitted_at})

    def _code(self, alphabet: str, length: int) -> str:
        return "".join(self.chance.choices(alphabet, k=length))


def make_people(count: int, seed: int, now: datetime) -> list[int]:
    """Guests with addresses that no mail ever leaves for."""
    table = Table(Person)
    ids = list(table.reserve(count))
    rows = (
        {
            "id": pk, "password": "!", "email": f"synthetic-{seed}-{number}@reporters.invalid", "language": "hu",
            "date_joined": now - timedelta(days=YEARS * 365), "mail_none": True,
        }
        for number, pk in enumerate(ids)
    )  # fmt: skip
    table.copy(rows)
    return ids


def find_categories() -> list[tuple[int, str, bool]]:
    found = [c for c in Category.objects.offered() if not c.children.exists()]
    if not found:
        names = {"hu": "Minta kátyú", "en": "Sample pothole"}
        found = [Category.objects.get_or_create(slug="synthetic", defaults={"names": names})[0]]
    return [(c.pk, str(c.names.get("hu") or c.slug), c.is_private) for c in found]


def find_institutions() -> list[tuple[int, int | None]]:
    bodies = list(Institution.objects.filter(is_active=True, refuses=False).order_by("pk"))
    if not bodies:
        bodies = [Institution.objects.create(name=f"Minta Intézmény {number}") for number in (1, 2, 3)]
    contacts: dict[int, int] = {}
    for contact in Contact.objects.filter(is_active=True).order_by("-position", "-pk"):
        contacts[contact.institution_id] = contact.pk
    return [(body.pk, contacts.get(body.pk)) for body in bodies]

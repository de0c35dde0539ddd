"""The sample's reports: each with a life that the lifecycle allows, told in events that are past already.

Rows are built in memory, the same for the same day and number, and stored in bulk by `storing.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from jarokelo.demo_data import stories
from jarokelo.demo_data.districts import AREZZO
from jarokelo.demo_data.foundation import Foundation
from jarokelo.demo_data.places import PLACES, Place
from municipalities.models import Institution, Responsibility
from municipalities.routing import Suggestion, suggest_institutions
from reports.lifecycle import CLOSED, EVENTS, EventKind, Proof, Reason, Role, Status
from reports.models import Assignment, Photo, Report, ReportEvent
from reports.models.report import REFERENCE_ALPHABET

SOURCE = "demo"
DAYS = 540  # eighteen months

# How many of each, and how many days ago they came in at the latest and the earliest.
PLAN: dict[Status, tuple[int, int, int]] = {
    Status.SUBMITTED: (9, 0, 4),
    Status.NEEDS_INFO: (4, 2, 9),
    Status.REJECTED: (8, 6, DAYS),
    Status.SENT: (58, 2, 44),
    Status.IN_PROGRESS: (46, 12, 110),
    Status.AWAITING_CONFIRMATION: (24, 16, 60),
    Status.SOLVED: (98, 30, DAYS),
    Status.UNRESOLVED: (34, 160, DAYS),
    Status.DUPLICATE: (12, 3, 200),
    Status.HIDDEN: (3, 10, 300),
    Status.WITHDRAWN: (4, 5, 300),
}
# Which of a status's reports are private matters, seen by nobody but their own people.
PRIVATE = {Status.SUBMITTED: 1, Status.SENT: 1, Status.IN_PROGRESS: 1, Status.SOLVED: 1}


@dataclass
class Snapshot:
    """A picture to be drawn for a report or one of its events."""

    motif: str
    repaired: bool = False
    event: ReportEvent | None = None
    kind: str = Photo.Kind.PROBLEM


@dataclass
class Life:
    """A report with everything that hangs on it, unsaved."""

    report: Report
    rng: Random
    ground: Foundation
    now: datetime
    clock: datetime
    assignments: list[Assignment] = field(default_factory=list)
    events: list[ReportEvent] = field(default_factory=list)
    words: list[tuple[ReportEvent, str]] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    original: str = ""  # source id of the report that this one repeats

    @property
    def lead(self) -> Assignment | None:
        return self.assignments[-1] if self.assignments else None

    def wait(self, least: float, most: float) -> None:
        """Let days pass, never into the future."""
        moment = self.clock + timedelta(days=self.rng.uniform(least, most))
        if moment.hour < 6:
            moment += timedelta(hours=8)
        self.clock = min(moment, self.clock + (self.now - self.clock) * self.rng.uniform(0.3, 0.8))

    def pass_days(self, days: float) -> None:
        """Exactly so many: the terms after which the system itself acts."""
        self.clock = min(self.clock + timedelta(days=days), self.now - timedelta(hours=1))

    def move(
        self, kind: EventKind, new: Status | None, role: Role, *, actor: Any = None, text: str = "", **data: Any
    ) -> ReportEvent:
        report = self.report
        event = ReportEvent(
            report=report,
            kind=kind,
            actor=actor,
            role=role,
            old_status=report.status if new and self.events else "",
            new_status=new or "",
            is_public=EVENTS[kind].is_public,
            assignment=self.lead if kind != EventKind.RECEIVED else None,
            data=data,
            created_at=self.clock,
            processed_at=self.clock,
        )
        self.events.append(event)
        if text:
            self.words.append((event, text))
        if new:
            report.status, report.status_since = new, self.clock
            report.closed_at = self.clock if new in CLOSED else None
        return event

    def pick(self, texts: list[str]) -> str:
        return self.rng.choice(texts)

    @property
    def moderator(self) -> Any:
        return self.ground.people["moderator@example.org"]


class Planner:
    """Chooses story, place and body for every number of the plan."""

    def __init__(self, ground: Foundation, now: datetime) -> None:
        self.ground, self.now = ground, now
        self._suggestions: dict[tuple[Place, str], list[Suggestion]] = {}

    def lives(self) -> list[Life]:
        found: list[Life] = []
        order = list(stories.STORIES)
        Random("order").shuffle(order)  # noqa: S311
        public = 0
        for status, (count, latest, earliest) in PLAN.items():
            for number in range(count):
                index = len(found)
                rng = Random(f"report {index}")  # noqa: S311 - the same sample for everybody
                if number < PRIVATE.get(status, 0):
                    story = stories.PRIVATE_STORIES[list(PRIVATE).index(status)]
                elif index % 19 == 7:
                    story = stories.ENGLISH_STORIES[index // 19 % len(stories.ENGLISH_STORIES)]
                else:
                    story = order[public % len(order)]
                    public += 1
                ago = latest + (earliest - latest) * ((number + rng.random()) / count) ** 1.2
                life = self.start(index, rng, story, ago)
                if status == Status.DUPLICATE:
                    self.repeat(life, found, number)
                LIFE_OF[status](self, life, number)
                found.append(life)
        return found

    def start(self, index: int, rng: Random, story: tuple[str, str, str], ago: float) -> Life:
        slug, title, text = story
        place = PLACES[(index * 29 + index // len(PLACES)) % len(PLACES)]
        number = str(rng.randint(1, 96))
        created = self.now - timedelta(days=ago)
        if ago > 1:
            created = created.replace(hour=rng.randint(7, 21), minute=rng.randint(0, 59))
        if story in stories.STORIES:
            text = f"{text} {rng.choice(stories.CLOSINGS)}".strip()
        description = text.format(street=place.street, number=number)
        people = list(self.ground.people.values())
        reporter = people[0] if index % 17 == 3 else rng.choice(people[1:12])
        named = rng.random() < 0.43
        category = self.ground.categories[slug]
        channels = [("web", 80), ("app", 10), ("phone", 5), ("letter", 2), ("in_person", 3)]
        report = Report(
            reference="".join(rng.choice(REFERENCE_ALPHABET) for _ in range(8)),
            source=SOURCE,
            source_id=f"demo-{index + 1:03d}",
            channel=rng.choices([c for c, _ in channels], [share for _, share in channels])[0],
            category=category,
            is_private=category.is_private,
            title=title,
            description=description,
            original_title=title,
            original_description=description,
            point=Point(
                place.longitude + rng.uniform(-0.0016, 0.0016),
                place.latitude + rng.uniform(-0.0011, 0.0011),
                srid=4326,
            ),
            address=address(place, number),
            area=self.ground.areas[place.district],
            reporter=reporter,
            reporter_name=reporter.name,
            show_name=named and not category.is_private,
            created_at=created,
            submitted_at=created,
        )
        life = Life(report, rng, self.ground, self.now, created)
        self.photograph(life, slug)
        life.move(EventKind.RECEIVED, Status.SUBMITTED, Role.REPORTER, actor=reporter)
        return life

    def photograph(self, life: Life, slug: str) -> None:
        chance = life.rng.random()
        if slug == "homeless" or chance < 0.11:
            life.report.no_photo_reason = (
                stories.NO_PHOTO_REASONS[2] if slug == "homeless" else life.pick(stories.NO_PHOTO_REASONS[:2])
            )
            return
        motif = "manhole" if "fedel" in life.report.title else slug
        life.snapshots += [Snapshot(motif)] * (2 if chance > 0.84 else 1)

    def repeat(self, life: Life, earlier: list[Life], number: int) -> None:
        """Make it the same problem as an earlier public report, a few steps away and a little later."""
        public = [
            other for other in earlier if other.report.status == Status.IN_PROGRESS and not other.report.is_private
        ]
        model = public[number * 3 % len(public)]
        report, first = life.report, model.report
        report.category, report.area = first.category, first.area
        report.title = report.original_title = f"{first.title} (még mindig)"
        report.description = report.original_description = f"Úgy látom, senki nem jelezte még. {first.description}"
        report.point = Point(first.point.x + 0.0002, first.point.y - 0.0001, srid=4326)
        report.address = first.address
        life.original = first.source_id
        life.clock = first.created_at + timedelta(days=life.rng.uniform(1, 8))
        report.created_at = report.submitted_at = life.events[0].created_at = life.events[0].processed_at = life.clock
        life.snapshots = list(model.snapshots[:1])
        report.no_photo_reason = "" if life.snapshots else stories.NO_PHOTO_REASONS[0]

    def suggestions(self, life: Life) -> list[Suggestion]:
        report = life.report
        place = next(p for p in PLACES if p.street in report.address and self.ground.areas[p.district] == report.area)
        key = (place, report.category.slug if report.category else "")
        if key not in self._suggestions:
            point = Point(place.longitude, place.latitude, srid=4326)
            self._suggestions[key] = suggest_institutions(point, report.category, report.address)
        return self._suggestions[key]

    # -- Steps --------------------------------------------------------------------------------------------

    def send(self, life: Life, body: str = "", *, second: bool = False) -> None:
        found = self.suggestions(life)
        best = found[1] if (second or life.rng.random() < 0.1) and len(found) > 1 else found[0]
        rule: Responsibility | None = best.responsibility
        institution: Institution = best.institution
        if body:
            rule, institution = None, self.ground.bodies[body]
        if life.lead:
            life.lead.is_lead = False
        days = rule.answer_days if rule else 30
        due = None if institution.refuses else life.clock + timedelta(days=days)
        report = life.report
        life.assignments.append(
            Assignment(
                report=report,
                institution=institution,
                contact=None if institution.refuses else institution.contact_for_sending(),
                responsibility=rule,
                round=len(life.assignments) + 1,
                title=report.title,
                text=report.description,
                sent_at=life.clock,
                answer_days=days,
                due_at=due,
            )
        )
        report.institution, report.due_at, report.needs_rerouting = institution, due, False
        report.published_at = report.published_at or life.clock
        kind = EventKind.PUBLISHED if institution.refuses else EventKind.SENT
        life.move(kind, Status.SENT, Role.MODERATOR, actor=life.moderator)

    def publish(self, life: Life, body: str = "") -> None:
        life.wait(0.05, 2.5)
        self.send(life, body)

    def hear(self, life: Life) -> None:
        """The body's first word stops its clock."""
        if life.lead and life.lead.first_answer_at is None:
            life.lead.first_answer_at = life.clock
        life.report.first_answer_at = life.report.first_answer_at or life.clock

    def answer(self, life: Life) -> None:
        life.wait(1, 24)
        self.hear(life)
        life.move(EventKind.ANSWERED, Status.IN_PROGRESS, Role.OFFICER, text=life.pick(stories.ANSWERS))

    def promise(self, life: Life, day: date) -> None:
        life.wait(1, 20)
        self.hear(life)
        life.assignments[-1].promised_on = life.report.promised_on = day
        text = life.pick(stories.PROMISES)
        life.move(EventKind.PROMISED, Status.IN_PROGRESS, Role.OFFICER, text=text, date=day.isoformat())

    def refuse(self, life: Life) -> None:
        life.wait(1, 9)
        self.hear(life)
        self.end(life, Assignment.Outcome.NOT_OURS)
        life.report.needs_rerouting, life.report.due_at = True, None
        life.move(EventKind.NOT_OURS, Status.SENT, Role.OFFICER, text=life.pick(stories.NOT_OURS))

    def say_done(self, life: Life) -> None:
        life.wait(2, 30)
        self.hear(life)
        event = life.move(EventKind.DONE_SAID, Status.AWAITING_CONFIRMATION, Role.OFFICER, text=life.pick(stories.DONE))
        if life.rng.random() < 0.5:
            self.show_repair(life, event, Photo.Kind.ANSWER)

    def show_repair(self, life: Life, event: ReportEvent, kind: str) -> None:
        slug = life.report.category.slug if life.report.category else ""
        if slug in ("pothole", "lighting", "graffiti", "tree"):
            life.snapshots.append(Snapshot(slug, True, event, kind))

    def end(self, life: Life, outcome: Assignment.Outcome) -> None:
        if life.lead and life.lead.ended_at is None:
            life.lead.outcome, life.lead.ended_at = outcome, life.clock

    # -- Whole lives --------------------------------------------------------------------------------------

    def waits_at_desk(self, life: Life, number: int) -> None:
        if number in (3, 6):  # left empty by the reporter, to be set at the desk
            life.report.title = life.report.original_title = ""
            life.report.category = None

    def is_asked(self, life: Life, number: int) -> None:
        life.wait(0.1, 1.5)
        life.move(
            EventKind.INFO_ASKED,
            Status.NEEDS_INFO,
            Role.MODERATOR,
            actor=life.moderator,
            text=life.pick(stories.QUESTIONS),
        )

    def is_rejected(self, life: Life, number: int) -> None:
        life.wait(0.1, 1.5)
        reason, text = list(stories.REJECTIONS.items())[number % len(stories.REJECTIONS)]
        life.report.reason = reason
        life.move(EventKind.REJECTED, Status.REJECTED, Role.MODERATOR, actor=life.moderator, text=text, reason=reason)

    def is_sent(self, life: Life, number: int) -> None:
        refusing = life.report.category and life.report.category.slug == "graffiti"
        self.publish(life, "posters" if refusing and number % 2 else "")
        if number % 13 == 5:
            self.refuse(life)
            if number % 2:
                life.wait(0.2, 2)
                self.send(life, second=True)

    def is_in_progress(self, life: Life, number: int) -> None:
        self.publish(life)
        if number % 5 == 4 and not life.report.is_private:
            self.answer(life)
        else:
            self.promise(life, timezone.localdate(self.now) + timedelta(days=life.rng.choice([-17, -4, 3, 9, 20, 34])))
        if number % 11 == 2:
            self.say_done(life)
            self.is_denied(life)

    def is_denied(self, life: Life) -> None:
        life.wait(1, 6)
        life.report.promised_on = None
        if life.lead:
            life.lead.promised_on = None
        life.move(
            EventKind.NOT_SOLVED,
            Status.IN_PROGRESS,
            Role.REPORTER,
            actor=life.report.reporter,
            text=life.pick(stories.STILL_BROKEN),
        )

    def waits_for_confirmation(self, life: Life, number: int) -> None:
        self.publish(life)
        if number % 3:
            self.answer(life)
        self.say_done(life)

    def is_solved(self, life: Life, number: int) -> None:
        self.publish(life)
        if number % 9 == 4:
            self.refuse(life)
            life.wait(0.5, 3)
            self.send(life, second=True)
        if number % 3:
            self.answer(life)
        self.say_done(life)
        if number % 12 == 6:
            self.is_denied(life)
            self.say_done(life)
        proof = [Proof.REPORTER, Proof.STATED, Proof.REPORTER, Proof.PHOTO, Proof.STATED][number % 5]
        role = {Proof.REPORTER: Role.REPORTER, Proof.STATED: Role.SYSTEM, Proof.PHOTO: Role.CITIZEN}[proof]
        if proof == Proof.STATED:
            life.pass_days(30)
        else:
            life.wait(0.5, 9)
        thanks = "" if proof == Proof.STATED else life.pick(stories.THANKS)
        actor = life.report.reporter if proof == Proof.REPORTER else None
        event = life.move(EventKind.SOLVED, Status.SOLVED, role, actor=actor, text=thanks, proof=proof)
        if proof == Proof.PHOTO:
            self.show_repair(life, event, Photo.Kind.PROOF)
        life.report.proof = proof
        self.end(life, Assignment.Outcome.DONE)

    def is_unresolved(self, life: Life, number: int) -> None:
        self.publish(life)
        reasons = [Reason.NO_ANSWER, Reason.NO_SOLUTION, Reason.PROMISE_NOT_KEPT, Reason.NO_ANSWER, Reason.CANNOT]
        reason = Reason.NOBODY if number % 17 == 9 else reasons[number % 5]
        role, actor, text, outcome = Role.SYSTEM, None, "", Assignment.Outcome.ENDED
        if reason == Reason.NO_ANSWER:
            life.pass_days(60)
        elif reason == Reason.NO_SOLUTION:
            self.answer(life)
            life.pass_days(120)
        elif reason == Reason.PROMISE_NOT_KEPT:
            self.promise(life, (life.clock + timedelta(days=40)).date())
            life.pass_days(70)
        elif reason == Reason.CANNOT:
            role, text, outcome = Role.OFFICER, stories.CANNOT, Assignment.Outcome.CANNOT
            life.wait(8, 25)
            self.hear(life)
        else:
            self.refuse(life)
            role, actor = Role.MODERATOR, life.moderator
            life.wait(3, 9)
        life.report.needs_rerouting = False
        self.end(life, outcome)
        life.report.reason = reason
        life.move(EventKind.UNRESOLVED, Status.UNRESOLVED, role, actor=actor, text=text, reason=reason)

    def is_duplicate(self, life: Life, number: int) -> None:
        life.wait(0.1, 1.5)
        life.report.status_before = Status.SUBMITTED
        life.report.published_at = life.clock
        life.move(EventKind.DUPLICATE, Status.DUPLICATE, Role.MODERATOR, actor=life.moderator)

    def is_hidden(self, life: Life, number: int) -> None:
        self.publish(life)
        life.wait(1, 9)
        life.report.status_before = Status.SENT
        life.move(
            EventKind.HIDDEN, Status.HIDDEN, Role.MODERATOR, actor=life.moderator, text="A kapucsengőn nevek látszanak."
        )

    def is_withdrawn(self, life: Life, number: int) -> None:
        life.clock += timedelta(minutes=life.rng.randint(3, 400))
        life.move(EventKind.WITHDRAWN, Status.WITHDRAWN, Role.REPORTER, actor=life.report.reporter)


LIFE_OF: dict[Status, Callable[[Planner, Life, int], None]] = {
    Status.SUBMITTED: Planner.waits_at_desk,
    Status.NEEDS_INFO: Planner.is_asked,
    Status.REJECTED: Planner.is_rejected,
    Status.SENT: Planner.is_sent,
    Status.IN_PROGRESS: Planner.is_in_progress,
    Status.AWAITING_CONFIRMATION: Planner.waits_for_confirmation,
    Status.SOLVED: Planner.is_solved,
    Status.UNRESOLVED: Planner.is_unresolved,
    Status.DUPLICATE: Planner.is_duplicate,
    Status.HIDDEN: Planner.is_hidden,
    Status.WITHDRAWN: Planner.is_withdrawn,
}


def address(place: Place, number: str) -> str:
    where = AREZZO if place.district == AREZZO else f"Budapest, {place.district}. kerület"
    return f"{where}, {place.street} {number}."

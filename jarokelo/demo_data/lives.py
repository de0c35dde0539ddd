"""The life of a sample report: the steps that people and bodies take, told in events that are past already.

Rows are built in memory, the same for the same day and number, and stored in bulk by `storing.py`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from jarokelo.demo_data import stories
from jarokelo.demo_data.foundation import Foundation
from jarokelo.demo_data.motifs import REPAIRED
from jarokelo.demo_data.places import Place
from municipalities.models import Responsibility
from municipalities.routing import Suggestion
from reports.lifecycle import CLOSED, EVENTS, EventKind, Role, Status
from reports.models import Assignment, Photo, Report, ReportEvent


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
    place: Place
    suggestions: list[Suggestion]  # bodies that answer, the best first
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
        if moment.hour < 7:
            moment += timedelta(hours=8)
        elif moment.hour > 19:
            moment = max(moment - timedelta(hours=5), self.clock + timedelta(minutes=20))
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

    def send(self, body: str = "", *, second: bool = False) -> None:
        """To a body by its key, or to the one that the rules suggest; `second` is the next best."""
        rule: Responsibility | None = None
        institution = self.ground.bodies[body or self.place.council]
        found = [] if body else self.suggestions
        if found:
            best = found[1] if (second or self.rng.random() < 0.1) and len(found) > 1 else found[0]
            rule, institution = best.responsibility, best.institution
        if self.lead:
            self.lead.is_lead = False
        days = rule.answer_days if rule else 30
        has_clock = self.report.kind == Report.Kind.PROBLEM and not institution.refuses
        due = self.clock + timedelta(days=days) if has_clock else None
        report = self.report
        self.assignments.append(
            Assignment(
                report=report,
                institution=institution,
                contact=self.ground.contact(institution),
                responsibility=rule,
                round=len(self.assignments) + 1,
                title=report.title,
                text=report.description,
                sent_at=self.clock,
                answer_days=days,
                due_at=due,
            )
        )
        report.institution, report.due_at, report.needs_rerouting = institution, due, False
        report.published_at = report.published_at or self.clock
        kind = EventKind.PUBLISHED if institution.refuses else EventKind.SENT
        self.move(kind, Status.SENT, Role.MODERATOR, actor=self.moderator)

    def publish(self, body: str = "") -> None:
        self.wait(0.05, 2.5)
        self.send(body)

    def hear(self) -> None:
        """The body's first word stops its clock."""
        if self.lead and self.lead.first_answer_at is None:
            self.lead.first_answer_at = self.clock
        self.report.first_answer_at = self.report.first_answer_at or self.clock

    def answer(self) -> None:
        self.wait(1, 24)
        self.hear()
        texts = stories.CARING_ANSWERS if self.report.is_private else stories.ANSWERS
        self.move(EventKind.ANSWERED, Status.IN_PROGRESS, Role.OFFICER, text=self.pick(texts))

    def promise(self, day: date) -> None:
        self.wait(1, 20)
        self.hear()
        self.assignments[-1].promised_on = self.report.promised_on = day
        text = self.pick(stories.PROMISES)
        self.move(EventKind.PROMISED, Status.IN_PROGRESS, Role.OFFICER, text=text, date=day.isoformat())

    def refuse(self) -> None:
        self.wait(1, 9)
        self.hear()
        self.end(Assignment.Outcome.NOT_OURS)
        self.report.needs_rerouting, self.report.due_at = True, None
        self.move(EventKind.NOT_OURS, Status.SENT, Role.OFFICER, text=self.pick(stories.NOT_OURS))

    def say_done(self) -> None:
        self.wait(2, 30)
        self.hear()
        texts = stories.CARING_DONE if self.report.is_private else stories.DONE
        event = self.move(EventKind.DONE_SAID, Status.AWAITING_CONFIRMATION, Role.OFFICER, text=self.pick(texts))
        if self.rng.random() < 0.5:
            self.show_repair(event, Photo.Kind.ANSWER)

    def show_repair(self, event: ReportEvent, kind: str) -> None:
        """A picture of the same place afterwards."""
        slug = self.report.category.slug if self.report.category else ""
        if not self.report.is_private:
            self.snapshots.append(Snapshot(slug if slug in REPAIRED else "", True, event, kind))

    def end(self, outcome: Assignment.Outcome) -> None:
        if self.lead and self.lead.ended_at is None:
            self.lead.outcome, self.lead.ended_at = outcome, self.clock

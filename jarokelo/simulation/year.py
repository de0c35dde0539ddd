"""A year of real reports through the real actions and timers, day by day: every open state must end.

What people do comes from the file: when a report was sent in, first answered, solved. What the file does not tell is
thrown by a die that falls the same for the same report: who never confirms an address or never answers the desk's
question, which answer promises a date, who says "not ours", which reporter confirms what is done. In July the worker
stands still for three weeks.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from jarokelo.simulation.throwaway import moved_clock, refuse_real_database
from jarokelo.simulation.town import Town, at, build_town, dice
from municipalities.models import Institution
from reports.actions import leading_assignment
from reports.actions_desk import ask_info
from reports.actions_sending import submit_report
from reports.actions_solved import confirm_solved
from reports.firing import fire_timer
from reports.importing import SourceReport
from reports.lifecycle import OPEN, MoveNotAllowed, Role, Status
from reports.models import Report, ReportEvent, Timer

LONGEST = timedelta(days=900)  # after the last report: whatever is open then is open for ever
STANDS_STILL = (date(2024, 7, 1), date(2024, 7, 22))
REMINDERS: tuple[str, ...] = (
    *("body_reminded", "escalated", "date_asked", "promise_asked"),
    *("progress_asked", "solved_asked", "info_reminded", "confirm_reminded"),
)

Step = tuple[datetime, int, Callable[[], object]]


@dataclass
class Outcome:
    """`ends` counts (status, how it ended, by whom) with the days that it took."""

    reports: int = 0
    ends: dict[tuple[str, str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    reminders: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    still_open: int = 0
    never_fired: int = 0
    failed: int = 0
    warned_and_ended: int = 0
    days: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.still_open or self.never_fired or self.failed or self.warned_and_ended)

    def lines(self) -> Iterator[str]:
        yield f"{self.reports} reports, {self.days} days"
        yield f"{'state':22} {'ended as':22} {'by':10} {'reports':>7} {'median':>7} {'longest':>8}  (days)"
        for (status, end, role), days in sorted(self.ends.items()):
            yield f"{status:22} {end:22} {role:10} {len(days):7} {median(days):7.0f} {max(days):8.0f}"
        yield "reminders: " + ", ".join(f"{kind} {number}" for kind, number in sorted(self.reminders.items()))
        if self.refused:
            yield "came too late to be done: " + ", ".join(f"{kind} {n}" for kind, n in sorted(self.refused.items()))
        yield f"still open after its last term: {self.still_open}"
        yield f"timers that never fired: {self.never_fired}"
        yield f"timers that failed: {self.failed}"
        yield f"reminded and ended on one day: {self.warned_and_ended}"


def simulate_year(sources: list[SourceReport]) -> Outcome:
    """Play all of these, and on until nothing is open. Raises `CommandError` in a database that is not thrown away."""
    refuse_real_database()
    first = at(sources[0].reported_on, 6)
    with moved_clock(first) as clock:
        year = Year(build_town(sources), sources)
        last = at(sources[-1].reported_on, 6) + LONGEST
        today = first
        while today <= last and (year.steps or year.is_busy()):
            clock.move_to(at(timezone.localdate(today), 9))
            year.people_act()
            if not STANDS_STILL[0] <= timezone.localdate() < STANDS_STILL[1]:
                clock.move_to(at(timezone.localdate(today), 12))
                year.sweep()
            today += timedelta(days=1)
        return year.outcome((today - first).days)


class Year:
    def __init__(self, town: Town, sources: list[SourceReport]) -> None:
        self.town, self.sources = town, sources
        self.steps: list[Step] = []
        self.order = count()
        self.refused: Counter[str] = Counter()
        self.submitted = 0
        for source in sources:
            self.plan(at(source.reported_on, 9), lambda source=source: self.send_in(source))  # type: ignore[misc]

    def plan(self, moment: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self.steps, (moment, next(self.order), act))

    def people_act(self) -> None:
        while self.steps and self.steps[0][0] <= timezone.now():
            _moment, _number, act = heapq.heappop(self.steps)
            act()

    def sweep(self) -> None:
        due = Timer.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at", "pk")
        for pk in due.values_list("pk", flat=True):
            fire_timer(pk)

    def is_busy(self) -> bool:
        return Timer.objects.filter(done_at=None).exists()

    # -- What people do ------------------------------------------------------------------------------------------

    def send_in(self, source: SourceReport) -> None:
        throw = dice(source.id) % 100
        reporter = Person.objects.for_address(f"person-{source.id}@simulation.invalid")
        report = submit_report(self.town.report(source, reporter), [], actor=reporter, confirmed=throw >= 3)
        self.submitted += 1
        if throw < 3:
            return  # the address is never confirmed
        if throw < 6:  # the desk asks in vain
            self.plan(at(source.reported_on + timedelta(days=1), 9), lambda: self.ask(report))
            return
        waits = 10 if throw < 12 else 1
        self.plan(at(source.reported_on + timedelta(days=waits), 9), lambda: self.forward(report, source))

    def ask(self, report: Report) -> None:
        ask_info(report, "Melyik oldalon?", actor=self.town.moderator)

    def forward(self, report: Report, source: SourceReport) -> None:
        body = self.town.institutions[source.institution]
        send_report(report, body, actor=self.town.moderator, responsibility=self.town.rule(source))
        answered, solved = source.first_response_on, source.resolved_on
        if source.status == Status.AWAITING_CONFIRMATION and solved is None and answered:
            solved = answered + timedelta(days=20)
        if answered:
            self.plan(at(answered, 10), lambda: self.answer(report, source))
        if solved:
            self.plan(at(solved, 11), lambda: self.done(report, source))

    def answer(self, report: Report, source: SourceReport) -> None:
        assignment = leading_assignment(Report.objects.get(pk=report.pk))
        if assignment is None:
            return
        match dice(source.id, "answer") % 20:
            case 0:
                self.try_to("not ours", lambda: say_not_ours(assignment, "Nem a miénk.", actor=None))
                if dice(source.id, "found") % 2:
                    when = timezone.now() + timedelta(days=14)
                    self.plan(when, lambda: self.reroute(report, assignment.institution))
            case throw if throw < 8:
                day = timezone.localdate() + timedelta(days=10 + dice(source.id, "promise") % 60)
                self.try_to("promise", lambda: promise_date(assignment, day, "", actor=None))
            case _:
                self.try_to("answer", lambda: answer_report(assignment, "Intézzük.", actor=None))

    def reroute(self, report: Report, said_no: Institution) -> None:
        bodies = [body for body in self.town.institutions.values() if body != said_no]
        if bodies and Report.objects.get(pk=report.pk).needs_rerouting:
            body = bodies[dice(report.pk) % len(bodies)]
            self.try_to("send on", lambda: send_report(report, body, actor=self.town.moderator))

    def done(self, report: Report, source: SourceReport) -> None:
        assignment = leading_assignment(Report.objects.get(pk=report.pk))
        if assignment is None:
            return
        self.try_to("done", lambda: say_done(assignment, "Kész.", actor=None))
        if source.status == Status.SOLVED and dice(source.id, "confirms") % 2:
            self.plan(timezone.now() + timedelta(days=3), lambda: self.confirm(report))

    def confirm(self, report: Report) -> None:
        reporter = report.reporter
        self.try_to("confirmation", lambda: confirm_solved(report, actor=reporter))

    def try_to(self, what: str, act: Callable[[], Any]) -> None:
        """Somebody who comes too late is told so; that is no fault of a clock."""
        try:
            act()
        except MoveNotAllowed:
            self.refused[what] += 1

    # -- What came of it -----------------------------------------------------------------------------------------

    def outcome(self, days: int) -> Outcome:
        left = Report.objects.count()
        found = Outcome(reports=self.submitted, refused=self.refused, deleted=self.submitted - left, days=days)
        before: dict[int, ReportEvent] = {}
        moves = ReportEvent.objects.exclude(new_status="").order_by("report_id", "created_at", "pk")
        for event in moves.iterator():
            start = before.get(event.report_id)
            if start is not None and Status(start.new_status).is_open:
                took = (event.created_at - start.created_at).total_seconds() / 86400
                found.ends[start.new_status, event.new_status, event.role].append(took)
            before[event.report_id] = event
        if found.deleted:
            term = timezone.timedelta if False else timedelta  # the rows are gone, and with them their dates
            found.ends["unconfirmed", "deleted", "system"] = [term(days=14).days] * found.deleted
        found.reminders.update(
            dict(ReportEvent.objects.filter(kind__in=REMINDERS).values_list("kind").annotate(number=Count("pk")))
        )
        found.still_open = Report.objects.filter(status__in=OPEN).count()
        found.never_fired = Timer.objects.filter(done_at=None).count()
        found.failed = Timer.objects.filter(~Q(last_error="")).count()
        found.warned_and_ended = sum(self.warned_and_ended())
        return found

    def warned_and_ended(self) -> Iterator[bool]:
        """Ends by itself on the very day of a reminder."""
        ends = ReportEvent.objects.filter(role=Role.SYSTEM, new_status__in=("unresolved", "rejected", "solved"))
        for event in ends.iterator():
            day = event.created_at - timedelta(hours=23)
            yield ReportEvent.objects.filter(
                report=event.report_id, kind__in=REMINDERS, created_at__gte=day, created_at__lte=event.created_at
            ).exists()

"""A month of real reports on their way out and back, with everything failing that can fail, until all is quiet.

Reports are routed by rules learned from the other months, sent through a real SMTP server that refuses, hangs and
breaks off, and answered by mails that come twice, late, from strangers or from machines. Announcements to workers get
lost or come twice, and workers die in the middle. Then every row is held against what the mail server took: nothing may
be lost, and a second copy may only be one with the same Message-ID after an attempt whose end nobody knows.
"""

import logging
import random
import re
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any
from unittest.mock import patch

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db.models import Count, Min
from django.test.utils import override_settings
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.incoming import store_mail
from forwarding.models import Dispatch, IncomingMail
from jarokelo.simulation import replies
from jarokelo.simulation.killing import Killer, killing
from jarokelo.simulation.mailroom import Desk
from jarokelo.simulation.sink import CLIENT_PATIENCE, FaultySink, running_sink
from jarokelo.simulation.throwaway import moved_clock, refuse_real_database
from jarokelo.simulation.town import Town, at, build_town, dice
from municipalities import suggest_institutions
from municipalities.models import Contact, Institution
from notifications.deliveries import OPEN, Delivery, DeliveryStatus
from reports.actions_sending import submit_report
from reports.importing import SourceReport
from reports.lifecycle import EventKind
from reports.models import EventText, Report, ReportEvent, Timer

GRID = timedelta(hours=1)  # the beat of the simulation: what is due in between waits for it
OFTEN = timedelta(minutes=10)  # what the beat does less often has nothing to do with letters
LATE = timedelta(days=75)  # answers come so long after their report, and reminders go out
LOST_ANNOUNCEMENTS, DOUBLED_ANNOUNCEMENTS = 0.05, 0.05
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass
class Result:
    rows: list[tuple[str, object]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        return not (self.lost.total() or self.doubled.total())

    def lines(self) -> Iterator[str]:
        for what, number in self.rows:
            yield f"{what:52} {number}"
        for name, found in (("lost", self.lost), ("doubled", self.doubled)):
            details = ", ".join(f"{what} {number}" for what, number in found.items() if number)
            yield f"{name}: {found.total()}{f' ({details})' if details else ''}"


def simulate_month(
    sources: list[SourceReport],
    known: list[SourceReport],
    *,
    seed: int = 1,
    late: timedelta = LATE,
    grid: timedelta = GRID,
) -> Result:
    """Play `sources` and what comes of them in the time `late` after the last; the rules are learned from `known`.
    Raises `CommandError` in a database that is kept."""
    refuse_real_database()
    current_app.loader.import_default_modules()  # the tasks, as a worker knows them
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    die = random.Random(seed)  # noqa: S311  (the same seed makes the same month)
    with moved_clock(at(sources[0].reported_on, 6)) as clock:
        town = build_town(known, also=sources)
        dead = frozenset(
            address.lower()
            for address in Contact.objects.order_by("pk").values_list("address", flat=True)
            if dice(address) % 50 == 0
        )
        killer = Killer(random.Random(seed + 1))  # noqa: S311
        with running_sink(random.Random(seed + 2), dead) as sink:  # noqa: S311
            mail = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": sink.port}
            mail |= {"EMAIL_TIMEOUT": CLIENT_PATIENCE, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}
            mail |= {"MAIL_AUTHSERV_ID": "mx.simulation.invalid", "ANSWERS_BY_RULE": True}
            mail["CASE_FILES"] = False  # half a second each, and nothing that could be lost by itself
            with override_settings(**mail), killing(killer):
                month = Month(town, sources, die, sink, killer, late)
                month.play(clock, grid)
                return month.result()


class Month:
    def __init__(
        self,
        town: Town,
        sources: list[SourceReport],
        die: random.Random,
        sink: FaultySink,
        killer: Killer,
        late: timedelta,
    ) -> None:
        self.town, self.die, self.sink, self.killer = town, die, sink, killer
        self.sources = {source.id: source for source in sources}
        self.desk = Desk(town.moderator, die)
        self.steps: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = count()
        self.queue: deque[tuple[str, int]] = deque()
        self.routed: Counter[str] = Counter()
        self.mails: dict[bytes, str] = {}
        self.kinds: Counter[str] = Counter()
        self.announcements: Counter[str] = Counter()
        self.numbers = count(1)
        self.end = at(sources[-1].reported_on, 23) + late
        for source in sources:
            moment = at(source.reported_on, 6) + timedelta(minutes=die.randrange(16 * 60))
            self.plan(moment, lambda source=source: self.send_in(source))  # type: ignore[misc]
        day = at(sources[0].reported_on, 10)
        while day < self.end + timedelta(days=5):
            self.plan(day, self.desk_reads)
            day += timedelta(days=1)

    def plan(self, moment: datetime, act: Callable[[], None]) -> None:
        heappush(self.steps, (moment, next(self.order), act))

    # -- Time --------------------------------------------------------------------------------------------------

    def play(self, clock: Any, grid: timedelta) -> None:
        with patch("reports.outbox._send_task", self.announced):
            while (moment := self.next_moment()) is not None:
                clock.move_to(max(moment, timezone.now() + grid))
                while self.steps and self.steps[0][0] <= timezone.now():
                    heappop(self.steps)[2]()
                self.work()
                for letter in self.sink.take_new():
                    self.letter_arrived(letter)

    def next_moment(self) -> datetime | None:
        """When something is to be done by somebody; None when all is quiet."""
        moments = [self.steps[0][0]] if self.steps else []
        if self.queue or ReportEvent.objects.filter(processed_at=None).exists():
            moments.append(timezone.now())
        for model in deliveries():
            due = model._default_manager.filter(status__in=OPEN).aggregate(Min("next_try_at"), Min("lease_until"))
            moments += [moment for moment in due.values() if moment]
        timer = Timer.objects.filter(done_at=None, due_at__lte=self.end).aggregate(due=Min("due_at"))["due"]
        return min([*moments, *([timer] if timer else [])], default=None)

    def announced(self, task: str, row_id: int) -> None:
        """In place of a broker that loses and repeats."""
        throw = self.die.random()
        if throw < LOST_ANNOUNCEMENTS:
            self.announcements["lost"] += 1
            return
        self.queue.append((task, row_id))
        if throw > 1 - DOUBLED_ANNOUNCEMENTS:
            self.announcements["doubled"] += 1
            self.queue.append((task, row_id))

    def work(self) -> None:
        """The beat sweeps, the worker does what is announced."""
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            if isinstance(entry["schedule"], timedelta) and entry["schedule"] <= OFTEN:
                if entry["task"] == "reports.sweep_timers" and timezone.now() > self.end:
                    continue
                self.killer.survive(current_app.tasks[entry["task"]])
        while self.queue:
            task, row_id = self.queue.popleft()
            self.killer.survive(lambda task=task, row_id=row_id: current_app.tasks[task](row_id))  # type: ignore[misc]

    def insist(self, act: Callable[[], object]) -> None:
        """People, and mail servers, try again where we died."""
        if not self.killer.survive(act):
            self.plan(timezone.now() + timedelta(minutes=10), lambda: self.insist(act))

    # -- Out -----------------------------------------------------------------------------------------------------

    def send_in(self, source: SourceReport) -> None:
        submission = uuid.UUID(int=self.die.getrandbits(128), version=4)
        reporter = Person.objects.for_address(f"person-{dice(source.id) % 700}@people.invalid")

        def act() -> None:
            report = self.town.report(source, reporter)
            report.submission = submission
            submit_report(report, [], actor=reporter, confirmed=True)

        self.insist(act)
        if self.die.random() < 0.05:
            self.insist(act)  # a second click
        self.plan(timezone.now() + timedelta(hours=1 + self.die.randrange(48)), lambda: self.route(source))

    def route(self, source: SourceReport) -> None:
        report = Report.objects.filter(source_id=source.id, status="submitted").first()
        if report is None:
            return
        words = f"{report.title}\n{report.description}"
        found = suggest_institutions(report.point, report.category, report.address, words, limit=1)
        body = found[0].institution if found else self.town.institutions[source.institution]
        rule = found[0].responsibility if found else None

        def act() -> None:
            if Report.objects.filter(pk=report.pk, status="submitted").exists():
                send_report(report, body, actor=self.town.moderator, responsibility=rule)
                self.routed[how_routed(found, body, source)] += 1

        self.insist(act)

    # -- And back ------------------------------------------------------------------------------------------------

    def letter_arrived(self, letter: Any) -> None:
        dispatch = (
            Dispatch.objects.filter(message_id=str(letter["Message-ID"]), event__kind=EventKind.SENT)
            .select_related("event__report", "assignment__institution")
            .first()
        )
        if dispatch is None:
            return
        source = self.sources[dispatch.event.report.source_id]
        now = timezone.now()
        if dispatch.assignment.institution.name != source.institution:
            self.answer_in(letter, now + timedelta(days=2), "not theirs", dispatch.address)
            return
        if source.first_response_on is None:
            return
        waits = max(source.first_response_on - source.reported_on, timedelta(hours=5))
        self.answer_in(letter, min(now + waits, self.end - timedelta(days=1)), self.kind_of_answer(), dispatch.address)

    def kind_of_answer(self) -> str:
        throw = self.die.random()
        for share, kind in ((0.65, "answer"), (0.8, "solved"), (0.87, "away first"), (0.91, "stranger")):
            if throw < share:
                return kind
        return "colleague" if throw < 0.96 else "bounce"

    def answer_in(self, letter: Any, moment: datetime, kind: str, address: str) -> None:
        number = f"SZ-{next(self.numbers):06}"
        domain = address.rpartition("@")[2]
        self.kinds[kind] += 1
        sender = {"stranger": "valaki@idegen.invalid", "colleague": f"kollega@{domain}"}.get(kind, address)
        words = {"solved": replies.SOLVED, "not theirs": replies.NOT_OURS}.get(kind, replies.ANSWER)
        if kind == "bounce":
            raw = replies.bounce(letter, number, address=address, now=moment)
        else:
            is_vouched = kind != "stranger" and self.die.random() < 0.9
            raw = replies.reply(letter, words, number, sender=sender, now=moment, is_vouched=is_vouched)
        if kind == "away first":
            away = replies.automatic(letter, f"{number}-A", sender=sender, now=moment)
            self.plan(timezone.now() + timedelta(minutes=5), lambda: self.mail_comes(away, f"{number}-A"))
        self.plan(moment, lambda: self.mail_comes(raw, number))

    def mail_comes(self, raw: bytes, number: str) -> None:
        self.mails[raw] = number
        self.insist(lambda: store_mail(raw))
        if self.die.random() < 0.06:
            self.kinds["delivered twice"] += 1
            self.plan(timezone.now() + timedelta(hours=1), lambda: self.insist(lambda: store_mail(raw)))

    def desk_reads(self) -> None:
        for act in self.desk.acts():
            self.killer.survive(act)  # where it dies, the mail is still there tomorrow
        for report in Report.objects.filter(needs_rerouting=True).select_related("institution"):
            body = self.town.institutions[self.sources[report.source_id].institution]
            if report.institution_id != body.pk:
                self.killer.survive(lambda report=report, body=body: self.reroute(report, body))  # type: ignore[misc]

    def reroute(self, report: Report, body: Institution) -> None:
        send_report(report, body, actor=self.town.moderator)
        self.routed["sent on after “not ours”"] += 1

    # -- What came of it -----------------------------------------------------------------------------------------

    def result(self) -> Result:
        found = Result()
        copies: Counter[str] = Counter()
        for (_address, message_id), number in self.sink.taken.items():
            copies[message_id] += number
        found.rows.append(("reports", len(self.sources)))
        self._count_reports(found)
        found.rows += [(f"routed: {how}", number) for how, number in sorted(self.routed.items())]
        for model in deliveries():
            self._count_deliveries(found, model, copies)
        known = {key for model in deliveries() for key in model._default_manager.values_list("message_id", flat=True)}
        found.doubled["mails at the server that no row knows"] = len(copies.keys() - known)
        self._count_answers(found)
        found.rows += [(f"fault: mail server, {what}", number) for what, number in sorted(self.sink.faults.items())]
        found.rows += [(f"fault: worker died {where}", number) for where, number in sorted(self.killer.deaths.items())]
        found.rows += [(f"fault: announcement {what}", number) for what, number in sorted(self.announcements.items())]
        return found

    def _count_reports(self, found: Result) -> None:
        there = Counter(Report.objects.values_list("source_id", flat=True))
        found.lost["reports"] = len(self.sources.keys() - there.keys())
        found.doubled["reports"] = sum(number - 1 for number in there.values())
        found.lost["events nobody told of"] = ReportEvent.objects.filter(processed_at=None).count()
        found.lost["reports not sent"] = Report.objects.filter(status="submitted").count()
        sent = ReportEvent.objects.filter(kind=EventKind.SENT, assignment__contact__isnull=False)
        found.lost["letters never written"] = sent.filter(dispatches=None, assignment__contact__stopped_at=None).count()

    def _count_deliveries(self, found: Result, model: type[Delivery], copies: Counter[str]) -> None:
        name = f"{model._meta.model_name} rows"
        rows = list(model._default_manager.values_list("message_id", "status", "may_have_arrived", "attempts"))
        if not rows:
            return
        statuses = Counter(status for _id, status, _may, _attempts in rows)
        found.rows.append((f"{name}", len(rows)))
        found.rows.append((f"{name}: attempts", sum(attempts for *_rest, attempts in rows)))
        found.rows += [(f"{name}: {status}", number) for status, number in sorted(statuses.items())]
        once = sum(copies[message_id] == 1 for message_id, *_rest in rows)
        again = [(message_id, may) for message_id, _status, may, _attempts in rows if copies[message_id] > 1]
        never = sum(copies[message_id] == 0 for message_id, *_rest in rows)
        found.rows.append((f"{name}: arrived exactly once", once))
        found.rows.append((f"{name}: arrived again, same Message-ID, end unknown", sum(may for _id, may in again)))
        found.rows.append((f"{name}: never arrived (failed, shown; or not needed)", never))
        found.doubled[f"{name}"] = sum(not may for _id, may in again)
        found.lost[f"{name} noted as sent, never arrived"] = sum(
            status == DeliveryStatus.SENT and not copies[message_id] for message_id, status, *_rest in rows
        )
        found.lost[f"{name} still open"] = sum(status in OPEN for _id, status, *_rest in rows)

    def _count_answers(self, found: Result) -> None:
        found.rows += [(f"answers: {kind}", number) for kind, number in sorted(self.kinds.items())]
        found.rows.append(("answers in, each counted once", len(self.mails)))
        stored = Counter(number for text in _texts_of_mails() for number in NUMBER.findall(text)[:1])
        found.lost["answers"] = len(set(self.mails.values()) - stored.keys())
        found.doubled["answers"] = sum(number - 1 for number in stored.values())
        states = IncomingMail.objects.order_by().values_list("state", "handled_by").annotate(number=Count("pk"))
        by: Counter[str] = Counter()
        for state, person, number in states:
            by[f"{state}{' by the desk' if person else ' by rule' if state == 'published' else ''}"] += number
        found.rows += [(f"answers: {state}", number) for state, number in sorted(by.items())]
        published = Counter(
            number
            for text in EventText.objects.filter(event__kind__in=BODYS_WORDS).values_list("text", flat=True)
            for number in NUMBER.findall(text)[:1]
        )
        found.doubled["published answers"] = sum(number - 1 for number in published.values())


NUMBER = re.compile(r"SZ-\d{6}(?:-A)?")
BODYS_WORDS = (EventKind.ANSWERED, EventKind.DONE_SAID, EventKind.NOT_OURS, EventKind.PROMISED)


def _texts_of_mails() -> Iterator[str]:
    for text, raw in IncomingMail.objects.values_list("text", "raw").iterator():
        yield text if NUMBER.search(text) else bytes(raw).decode(errors="replace")


def deliveries() -> list[type[Delivery]]:
    return [model for model in apps.get_models() if issubclass(model, Delivery)]


def how_routed(found: Any, body: Institution, source: SourceReport) -> str:
    if not found:
        return "by hand, no rule"
    return "where the moderators had sent it" if body.name == source.institution else "elsewhere"

"""What happens by itself: terms, reminders, endings; and wrong clocks, dead workers, summer time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, send_report
from municipalities.models import Institution
from notifications.actions import fan_out_event
from notifications.models import Notice
from reports import tasks
from reports.actions_desk import ask_info, edit_report, note_report
from reports.actions_reporter import give_info
from reports.actions_sending import confirm_report
from reports.actions_solved import deny_solved
from reports.clock import later
from reports.firing import fire_timer
from reports.lifecycle import ENDINGS, OPEN, Proof, Reason, Status
from reports.models import Assignment, Photo, Report, ReportEvent, Timer, TimerKind
from reports.timers import RULES, Rule
from tests.reports.living import START, clock, pass_time, status_of, sweep, told

__all__ = ["clock"]

pytestmark = pytest.mark.django_db(transaction=False)

# -- The table, row by row ----------------------------------------------------------------------------------


def test_an_unconfirmed_report_is_reminded_once_and_deleted_with_its_photos(
    clock: time_machine.Traveller, make_report: Callable[..., Report], django_capture_on_commit_callbacks: Any
) -> None:
    guest = Person.objects.for_address("guest@example.org")
    report = make_report(confirmed=False, photos=1, reporter=guest)
    photo = Photo.objects.get()
    pass_time(clock, 1.1)
    assert told("guest@example.org") == ["confirm", "confirm"]
    pass_time(clock, 12.8)
    assert status_of(report) == Status.UNCONFIRMED
    storage = photo.original.storage
    names = [str(file.name) for file in (photo.original, photo.large, photo.small)]
    assert all(storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        pass_time(clock, 0.3)
    assert told("guest@example.org") == []
    assert not Report.objects.exists()
    assert not Photo.objects.exists()
    assert not ReportEvent.objects.exists()
    assert not any(storage.exists(name) for name in names)
    assert not Person.objects.filter(pk=guest.pk).exists()  # nothing else was known of the address


def test_a_guest_with_another_report_stays(clock: time_machine.Traveller, make_report: Callable[..., Report]) -> None:
    guest = Person.objects.for_address("guest@example.org")
    make_report(confirmed=False, reporter=guest)
    kept = confirm_report(make_report(confirmed=False, reporter=guest))
    pass_time(clock, 15)
    assert [report.pk for report in Report.objects.all()] == [kept.pk]
    assert Person.objects.filter(pk=guest.pk).exists()


def test_a_confirmed_report_is_not_deleted(clock: time_machine.Traveller, make_report: Callable[..., Report]) -> None:
    report = make_report(confirmed=False)
    confirm_report(report)
    pass_time(clock, 20)
    assert status_of(report) == Status.SUBMITTED


def test_a_waiting_report_calls_the_employees_at_three_days_and_tells_the_reporter_at_seven(
    clock: time_machine.Traveller, submitted: Report, make_report: Callable[..., Report], employee: Person
) -> None:
    make_report(title="Másik")
    pass_time(clock, 2.9)
    assert not Notice.objects.exists()
    pass_time(clock, 0.2)
    notice = Notice.objects.get()  # one mail for both
    assert (notice.person, notice.status) == (employee, "sent")
    alarm = next(sent for sent in mail.outbox if sent.to == [employee.email])
    assert submitted.reference in alarm.body
    assert "Másik" in alarm.body
    pass_time(clock, 3.7)
    assert "delayed" not in told()
    pass_time(clock, 0.3)
    assert told().count("delayed") == 2
    assert status_of(submitted) == Status.SUBMITTED


def test_an_alarm_that_is_moot_is_not_sent(
    clock: time_machine.Traveller, submitted: Report, employee: Person, works: Institution, moderator: Person
) -> None:
    clock.shift(timedelta(days=3, minutes=1))
    assert fire_timer(submitted.timers.get(kind=TimerKind.ALARM).pk)
    for event in ReportEvent.objects.filter(processed_at=None):
        fan_out_event(event.pk)
    send_report(submitted, works, actor=moderator)
    sweep()
    assert Notice.objects.get().status == "cancelled"


def test_a_question_is_repeated_at_seven_days_and_ends_at_twenty_one(
    clock: time_machine.Traveller, submitted: Report, moderator: Person
) -> None:
    ask_info(submitted, "Melyik oldalon?", actor=moderator)
    pass_time(clock, 7.1)
    assert told()[-1] == "info_reminded"
    assert "Melyik oldalon?" in mail.outbox[-1].body
    pass_time(clock, 13.8)
    assert status_of(submitted) == Status.NEEDS_INFO
    pass_time(clock, 0.2)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.reason) == (Status.REJECTED, Reason.NO_INFO)
    assert told()[-1] == "rejected"
    assert submitted.events.get(kind="rejected").role == "system"


def test_an_answer_stops_the_question_and_a_second_question_counts_anew(
    clock: time_machine.Traveller, submitted: Report, moderator: Person, reporter: Person
) -> None:
    ask_info(submitted, "Melyik oldalon?", actor=moderator)
    pass_time(clock, 20)
    give_info(submitted, "A páros oldalon.", actor=reporter)
    ask_info(submitted, "És hány méterre?", actor=moderator)
    pass_time(clock, 20)
    assert status_of(submitted) == Status.NEEDS_INFO
    assert told().count("info_reminded") == 2


def test_done_is_asked_again_at_seven_days_and_believed_at_thirty(
    clock: time_machine.Traveller, assignment: Assignment
) -> None:
    say_done(assignment, "Kész.", actor=None)
    pass_time(clock, 7.1)
    assert told()[-1] == "solved_asked"
    assert "Kész." in mail.outbox[-1].body
    pass_time(clock, 22.8)
    assert status_of(assignment.report) == Status.AWAITING_CONFIRMATION
    pass_time(clock, 0.2)
    report = Report.objects.get(pk=assignment.report_id)
    assert (report.status, report.proof) == (Status.SOLVED, Proof.STATED)
    assignment.refresh_from_db()
    assert assignment.outcome == Assignment.Outcome.DONE
    assert told()[-1] == "solved"


def test_a_denied_solution_is_not_closed(
    clock: time_machine.Traveller, assignment: Assignment, reporter: Person
) -> None:
    say_done(assignment, "Kész.", actor=None)
    pass_time(clock, 8)
    deny_solved(Report.objects.get(pk=assignment.report_id), "Nem.", actor=reporter)
    pass_time(clock, 25)
    assert status_of(assignment.report) == Status.IN_PROGRESS


def test_progress_without_a_date_is_asked_at_sixty_days(clock: time_machine.Traveller, assignment: Assignment) -> None:
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 59.9)
    assert "progress_asked" not in told()
    pass_time(clock, 0.2)
    assert told()[-1] == "progress_asked"


def test_a_promise_is_asked_about_on_its_morning_and_a_week_later(
    clock: time_machine.Traveller, assignment: Assignment
) -> None:
    promise_date(assignment, date(2026, 6, 20), "", actor=None)
    own = Timer.objects.filter(done_at=None, assignment=None)
    due = list(own.order_by("due_at").values_list("kind", "due_at"))
    assert [(kind, timezone.localtime(at).strftime("%m-%d %H:%M")) for kind, at in due] == [
        ("ask_promised", "06-20 08:00"),
        ("ask_promised_again", "06-27 08:00"),
    ]
    pass_time(clock, 18)
    assert "progress_asked" not in told()
    pass_time(clock, 9)
    assert told().count("progress_asked") == 2


def test_a_new_promise_replaces_the_old_one(clock: time_machine.Traveller, assignment: Assignment) -> None:
    promise_date(assignment, date(2026, 6, 20), "", actor=None)
    promise_date(assignment, date(2026, 7, 20), "", actor=None)
    pass_time(clock, 40)
    assert "progress_asked" not in told()
    pass_time(clock, 10)
    assert told().count("progress_asked") == 1


# -- The clock is fair --------------------------------------------------------------------------------------


def test_no_note_and_no_edit_moves_a_clock(clock: time_machine.Traveller, submitted: Report, moderator: Person) -> None:
    ask_info(submitted, "Melyik oldalon?", actor=moderator)
    before = set(submitted.timers.values_list("kind", "due_at"))
    pass_time(clock, 3)
    note_report(submitted, "Jegyzet.", actor=moderator)
    edit_report(submitted, {"title": "Más cím"}, actor=moderator)
    assert set(submitted.timers.filter(done_at=None).values_list("kind", "due_at")) <= before
    pass_time(clock, 18.1)
    assert status_of(submitted) == Status.REJECTED


def test_a_timer_fires_once(clock: time_machine.Traveller, submitted: Report) -> None:
    timer = submitted.timers.get(kind=TimerKind.TELL_DELAY)
    clock.shift(timedelta(days=7, minutes=1))
    assert fire_timer(timer.pk)
    assert not fire_timer(timer.pk)
    assert submitted.events.filter(kind="delay_told").count() == 1


def test_a_worker_that_stood_still_reminds_first_and_ends_a_week_later(
    clock: time_machine.Traveller, submitted: Report, moderator: Person
) -> None:
    ask_info(submitted, "Melyik oldalon?", actor=moderator)
    clock.shift(timedelta(days=60))
    sweep()
    assert told()[-1] == "info_reminded"
    assert status_of(submitted) == Status.NEEDS_INFO
    pass_time(clock, 6.9)
    assert status_of(submitted) == Status.NEEDS_INFO
    pass_time(clock, 0.2)
    assert status_of(submitted) == Status.REJECTED


def test_a_clock_that_ran_ahead_ends_nothing_and_repeats_nothing(
    clock: time_machine.Traveller, submitted: Report, moderator: Person
) -> None:
    ask_info(submitted, "Melyik oldalon?", actor=moderator)
    clock.move_to(START + timedelta(days=400))
    sweep()  # the reminder goes out too early: one mail, nothing lost
    assert status_of(submitted) == Status.NEEDS_INFO
    clock.move_to(START + timedelta(minutes=5))
    sweep()
    pass_time(clock, 20.8)
    assert status_of(submitted) == Status.NEEDS_INFO
    assert told().count("info_reminded") == 1
    pass_time(clock, 400)
    assert status_of(submitted) == Status.REJECTED


def test_a_clock_set_back_fires_nothing_a_second_time(clock: time_machine.Traveller, assignment: Assignment) -> None:
    say_done(assignment, "Kész.", actor=None)
    pass_time(clock, 8)
    clock.move_to(START)
    pass_time(clock, 8)
    assert told().count("solved_asked") == 1


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])  # the nights before the clocks change
def test_summer_time_moves_no_hour(day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 9, 30, tzinfo=timezone.get_current_timezone())
    week = later(moment, timedelta(days=7))
    assert (week.date(), week.hour, week.minute) == (day + timedelta(days=7), 9, 30)
    assert (week - moment.astimezone(UTC)) in (timedelta(days=7, hours=-1), timedelta(days=7, hours=1))


def test_an_hour_that_does_not_exist_is_still_a_moment() -> None:
    moment = datetime(2026, 3, 28, 2, 30, tzinfo=timezone.get_current_timezone())
    skipped = later(moment, timedelta(days=1))
    assert skipped.astimezone(UTC) > moment.astimezone(UTC)


def test_a_failure_is_kept_and_tried_again_later(
    clock: time_machine.Traveller, submitted: Report, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    timer = submitted.timers.get(kind=TimerKind.TELL_DELAY)
    clock.shift(timedelta(days=7, minutes=1))
    with monkeypatch.context() as broken:
        broken.setattr("reports.firing.write_event", lambda *_a, **_k: 1 / 0)
        assert not fire_timer(timer.pk)
    timer.refresh_from_db()
    assert (timer.tries, timer.done_at) == (1, None)
    assert "ZeroDivisionError" in timer.last_error
    assert not fire_timer(timer.pk)  # not due again yet
    clock.shift(timedelta(minutes=6))
    assert fire_timer(timer.pk)


def test_what_changed_around_the_actions_fires_nothing(clock: time_machine.Traveller, submitted: Report) -> None:
    timer = submitted.timers.get(kind=TimerKind.TELL_DELAY)
    Report.objects.filter(pk=submitted.pk).update(status=Status.NEEDS_INFO)
    clock.shift(timedelta(days=8))
    assert not fire_timer(timer.pk)
    assert not submitted.timers.filter(pk=timer.pk).exists()


def test_questions_and_praise_are_not_asked_for_a_solution(
    clock: time_machine.Traveller, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    question = send_report(make_report(kind=Report.Kind.QUESTION), works, actor=moderator)
    answer_report(question, "Igen.", actor=None)
    assert not question.report.timers.filter(done_at=None).exists()


def test_the_sweep_announces_what_is_due(
    clock: time_machine.Traveller,
    submitted: Report,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert tasks.sweep_timers() == 0
    clock.shift(timedelta(days=3, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_timers() == 1
    assert announced == [("reports.fire_timer", submitted.timers.get(kind=TimerKind.ALARM).pk)]


def test_the_sweep_reads_its_index(submitted: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        due = Timer.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at")
        assert "timer_due" in due.explain()


# -- Every open status ----------------------------------------------------------------------------------------


def test_every_open_status_has_its_timer() -> None:
    """`draft` is `Draft` rows (their own test)."""
    own = {kind: rule for kind, rule in RULES.items() if isinstance(rule, Rule)}
    endings = {status: kind for kind in LAST_STEPS for status in own[kind].statuses}
    endings |= {Status.SENT: TimerKind.NO_ANSWER, Status.IN_PROGRESS: TimerKind.NO_SOLUTION}
    assert set(endings) == set(OPEN) - {Status.DRAFT}
    for status, kind in endings.items():
        assert ENDINGS[status].after == settings.TERMS[kind.value]


LAST_STEPS = (TimerKind.FORGET, TimerKind.ALARM, TimerKind.INFO_ENDS, TimerKind.SOLVED_STATED)


def test_every_kind_has_a_term_and_an_act() -> None:
    from reports.firing import ACTS
    from reports.firing_of_bodies import BODY_ACTS
    from reports.timers_of_bodies import BODY_RULES

    assert set(RULES) == set(TimerKind)
    assert set(BODY_RULES) == set(BODY_ACTS)
    assert set(ACTS) == set(RULES) - set(BODY_RULES)
    assert {kind.value for kind in TimerKind} == set(settings.TERMS)


# -- Originals ------------------------------------------------------------------------------------------------


def test_originals_go_when_their_term_is_over(
    clock: time_machine.Traveller,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    waiting = make_report(photos=1)
    done = make_report(photos=1, title="Kész")
    say_done(send_report(done, works, actor=moderator), "Kész.", actor=None)
    pass_time(clock, 31)
    assert status_of(done) == Status.SOLVED
    storage = done.photos.get().original.storage
    name = str(done.photos.get().original.name)
    clock.shift(timedelta(days=178))
    assert tasks.purge_originals() == 0
    clock.shift(timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.purge_originals() == 1
    assert tasks.purge_originals() == 0
    photo = done.photos.get()
    assert not photo.original
    assert not storage.exists(name)
    assert storage.exists(str(photo.large.name))
    assert waiting.photos.get().original

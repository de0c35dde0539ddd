"""The bodies' clocks: reminders, the second contact, the end of a turn, and what does not move them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone, translation

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from forwarding.actions_letters import recall_report, repeat_report
from forwarding.clocks import adopt_report, without_clocks
from forwarding.models import Dispatch
from moderation.acts import recorded, undo_act
from moderation.models import Act
from municipalities.models import Category, Contact, Counting, Institution, Responsibility
from reports.actions_desk import edit_report, hide_report, note_report, restore_report
from reports.actions_merge import merge_reports, separate_report
from reports.actions_reporter import reopen_report
from reports.actions_solved import confirm_solved, deny_solved
from reports.firing import fire_timer
from reports.lifecycle import WITH_BODY, EventKind, MoveNotAllowed, Proof, Reason, Role, Status
from reports.models import Assignment, Report, Timer, TimerKind
from reports.outbox import write_event
from reports.timers import schedule_timers
from tests.reports.living import START, clock, next_moment, pass_time, status_of, sweep, told

__all__ = ["clock"]

pytestmark = pytest.mark.django_db(transaction=False)

Outcome = Assignment.Outcome
Clock = time_machine.Traveller


@pytest.fixture(autouse=True)
def _at_the_start(clock: Clock) -> None:
    """All of these begin on 1 June 2026; the case is due by the end of 1 July."""


def letters(to: str = "ugyfel@utkezelo.example") -> list[str]:
    sent = Dispatch.objects.filter(address=to, status="sent").order_by("pk")
    return list(sent.values_list("event__kind", flat=True))


def fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("report").get(pk=assignment.pk)


def ended(assignment: Assignment) -> tuple[str, str, str]:
    row = fresh(assignment)
    return row.report.status, row.report.reason, row.outcome


def day_of(assignment: Assignment) -> date:
    assert assignment.due_at is not None
    return timezone.localdate(assignment.due_at)


# -- The table: no answer -----------------------------------------------------------------------------------


def test_a_silent_body_is_reminded_and_its_turn_ends_after_sixty_days(clock: Clock, assignment: Assignment) -> None:
    assert day_of(assignment) == date(2026, 7, 1)
    pass_time(clock, 22.8)  # 24 June, early
    assert letters() == ["sent"]
    pass_time(clock, 0.2)
    assert letters() == ["sent", "body_reminded"]
    assert "2026. július 1" in str(mail.outbox[-1].body)
    pass_time(clock, 7)
    assert letters() == ["sent", "body_reminded", "body_reminded"]
    assert not Report.objects.overdue().exists()  # it has until midnight
    pass_time(clock, 1)
    assert Report.objects.overdue().exists()
    pass_time(clock, 14)
    assert letters()[-1] == "escalated"
    pass_time(clock, 14.9)
    assert status_of(assignment.report) == Status.SENT
    pass_time(clock, 0.2)
    assert ended(assignment) == (Status.UNRESOLVED, Reason.NO_ANSWER, Outcome.NO_ANSWER)
    assert told()[-1] == "unresolved"
    assert next_moment() is None


def test_the_second_contact_hears_of_silence(clock: Clock, assignment: Assignment) -> None:
    Contact.objects.create(institution=assignment.institution, address="masodik@utkezelo.example", position=1)
    pass_time(clock, 46)
    assert letters("masodik@utkezelo.example") == ["escalated"]
    letter = mail.outbox[-1]
    assert letter.to == ["masodik@utkezelo.example"]
    assert "/office/case/" in letter.body or "http" in letter.body
    assert letters()[-1] == "body_reminded"


def test_the_one_marked_for_it_comes_before_the_next_and_never_first(
    clock: Clock, works: Institution, submitted: Report, moderator: Person
) -> None:
    Contact.objects.create(institution=works, address="kovetkezo@utkezelo.example", position=1)
    boss = Contact.objects.create(institution=works, address="fonok@utkezelo.example", for_escalation=True)
    Contact.objects.filter(address="ugyfel@utkezelo.example").update(position=2)
    assignment = send_report(submitted, works, actor=moderator)
    assert assignment.contact is not None
    assert assignment.contact.address == "kovetkezo@utkezelo.example"
    pass_time(clock, 46)
    assert letters("fonok@utkezelo.example") == ["escalated"]
    boss.is_active = False
    boss.save()
    second = works.contact_for_escalation(assignment.contact)
    assert second is not None
    assert second.address == "ugyfel@utkezelo.example"


@pytest.mark.parametrize("days", [1, 3, 8])
def test_a_short_deadline_is_not_reminded_before_or_right_after_sending(
    clock: Clock, submitted: Report, works: Institution, rule: Responsibility, moderator: Person, days: int
) -> None:
    rule.answer_days = days
    rule.save()
    assignment = send_report(submitted, works, responsibility=rule, actor=moderator)
    assert not assignment.timers.filter(kind=TimerKind.REMIND_BEFORE).exists()
    assert not Timer.objects.filter(due_at__lte=timezone.now()).exists()
    pass_time(clock, days + 0.5)
    assert letters() == ["sent", "body_reminded"]
    pass_time(clock, 60 - days)
    assert ended(assignment)[1] == Reason.NO_ANSWER


def test_a_long_deadline_is_not_cut_short(
    clock: Clock, submitted: Report, works: Institution, rule: Responsibility, moderator: Person
) -> None:
    rule.answer_days, rule.counting = 60, Counting.WORKING
    rule.save()
    assignment = send_report(submitted, works, responsibility=rule, actor=moderator)
    assert day_of(assignment) == date(2026, 8, 25)  # 20 August is a holiday
    pass_time(clock, 84)
    assert letters() == ["sent", "body_reminded"]
    pass_time(clock, 30)
    assert status_of(submitted) == Status.SENT
    pass_time(clock, 2)
    assert status_of(submitted) == Status.UNRESOLVED


def test_the_deadline_is_frozen_at_sending(
    submitted: Report, works: Institution, rule: Responsibility, moderator: Person
) -> None:
    assignment = send_report(submitted, works, responsibility=rule, actor=moderator)
    rule.answer_days, rule.counting = 3, Counting.WORKING
    rule.save()
    edit_report(submitted, {"title": "Más"}, actor=moderator)
    row = fresh(assignment)
    assert (row.answer_days, row.counting, row.due_at) == (15, Counting.CALENDAR, assignment.due_at)
    assert row.report.due_at == assignment.due_at


# -- The table: in progress ---------------------------------------------------------------------------------


def test_without_a_date_the_body_is_asked_at_thirty_the_reporter_at_sixty_and_it_ends_at_120(
    clock: Clock, assignment: Assignment
) -> None:
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 29.9)
    assert letters() == ["sent"]
    pass_time(clock, 0.2)
    assert letters() == ["sent", "date_asked"]
    pass_time(clock, 30)
    assert told()[-1] == "progress_asked"
    pass_time(clock, 59.8)
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 0.2)
    assert ended(assignment) == (Status.UNRESOLVED, Reason.NO_SOLUTION, Outcome.UNSOLVED)
    assert next_moment() is None


def test_a_promise_is_asked_about_twice_and_ends_thirty_days_after_its_day(
    clock: Clock, assignment: Assignment
) -> None:
    promise_date(assignment, date(2026, 6, 20), "", actor=None)
    pass_time(clock, 18.7)
    assert letters() == ["sent"]
    pass_time(clock, 0.3)
    assert letters() == ["sent", "promise_asked"]
    assert told()[-1] == "progress_asked"
    assert not Report.objects.overdue().exists()
    pass_time(clock, 1)
    assert Report.objects.overdue().exists()
    pass_time(clock, 6)
    assert letters() == ["sent", "promise_asked", "promise_asked"]
    pass_time(clock, 22.7)
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 0.3)
    assert ended(assignment) == (Status.UNRESOLVED, Reason.PROMISE_NOT_KEPT, Outcome.NOT_KEPT)
    assert next_moment() is None


def test_a_new_promise_moves_its_own_terms_only(clock: Clock, assignment: Assignment) -> None:
    promise_date(assignment, date(2026, 6, 20), "", actor=None)
    pass_time(clock, 20)
    promise_date(assignment, date(2026, 8, 20), "", actor=None)
    pass_time(clock, 59)
    assert letters() == ["sent", "promise_asked"]
    assert fresh(assignment).due_at == assignment.due_at
    pass_time(clock, 60)
    assert ended(assignment)[1] == Reason.PROMISE_NOT_KEPT


def test_a_citizens_no_clears_the_date_and_the_work_ends_all_the_same(
    clock: Clock, assignment: Assignment, reporter: Person
) -> None:
    promise_date(assignment, date(2026, 6, 20), "", actor=None)
    say_done(assignment, "Kész.", actor=None)
    deny_solved(fresh(assignment).report, "Nem.", actor=reporter)
    pass_time(clock, 121)
    assert ended(assignment) == (Status.UNRESOLVED, Reason.NO_SOLUTION, Outcome.UNSOLVED)


# -- Every end is reversible --------------------------------------------------------------------------------


def test_a_late_answer_to_no_answer_moves_the_report_and_its_work_is_timed_anew(
    clock: Clock, assignment: Assignment
) -> None:
    pass_time(clock, 61)
    answer_report(assignment, "Elnézést, most látjuk.", actor=None)
    row = fresh(assignment)
    assert (row.report.status, row.report.reason, row.outcome, row.ended_at) == ("in_progress", "", Outcome.OPEN, None)
    pass_time(clock, 119)
    assert status_of(row.report) == Status.IN_PROGRESS
    pass_time(clock, 2)
    assert ended(assignment)[1] == Reason.NO_SOLUTION


def test_a_late_answer_to_another_end_is_shown_and_moves_nothing(clock: Clock, assignment: Assignment) -> None:
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 121)
    answer_report(assignment, "Még mindig intézzük.", actor=None)
    assert ended(assignment)[:2] == (Status.UNRESOLVED, Reason.NO_SOLUTION)
    said = assignment.report.events.filter(kind=EventKind.ANSWERED).values_list("text__text", flat=True)
    assert list(said) == ["Intézzük.", "Még mindig intézzük."]


def run_out(clock: Clock, assignment: Assignment, reason: Reason) -> Assignment:
    if reason == Reason.PROMISE_NOT_KEPT:
        promise_date(assignment, date(2026, 6, 20), "", actor=None)
    elif reason == Reason.NO_SOLUTION:
        answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 125)
    assert ended(assignment)[:2] == (Status.UNRESOLVED, reason)
    return fresh(assignment)


RAN_OUT = [Reason.NO_ANSWER, Reason.PROMISE_NOT_KEPT, Reason.NO_SOLUTION]


@pytest.mark.parametrize("reason", RAN_OUT)
def test_done_said_after_the_end_waits_for_confirmation(
    clock: Clock, assignment: Assignment, reporter: Person, reason: Reason
) -> None:
    assignment = run_out(clock, assignment, reason)
    say_done(assignment, "Elkészült.", actor=None)
    row = fresh(assignment)
    assert (row.report.status, row.outcome) == (Status.AWAITING_CONFIRMATION, Outcome.OPEN)
    pass_time(clock, 31)
    assert (status_of(row.report), fresh(row).outcome) == (Status.SOLVED, Outcome.DONE)


@pytest.mark.parametrize("reason", RAN_OUT)
def test_a_promise_after_the_end_is_a_promise(clock: Clock, assignment: Assignment, reason: Reason) -> None:
    assignment = run_out(clock, assignment, reason)
    promise_date(assignment, timezone.localdate() + timedelta(days=10), "", actor=None)
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 42)
    assert ended(assignment) == (Status.UNRESOLVED, Reason.PROMISE_NOT_KEPT, Outcome.NOT_KEPT)


@pytest.mark.parametrize("reason", RAN_OUT)
def test_a_passer_bys_proof_and_a_reporters_word_reverse_each_end(
    clock: Clock, assignment: Assignment, reporter: Person, stranger: Person, reason: Reason
) -> None:
    assignment = run_out(clock, assignment, reason)
    reopen_report(assignment.report, "Még ott van.", actor=reporter)
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 121)
    assert ended(assignment)[:2] == (Status.UNRESOLVED, Reason.NO_SOLUTION)
    confirm_solved(assignment.report, actor=stranger, proof=Proof.PHOTO, role=Role.CITIZEN)
    assert status_of(assignment.report) == Status.SOLVED


@pytest.mark.parametrize("reason", RAN_OUT)
def test_another_body_gets_a_clock_of_its_own_after_each_end(
    clock: Clock, assignment: Assignment, gardens: Institution, moderator: Person, reason: Reason
) -> None:
    assignment = run_out(clock, assignment, reason)
    other = send_report(assignment.report, gardens, actor=moderator)
    assert day_of(other) == timezone.localdate() + timedelta(days=30)
    pass_time(clock, 61)
    assert ended(other) == (Status.UNRESOLVED, Reason.NO_ANSWER, Outcome.NO_ANSWER)
    with pytest.raises(MoveNotAllowed):
        say_done(assignment, "Kész.", actor=None)  # it is not theirs any more


# -- The clock restarts by handing over, and by nothing else ------------------------------------------------


def _note(assignment: Assignment, moderator: Person, other: Report) -> None:
    note_report(assignment.report, "Felhívtam őket.", actor=moderator)


def _edit(assignment: Assignment, moderator: Person, other: Report) -> None:
    edit_report(assignment.report, {"title": "Nagy kátyú"}, actor=moderator)


def _merge(assignment: Assignment, moderator: Person, other: Report) -> None:
    merge_reports(other, assignment.report, actor=moderator)


def _merge_and_separate(assignment: Assignment, moderator: Person, other: Report) -> None:
    send_report(other, assignment.institution, actor=moderator)
    merge_reports(assignment.report, other, actor=moderator)
    separate_report(assignment.report, actor=moderator)


def _hide_and_restore(assignment: Assignment, moderator: Person, other: Report) -> None:
    hide_report(assignment.report, "", actor=moderator)
    restore_report(assignment.report, actor=moderator)


def _answer_and_undo(assignment: Assignment, moderator: Person, other: Report) -> None:
    with recorded("answer", assignment.report, actor=moderator):
        answer_report(assignment, "Intézzük.", actor=moderator, role=Role.MODERATOR)
    undo_act(Act.objects.latest("pk"), actor=moderator)


def _send_again(assignment: Assignment, moderator: Person, other: Report) -> None:
    send_report(assignment.report, assignment.institution, actor=moderator)


def _repeat(assignment: Assignment, moderator: Person, other: Report) -> None:
    sweep()
    repeat_report(assignment, "Nem kaptátok meg?", actor=moderator)


BETWEEN = [_note, _edit, _merge, _merge_and_separate, _hide_and_restore, _answer_and_undo, _send_again, _repeat]


@pytest.mark.parametrize("act", BETWEEN)
def test_what_happens_in_between_moves_no_clock_of_an_answer(
    clock: Clock,
    assignment: Assignment,
    moderator: Person,
    make_report: Callable[..., Report],
    act: Callable[[Assignment, Person, Report], None],
) -> None:
    due = assignment.due_at
    pass_time(clock, 10)
    act(assignment, moderator, make_report(title="Másik"))
    report = Report.objects.get(pk=assignment.report_id)
    assert (report.status, report.due_at) == (Status.SENT, due)
    assert report.age_days == 10
    pass_time(clock, 49.9)
    assert status_of(report) == Status.SENT
    pass_time(clock, 0.3)
    assert status_of(report) == Status.UNRESOLVED


@pytest.mark.parametrize("act", [_note, _edit, _merge, _merge_and_separate, _hide_and_restore])
def test_what_happens_in_between_moves_no_clock_of_the_work(
    clock: Clock,
    assignment: Assignment,
    moderator: Person,
    make_report: Callable[..., Report],
    act: Callable[[Assignment, Person, Report], None],
) -> None:
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 50)
    act(assignment, moderator, make_report(title="Másik"))
    pass_time(clock, 69.9)
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 0.3)
    assert ended(assignment)[1] == Reason.NO_SOLUTION


def test_more_words_of_the_body_move_no_clock_of_the_work(clock: Clock, assignment: Assignment) -> None:
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 100)
    answer_report(assignment, "Még intézzük.", actor=None)
    pass_time(clock, 20.1)
    assert ended(assignment)[1] == Reason.NO_SOLUTION


@pytest.mark.parametrize(("days", "later"), [(25, ["body_reminded", "escalated"]), (35, ["escalated"]), (46, [])])
def test_sent_once_more_it_hears_no_reminder_again(
    clock: Clock, assignment: Assignment, moderator: Person, days: int, later: list[str]
) -> None:
    pass_time(clock, days)
    before = letters()
    _send_again(assignment, moderator, assignment.report)
    pass_time(clock, 0.1)
    assert letters() == [*before, "sent"]
    pass_time(clock, 59.8 - days)
    assert letters() == [*before, "sent", *later]
    pass_time(clock, 0.4)
    assert status_of(assignment.report) == Status.UNRESOLVED


def test_handing_over_restarts_the_clock_and_the_age_stays(
    clock: Clock, assignment: Assignment, gardens: Institution, moderator: Person
) -> None:
    pass_time(clock, 40)
    other = send_report(assignment.report, gardens, actor=moderator)
    assert day_of(other) == date(2026, 8, 10)
    report = Report.objects.get(pk=other.report_id)
    assert (report.due_at, report.age_days) == (other.due_at, 40)
    assert not assignment.timers.filter(done_at=None).exists()
    pass_time(clock, 31)
    assert letters("info@fokert.example") == ["sent", "body_reminded", "body_reminded"]


@pytest.mark.parametrize("is_refused", [True, False])
def test_what_nobody_has_ends_as_nobodys(
    clock: Clock, assignment: Assignment, moderator: Person, is_refused: bool
) -> None:
    pass_time(clock, 10)
    if is_refused:
        say_not_ours(assignment, "Nem a miénk.", actor=None)
    else:
        recall_report(assignment, "Tévedés.", actor=moderator)
    pass_time(clock, 59.9)
    assert letters()[1:] in ([], ["recalled"])
    assert status_of(assignment.report) == Status.SENT
    pass_time(clock, 0.2)
    assert ended(assignment)[:2] == (Status.UNRESOLVED, Reason.NOBODY)


# -- Several bodies -----------------------------------------------------------------------------------------


def second_body(report: Report, institution: Institution) -> Assignment:
    now = timezone.now()
    assignment = Assignment.objects.create(
        report=report,
        institution=institution,
        contact=institution.contact_for_sending(),
        is_lead=False,
        title=report.title,
        text=report.description,
        sent_at=now,
        clock_from=now,
        answer_days=30,
        due_at=report.due_at,
    )
    write_event(report, EventKind.SENT, actor=None, role=Role.MODERATOR, assignment=assignment)
    return assignment


def test_each_body_has_its_clock_and_only_the_leading_one_moves_the_report(
    clock: Clock, assignment: Assignment, gardens: Institution
) -> None:
    other = second_body(assignment.report, gardens)
    pass_time(clock, 20)
    answer_report(assignment, "Intézzük.", actor=None)
    pass_time(clock, 26)
    assert letters("info@fokert.example") == ["sent", "body_reminded", "body_reminded", "escalated"]
    pass_time(clock, 15)
    assert (status_of(assignment.report), fresh(other).outcome) == (Status.IN_PROGRESS, Outcome.NO_ANSWER)
    line = assignment.report.events.get(kind=EventKind.RAN_OUT)
    with translation.override("en"):
        assert "Egyváros Főkert" in line.sentence
        assert "no answer came" in line.sentence
    pass_time(clock, 80)
    assert ended(assignment)[1] == Reason.NO_SOLUTION


def test_a_further_body_that_answered_is_asked_for_a_date_and_its_turn_ends(
    clock: Clock, assignment: Assignment, gardens: Institution
) -> None:
    other = second_body(assignment.report, gardens)
    answer_report(other, "A fát mi nézzük meg.", actor=None)
    assert status_of(assignment.report) == Status.SENT
    promise_date(assignment, date(2027, 1, 10), "", actor=None)
    pass_time(clock, 31)
    assert letters("info@fokert.example") == ["sent", "date_asked"]
    pass_time(clock, 90)
    assert (status_of(assignment.report), fresh(other).outcome) == (Status.IN_PROGRESS, Outcome.UNSOLVED)


# -- Questions, praise, bodies that take no letters -----------------------------------------------------------


def test_a_question_has_no_deadline_and_ends_after_sixty_days(
    clock: Clock, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    question = send_report(make_report(kind=Report.Kind.QUESTION), works, actor=moderator)
    assert question.due_at is None
    pass_time(clock, 59.9)
    assert letters() == ["sent"]
    pass_time(clock, 0.2)
    assert ended(question) == (Status.UNRESOLVED, Reason.NO_ANSWER, Outcome.NO_ANSWER)
    answer_report(question, "Igen.", actor=None)
    assert status_of(question.report) == Status.ANSWERED


def test_a_question_that_was_opened_again_ends_too(
    clock: Clock, make_report: Callable[..., Report], works: Institution, moderator: Person, reporter: Person
) -> None:
    question = send_report(make_report(kind=Report.Kind.QUESTION), works, actor=moderator)
    answer_report(question, "Igen.", actor=None)
    reopen_report(question.report, "Ez nem válasz.", actor=reporter)
    pass_time(clock, 121)
    assert ended(question)[:2] == (Status.UNRESOLVED, Reason.NO_ANSWER)


def test_praise_has_no_clock(
    clock: Clock, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    praise = send_report(make_report(kind=Report.Kind.PRAISE), works, actor=moderator)
    assert praise.due_at is None
    assert not Timer.objects.filter(report=praise.report, done_at=None).exists()


def test_a_report_of_a_refusing_body_ends_without_reminders(
    clock: Clock, submitted: Report, refuser: Institution, moderator: Person
) -> None:
    assignment = send_report(submitted, refuser, actor=moderator)
    assert assignment.due_at is None
    pass_time(clock, 61)
    assert ended(assignment)[:2] == (Status.UNRESOLVED, Reason.NO_ANSWER)
    assert not Dispatch.objects.exists()


# -- Clocks and workers gone wrong ----------------------------------------------------------------------------


def test_a_worker_that_stood_still_for_a_season_reminds_first_and_ends_weeks_later(
    clock: Clock, assignment: Assignment
) -> None:
    sweep()
    clock.shift(timedelta(days=100))
    for _ in range(3):
        sweep()
    assert letters() == ["sent", "body_reminded"]  # one letter, not three at once
    pass_time(clock, 6.9)
    assert letters() == ["sent", "body_reminded"]
    pass_time(clock, 0.2)
    assert letters() == ["sent", "body_reminded", "escalated"]
    pass_time(clock, 6.8)
    assert status_of(assignment.report) == Status.SENT
    pass_time(clock, 0.3)
    assert status_of(assignment.report) == Status.UNRESOLVED


@pytest.mark.parametrize("is_promised", [True, False])
def test_work_is_not_ended_the_minute_somebody_is_asked(
    clock: Clock, assignment: Assignment, is_promised: bool
) -> None:
    if is_promised:
        promise_date(assignment, date(2026, 6, 20), "", actor=None)
    else:
        answer_report(assignment, "Intézzük.", actor=None)
    sweep()
    clock.shift(timedelta(days=300))
    for _ in range(3):
        sweep()
    assert len(letters()) == 2
    assert told().count("progress_asked") == 1
    assert status_of(assignment.report) == Status.IN_PROGRESS
    pass_time(clock, 15)
    assert status_of(assignment.report) == Status.UNRESOLVED


def test_a_clock_that_ran_ahead_ends_nothing(clock: Clock, assignment: Assignment) -> None:
    sweep()
    clock.move_to(START + timedelta(days=400))
    sweep()  # one reminder too early
    clock.move_to(START + timedelta(minutes=5))
    sweep()
    pass_time(clock, 59.5)
    assert status_of(assignment.report) == Status.SENT
    assert letters().count("body_reminded") <= 2
    pass_time(clock, 400)
    assert status_of(assignment.report) == Status.UNRESOLVED


def test_a_clock_set_back_reminds_nobody_twice(clock: Clock, assignment: Assignment) -> None:
    pass_time(clock, 46)
    before = letters()
    clock.move_to(START)
    pass_time(clock, 46)
    assert letters() == before


@pytest.mark.parametrize("start", [datetime(2026, 3, 1, 10, tzinfo=UTC), datetime(2026, 10, 1, 10, tzinfo=UTC)])
def test_reminders_come_in_the_morning_before_and_after_the_clocks_change(
    clock: Clock, submitted: Report, works: Institution, moderator: Person, start: datetime
) -> None:
    clock.move_to(start)
    assignment = send_report(submitted, works, actor=moderator)
    kinds = (TimerKind.REMIND_BEFORE, TimerKind.REMIND_DUE, TimerKind.ESCALATE)
    moments = [timezone.localtime(timer.due_at) for timer in assignment.timers.filter(kind__in=kinds)]
    assert {moment.strftime("%H:%M") for moment in moments} == {"08:00"}
    assert [(moment.date() - start.date()).days for moment in sorted(moments)] == [23, 30, 45]


def test_an_answer_between_the_sweep_and_the_firing_stops_it(clock: Clock, assignment: Assignment) -> None:
    timer = assignment.timers.get(kind=TimerKind.REMIND_DUE)
    clock.shift(timedelta(days=31))
    answer_report(assignment, "Intézzük.", actor=None)
    assert not fire_timer(timer.pk)
    assert not assignment.report.events.filter(kind=EventKind.BODY_REMINDED).exists()


def test_writing_the_timers_again_changes_nothing(clock: Clock, assignment: Assignment) -> None:
    pass_time(clock, 31)
    rows = set(Timer.objects.values_list("kind", "base", "due_at", "done_at"))
    schedule_timers(Report.objects.get(pk=assignment.report_id))
    assert set(Timer.objects.values_list("kind", "base", "due_at", "done_at")) == rows


# -- Reports that came without a clock ------------------------------------------------------------------------


@pytest.fixture
def imported(assignment: Assignment) -> Assignment:
    """Open since before our time, and nobody keeps its time."""
    Timer.objects.all().delete()
    Dispatch.objects.all().delete()
    long_ago = START - timedelta(days=500)
    Assignment.objects.update(sent_at=long_ago, clock_from=None, due_at=None)
    Report.objects.update(
        status_since=long_ago, created_at=long_ago, submitted_at=long_ago, due_at=None, source="x", reporter=None
    )
    return fresh(assignment)


def test_an_imported_report_has_no_timer_until_staff_adopt_it(clock: Clock, imported: Assignment, capsys: Any) -> None:
    pass_time(clock, 100)
    assert status_of(imported.report) == Status.SENT
    call_command("adopt_reports")
    assert "1 open reports have no clock" in capsys.readouterr().out
    assert not Timer.objects.exists()
    call_command("adopt_reports", "--commit")
    assert "1 reports have their clocks now" in capsys.readouterr().out
    row = fresh(imported)
    assert day_of(row) == timezone.localdate() + timedelta(days=30)
    assert row.report.age_days == 600
    assert not without_clocks().exists()
    assert not adopt_report(row.report, actor=None)
    pass_time(clock, 59.9)
    assert letters() == ["body_reminded", "body_reminded", "escalated"]
    pass_time(clock, 0.2)
    assert ended(imported)[:2] == (Status.UNRESOLVED, Reason.NO_ANSWER)


@pytest.mark.parametrize("status", WITH_BODY)
def test_every_imported_open_report_ends_once_it_is_adopted(
    clock: Clock, imported: Assignment, status: Status, moderator: Person
) -> None:
    Report.objects.update(status=status)
    assert adopt_report(imported.report, actor=moderator)
    sweep()
    assert status_of(imported.report) == status
    pass_time(clock, 121)
    assert status_of(imported.report) in (Status.SOLVED, Status.UNRESOLVED)


def test_an_imported_report_that_nobody_has_goes_to_the_desk_and_ends(
    clock: Clock, imported: Assignment, moderator: Person
) -> None:
    Assignment.objects.update(outcome=Outcome.ENDED, ended_at=timezone.now())
    assert adopt_report(imported.report, actor=moderator)
    assert Report.objects.get(pk=imported.report_id).needs_rerouting
    pass_time(clock, 500)
    assert status_of(imported.report) == Status.UNRESOLVED


# -- Letters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["hu", "en"])
def test_reminders_are_polite_in_both_languages_and_bring_the_case(
    clock: Clock, works: Institution, submitted: Report, moderator: Person, potholes: Category, language: str
) -> None:
    Contact.objects.update(language=language)
    assignment = send_report(submitted, works, actor=moderator)
    pass_time(clock, 46)
    promise_date(assignment, timezone.localdate() + timedelta(days=3), "", actor=None)
    pass_time(clock, 4)
    said = {"en": ["Please answer:", "No answer yet:", "Is it done?"]}
    said["hu"] = ["Válaszra várunk:", "Még nincs válasz:", "Elkészült?"]
    subjects = [str(m.subject) for m in mail.outbox if m.to == ["ugyfel@utkezelo.example"]]
    for words in said[language]:
        assert any(words in subject for subject in subjects), subjects
    for letter in mail.outbox:
        if letter.to == ["ugyfel@utkezelo.example"]:
            assert submitted.reference in str(letter.subject)
            assert "http" in str(letter.body)

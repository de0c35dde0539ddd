"""The main job through the actions alone: rows, events, dispatches."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from forwarding.models import Dispatch
from municipalities.models import Category, Institution, Responsibility
from reports.actions import ChangedMeanwhile
from reports.actions_desk import edit_report, hide_report, restore_report
from reports.actions_follow import support_report, unsupport_report
from reports.actions_reporter import withdraw_report
from reports.actions_sending import confirm_report
from reports.actions_solved import confirm_solved, deny_solved
from reports.lifecycle import EventKind, MoveNotAllowed, Status
from reports.models import Assignment, MapCell, Report, ReportEvent

pytestmark = pytest.mark.django_db


def kinds(report: Report) -> list[str]:
    return list(report.events.values_list("kind", flat=True))


def test_from_guest_to_solved(
    make_report: Callable[..., Report], reporter: Person, moderator: Person, works: Institution, rule: Responsibility
) -> None:
    report = make_report(confirmed=False, photos=1)
    assert report.status == Status.UNCONFIRMED

    report = confirm_report(confirm_report(report))
    assert report.status == Status.SUBMITTED
    assert report.submitted_at is not None

    assignment = send_report(report, works, actor=moderator, responsibility=rule)
    report.refresh_from_db()
    assert report.status == Status.SENT
    assert report.institution == works
    assert assignment.due_at is not None
    due = timezone.localtime(assignment.due_at)
    assert due.date() == timezone.localdate(assignment.sent_at) + timedelta(days=15)
    assert due.strftime("%H:%M") == "23:59"
    assert Dispatch.objects.get().address == "ugyfel@utkezelo.example"

    answer_report(assignment, "Kimegyünk.", actor=None)
    promise_date(assignment, date(2027, 1, 31), "Januárban javítjuk.", actor=None)
    say_done(assignment, "Kész.", actor=None)
    report = confirm_solved(report, actor=reporter)

    report.refresh_from_db()
    assert report.status == Status.SOLVED
    assert report.proof == "reporter"
    assert report.closed_at is not None
    assert report.first_answer_at is not None
    assert kinds(report) == [
        EventKind.CONFIRMATION_ASKED,
        EventKind.RECEIVED,
        EventKind.SENT,
        EventKind.ANSWERED,
        EventKind.PROMISED,
        EventKind.DONE_SAID,
        EventKind.SOLVED,
    ]


def test_same_submission_gives_the_first_report(make_report: Callable[..., Report]) -> None:
    submission = uuid.uuid4()
    first = make_report(submission=submission)
    again = make_report(submission=submission, description="Más szöveg")
    assert again.pk == first.pk
    assert Report.objects.count() == 1


def test_private_category_makes_the_report_private(
    make_report: Callable[..., Report], secret_matters: Category
) -> None:
    assert make_report(category=secret_matters, is_private=False).is_private


def test_events_are_append_only(submitted: Report) -> None:
    event = submitted.events.get()
    for statement in ("UPDATE reports_reportevent SET kind = 'sent'", "DELETE FROM reports_reportevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [event.pk])
    assert ReportEvent.objects.filter(pk=event.pk).update(processed_at=timezone.now()) == 1


def test_refusing_body_publishes_without_sending(submitted: Report, refuser: Institution, moderator: Person) -> None:
    assignment = send_report(submitted, refuser, actor=moderator)
    submitted.refresh_from_db()
    assert submitted.status == Status.SENT
    assert assignment.due_at is None
    assert kinds(submitted)[-1] == EventKind.PUBLISHED
    assert not Dispatch.objects.exists()


def test_denied_done_tells_the_body_and_voids_the_date(sent: Report, assignment: Assignment, reporter: Person) -> None:
    promise_date(assignment, date(2027, 1, 31), "", actor=None)
    say_done(assignment, "Kész.", actor=None)
    deny_solved(sent, "Még mindig ott van.", actor=reporter)
    sent.refresh_from_db()
    assert (sent.status, sent.promised_on) == (Status.IN_PROGRESS, None)
    assert Dispatch.objects.filter(event__kind=EventKind.NOT_SOLVED).count() == 1


def test_not_ours_goes_to_rerouting_and_a_new_body_gets_a_new_clock(
    sent: Report, assignment: Assignment, gardens: Institution, moderator: Person
) -> None:
    say_done(assignment, "Kész.", actor=None)
    say_not_ours(assignment, "Ez a Főkerté.", actor=None, pointed_to=gardens)
    sent.refresh_from_db()
    assert sent.status == Status.SENT
    assert sent.needs_rerouting
    with pytest.raises(MoveNotAllowed):
        say_done(assignment, "Mégis kész.", actor=None)

    second = send_report(sent, gardens, actor=moderator)
    sent.refresh_from_db()
    assignment.refresh_from_db()
    assert (assignment.outcome, assignment.is_lead) == ("not_ours", False)
    assert (second.round, second.is_lead, sent.institution, sent.needs_rerouting) == (2, True, gardens, False)


def test_hidden_comes_back_as_it_was(sent: Report, assignment: Assignment, moderator: Person) -> None:
    say_done(assignment, "Kész.", actor=None)
    confirm_solved(sent, actor=None)
    hide_report(sent, "Rendszám látszik.", actor=moderator)
    report = restore_report(sent, actor=moderator)
    assert (report.status, report.proof) == (Status.SOLVED, "reporter")
    assert report.closed_at is not None


def test_restored_report_still_looks_for_its_body(sent: Report, assignment: Assignment, moderator: Person) -> None:
    say_not_ours(assignment, "Nem a miénk.", actor=None)
    assert not hide_report(sent, "Rendszám látszik.", actor=moderator).needs_rerouting
    report = restore_report(sent, actor=moderator)
    assert (report.status, report.needs_rerouting) == (Status.SENT, True)


def test_second_editor_is_told(submitted: Report, moderator: Person) -> None:
    version = submitted.version
    edit_report(submitted, {"title": "Kátyú a Fő utcában"}, actor=moderator, version=version)
    with pytest.raises(ChangedMeanwhile):
        edit_report(submitted, {"title": "Egészen más"}, actor=moderator, version=version)
    submitted.refresh_from_db()
    assert submitted.title == "Kátyú a Fő utcában"
    assert submitted.original_title == "Kátyú a sarkon"


def test_withdrawing_tells_the_body_and_ends_with_the_window(sent: Report, reporter: Person) -> None:
    Report.objects.filter(pk=sent.pk).update(published_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(MoveNotAllowed):
        withdraw_report(sent, actor=reporter)
    Report.objects.filter(pk=sent.pk).update(published_at=timezone.now())
    assert withdraw_report(sent, actor=reporter).status == Status.WITHDRAWN
    assert Dispatch.objects.filter(event__kind=EventKind.WITHDRAWN).exists()


def test_map_counts_follow_the_reports(sent: Report, assignment: Assignment, moderator: Person) -> None:
    def total() -> dict[str, int]:
        return {cell.status: cell.count for cell in MapCell.objects.filter(zoom=12).exclude(count=0).order_by("status")}

    assert total() == {"sent": 1}
    answer_report(assignment, "Kimegyünk.", actor=None)
    assert total() == {"in_progress": 1}
    sent.refresh_from_db()
    hide_report(sent, "", actor=moderator)
    assert total() == {}


def test_me_too_counts_each_person_once_and_follows(sent: Report, neighbour: Person, reporter: Person) -> None:
    assert support_report(sent, neighbour)
    assert not support_report(sent, neighbour)
    assert not support_report(sent, reporter)  # counts anyway
    sent.refresh_from_db()
    assert sent.supporters == 1
    assert sent.follows.filter(person=neighbour).exists()

    unsupport_report(sent, neighbour)
    unsupport_report(sent, neighbour)
    sent.refresh_from_db()
    assert sent.supporters == 0


def test_restored_in_progress_it_looks_for_a_body_where_nobody_has_it(
    sent: Report, assignment: Assignment, moderator: Person
) -> None:
    """Reopened after "not ours" it is in progress, and nobody's: hiding it in between changes nothing of that."""
    answer_report(assignment, "Megnézzük.", actor=None)
    Assignment.objects.update(outcome="not_ours", ended_at=timezone.now())
    Report.objects.update(needs_rerouting=True)
    report = restore_report(hide_report(sent, "Rendszám látszik.", actor=moderator), actor=moderator)
    assert (report.status, report.needs_rerouting) == (Status.IN_PROGRESS, True)

"""Who is banned says and shows nothing on their own reports either, but may always take back."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.bans import Banned, ban_person
from accounts.models import Person
from forwarding.actions import say_done
from forwarding.incoming import store_mail
from forwarding.models import IncomingMail
from notifications.actions import fan_out_event
from reports.actions_desk import ask_info, reject_report
from reports.actions_photos import add_photos
from reports.actions_reporter import (
    edit_own_report,
    give_info,
    hide_name,
    rate_handling,
    reopen_report,
    resubmit_report,
    withdraw_report,
)
from reports.actions_solved import confirm_solved, deny_solved
from reports.actions_words import reply_to_desk
from reports.lifecycle import EventKind, Reason, Role, Status
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(assignment: Assignment, make_report: Callable[..., Report], moderator: Person) -> dict[str, Report]:
    """One report in each state that a reporter may do something in."""
    asked, refused, waiting = make_report(title="Kérdés"), make_report(title="Nem"), make_report(title="Vár")
    ask_info(asked, "Melyik oldalon?", actor=moderator)
    reject_report(refused, Reason.OTHER, "Így nem.", actor=moderator)
    say_done(assignment, "Kész.", actor=None)
    return {"asked": asked, "refused": refused, "waiting": waiting, "done": assignment.report}


ACTS: list[tuple[str, Callable[[Report, Person, Any], object]]] = [
    ("asked", lambda report, person, upload: give_info(report, "A páros oldalon.", actor=person)),
    ("asked", lambda report, person, upload: reply_to_desk(report, "A páros oldalon.", actor=person)),
    ("refused", lambda report, person, upload: resubmit_report(report, actor=person, role=Role.REPORTER)),
    (
        "waiting",
        lambda report, person, upload: edit_own_report(
            report, {"title": "Szitok"}, actor=person, version=report.version, keep=[]
        ),
    ),
    ("done", lambda report, person, upload: deny_solved(report, "Nincs kész.", actor=person)),
    ("done", lambda report, person, upload: add_photos(report, [upload()], actor=person)),
    ("closed", lambda report, person, upload: reopen_report(report, "Megint rossz.", actor=person)),
    ("closed", lambda report, person, upload: rate_handling(report, 1, "Szitok.", actor=person)),
]


def one_of(world: dict[str, Report], state: str, person: Person) -> Report:
    if state == "closed":
        confirm_solved(world["done"], actor=person)
    return Report.objects.get(pk=world["done" if state == "closed" else state].pk)


@pytest.mark.parametrize(("state", "act"), ACTS)
def test_whose_words_are_not_wanted(
    world: dict[str, Report], reporter: Person, employee: Person, upload: Any, state: str, act: Callable[..., object]
) -> None:
    report = one_of(world, state, reporter)
    ban_person(reporter, "Sértegetett.", None, actor=employee)
    before = report.events.count()
    with pytest.raises(Banned):
        act(report, reporter, upload)
    assert report.events.count() == before
    assert Report.objects.get(pk=report.pk).version == report.version


@pytest.mark.parametrize(("state", "act"), ACTS)
def test_everybody_else_does_it(
    world: dict[str, Report], reporter: Person, upload: Any, state: str, act: Callable[..., object]
) -> None:
    act(one_of(world, state, reporter), reporter, upload)


def test_what_stays_open_to_everybody(world: dict[str, Report], reporter: Person, employee: Person) -> None:
    ban_person(reporter, "Sértegetett.", None, actor=employee)
    hide_name(world["waiting"], actor=reporter)
    assert withdraw_report(world["waiting"], actor=reporter).status == Status.WITHDRAWN
    assert deny_solved(world["done"], "", actor=reporter).status == Status.IN_PROGRESS
    assert Report.objects.get(pk=world["done"].pk).status == Status.IN_PROGRESS


def test_a_banned_reporters_mail_waits_unmatched(world: dict[str, Report], reporter: Person, employee: Person) -> None:
    event = world["asked"].events.get(kind=EventKind.INFO_ASKED)
    [message] = fan_out_event(event.pk)
    ban_person(reporter, "Sértegetett.", None, actor=employee)
    raw = f"From: {reporter.email}\r\nIn-Reply-To: {message.message_id}\r\n\r\nSzitok.".encode()
    assert store_mail(raw).state == IncomingMail.State.UNMATCHED
    assert not world["asked"].events.filter(kind=EventKind.INFO_GIVEN).exists()

"""Decisions on comments, photos, passers-by's words and flags: in the history, undone to the last column."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.rights import Right
from forwarding.actions import say_done
from forwarding.models import Dispatch
from moderation.models import Act
from municipalities.models import Membership
from reports.access import visible_events
from reports.actions_comments import write_comment
from reports.actions_flags import raise_flag
from reports.actions_photos import add_photos
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, FlagVoice, Photo, Report
from tests.moderation.undoing import rows_of, take_right, timers_of

pytestmark = pytest.mark.django_db

Upload = Callable[..., Photo]
DECISIONS = [
    ("comment", "show", Right.DECIDE),
    ("comment", "hide", Right.HIDE),
    ("photo", "show", Right.EDIT_PHOTOS),
    ("photo", "hide", Right.EDIT_PHOTOS),
    ("sighting", "accept", Right.DECIDE),
    ("sighting", "reject", Right.DECIDE),
    ("flag", "dismiss", Right.DECIDE),
    ("flag", "hide", Right.HIDE),
]


@pytest.fixture
def things(assignment: Assignment, neighbour: Person, reporter: Person, upload: Upload) -> dict[str, Any]:
    """One of each that waits, under a report that its body calls done."""
    report = assignment.report
    comment = write_comment(report, "Kurva élet.", author=neighbour, confirmed=True)
    shown = write_comment(report, "Szép idő van.", author=neighbour, confirmed=True)
    add_photos(report, [upload()], actor=reporter)
    say_done(assignment, "Kész.", actor=None)
    report.refresh_from_db()
    return {
        "comment": comment,
        "photo": Photo.objects.get(event__kind=EventKind.PHOTOS_ADDED),
        "sighting": tell_sighting(report, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()]),
        "flag": raise_flag(
            report,
            reason=FlagVoice.Reason.INSULT,
            text="",
            person=AnonymousUser(),
            address_hash="1",
            comment=shown,
        ),
    }


def press(client: Client, kind: str, thing: Any, action: str) -> int:
    return client.post(reverse("desk_talk", args=[kind, thing.pk]), {"action": action, "reason": "old"}).status_code


@pytest.mark.parametrize("way", ["history", "tab"])
@pytest.mark.parametrize(("kind", "action", "_right"), DECISIONS)
def test_each_is_undone_to_the_last_column(
    at_desk: Client, things: dict[str, Any], moderator: Person, kind: str, action: str, _right: Right, way: str
) -> None:
    thing = things[kind]
    report = Report.objects.get(pk=thing.report_id)
    before, timers = rows_of(report), timers_of(report)
    assert press(at_desk, kind, thing, action) == HTTPStatus.FOUND
    act = Act.objects.get()
    assert (act.kind, act.report, act.actor) == (f"{action}_{kind}", report, moderator)
    assert rows_of(report) != before
    assert act.label != act.kind
    assert act.label in at_desk.get(reverse("desk_history")).content.decode()

    if way == "history":
        at_desk.post(reverse("desk_undo", args=[act.pk]))
    else:
        assert press(at_desk, kind, thing, "undo") == HTTPStatus.FOUND
    assert rows_of(report) == before
    assert timers_of(report) == timers
    act.refresh_from_db()
    assert act.undone_by == moderator


def test_the_flagged_report_itself_comes_back(at_desk: Client, sent: Report) -> None:
    flag = raise_flag(
        sent, reason=FlagVoice.Reason.INSULT, text="", person=AnonymousUser(), address_hash="1", comment=None
    )
    before, timers = rows_of(sent), timers_of(sent)
    press(at_desk, "flag", flag, "hide")
    sent.refresh_from_db()
    assert sent.status == Status.HIDDEN
    at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]))
    assert (rows_of(sent), timers_of(sent)) == (before, timers)


def test_once_the_body_has_read_of_it_the_way_back_is_a_correction(
    at_desk: Client, things: dict[str, Any], moderator: Person
) -> None:
    sighting = things["sighting"]
    press(at_desk, "sighting", sighting, "accept")
    event = sighting.report.events.get(kind=EventKind.SOLVED)
    assert Dispatch.objects.filter(event=event).update(status="sent") == 1
    press(at_desk, "sighting", sighting, "undo")
    report = Report.objects.get(pk=sighting.report_id)
    assert report.status == Status.AWAITING_CONFIRMATION
    assert report.events.filter(kind=EventKind.TAKEN_BACK, data__event_id=event.pk).exists()
    assert list(Act.objects.order_by("pk").values_list("kind", "undone_at")) == [
        ("accept_sighting", None),
        ("take_back", None),
    ]


def test_what_a_newcomer_decides_is_looked_at_again(at_desk: Client, things: dict[str, Any], moderator: Person) -> None:
    Membership.objects.filter(person=moderator).update(is_new=True)
    press(at_desk, "comment", things["comment"], "show")
    assert Act.objects.get().needs_look


def test_hiding_a_step_is_undone_to_the_last_column(at_desk: Client, things: dict[str, Any], moderator: Person) -> None:
    sighting = things["sighting"]
    accept_sighting(sighting, actor=moderator)
    report = Report.objects.get(pk=sighting.report_id)
    event = report.events.get(kind=EventKind.SOLVED)
    before, timers = rows_of(report), timers_of(report)
    at_desk.post(reverse("desk_hide_step", args=[report.reference, event.pk]))
    act = Act.objects.get()
    assert (act.kind, act.actor) == ("hide_step", moderator)
    assert event not in visible_events(report, internal=False)
    at_desk.post(reverse("desk_undo", args=[act.pk]))
    assert (rows_of(report), timers_of(report)) == (before, timers)
    assert event in visible_events(report, internal=False)


# -- Rights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "action", "right"), DECISIONS)
def test_without_the_right_the_door_is_closed(
    at_desk: Client, things: dict[str, Any], kind: str, action: str, right: Right
) -> None:
    take_right(right)
    report = Report.objects.get(pk=things[kind].report_id)
    before = rows_of(report)
    assert press(at_desk, kind, things[kind], action) == HTTPStatus.NOT_FOUND
    assert rows_of(report) == before
    assert not Act.objects.exists()


@pytest.mark.parametrize("name", ["desk_hide_step", "desk_answers", "desk_new", "desk_retry", "desk_undo"])
def test_without_the_right_to_decide_these_are_not_there(at_desk: Client, assignment: Assignment, name: str) -> None:
    report = assignment.report
    dispatch = Dispatch.objects.filter(assignment=assignment).latest("pk")
    Dispatch.objects.filter(pk=dispatch.pk).update(status="failed")
    event = report.events.latest("pk")
    act = Act.objects.create(kind="note", report=report, actor=None)
    args: dict[str, list[Any]] = {
        "desk_hide_step": [report.reference, event.pk],
        "desk_answers": [report.reference],
        "desk_retry": ["dispatch", dispatch.pk],
        "desk_undo": [act.pk],
    }
    url = reverse(name, args=args.get(name, []))
    assert at_desk.post(url).status_code != HTTPStatus.NOT_FOUND
    Dispatch.objects.filter(pk=dispatch.pk).update(status="failed")
    Act.objects.filter(pk=act.pk).update(undone_at=None)
    take_right(Right.DECIDE)
    assert at_desk.post(url).status_code == HTTPStatus.NOT_FOUND
    assert reverse("desk_new") not in at_desk.get(reverse("desk")).content.decode()
    dispatch.refresh_from_db()
    assert dispatch.status == "failed"

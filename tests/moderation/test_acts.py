"""Undoing: the rows are as they were, nobody hears of it, and what changed since is not overwritten."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.actions import promise_date
from forwarding.models import Dispatch
from forwarding.sending import send_dispatch
from moderation.acts import CannotUndo, recent_acts, recorded, undo_act
from moderation.models import Act, Bulk
from municipalities.models import Responsibility
from notifications.actions import fan_out_event
from notifications.alerts.matching import match_batch
from notifications.models import AlertCandidate, Message
from notifications.sending import send_message
from reports.access import visible_events
from reports.actions_desk import edit_report, hide_report, reject_report
from reports.actions_follow import support_report
from reports.actions_photos import mark_photo
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Report, Support
from tests.moderation.undoing import rows_of, timers_of

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]
DECISIONS: dict[str, dict[str, Any]] = {
    "save": {"title": "Más cím", "description": "Más szöveg."},
    "send": {"title": "Kátyú", "send_text": "Kérjük, nézzék meg."},
    "ask": {"ask_text": "Melyik ház előtt?"},
    "reject": {"reason": Reason.NO_PLACE},
    "hide": {"hide_text": "Sértő."},
    "note": {"note_text": "Felhívtam őket."},
}


@pytest.mark.parametrize("action", DECISIONS)
def test_each_decision_is_undone_to_the_last_column(
    at_desk: Client, submitted: Report, rule: Responsibility, moderator: Person, case_data: CaseData, action: str
) -> None:
    before, timers = rows_of(submitted), timers_of(submitted)
    typed = case_data(submitted, action=action, institution=rule.institution_id, **DECISIONS[action])
    assert at_desk.post(reverse("desk_case", args=[submitted.reference]), typed).status_code == HTTPStatus.FOUND
    act = Act.objects.get()
    assert (act.kind, act.report, act.actor) == (action, submitted, moderator)
    if action != "note":
        assert rows_of(submitted) != before

    response = at_desk.post(reverse("desk_undo", args=[act.pk]))
    assert response["Location"] == reverse("desk_case", args=[submitted.reference])
    assert rows_of(submitted) == before
    assert timers_of(submitted) == timers
    undone = submitted.events.get(kind=EventKind.UNDONE)
    assert undone.data == {"act": action, "event_ids": act.events}
    act.refresh_from_db()
    assert act.undone_by == moderator


def test_undone_in_time_nobody_hears_of_a_sending(
    at_desk: Client, submitted: Report, rule: Responsibility, case_data: CaseData, moderator: Person
) -> None:
    typed = case_data(submitted, action="send", institution=rule.institution_id, title="Kátyú")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    event = submitted.events.get(kind=EventKind.SENT)
    dispatch = Dispatch.objects.get()
    send_dispatch(dispatch.pk)
    assert fan_out_event(event.pk) == []
    assert match_batch() == 0
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.attempts) == ("waiting", 0)

    undo_act(Act.objects.get(), actor=moderator)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        send_dispatch(dispatch.pk)
        assert fan_out_event(event.pk) == []
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.attempts) == ("cancelled", 0)
    assert not AlertCandidate.objects.exists()
    assert not Message.objects.filter(event=event).exists()
    submitted.refresh_from_db()
    assert EventKind.SENT not in [e.kind for e in visible_events(submitted, internal=False)]


def test_what_is_not_undone_goes_out_when_its_time_has_come(
    at_desk: Client, submitted: Report, rule: Responsibility, case_data: CaseData, settings: Any, moderator: Person
) -> None:
    typed = case_data(submitted, action="send", institution=rule.institution_id, title="Kátyú")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    event, dispatch = submitted.events.get(kind=EventKind.SENT), Dispatch.objects.get()
    assert dispatch.next_try_at == event.held_until
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        send_dispatch(dispatch.pk)
        assert fan_out_event(event.pk)
        assert match_batch() == 1
    dispatch.refresh_from_db()
    assert dispatch.status == "sent"
    with pytest.raises(CannotUndo, match=r".+"):
        undo_act(Act.objects.get(), actor=moderator)
    submitted.refresh_from_db()
    assert submitted.status == Status.SENT


def test_what_changed_since_is_not_overwritten(submitted: Report, moderator: Person) -> None:
    with recorded("save", submitted, actor=moderator) as recording:
        edit_report(submitted, {"title": "Első"}, actor=moderator)
    edit_report(submitted, {"title": "Második"}, actor=moderator)
    assert recording.act is not None
    with pytest.raises(CannotUndo) as trouble:
        undo_act(recording.act, actor=moderator)
    assert "cím" in str(trouble.value) or "title" in str(trouble.value)
    submitted.refresh_from_db()
    assert submitted.title == "Második"


def test_what_others_did_to_other_columns_stays(submitted: Report, moderator: Person, neighbour: Person) -> None:
    with recorded("reject", submitted, actor=moderator) as recording:
        reject_report(submitted, Reason.NO_PLACE, "", actor=moderator)
    support_report(submitted, neighbour)
    assert recording.act is not None
    undo_act(recording.act, actor=moderator)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.supporters) == (Status.SUBMITTED, 1)
    assert Support.objects.filter(report=submitted, person=neighbour).exists()


def test_twice_is_once(submitted: Report, moderator: Person) -> None:
    with recorded("reject", submitted, actor=moderator) as recording:
        reject_report(submitted, Reason.NO_PLACE, "", actor=moderator)
    assert recording.act is not None
    undo_act(recording.act, actor=moderator)
    with pytest.raises(CannotUndo):
        undo_act(recording.act, actor=moderator)
    assert submitted.events.filter(kind=EventKind.UNDONE).count() == 1


def test_nothing_done_is_no_act(submitted: Report, moderator: Person) -> None:
    with recorded("save", submitted, actor=moderator) as recording:
        pass
    assert recording.act is None
    assert not Act.objects.exists()


def test_the_desk_offers_the_last_acts_for_a_while(
    at_desk: Client, submitted: Report, moderator: Person, case_data: CaseData
) -> None:
    at_desk.post(
        reverse("desk_case", args=[submitted.reference]), case_data(submitted, action="reject", reason=Reason.NO_PLACE)
    )
    act = Act.objects.get()
    assert reverse("desk_undo", args=[act.pk]) in at_desk.get(reverse("desk")).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert recent_acts(moderator) == []


def test_erasing_the_reporter_seals_what_was_done(submitted: Report, reporter: Person, moderator: Person) -> None:
    with recorded("save", submitted, actor=moderator) as recording:
        edit_report(submitted, {"description": "Név nélkül."}, actor=moderator)
    erase_person(reporter, keep_reports=True)
    assert recording.act is not None
    recording.act.refresh_from_db()
    assert (recording.act.changes, recording.act.is_sealed) == ([], True)
    with pytest.raises(CannotUndo):
        undo_act(recording.act, actor=moderator)


def test_of_another_district_it_is_not_there(
    client_of: Callable[[Person | None], Client], other_moderator: Person, submitted: Report, moderator: Person
) -> None:
    with recorded("reject", submitted, actor=moderator) as recording:
        reject_report(submitted, Reason.NO_PLACE, "", actor=moderator)
    assert recording.act is not None
    response = client_of(other_moderator).post(reverse("desk_undo", args=[recording.act.pk]))
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_once_people_have_read_of_it_a_publication_stays(
    at_desk: Client, submitted: Report, rule: Responsibility, case_data: CaseData, settings: Any, moderator: Person
) -> None:
    """The body's letter may still wait; whoever got the mail "forwarded" would be told a lie."""
    typed = case_data(submitted, action="send", institution=rule.institution_id, title="Kátyú")
    at_desk.post(reverse("desk_case", args=[submitted.reference]), typed)
    event = submitted.events.get(kind=EventKind.SENT)
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        [message] = fan_out_event(event.pk)
        send_message(message.pk)
        with pytest.raises(CannotUndo):
            undo_act(Act.objects.get(), actor=moderator)
    assert Dispatch.objects.get().status == "waiting"


def test_undoing_a_second_promise_brings_the_first_ones_timers_back(assignment: Assignment, moderator: Person) -> None:
    """No status moves, but what the reporter is asked, and when."""
    today = timezone.localdate()
    promise_date(assignment, today + timedelta(days=10), "", actor=moderator)
    before = timers_of(assignment.report)
    assert before
    with recorded("answer", assignment.report, actor=moderator) as recording:
        promise_date(assignment, today + timedelta(days=90), "", actor=moderator)
    assert timers_of(assignment.report) != before
    assert recording.act is not None
    undo_act(recording.act, actor=moderator)
    assert timers_of(assignment.report) == before


@pytest.mark.parametrize("action", ["restore", "hide_photo", "show_photo", "resubmit"])
def test_the_rarer_decisions_are_undone_too(
    at_desk: Client, make_report: Callable[..., Report], moderator: Person, case_data: CaseData, action: str
) -> None:
    report = make_report(photos=1)
    photo = report.photos.get()
    if action == "restore":
        hide_report(report, "", actor=moderator)
    elif action == "resubmit":
        reject_report(report, Reason.NO_PLACE, "", actor=moderator)
    elif action == "show_photo":
        mark_photo(photo, hidden=True, actor=moderator)
    report.refresh_from_db()
    before = rows_of(report)
    extra = {action: photo.pk} if "photo" in action else {"action": action}
    at_desk.post(reverse("desk_case", args=[report.reference]), case_data(report, **extra))
    assert rows_of(report) != before
    undo_act(Act.objects.get(), actor=moderator)
    assert rows_of(report) == before


def test_erasing_a_reporter_empties_bulk_words_about_them(
    submitted: Report, reporter: Person, employee: Person
) -> None:
    bulk = Bulk.objects.create(action="note", reports=[submitted.pk], values={"text": "Rita hívott."}, actor=employee)
    erase_person(reporter, keep_reports=True)
    bulk.refresh_from_db()
    assert bulk.values == {"text": ""}

"""What endpoints say: each word once, never published unchecked, never lost, and by no clock but ours."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Person
from forwarding import sending
from forwarding.actions import say_done, send_report
from forwarding.models import Dispatch, IncomingMail
from forwarding.open311 import updates
from forwarding.open311.updates import poll
from forwarding.outward.models import Open311Endpoint, RemoteRequest, RemoteUpdate
from municipalities.models import Institution
from reports.actions_desk import hide_report
from reports.actions_solved import deny_solved
from reports.models import Assignment, Report
from tests.forwarding.faulty import Fault, Reply
from tests.forwarding.open311_stub import Open311Stub, w3c

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine: Any) -> Any:
    return time_machine


@pytest.fixture
def case(
    endpoint: Open311Endpoint, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> Assignment:
    """A report that the endpoint knows as 1, for an hour."""
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        assignment = send_report(make_report(), works, actor=moderator)
        for pk in Dispatch.objects.due().values_list("pk", flat=True):
            sending.send_dispatch(pk)
    RemoteRequest.objects.get(request_id="1")
    return assignment


@pytest.fixture
def by_rule(endpoint: Open311Endpoint) -> Open311Endpoint:
    endpoint.publishes_updates = True
    endpoint.save()
    return endpoint


def ask(endpoint: Open311Endpoint) -> int:
    endpoint.refresh_from_db()
    return poll(endpoint)


def fresh(case: Assignment) -> Report:
    return Report.objects.get(pk=case.report_id)


def waiting() -> list[IncomingMail]:
    return list(IncomingMail.objects.filter(state__in=["to_read", "unmatched"]).order_by("pk"))


# -- To the desk --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["xml", "json"])
def test_an_update_waits_at_the_desk(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, format: str
) -> None:
    endpoint.format = format
    endpoint.save()
    stub.say("1", "IN_PROGRESS", "Holnap megyünk.")
    assert ask(endpoint) == 1
    [mail] = waiting()
    assert (mail.state, mail.assignment, mail.text, mail.from_contact) == ("to_read", case, "Holnap megyünk.", True)
    assert (mail.remote_update.outcome, mail.remote_update.problem) == ("answer", "")
    assert fresh(case).status == "sent"
    assert not case.events.filter(kind="answered").exists()


def test_a_remote_update_that_comes_twice_is_shown_once(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub
) -> None:
    stub.say("1", "in_progress", "Dolgozunk rajta.")
    stub.updates *= 2
    assert [ask(by_rule), ask(by_rule)] == [1, 0]
    stub.say("1", "in_progress", "Dolgozunk rajta.")  # the same words under another number
    assert ask(by_rule) == 1
    assert case.events.filter(kind="answered").count() == 1
    assert IncomingMail.objects.count() == 1
    assert RemoteUpdate.objects.filter(problem="").count() == 1


def test_the_desk_proposes_what_it_says(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, moderator: Person, client_of: Any
) -> None:
    stub.say("1", "closed", "Kész. Kovács Béla, +36 30 123 4567")
    ask(endpoint)
    [mail] = waiting()
    page = client_of(moderator).get(f"/desk/mail/{mail.pk}").content.decode()
    assert "Kész. Kovács" in page
    [chosen] = [line for line in page.split("<input") if 'name="outcome"' in line and "checked" in line.split(">")[0]]
    assert 'value="done"' in chosen
    desk = client_of(moderator)
    answer = desk.post(f"/desk/mail/{mail.pk}", {"action": "publish", "text": "Kész.", "outcome": "done"})
    assert answer.status_code == 302
    assert fresh(case).status == "awaiting_confirmation"


# -- By rule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "text", "becomes", "event"),
    [
        ("in_progress", "Holnap megyünk.", "in_progress", "answered"),
        ("CLOSED", "", "awaiting_confirmation", "done_said"),
        ("Fixed", "Betömtük.", "awaiting_confirmation", "done_said"),
        ("not_councils_responsibility", "A kerületé.", "sent", "not_ours"),
        ("investigating", "", "in_progress", "answered"),
        ("open", "Köszönjük.", "in_progress", "answered"),
    ],
)
def test_clean_updates_are_published_by_rule(
    case: Assignment,
    by_rule: Open311Endpoint,
    stub: Open311Stub,
    status: str,
    text: str,
    becomes: str,
    event: str,
) -> None:
    stub.say("1", status, text)
    ask(by_rule)
    assert fresh(case).status == becomes
    [entry] = case.events.filter(kind=event)
    assert entry.role == "officer"
    assert text in entry.body
    assert waiting() == []


def test_a_scheduled_work_with_a_day_is_a_promise(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub
) -> None:
    day = timezone.now() + timedelta(days=5)
    stub.say("1", "action_scheduled", "Jövő héten.", expected_datetime=w3c(day))
    ask(by_rule)
    assert fresh(case).promised_on == timezone.localdate(day)


def test_open_without_words_is_no_answer(case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub) -> None:
    stub.say("1", "open")
    assert ask(by_rule) == 1
    assert fresh(case).status == "sent"
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize("text", ["Hívja Kovács Bélát!", "Tel.: +36 30 123 4567", "Írjon: a@b.hu", "Rendszám: ABC-123"])
def test_personal_data_is_never_published_unchecked(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub, text: str
) -> None:
    stub.say("1", "closed", text)
    ask(by_rule)
    assert fresh(case).status == "sent"
    assert [mail.text for mail in waiting()] == [text]


def test_pictures_wait_for_a_moderator(case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub) -> None:
    stub.say("1", "closed", "Kész.", media_url=["https://body.example/1.jpg", "https://body.example/2.jpg"])
    ask(by_rule)
    [mail] = waiting()
    assert mail.text.split() == ["Kész.", "https://body.example/1.jpg", "https://body.example/2.jpg"]


def test_an_unknown_status_still_shows_its_text(case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub) -> None:
    stub.say("1", "Wombat-ed", "Elvitte a vombat.")
    stub.say("1", "zebra")
    ask(by_rule)
    first, second = waiting()
    assert first.text == "Elvitte a vombat."
    assert "wombat_ed" in first.subject
    assert "zebra" in second.subject
    by_rule.refresh_from_db()
    by_rule.statuses = {"Wombat-ed": "answer"}  # staff say what it means
    by_rule.save()
    stub.say("1", "wombat ed", "Megint elvitte.")
    ask(by_rule)
    assert case.events.filter(kind="answered").count() == 1


# -- Order and time -----------------------------------------------------------------------------------------


def test_updates_out_of_order_end_in_the_order_of_their_times(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub
) -> None:
    now = timezone.now()
    stub.say("1", "closed", "Kész.", updated_datetime=w3c(now - timedelta(minutes=10)))
    stub.say("1", "in_progress", "Megyünk.", updated_datetime=w3c(now - timedelta(minutes=20)))
    ask(by_rule)
    assert fresh(case).status == "awaiting_confirmation"
    assert case.events.filter(kind="answered").count() == 1


def test_an_update_older_than_the_last_change_adds_its_text_only(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub, reporter: Person
) -> None:
    said_at = timezone.now() - timedelta(minutes=30)
    say_done(case, "Kész.", actor=None)
    deny_solved(case.report, "Még ott van.", actor=reporter)
    stub.say("1", "closed", "Kicseréltük a fedlapot.", updated_datetime=w3c(said_at))
    ask(by_rule)
    assert fresh(case).status == "in_progress"
    [mail] = waiting()
    assert (mail.text, mail.remote_update.outcome) == ("Kicseréltük a fedlapot.", "answer")


@pytest.mark.parametrize("hours", [-20, 20])
def test_a_clock_that_is_off_loses_nothing(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, hours: int, clock: Any
) -> None:
    """Theirs is nearly a day wrong; ours goes on while nobody asks."""
    clock.move_to(timezone.now())
    ask(endpoint)
    stub.clock_is_off = timedelta(hours=hours)
    stub.say("1", "in_progress", "Megyünk.")
    new = 0
    for _hour in range(24):
        clock.shift(timedelta(hours=1))
        new += ask(endpoint)
    assert new == 1
    assert [mail.text for mail in waiting()] == ["Megyünk."]


def test_our_clock_set_back_loses_nothing(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, clock: Any
) -> None:
    ask(endpoint)
    clock.move_to(timezone.now() - timedelta(hours=2))
    stub.say("1", "in_progress", "Megyünk.", updated_datetime=w3c(timezone.now()))
    assert ask(endpoint) == 1


def test_after_a_long_silence_all_of_it_is_asked_for(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, clock: Any
) -> None:
    ask(endpoint)
    stub.say("1", "in_progress", "Megyünk.")
    stub.faults = [Fault("reply"), Fault("cut"), Fault("reply", Reply(200, b"<html>x</html>"))]
    assert [ask(endpoint) for _ in range(3)] == [0, 0, 0]
    endpoint.refresh_from_db()
    assert endpoint.updates_error
    clock.move_to(timezone.now() + timedelta(days=40))
    assert ask(endpoint) == 1
    endpoint.refresh_from_db()
    assert endpoint.updates_error == ""


# -- What does not fit --------------------------------------------------------------------------------------


def test_what_does_not_fit_is_kept_for_people(case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub) -> None:
    stub.say("1", "closed", "Szám nélkül.", update_id=None)
    stub.say("1", "closed", "Rossz dátum.", updated_datetime="tegnap este")
    stub.say("1", "closed", "Nincs dátum.", updated_datetime=None)
    stub.say("999", "closed", "Ismeretlen.")
    stub.say("1", "closed", "Régi.", updated_datetime=w3c(timezone.now() - timedelta(days=400)), always=True)
    stub.say("", "closed", "Senkié.")
    assert ask(by_rule) == 6
    assert ask(by_rule) == 0
    assert {mail.text: mail.state for mail in waiting()} == {
        "Szám nélkül.": "to_read",
        "Rossz dátum.": "to_read",
        "Nincs dátum.": "to_read",
        "Ismeretlen.": "unmatched",
        "Régi.": "to_read",
        "Senkié.": "unmatched",
    }
    assert all(update.problem for update in RemoteUpdate.objects.all())
    assert fresh(case).status == "sent"


def test_our_own_text_that_comes_back_is_not_their_answer(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub, settings: Any
) -> None:
    stub.say("1", "closed", f"A citizen says no. {settings.SITE_URL}/o/abc")
    ask(by_rule)
    assert len(waiting()) == 1
    assert fresh(case).status == "sent"


def test_a_hidden_report_stays_hidden(
    case: Assignment, by_rule: Open311Endpoint, stub: Open311Stub, moderator: Person
) -> None:
    hide_report(case.report, "Sértő.", actor=moderator)
    stub.say("1", "closed", "Kész.")
    ask(by_rule)
    assert fresh(case).status == "hidden"
    assert len(waiting()) == 1


def test_a_mistake_of_ours_is_not_the_end_of_the_others(
    case: Assignment, endpoint: Open311Endpoint, stub: Open311Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.say("1", "in_progress", "Megyünk.")
    monkeypatch.setattr(updates, "take_word", lambda endpoint, word: 1 / 0)
    assert ask(endpoint) == 0
    endpoint.refresh_from_db()
    assert "ZeroDivisionError" in endpoint.updates_error
    monkeypatch.undo()
    assert ask(endpoint) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"service_request_updates": []}',
        b"<service_request_updates />",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><service_request_updates>&e;</service_request_updates>',
        b"\x00\xff\xfe",
        b'[{"update_id": {"a": 1}, "status": ["x"]}]',
        b'[["a"], 3, null]',
        b"<a>" * 5000,
    ],
)
def test_no_answer_however_odd_breaks_anything(endpoint: Open311Endpoint, stub: Open311Stub, body: bytes) -> None:
    stub.faults = [Fault("reply", Reply(200, body, "text/xml"))]
    ask(endpoint)
    assert IncomingMail.objects.filter(assignment__isnull=False).count() == 0


# -- Where there are no updates: the status of each case ----------------------------------------------------


@pytest.fixture
def by_status(by_rule: Open311Endpoint) -> Open311Endpoint:
    by_rule.updates = "status"
    by_rule.save()
    return by_rule


@pytest.mark.parametrize("takes_id_lists", [True, False])
def test_the_status_of_a_case_is_followed(
    case: Assignment, by_status: Open311Endpoint, stub: Open311Stub, takes_id_lists: bool
) -> None:
    stub.odd.takes_id_lists = takes_id_lists
    assert ask(by_status) == 0
    stub.set_status("1", "open", "Kimentünk megnézni.")
    assert [ask(by_status), ask(by_status)] == [1, 0]
    assert fresh(case).status == "in_progress"
    stub.set_status("1", "closed", "Betömtük.")
    stub.requests[0].changed_at = stub.now() + timedelta(seconds=2)
    assert [ask(by_status), ask(by_status)] == [1, 0]
    assert fresh(case).status == "awaiting_confirmation"
    assert waiting() == []


def test_of_very_many_cases_others_are_asked_for_each_time(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "SINGLE_AT_MOST", 2)
    numbers = [str(number) for number in range(7)]
    seen: set[str] = set()
    clock.move_to(timezone.now())
    for _turn in range(7):
        seen |= set(updates._some_of(numbers))
        clock.shift(timedelta(minutes=5))
    assert seen == set(numbers)


def test_a_promised_day_of_a_status(case: Assignment, by_status: Open311Endpoint, stub: Open311Stub) -> None:
    day = timezone.now() + timedelta(days=9)
    by_status.statuses = {"open": "promise"}
    by_status.save()
    stub.set_status("1", "open", "Ütemeztük.", expected_at=day)
    ask(by_status)
    assert fresh(case).promised_on == timezone.localdate(day)


@pytest.fixture
def two_cases(
    case: Assignment,
    by_status: Open311Endpoint,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    stub: Open311Stub,
    monkeypatch: pytest.MonkeyPatch,
) -> Open311Endpoint:
    """Asked for one by one, each with something new."""
    monkeypatch.setattr(updates, "IDS_AT_ONCE", 1)
    send_report(make_report(title="Másik"), works, actor=moderator)
    for pk in Dispatch.objects.due().values_list("pk", flat=True):
        sending.send_dispatch(pk)
    for number in ("1", "2"):
        stub.set_status(number, "open", "Kimentünk megnézni.")
    stub.taken.clear()
    return by_status


def test_what_one_answer_says_is_taken_before_the_next_is_asked_for(
    two_cases: Open311Endpoint, stub: Open311Stub
) -> None:
    stub.faults = [Fault("late", seconds=0), Fault("reply")]
    assert ask(two_cases) == 1
    two_cases.refresh_from_db()
    assert two_cases.updates_error
    assert [ask(two_cases), ask(two_cases)] == [1, 0]


def test_a_slow_list_is_not_asked_for_ever(
    two_cases: Open311Endpoint, stub: Open311Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "LIST_SECONDS", 0.3, raising=False)
    stub.faults = [Fault("late", seconds=0.5)]
    assert ask(two_cases) == 1
    assert len(stub.taken) == 1


def test_each_round_begins_with_another_list(clock: Any) -> None:
    clock.move_to(timezone.now())
    first = updates._turned(["a", "b"], 1)
    clock.shift(timedelta(minutes=5))
    assert updates._turned(["a", "b"], 1) == first[::-1]


def test_one_round_at_a_time(two_cases: Open311Endpoint, stub: Open311Stub) -> None:
    Open311Endpoint.objects.update(polled_until=timezone.now() + timedelta(minutes=5))
    assert ask(two_cases) == 0
    assert stub.taken == []
    Open311Endpoint.objects.update(polled_until=timezone.now() - timedelta(seconds=1))  # that worker died
    assert ask(two_cases) == 2
    two_cases.refresh_from_db()
    assert two_cases.polled_until is None

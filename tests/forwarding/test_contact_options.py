"""Each contact as it wants to be written to: patience, hours, pauses."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Person
from forwarding import channels
from forwarding.actions import answer_report, ask_new_link, send_report
from forwarding.incoming import store_mail
from forwarding.models import ContactHealth, Dispatch, DispatchAttempt
from forwarding.reply_address import reply_address
from forwarding.sending import send_dispatch
from forwarding.watch import watch_contacts
from municipalities.models import Contact, Institution
from notifications.mailer import SendingFailed
from notifications.models import Notice
from notifications.notices import send_notice
from reports.models import Assignment, Report

BUDAPEST = ZoneInfo("Europe/Budapest")


def local(*parts: int) -> datetime:
    return datetime(*parts).replace(tzinfo=BUDAPEST)  # type: ignore[arg-type]


# -- Hours --------------------------------------------------------------------------------------------------

OFFICE = Contact(work_days="12345", work_from=time(8), work_until=time(16), timezone="Europe/Budapest")


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (local(2026, 11, 25, 9), local(2026, 11, 25, 9)),  # a Wednesday
        (local(2026, 11, 25, 7, 59), local(2026, 11, 25, 8)),
        (local(2026, 11, 25, 16), local(2026, 11, 26, 8)),
        (local(2026, 11, 27, 18), local(2026, 11, 30, 8)),  # Friday evening
        (local(2026, 11, 29, 12), local(2026, 11, 30, 8)),  # Sunday
        # The night in which clocks are set back, and the one in which they are set forward: eight is eight.
        (local(2026, 10, 24, 12), local(2026, 10, 26, 8)),
        (local(2026, 3, 28, 12), local(2026, 3, 30, 8)),
    ],
)
def test_letters_wait_for_working_hours(at: datetime, goes: datetime) -> None:
    assert OFFICE.in_hours(at.astimezone(UTC)) == goes
    assert OFFICE.in_hours(at).astimezone(BUDAPEST).time() >= time(8)


def test_hours_that_do_not_exist_or_come_twice() -> None:
    """At 2:00 clocks jump to 3:00, or at 3:00 back to 2:00."""
    night = Contact(work_from=time(2, 30), work_until=time(3, 30), timezone="Europe/Budapest")
    forward = night.in_hours(datetime(2026, 3, 29, 0, 0, tzinfo=UTC))
    assert forward == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    back = night.in_hours(datetime(2026, 10, 25, 0, 45, tzinfo=UTC))
    assert back == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert night.in_hours(datetime(2026, 10, 25, 3, 0, tzinfo=UTC)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_hours_are_those_of_the_contacts_own_clock() -> None:
    lisbon = Contact(work_from=time(9), work_until=time(17), timezone="Europe/Lisbon")
    assert lisbon.in_hours(local(2026, 11, 25, 9)) == local(2026, 11, 25, 10)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("work_days", "531"),
        ("work_days", "8"),
        ("timezone", "Europe/Pest"),
        ("retry_minutes", [30, 5]),
        ("retry_minutes", [0]),
        ("timeout_seconds", 0),
        ("max_mail_bytes", 10),
    ],
)
def test_options_that_make_no_sense_are_refused(works: Institution, field: str, value: Any) -> None:
    contact = Contact.objects.get()
    contact.full_clean()
    setattr(contact, field, value)
    with pytest.raises(ValidationError) as caught:
        contact.full_clean()
    assert field in caught.value.message_dict


def test_hours_that_end_before_they_begin_are_refused(works: Institution) -> None:
    contact = Contact.objects.get()
    contact.work_from, contact.work_until = time(16), time(8)
    with pytest.raises(ValidationError):
        contact.full_clean()


def test_a_letter_of_the_night_goes_in_the_morning(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    Contact.objects.update(work_days="12345", work_from=time(8), work_until=time(16), timezone="Europe/Budapest")
    with time_machine.travel(local(2026, 11, 28, 22), tick=False) as clock:
        send_report(make_report(), works, actor=moderator)
        dispatch = Dispatch.objects.get()
        assert dispatch.next_try_at == local(2026, 11, 30, 8)
        assert not Dispatch.objects.due().exists()
        clock.move_to(local(2026, 11, 30, 8))
        send_dispatch(dispatch.pk)
    assert len(mail.outbox) == 1


def test_a_worker_that_comes_late_does_not_write_at_night(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    """Due at 15:59, but the worker was away until 20:00; or the clock jumped."""
    Contact.objects.update(work_from=time(8), work_until=time(16), timezone="Europe/Budapest")
    with time_machine.travel(local(2026, 11, 25, 15, 59), tick=False) as clock:
        send_report(make_report(), works, actor=moderator)
        clock.move_to(local(2026, 11, 25, 20))
        send_dispatch(Dispatch.objects.get().pk)
        dispatch = Dispatch.objects.get()
        assert (dispatch.status, dispatch.attempts) == ("waiting", 0)
        assert dispatch.next_try_at == local(2026, 11, 26, 8)
    assert mail.outbox == []
    assert not DispatchAttempt.objects.exists()


def test_a_link_that_an_officer_waits_for_goes_at_once(assignment: Assignment) -> None:
    send_dispatch(Dispatch.objects.get().pk)
    Contact.objects.update(work_days="1", work_from=time(8), work_until=time(9), digest_at=[time(8)])
    assignment.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert ask_new_link(Assignment.objects.select_related("contact", "report").get())
        send_dispatch(Dispatch.objects.order_by("-pk")[0].pk)
    assert len(mail.outbox) == 2


# -- Waits and pauses ---------------------------------------------------------------------------------------


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[SendingFailed]:
    """Each attempt fails as the first of these says; with none left, mails are taken."""
    errors: list[SendingFailed] = []
    real = channels.send_mail

    def send(message: Any, **options: Any) -> str:
        if errors:
            raise errors.pop(0)
        return real(message, **options)

    monkeypatch.setattr(channels, "send_mail", send)
    return errors


def test_waits_of_its_own_grow_and_end(assignment: Assignment, failing: list[SendingFailed]) -> None:
    Contact.objects.update(retry_minutes=[2, 10], pause_after=100)
    failing += [SendingFailed("451 later")] * 3
    dispatch, seen = Dispatch.objects.get(), []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            before = timezone.now()
            send_dispatch(dispatch.pk)
            dispatch.refresh_from_db()
            seen.append((dispatch.status, dispatch.next_try_at - before))
            clock.move_to(dispatch.next_try_at)
    assert seen[:2] == [("waiting", timedelta(minutes=2)), ("waiting", timedelta(minutes=10))]
    assert seen[2][0] == "failed"


def test_the_next_try_falls_into_working_hours(assignment: Assignment, failing: list[SendingFailed]) -> None:
    Contact.objects.update(
        retry_minutes=[30], work_from=time(8), work_until=time(16), timezone="Europe/Budapest", work_days="12345"
    )
    failing.append(SendingFailed("451 later"))
    with time_machine.travel(local(2026, 12, 4, 15, 45), tick=False):  # a Friday
        send_dispatch(Dispatch.objects.get().pk)
    assert Dispatch.objects.get().next_try_at == local(2026, 12, 7, 8)


def test_after_repeated_failures_the_contact_is_paused_and_everything_waits(
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    failing: list[SendingFailed],
    settings: Any,
) -> None:
    settings.CONTACT_PAUSE_MINUTES = [60, 240]
    Contact.objects.update(pause_after=3, retry_minutes=[1] * 20)
    for _ in range(4):
        send_report(make_report(), works, actor=moderator)
    failing += [SendingFailed("451 busy")] * 4
    pks = list(Dispatch.objects.order_by("pk").values_list("pk", flat=True))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for pk in pks:
            send_dispatch(pk)
        health = ContactHealth.objects.get()
        assert (health.failures_in_row, health.is_paused, health.last_error) == (3, True, "451 busy")
        paused_until = health.paused_until
        assert paused_until == timezone.now() + timedelta(hours=1)
        # The fourth was not tried at all.
        fourth = Dispatch.objects.get(pk=pks[3])
        assert (fourth.status, fourth.attempts, fourth.next_try_at) == ("waiting", 0, paused_until)
        assert not fourth.tries.exists()

        clock.move_to(paused_until)
        send_dispatch(pks[3])  # the probe fails: a longer pause
        assert ContactHealth.objects.get().paused_until == timezone.now() + timedelta(hours=4)
        clock.shift(timedelta(hours=4))
        for pk in pks:
            send_dispatch(pk)
    assert ContactHealth.objects.get().failures_in_row == 0
    assert ContactHealth.objects.get().paused_until is None
    assert set(Dispatch.objects.values_list("status", flat=True)) == {"sent"}
    assert len(mail.outbox) == 4


def test_our_own_mail_server_pauses_nobody(assignment: Assignment, failing: list[SendingFailed]) -> None:
    Contact.objects.update(pause_after=1)
    failing.append(SendingFailed("ConnectionRefusedError", ours=True))
    send_dispatch(Dispatch.objects.get().pk)
    assert not ContactHealth.objects.filter(failures_in_row__gt=0).exists()
    assert Dispatch.objects.get().tries.count() == 1


# -- Alarms -------------------------------------------------------------------------------------------------


def test_employees_are_told_once_of_a_contact_that_fails(
    assignment: Assignment, failing: list[SendingFailed], employee: Person
) -> None:
    Contact.objects.update(pause_after=1)
    failing.append(SendingFailed("451 busy"))
    send_dispatch(Dispatch.objects.get().pk)
    for _ in range(3):
        watch_contacts()
    [notice] = Notice.objects.all()
    assert notice.person == employee
    send_notice(notice.pk)
    assert "Egyváros Útkezelő" in mail.outbox[0].body
    assert "451 busy" in mail.outbox[0].body

    ContactHealth.objects.update(paused_until=None, failures_in_row=0)
    watch_contacts()
    assert ContactHealth.objects.get().trouble == ""
    ContactHealth.objects.update(paused_until=timezone.now() + timedelta(hours=1), failures_in_row=1)
    watch_contacts()
    assert Notice.objects.count() == 2  # it was well in between


def test_an_alarm_that_is_over_is_not_sent(
    assignment: Assignment, failing: list[SendingFailed], employee: Person
) -> None:
    Contact.objects.update(pause_after=1)
    failing.append(SendingFailed("451 busy"))
    send_dispatch(Dispatch.objects.get().pk)
    watch_contacts()
    ContactHealth.objects.update(paused_until=None, failures_in_row=0)
    watch_contacts()
    send_notice(Notice.objects.get().pk)
    assert mail.outbox == []
    assert Notice.objects.get().status == "cancelled"


def test_a_stopped_address_is_told_of(assignment: Assignment, employee: Person) -> None:
    Contact.objects.update(stopped_at=timezone.now(), stopped_reason="550")
    watch_contacts()
    assert ContactHealth.objects.get().trouble == "stopped"
    assert Notice.objects.count() == 1


def test_silence_is_told_of_once_and_a_word_ends_it(
    make_report: Callable[..., Report], works: Institution, moderator: Person, employee: Person, settings: Any
) -> None:
    settings.CONTACT_SILENT_AFTER, settings.CONTACT_SILENT_FOR = 2, timedelta(days=30)
    assignments = [send_report(make_report(), works, actor=moderator) for _ in range(2)]
    for pk in Dispatch.objects.values_list("pk", flat=True):
        send_dispatch(pk)
    assert ContactHealth.objects.get().unanswered == 2
    watch_contacts()
    assert not Notice.objects.exists()  # too early
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        watch_contacts()
        watch_contacts()
        assert ContactHealth.objects.get().trouble == "silent"
        assert Notice.objects.count() == 1
        answer_report(assignments[0], "Kedden.", actor=None)
        watch_contacts()
    health = ContactHealth.objects.get()
    assert (health.trouble, health.unanswered, health.unanswered_since) == ("", 0, None)


def test_an_answer_that_waits_to_be_read_is_no_silence(assignment: Assignment, employee: Person, settings: Any) -> None:
    settings.CONTACT_SILENT_AFTER, settings.CONTACT_SILENT_FOR = 1, timedelta(0)
    send_dispatch(Dispatch.objects.get().pk)
    store_mail(f"From: ugyfel@utkezelo.example\nTo: {reply_address(assignment.pk)}\n\nKedden.".encode())
    watch_contacts()
    assert not Notice.objects.exists()

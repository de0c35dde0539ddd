"""Contacts that asked for one mail at set times: what is gathered, what becomes of each letter, and replies to it."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import Person
from forwarding import digest_mail, digests
from forwarding.actions import retry_delivery, say_done, send_report
from forwarding.incoming import store_mail
from forwarding.models import ContactHealth, Dispatch, DispatchDigest
from forwarding.reply_address import bounce_address, digest_address, reply_address
from forwarding.sending import send_dispatch
from forwarding.tasks import sweep
from municipalities.models import Contact, Institution
from notifications.mailer import SendingFailed
from reports.actions_desk import hide_report
from reports.actions_reporter import withdraw_report
from reports.actions_solved import deny_solved
from reports.models import Assignment, Report
from reports.outbox import GoneOut, retract_events

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 12, 1, 9, 30, tzinfo=ZoneInfo("Europe/Budapest"))
EIGHT = datetime(2026, 12, 2, 8, tzinfo=ZoneInfo("Europe/Budapest"))

Send = Callable[..., Assignment]


@pytest.fixture
def clock(works: Institution) -> Iterator[Any]:
    """A Tuesday, half past nine; the body wants its letters at eight and at two."""
    Contact.objects.filter(institution=works).update(digest_at=[time(8), time(14)], timezone="Europe/Budapest")
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def send(make_report: Callable[..., Report], works: Institution, moderator: Person, clock: Any) -> Send:
    return lambda **fields: send_report(make_report(**fields), works, actor=moderator)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What a sweep and its workers do at this moment."""

    def work() -> None:
        for pk in list(Dispatch.objects.due().order_by("pk").values_list("pk", flat=True)):
            send_dispatch(pk)
        for pk in list(DispatchDigest.objects.due().in_turn().order_by("pk").values_list("pk", flat=True)):
            digests.send_digest(pk)

    return work


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[SendingFailed]:
    errors: list[SendingFailed] = []
    real = digests.send_mail

    def send(message: EmailMultiAlternatives, **options: Any) -> str:
        if errors:
            raise errors.pop(0)
        real(message, **options)
        return "250 taken"

    monkeypatch.setattr(digests, "send_mail", send)
    return errors


def states() -> list[str]:
    return list(Dispatch.objects.order_by("pk").values_list("status", flat=True))


def tries() -> list[list[str]]:
    return [list(d.tries.values_list("outcome", flat=True)) for d in Dispatch.objects.order_by("pk")]


def test_all_that_waits_is_one_mail_at_the_next_time(
    send: Send, run: Callable[[], None], clock: Any, failing: list[SendingFailed]
) -> None:
    first, second = send(title="Kátyú a Fő utcán"), send(title="Kátyú a téren", photos=1)
    run()
    assert mail.outbox == []
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    digest = DispatchDigest.objects.get()
    assert sent.to == ["ugyfel@utkezelo.example"]
    assert sent.from_email == bounce_address(digest)
    assert digest_address(digest) in sent.reply_to[0]
    assert sent.extra_headers["Message-ID"] == digest.message_id
    html = str(sent.alternatives[0][0])
    for words in (
        "Kátyú a Fő utcán",
        "Kátyú a téren",
        first.report.reference,
        reply_address(first.pk),
        reply_address(second.pk),
    ):
        assert words in sent.body
        assert words in html
    assert html.count("<html") == 1
    assert sent.body.count("/o/") == 2
    assert [part.get_content_type() for part in sent.message().walk()].count("image/jpeg") == 1
    assert states() == ["sent", "sent"]
    assert tries() == [["sent"], ["sent"]]
    assert [d.tries.get().answer for d in Dispatch.objects.all()] == ["250 taken", "250 taken"]
    assert ContactHealth.objects.get().unanswered == 2


def test_one_alone_is_an_ordinary_letter(send: Send, run: Callable[[], None], clock: Any) -> None:
    assignment = send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    assert mail.outbox[0].extra_headers["Message-ID"] == Dispatch.objects.get().message_id
    assert reply_address(assignment.pk) in mail.outbox[0].reply_to[0]
    assert not DispatchDigest.objects.exists()


def test_two_letters_of_one_report_keep_their_order(
    send: Send, run: Callable[[], None], clock: Any, reporter: Person
) -> None:
    assignment = send(title="Kátyú a Fő utcán", photos=1)
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Nem igaz.", actor=reporter)
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    [sent] = mail.outbox
    kinds = Dispatch.objects.order_by("pk").values_list("event__kind", "status")
    assert list(kinds) == [("sent", "sent"), ("not_solved", "sent")]
    assert sent.body.index("1. Kátyú") < sent.body.index("> Nem igaz.")
    assert [part.get_content_type() for part in sent.message().walk()].count("image/jpeg") == 1  # not with each


def test_a_letter_that_an_earlier_one_holds_back_stays_out(
    send: Send, run: Callable[[], None], clock: Any, reporter: Person
) -> None:
    first = send()
    held = Dispatch.objects.get(assignment=first)
    Dispatch.objects.filter(pk=held.pk).update(status="unknown", may_have_arrived=True, next_try_at=EIGHT)
    withdraw_report(first.report, actor=reporter)
    send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    assert digests.gather(Contact.objects.get(institution=first.institution)) is None


def test_what_is_not_needed_any_more_is_left_out(
    send: Send, run: Callable[[], None], clock: Any, moderator: Person
) -> None:
    first, _second, _third = send(title="Kátyú a Fő utcán"), send(), send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    send_dispatch(Dispatch.objects.order_by("pk")[0].pk)
    assert DispatchDigest.objects.get().dispatches.count() == 3
    hide_report(first.report, "Név.", actor=moderator)
    run()
    assert states() == ["cancelled", "sent", "sent"]
    assert "Kátyú a Fő utcán" not in mail.outbox[0].body


def test_nothing_left_is_no_mail(send: Send, run: Callable[[], None], clock: Any, moderator: Person) -> None:
    both = [send(), send()]
    clock.move_to(MORNING.replace(hour=14, minute=0))
    send_dispatch(Dispatch.objects.order_by("pk")[0].pk)
    for assignment in both:
        hide_report(assignment.report, "Név.", actor=moderator)
    run()
    assert mail.outbox == []
    assert DispatchDigest.objects.get().status == "cancelled"


def test_a_refused_mail_is_tried_again_as_it_was(
    send: Send, run: Callable[[], None], clock: Any, failing: list[SendingFailed]
) -> None:
    send(), send()
    failing += [SendingFailed("451 later"), SendingFailed("cut", unknown=True)]
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    assert states() == ["waiting", "waiting"]
    assert ContactHealth.objects.get().failures_in_row == 1  # one mail, one failure
    clock.shift(timedelta(minutes=1))
    send()  # a later one does not come into it
    run()
    assert states() == ["unknown", "unknown", "waiting"]
    clock.shift(timedelta(minutes=5))
    run()
    assert states() == ["sent", "sent", "waiting"]
    assert tries() == [["later", "unknown", "sent"], ["later", "unknown", "sent"], []]
    assert all(d.may_have_arrived for d in Dispatch.objects.filter(status="sent"))
    assert DispatchDigest.objects.get().attempts == 3


def test_a_refusal_for_good_fails_each_and_each_can_be_sent_again(
    send: Send, run: Callable[[], None], clock: Any, failing: list[SendingFailed], employee: Person
) -> None:
    send(), send()
    failing.append(SendingFailed("550 no", permanent=True))
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    assert states() == ["failed", "failed"]
    assert retry_delivery(Dispatch.objects.order_by("pk")[0], actor=employee)
    run()
    assert states() == ["sent", "failed"]
    assert len(mail.outbox) == 1


def test_one_that_cannot_be_written_does_not_hold_the_others_back(
    send: Send, run: Callable[[], None], clock: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = send(title="Rossz")
    send(), send()
    real = digest_mail.letter_context

    def write(dispatch: Dispatch, *arguments: Any, **options: Any) -> Any:
        if dispatch.assignment_id == bad.pk:
            raise ZeroDivisionError("0")
        return real(dispatch, *arguments, **options)

    monkeypatch.setattr(digest_mail, "letter_context", write)
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    assert states() == ["waiting", "sent", "sent"]
    first = Dispatch.objects.order_by("pk")[0]
    assert (first.digest, first.last_error) == (None, "ZeroDivisionError: 0")
    assert mail.outbox[0].body.count("/o/") == 2


def test_a_worker_that_died_in_the_middle_leaves_nothing_behind(
    send: Send, run: Callable[[], None], clock: Any, failing: list[SendingFailed]
) -> None:
    send(), send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    send_dispatch(Dispatch.objects.order_by("pk")[0].pk)
    dead = DispatchDigest.objects.select_related("contact__health").claim(DispatchDigest.objects.get().pk)
    assert dead is not None
    digests.take_members(dead)
    assert states() == ["sending", "sending"]
    run()
    assert mail.outbox == []  # its lease runs
    clock.shift(timedelta(minutes=3))
    run()
    assert states() == ["sent", "sent"]
    assert tries() == [["died", "sent"], ["died", "sent"]]
    assert all(Dispatch.objects.values_list("may_have_arrived", flat=True))
    dead.record_failure("too late")  # a claim that was lost has nothing to say
    assert states() == ["sent", "sent"]


def test_a_pause_that_begins_meanwhile_is_kept(
    send: Send, run: Callable[[], None], clock: Any, failing: list[SendingFailed]
) -> None:
    send(), send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    send_dispatch(Dispatch.objects.order_by("pk")[0].pk)
    until = timezone.now() + timedelta(hours=2)
    ContactHealth.objects.create(contact=Contact.objects.get(), failures_in_row=5, paused_until=until)
    run()
    assert mail.outbox == []
    digest = DispatchDigest.objects.get()
    assert (digest.status, digest.attempts, digest.next_try_at) == ("waiting", 0, until)
    assert set(Dispatch.objects.values_list("next_try_at", flat=True)) == {until}
    clock.move_to(until)
    run()
    assert states() == ["sent", "sent"]


def test_what_is_in_a_mail_under_way_cannot_be_undone_and_before_that_it_can(
    send: Send, run: Callable[[], None], clock: Any
) -> None:
    first, second, _third = send(), send(), send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    send_dispatch(Dispatch.objects.order_by("pk")[0].pk)
    retract_events([Dispatch.objects.get(assignment=first).event_id])
    claimed = DispatchDigest.objects.select_related("contact__health").claim(DispatchDigest.objects.get().pk)
    assert claimed is not None
    assert [member.assignment for member in digests.take_members(claimed)] == [second, _third]
    with pytest.raises(GoneOut):
        retract_events([Dispatch.objects.get(assignment=second).event_id])


def test_more_than_fit_are_several_mails(
    send: Send, run: Callable[[], None], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "AT_MOST", 2)
    for _ in range(5):
        send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    run()  # the second mail waited for the first
    assert states() == ["sent"] * 5
    assert len(mail.outbox) == 3


def test_the_sweep_finds_what_nobody_announced(
    send: Send, clock: Any, announced: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    send(), send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    digest = digests.gather(Contact.objects.get())
    assert digest is not None
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert ("forwarding.send_digest", digest.pk) in announced
    assert not [call for call in announced if call[0] == "forwarding.send_dispatch"]


# -- What comes back ------------------------------------------------------------------------------------------


def sent_digest(send: Send, run: Callable[[], None], clock: Any) -> tuple[list[Assignment], DispatchDigest]:
    assignments = [send(), send()]
    clock.move_to(MORNING.replace(hour=14, minute=0))
    run()
    return assignments, DispatchDigest.objects.get()


@pytest.mark.parametrize("by", ["address", "thread"])
def test_a_reply_to_the_whole_finds_its_case_by_reference(
    send: Send, run: Callable[[], None], clock: Any, by: str
) -> None:
    (first, second), digest = sent_digest(send, run, clock)
    to = digest_address(digest) if by == "address" else "hivatal@example.org"
    head = f"From: ugyfel@utkezelo.example\nTo: {to}\nIn-Reply-To: {digest.message_id}\nSubject: Re: levelek\n\n"
    quote = f"\n\n> 1. {first.report.reference}\n> 2. {second.report.reference}\n"
    stored = store_mail(f"{head}A {second.report.reference} ügyben kedden megyünk.{quote}".encode())
    assert (stored.assignment, stored.state) == (second, "to_read")
    for words in ("Kedden megyünk.", f"{first.report.reference} és {second.report.reference}: kész."):
        unclear = store_mail(f"{head}{words}{quote}".encode())
        assert (unclear.assignment, unclear.state) == (None, "unmatched")


def test_a_reply_to_a_cases_own_address_is_that_cases(send: Send, run: Callable[[], None], clock: Any) -> None:
    (_first, second), _digest = sent_digest(send, run, clock)
    stored = store_mail(f"From: ugyfel@utkezelo.example\nTo: {reply_address(second.pk)}\n\nKedden.".encode())
    assert stored.assignment == second


def test_a_bounce_fails_every_letter_in_it(send: Send, run: Callable[[], None], clock: Any) -> None:
    _assignments, digest = sent_digest(send, run, clock)
    fields = "Final-Recipient: rfc822; ugyfel@utkezelo.example\nAction: failed\nStatus: 5.1.1"
    raw = (
        f"From: MAILER-DAEMON@mx.example\nTo: {bounce_address(digest)}\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n--x\n'
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{fields}\n--x--\n"
    )
    assert store_mail(raw.encode()).state == "filed"
    assert states() == ["failed", "failed"]
    assert tries() == [["sent", "bounced"], ["sent", "bounced"]]
    assert Contact.objects.get().stopped_at is not None


def test_who_writes_for_longer_than_the_lease_sends_nothing(
    send: Send, run: Callable[[], None], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send()
    send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    real = digests.compose_digest

    def slow(digest: DispatchDigest, sections: list[digest_mail.Section]) -> EmailMultiAlternatives:
        letter = real(digest, sections)
        if digest.attempts == 1:
            clock.shift(timedelta(minutes=5))
            digests.send_digest(digest.pk)  # the next worker
        return letter

    monkeypatch.setattr(digests, "compose_digest", slow)
    run()
    assert len(mail.outbox) == 1
    assert states() == ["sent", "sent"]
    assert DispatchDigest.objects.get().attempts == 2


def test_the_lease_begins_anew_when_the_mail_is_written(
    send: Send, run: Callable[[], None], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send()
    send()
    clock.move_to(MORNING.replace(hour=14, minute=0))
    real = digests.compose_digest

    def slow(digest: DispatchDigest, sections: list[digest_mail.Section]) -> EmailMultiAlternatives:
        letter = real(digest, sections)
        clock.shift(timedelta(seconds=100))
        return letter

    def send_slowly(letter: EmailMultiAlternatives, **options: Any) -> str:
        clock.shift(timedelta(seconds=80))
        assert list(DispatchDigest.objects.due()) == []
        return "250"

    monkeypatch.setattr(digests, "compose_digest", slow)
    monkeypatch.setattr(digests, "send_mail", send_slowly)
    run()
    assert states() == ["sent", "sent"]

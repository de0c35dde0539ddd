"""The mail to a body: what is in it, in which order mails go out, and what stops one."""

import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import Person
from forwarding import channels, sending
from forwarding.actions import answer_report, say_done, send_report
from forwarding.beside import Beside
from forwarding.mail import compose
from forwarding.models import Dispatch
from forwarding.reply_address import bounce_address, read_reply_address, reply_address
from municipalities.models import Contact, Institution
from notifications.mailer import SendingFailed
from reports.actions_desk import hide_report
from reports.actions_reporter import withdraw_report
from reports.actions_solved import confirm_solved, deny_solved
from reports.lifecycle import EVENTS, Role
from reports.models import Assignment, Report
from reports.outbox import write_event


def send_due() -> None:
    for pk in Dispatch.objects.due().order_by("pk").values_list("pk", flat=True):
        sending.send_dispatch(pk)


def html_of(sent: Any) -> str:
    assert isinstance(sent, EmailMultiAlternatives)
    return str(sent.alternatives[0][0])


@pytest.fixture
def broken_smtp(monkeypatch: pytest.MonkeyPatch) -> list[SendingFailed]:
    """The next sends fail with these errors, the first one first."""
    errors: list[SendingFailed] = []
    real = channels.send_mail

    def send(message: EmailMultiAlternatives, **options: Any) -> str:
        if errors:
            raise errors.pop(0)
        return real(message, **options)

    monkeypatch.setattr(channels, "send_mail", send)
    return errors


def test_the_whole_case_is_in_the_mail(
    make_report: Callable[..., Report], works: Institution, moderator: Person, reporter: Person
) -> None:
    nearby = send_report(make_report(title="Másik kátyú"), works, actor=moderator).report
    Dispatch.objects.all().delete()
    report = make_report(photos=2, reporter_name="Rita B.", show_name=False, description="<b>Mély</b> kátyú.")
    assignment = send_report(report, works, actor=moderator)
    send_due()
    [sent] = mail.outbox
    assert sent.to == ["ugyfel@utkezelo.example"]
    assert sent.subject.endswith(f"[{report.reference}]")
    assert sent.from_email == bounce_address(Dispatch.objects.get(assignment=assignment))
    assert reply_address(assignment.pk) in sent.reply_to[0]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    html = html_of(sent)
    for words in (report.title, "Fő utca 1.", "47.450000, 19.050000", "/o/", nearby.reference, f"photo-2@{_domain()}"):
        assert words in html, words
    assert "&lt;b&gt;Mély&lt;/b&gt;" in html
    assert "> <b>Mély</b> kátyú." in sent.body
    assert reporter.email not in html + sent.body
    assert "Rita" not in html + sent.body
    parts = [part.get_content_type() for part in sent.message().walk()]
    assert parts == [
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/jpeg",
        "image/jpeg",
    ]
    dispatch = Dispatch.objects.get(assignment=assignment)
    assert (dispatch.status, dispatch.attempts) == ("sent", 1)
    assert sent.extra_headers["Message-ID"] == dispatch.message_id


def _domain() -> str:
    return reply_address(1).split("@")[1]


def test_name_only_when_it_may_be_shown(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    send_report(make_report(reporter_name="Rita B.", show_name=True), works, actor=moderator)
    send_due()
    assert "Rita B." in mail.outbox[0].body


def test_private_report_is_sent_without_a_public_page(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    report = make_report(is_private=True)
    send_report(report, works, actor=moderator)
    send_due()
    assert report.get_absolute_url() not in mail.outbox[0].body
    assert "/o/" in mail.outbox[0].body


def test_no_becomes_a_mail_with_the_reason_and_the_history(assignment: Assignment, reporter: Person) -> None:
    say_done(assignment, "Betömtük.", actor=None)
    deny_solved(assignment.report, "Még ott van <script>.", actor=reporter)
    send_due()
    assert len(mail.outbox) == 2
    told = mail.outbox[1]
    assert "> Még ott van <script>." in told.body
    assert "&lt;script&gt;" in html_of(told)
    assert "> Betömtük." in told.body


def test_solved_is_told_to_the_body(assignment: Assignment, reporter: Person) -> None:
    say_done(assignment, "", actor=None)
    confirm_solved(assignment.report, actor=reporter)
    send_due()
    assert len(mail.outbox) == 2


def test_updates_go_out_in_order(
    assignment: Assignment, reporter: Person, broken_smtp: list[SendingFailed], settings: Any
) -> None:
    settings.DELIVERY_RETRY_SECONDS = [0, 0]
    say_done(assignment, "", actor=None)
    deny_solved(assignment.report, "Nem.", actor=reporter)
    broken_smtp.append(SendingFailed("451 later"))
    first, second = Dispatch.objects.order_by("pk")
    sending.send_dispatch(first.pk)
    sending.send_dispatch(second.pk)
    assert mail.outbox == []  # the second waits for its turn
    sending.send_dispatch(first.pk)
    sending.send_dispatch(second.pk)
    assert len(mail.outbox) == 2
    assert set(Dispatch.objects.values_list("status", flat=True)) == {"sent"}


def test_a_failed_one_does_not_block_for_ever(
    assignment: Assignment, reporter: Person, broken_smtp: list[SendingFailed]
) -> None:
    say_done(assignment, "", actor=None)
    deny_solved(assignment.report, "Nem.", actor=reporter)
    broken_smtp.append(SendingFailed("550 no such user", permanent=True))
    send_due()
    first, second = Dispatch.objects.order_by("pk")
    assert (first.status, first.last_error) == ("failed", "550 no such user")
    assert second.status == "sent"


def test_retries_end(assignment: Assignment, broken_smtp: list[SendingFailed], settings: Any) -> None:
    settings.DELIVERY_RETRY_SECONDS = [0, 0]
    broken_smtp += [SendingFailed("451 a"), SendingFailed("broke off", unknown=True), SendingFailed("451 c")]
    dispatch = Dispatch.objects.get()
    seen = []
    for _ in range(4):
        sending.send_dispatch(dispatch.pk)
        dispatch.refresh_from_db()
        seen.append(dispatch.status)
    assert seen == ["waiting", "unknown", "failed", "failed"]
    assert dispatch.last_error == "451 c"
    assert dispatch.may_have_arrived


def test_a_mistake_in_our_own_words_frees_the_row(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "compose", lambda dispatch: 1 / 0)
    dispatch = Dispatch.objects.get()
    with pytest.raises(ZeroDivisionError):
        sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert dispatch.status == "waiting"
    assert "ZeroDivisionError" in dispatch.last_error


def test_withdrawn_before_it_went_out_nobody_is_told(assignment: Assignment, reporter: Person) -> None:
    withdraw_report(assignment.report, actor=reporter)
    send_due()
    assert mail.outbox == []
    assert list(Dispatch.objects.values_list("status", flat=True)) == ["cancelled", "cancelled"]


def test_withdrawn_after_it_went_out_the_body_is_told(assignment: Assignment, reporter: Person) -> None:
    send_due()
    withdraw_report(assignment.report, actor=reporter)
    send_due()
    assert len(mail.outbox) == 2
    assert "Mély kátyú" not in mail.outbox[1].body


def test_withdrawn_after_it_may_have_arrived_the_body_is_told(
    assignment: Assignment, reporter: Person, broken_smtp: list[SendingFailed]
) -> None:
    broken_smtp.append(SendingFailed("broke off", unknown=True))
    send_due()
    withdraw_report(assignment.report, actor=reporter)
    Dispatch.objects.update(next_try_at=timezone.now())
    send_due()
    assert list(Dispatch.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "sent"]
    assert len(mail.outbox) == 1


def test_hidden_report_does_not_go_out(assignment: Assignment, moderator: Person) -> None:
    hide_report(assignment.report, "Személyes adat.", actor=moderator)
    send_due()
    assert mail.outbox == []
    assert Dispatch.objects.get().status == "cancelled"


def test_an_answer_tells_the_body_nothing(assignment: Assignment) -> None:
    send_due()
    answer_report(assignment, "Kedden.", actor=None)
    assert Dispatch.objects.count() == 1


def test_stopped_address_is_not_written_to(assignment: Assignment) -> None:
    Contact.objects.update(stopped_at=timezone.now(), stopped_reason="550 unknown")
    send_due()
    dispatch = Dispatch.objects.get()
    assert (dispatch.status, mail.outbox) == ("failed", [])
    assert "550 unknown" in dispatch.last_error


def test_a_row_is_claimed_once(assignment: Assignment) -> None:
    dispatch = Dispatch.objects.get()
    assert Dispatch.objects.claim(dispatch.pk) is not None
    assert Dispatch.objects.claim(dispatch.pk) is None


def test_a_silent_workers_row_is_claimed_again(assignment: Assignment) -> None:
    dispatch = Dispatch.objects.get()
    first = Dispatch.objects.claim(dispatch.pk)
    Dispatch.objects.update(lease_until=timezone.now())
    second = Dispatch.objects.claim(dispatch.pk)
    assert first is not None
    assert second is not None
    assert second.may_have_arrived
    first.record_failure("too late", permanent=True)  # a claim that was lost has nothing to say
    dispatch.refresh_from_db()
    assert dispatch.status == "sending"
    second.record_sent()
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.attempts) == ("sent", 2)


def test_workers_that_always_die_end_as_failed(assignment: Assignment, settings: Any) -> None:
    settings.DELIVERY_RETRY_SECONDS = [0]
    dispatch = Dispatch.objects.get()
    for _ in range(2):
        assert Dispatch.objects.claim(dispatch.pk) is not None
        Dispatch.objects.update(lease_until=timezone.now())
    sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert dispatch.status == "failed"
    assert dispatch.last_error


def test_reply_address_survives_capitals_and_refuses_forgeries() -> None:
    address = reply_address(12)
    assert read_reply_address(address.upper()) == 12
    assert read_reply_address(address.replace("r-12", "r-13")) is None
    assert read_reply_address("r-12-0000000000000000@" + _domain()) is None
    assert read_reply_address(address.split("@")[0] + "@elsewhere.example") is None
    assert read_reply_address("") is None


def test_smtp_errors_say_what_they_are(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications.mailer import _explain

    class Connection:
        connection = None

    refused = smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"5.1.1 unknown")})
    busy = smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"later")})
    connection: Any = Connection()
    assert _explain(refused, connection).permanent
    assert not _explain(busy, connection).permanent
    assert _explain(smtplib.SMTPDataError(554, b"spam"), connection).permanent
    assert not _explain(smtplib.SMTPAuthenticationError(535, b"no"), connection).permanent
    sender = _explain(smtplib.SMTPSenderRefused(530, b"log in first", "us@localhost"), connection)
    assert (sender.permanent, sender.ours) == (False, True)
    assert not _explain(ConnectionRefusedError("no"), connection).permanent
    assert not _explain(ConnectionRefusedError("no"), connection).unknown


def test_every_mail_to_a_body_can_be_written(assignment: Assignment) -> None:
    """No event that tells the body is without words, in neither language."""
    for kind, rule in EVENTS.items():
        if not rule.tells_body:
            continue
        for language in ("hu", "en"):
            Contact.objects.update(language=language)
            event = write_event(
                assignment.report, kind, actor=None, role=Role.SYSTEM, assignment=assignment, proof="stated"
            )
            dispatch = Dispatch.objects.select_related("event__report", "assignment__institution", "contact").get(
                event=event
            )
            sent = compose(dispatch)
            assert assignment.report.reference in sent.subject
            assert "\n\n\n" not in sent.body
            for part in (sent.body, html_of(sent)):
                assert assignment.title in part
                assert "{{" not in part
                assert "{%" not in part


def test_two_bodies_and_one_fails_only_that_one_is_tried_again(
    make_report: Callable[..., Report],
    works: Institution,
    gardens: Institution,
    moderator: Person,
    broken_smtp: list[SendingFailed],
    settings: Any,
) -> None:
    settings.DELIVERY_RETRY_SECONDS = [0, 0]
    send_report(make_report(), works, actor=moderator, others=[Beside(gardens)])
    broken_smtp.append(SendingFailed("451 later"))
    send_due()
    assert list(Dispatch.objects.order_by("pk").values_list("status", "attempts")) == [("waiting", 1), ("sent", 1)]
    assert [sent.to for sent in mail.outbox] == [["info@fokert.example"]]
    send_due()
    assert list(Dispatch.objects.order_by("pk").values_list("status", "attempts")) == [("sent", 2), ("sent", 1)]
    assert [sent.to for sent in mail.outbox] == [["info@fokert.example"], ["ugyfel@utkezelo.example"]]


def test_a_letter_that_another_worker_has_by_now_is_not_sent(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(dispatch: Dispatch) -> EmailMultiAlternatives:
        Dispatch.objects.filter(pk=dispatch.pk).update(attempts=2)  # the lease ran out meanwhile
        return compose(dispatch)

    monkeypatch.setattr(channels, "compose", slow)
    dispatch = Dispatch.objects.get()
    sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert mail.outbox == []
    assert (dispatch.status, dispatch.attempts, dispatch.last_error) == ("sending", 2, "")

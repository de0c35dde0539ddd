"""Which case a mail belongs to, and which mails are nobody's answer."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Person
from forwarding import incoming, sending
from forwarding.actions import send_report
from forwarding.actions_mails import match_mail
from forwarding.incoming import store_mail
from forwarding.models import Dispatch, IncomingMail
from forwarding.reply_address import reply_address
from municipalities.models import Contact, Institution
from reports.models import Assignment, Report
from tests.forwarding.letters import CONTACT, answer

pytestmark = pytest.mark.django_db
ELSEWHERE = "info@jarokelo.example"


def test_the_reply_address_comes_first(assignment: Assignment, make_report: object, gardens: Institution) -> None:
    other = make_report()  # type: ignore[operator]
    send_report(other, gardens, actor=None)
    mail = store_mail(answer(reply_address(assignment.pk), Subject=f"Re: [{other.reference}]"))
    assert mail.assignment == assignment


@pytest.mark.parametrize("upper", [False, True])
def test_a_reference_of_the_bodys_own_report_is_enough_to_match(
    assignment: Assignment, sent: Report, upper: bool
) -> None:
    reference = sent.reference.upper() if upper else sent.reference
    mail = store_mail(answer(ELSEWHERE, Subject=f"Válasz: [{reference}] Kátyú"))
    assert (mail.assignment, mail.why, mail.state) == (assignment, "reference", "to_read")
    mail = store_mail(answer(ELSEWHERE, f"A {reference} számú ügyben írunk.", Message_ID="<2@x>"))
    assert (mail.assignment, mail.why) == (assignment, "reference")


def test_a_colleague_of_the_body_is_matched_but_a_stranger_is_not(assignment: Assignment, sent: Report) -> None:
    subject = f"Re: [{sent.reference}]"
    mail = store_mail(answer(ELSEWHERE, sender="masik@utkezelo.example", Subject=subject))
    assert (mail.assignment, mail.from_contact) == (assignment, False)
    mail = store_mail(answer(ELSEWHERE, sender="valaki@elsewhere.example", Subject=subject))
    assert (mail.assignment, mail.report, mail.why, mail.state) == (None, sent, "hint", "unmatched")


def test_an_address_at_everybodys_provider_makes_no_colleague(assignment: Assignment, sent: Report) -> None:
    Contact.objects.filter(address=CONTACT).update(address="utkezelo@gmail.com")
    mail = store_mail(answer(ELSEWHERE, sender="valaki@gmail.com", Subject=f"Re: [{sent.reference}]"))
    assert (mail.assignment, mail.why) == (None, "hint")


def test_quoted_references_are_not_the_bodys_own(assignment: Assignment, sent: Report) -> None:
    mail = store_mail(answer(ELSEWHERE, f"Melyik ügy ez?\n\n2026. 11. 05. 14:02, J írta:\n> [{sent.reference}] Kátyú"))
    assert (mail.assignment, mail.report, mail.why) == (None, sent, "hint")


def test_a_thread_is_followed_through_our_letter_and_their_own_mail(assignment: Assignment) -> None:
    dispatch = Dispatch.objects.get()
    sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    first = store_mail(answer(ELSEWHERE, In_Reply_To=dispatch.message_id, Message_ID="<elso@utkezelo.example>"))
    assert (first.assignment, first.why) == (assignment, "no_token")
    second = store_mail(
        answer(
            ELSEWHERE, "Még valami.", References="<x@y> <elso@utkezelo.example>", Message_ID="<ketto@utkezelo.example>"
        )
    )
    assert second.assignment == assignment


def test_words_that_look_like_a_reference_find_nothing(assignment: Assignment) -> None:
    mail = store_mail(answer(ELSEWHERE, "rendszer javításra kezelünk " * 50, sender="x@y.example"))
    assert (mail.assignment, mail.report, mail.why) == (None, None, "")


# -- Nobody's answer ------------------------------------------------------------------------------------------------


def test_our_own_mail_that_comes_back_is_filed_and_says_so(assignment: Assignment) -> None:
    dispatch = Dispatch.objects.get()
    sending.send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    back = store_mail(answer(reply_address(assignment.pk), sender="valaki@x.example", Message_ID=dispatch.message_id))
    assert (back.state, back.why) == ("filed", "our_own")
    back = store_mail(answer(reply_address(assignment.pk), sender=reply_address(assignment.pk), Message_ID="<1@x>"))
    assert (back.state, back.why) == ("filed", "our_own")
    assert back.may_unfile == (back.assignment is not None)


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"X_Loop": "x@y"}, {"Precedence": "junk"}],
)
def test_what_a_program_wrote_is_filed_and_says_so(assignment: Assignment, headers: dict[str, str]) -> None:
    mail = store_mail(answer(reply_address(assignment.pk), **headers))  # type: ignore[arg-type]
    assert (mail.kind, mail.state, mail.why, mail.assignment) == ("automatic", "filed", "machine", assignment)
    assert not assignment.events.filter(kind="answered").exists()


def test_two_programs_that_answer_each_other_are_stopped(assignment: Assignment, settings: Settings) -> None:
    settings.MAILS_PER_HOUR = 3
    mails = [
        store_mail(answer(reply_address(assignment.pk), f"{n}. levél", Message_ID=f"<{n}@x.example>")) for n in range(5)
    ]
    assert [mail.why == "loop" for mail in mails] == [False, False, False, True, True]
    assert {mail.state for mail in mails[3:]} == {"filed"}
    IncomingMail.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert store_mail(answer(reply_address(assignment.pk), "Később.", Message_ID="<k@x>")).state == "to_read"


def test_many_mails_of_no_case_are_no_loop(assignment: Assignment, settings: Settings, moderator: Person) -> None:
    settings.MAILS_PER_HOUR = 3
    mails = [store_mail(answer("info@localhost", f"{n}. levél", Message_ID=f"<{n}@x.example>")) for n in range(5)]
    assert {mail.state for mail in mails} == {"unmatched"}
    assert [mail.why for mail in mails] == ["", "", "", "loop", "loop"]
    match_mail(mails[4], assignment, actor=moderator)


def test_a_worker_that_dies_before_it_has_placed_a_mail_leaves_it_to_the_next(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: object) -> None:
        raise SystemExit

    raw = answer(reply_address(assignment.pk))
    with monkeypatch.context() as patched:
        patched.setattr(incoming, "_place", die)
        with pytest.raises(SystemExit):
            store_mail(raw)
    assert (store_mail(raw).assignment, IncomingMail.objects.count()) == (assignment, 1)


def test_an_answer_in_two_texts_waits(assignment: Assignment) -> None:
    raw = answer(reply_address(assignment.pk), "Kedden jövünk.").replace(b"\r\n", b"\n")
    head, _, body = raw.partition(b"\n\n")
    kept = [line for line in head.split(b"\n") if not line.lower().startswith(b"content-")]
    lines = [b"\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text for text in (body, b"De csak ha nem esik.\n")]
    mail = store_mail(b"\n".join([*kept, b'Content-Type: multipart/mixed; boundary="b"', *lines, b"--b--\n"]))
    assert (mail.state, mail.why) == ("to_read", "attachments")
    assert mail.text == "Kedden jövünk.\n\nDe csak ha nem esik."


def test_a_complaint_about_spam_is_shown(assignment: Assignment) -> None:
    raw = (
        b"From: fbl@provider.example\r\nTo: noreply@localhost\r\nSubject: Abuse\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n--b--\r\n"
    )
    mail = store_mail(raw)
    assert (mail.kind, mail.state) == ("complaint", "unmatched")

"""Mails that came back: published as the answer, filed, or matched first."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.rights import Right
from forwarding.actions_letters import recall_report
from forwarding.models import IncomingMail
from moderation.acts import recorded, undo_act
from moderation.models import Act
from municipalities.models import Area, Institution
from reports.lifecycle import EventKind, Role, Status
from reports.models import Assignment, Report
from reports.outbox import write_event
from tests.moderation.undoing import rows_of, take_right, timers_of

pytestmark = pytest.mark.django_db

MakeMail = Callable[..., IncomingMail]


def url_of(mail: IncomingMail, queue: str = "answers") -> str:
    return f"{reverse('desk_mail', args=[mail.pk])}?queue={queue}"


def test_answer_is_read_beside_its_case(at_desk: Client, assignment: Assignment, make_mail: MakeMail) -> None:
    page = at_desk.get(url_of(make_mail(assignment))).content.decode()
    assert "Jövő héten javítjuk." in page
    assert assignment.report.title in page


def test_publishing_the_answer(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail, moderator: Person
) -> None:
    mail, later = make_mail(assignment), make_mail(assignment)
    response = at_desk.post(url_of(mail), {"action": "publish", "text": "Javítjuk.", "outcome": ""})
    assert response["Location"] == url_of(later)
    mail.refresh_from_db()
    sent.refresh_from_db()
    assert (mail.state, mail.handled_by) == ("published", moderator)
    assert sent.status == Status.IN_PROGRESS
    event = sent.events.last()
    assert event is not None
    assert (event.kind, event.body, event.is_public) == (EventKind.ANSWERED, "Javítjuk.", True)
    assert event.actor == moderator
    assert event.role == Role.MODERATOR


def test_a_mail_that_was_cut_says_so_on_its_row_and_page(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail
) -> None:
    whole, cut = make_mail(assignment), make_mail(assignment, is_cut=True)
    words, tag = "only its beginning is here", '<span class="tag">cut</span>'
    english = {"accept-language": "en"}
    assert words in at_desk.get(url_of(cut), headers=english).content.decode()
    assert words not in at_desk.get(url_of(whole), headers=english).content.decode()
    for lists in ("/desk/?queue=answers", reverse("desk_mails")):
        assert at_desk.get(lists, headers=english).content.decode().count(tag) == 1


def test_publishing_a_promise_needs_its_day(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail
) -> None:
    mail = make_mail(assignment)
    typed = {"action": "publish", "text": "Javítjuk.", "outcome": "promise"}
    response = at_desk.post(url_of(mail), typed)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "id_promised_on_error" in response.content.decode()
    assert at_desk.post(url_of(mail), typed | {"promised_on": "2001-01-01"}).status_code == HTTPStatus.BAD_REQUEST
    assert at_desk.post(url_of(mail), typed | {"promised_on": "2101-02-03"}).status_code == HTTPStatus.FOUND
    sent.refresh_from_db()
    assert str(sent.promised_on) == "2101-02-03"


@pytest.mark.parametrize(
    ("outcome", "status", "reroute"),
    [("done", Status.AWAITING_CONFIRMATION, False), ("not_ours", Status.SENT, True)],
)
def test_publishing_what_it_says(
    at_desk: Client,
    assignment: Assignment,
    sent: Report,
    make_mail: MakeMail,
    gardens: Institution,
    outcome: str,
    status: Status,
    reroute: bool,
) -> None:
    typed = {"action": "publish", "text": "Így áll.", "outcome": outcome, "pointed_to": gardens.pk}
    at_desk.post(url_of(make_mail(assignment)), typed)
    sent.refresh_from_db()
    assignment.refresh_from_db()
    assert assignment.pointed_to == (gardens if outcome == "not_ours" else None)
    assert (sent.status, sent.needs_rerouting) == (status, reroute)


def test_an_empty_answer_is_not_published(at_desk: Client, assignment: Assignment, make_mail: MakeMail) -> None:
    mail = make_mail(assignment)
    assert at_desk.post(url_of(mail), {"action": "publish", "text": " "}).status_code == HTTPStatus.BAD_REQUEST
    mail.refresh_from_db()
    assert mail.state == "to_read"


def test_filing(at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail) -> None:
    mail = make_mail(assignment)
    assert at_desk.post(url_of(mail), {"action": "file"})["Location"] == "/desk/?queue=answers"
    mail.refresh_from_db()
    sent.refresh_from_db()
    assert (mail.state, sent.status) == ("filed", Status.SENT)
    again = at_desk.post(url_of(mail), {"action": "publish", "text": "Mégis."})
    assert again.status_code == HTTPStatus.FOUND
    assert not sent.events.filter(kind=EventKind.ANSWERED).exists()


@pytest.mark.parametrize("action", ["publish", "file"])
def test_what_became_of_a_mail_is_undone_to_the_last_column(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail, moderator: Person, action: str
) -> None:
    mail = make_mail(assignment, text="Magánügy: 06 1 234 5678.")
    before, timers = rows_of(sent), timers_of(sent)
    assert at_desk.post(url_of(mail), {"action": action, "text": "Javítjuk.", "outcome": ""}).status_code == 302
    act = Act.objects.get()
    assert (act.kind, act.report, act.actor) == (f"{action}_mail", sent, moderator)
    [change] = [change for change in act.changes if change["model"] == "forwarding.incomingmail"]
    assert set(change["before"]) == {"state", "handled_by_id", "handled_at"}
    assert "Magánügy" not in str(act.changes)
    assert rows_of(sent) != before
    assert act.label in at_desk.get(reverse("desk_history"), headers={"Accept-Language": "hu"}).content.decode()

    at_desk.post(reverse("desk_undo", args=[act.pk]))
    assert rows_of(sent) == before
    assert timers_of(sent) == timers
    mail.refresh_from_db()
    assert (mail.state, mail.handled_by, mail.handled_at) == ("to_read", None, None)


def test_a_mail_that_comes_in_during_an_act_stays_when_it_is_undone(
    assignment: Assignment, sent: Report, make_mail: MakeMail, moderator: Person
) -> None:
    with recorded("note", sent, actor=moderator) as recording:
        mail = make_mail(assignment)
        write_event(sent, EventKind.NOTED, actor=moderator, role=Role.MODERATOR, text="x")
    assert recording.act is not None
    assert recording.act.changes == []
    undo_act(recording.act, actor=moderator)
    assert IncomingMail.objects.filter(pk=mail.pk).exists()


@pytest.mark.parametrize("is_matched", [True, False])
def test_what_was_filed_as_a_loop_is_put_back(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail, is_matched: bool
) -> None:
    mail = make_mail(assignment if is_matched else None)
    IncomingMail.objects.update(state="filed", why="loop", handled_at=timezone.now())
    assert 'value="unfile"' in at_desk.get(url_of(mail)).content.decode()
    at_desk.post(url_of(mail), {"action": "unfile"})
    mail.refresh_from_db()
    assert (mail.state, mail.handled_at) == ("to_read" if is_matched else "unmatched", None)


@pytest.mark.parametrize("is_matched", [True, False])
def test_a_filed_mail_is_put_back(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail, is_matched: bool
) -> None:
    mail = make_mail(assignment if is_matched else None)
    at_desk.post(url_of(mail), {"action": "file"})
    assert 'value="unfile"' in at_desk.get(url_of(mail)).content.decode()
    assert at_desk.post(url_of(mail), {"action": "unfile"})["Location"] == url_of(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == ("to_read" if is_matched else "unmatched", None)
    assert 'value="unfile"' not in at_desk.get(url_of(mail)).content.decode()
    assert [act.kind for act in Act.objects.order_by("pk")] == (["file_mail", "unfile_mail"] if is_matched else [])
    at_desk.post(url_of(mail), {"action": "unfile"})  # an old page
    mail.refresh_from_db()
    assert mail.state != "filed"


def test_what_was_filed_by_itself_of_no_case_is_not_put_before_every_desk(
    client_of: Callable[[Person], Client], employee: Person, make_mail: MakeMail
) -> None:
    mail = make_mail(state="filed")
    desk = client_of(employee)
    assert 'value="unfile"' not in desk.get(url_of(mail)).content.decode()
    desk.post(url_of(mail), {"action": "unfile"})
    mail.refresh_from_db()
    assert mail.state == "filed"


def test_a_mail_matched_with_the_wrong_report_is_let_go(
    at_desk: Client, assignment: Assignment, make_mail: MakeMail
) -> None:
    mail = make_mail()
    at_desk.post(url_of(mail), {"action": "match", "assignment": assignment.pk})
    assert 'value="unmatch"' in at_desk.get(url_of(mail)).content.decode()
    at_desk.post(url_of(mail), {"action": "unmatch"})
    mail.refresh_from_db()
    assert (mail.assignment, mail.state, mail.from_contact) == (None, "unmatched", False)
    assert at_desk.post(url_of(mail), {"action": "unmatch"}).status_code == HTTPStatus.BAD_REQUEST


def test_without_the_right_a_mail_is_only_read(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail
) -> None:
    take_right(Right.ENTER_ANSWERS)
    mail, loose = make_mail(assignment), make_mail()
    page = at_desk.get(url_of(mail)).content.decode()
    assert not [action for action in ("publish", "file", "unmatch") if f'value="{action}"' in page]
    for action in ("publish", "file", "unmatch", "unfile"):
        typed = {"action": action, "text": "Javítjuk.", "outcome": ""}
        assert at_desk.post(url_of(mail), typed).status_code == HTTPStatus.NOT_FOUND
    typed = {"action": "match", "assignment": str(assignment.pk)}
    assert at_desk.post(url_of(loose), typed).status_code == HTTPStatus.NOT_FOUND
    mail.refresh_from_db()
    assert (mail.state, Act.objects.exists()) == ("to_read", False)


def test_an_unmatched_mail_finds_its_report(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail
) -> None:
    mail = make_mail()
    url = url_of(mail, "unmatched")
    page = at_desk.get(f"{url}&q={sent.reference}").content.decode()
    assert f'value="{assignment.pk}"' in page
    at_desk.post(url, {"action": "match", "assignment": assignment.pk})
    mail.refresh_from_db()
    assert (mail.assignment, mail.state) == (assignment, "to_read")


@pytest.mark.parametrize("junk", ["", "x", "0", "99999999999999999999"])
def test_junk_matches_nothing(at_desk: Client, make_mail: MakeMail, junk: str) -> None:
    mail = make_mail()
    response = at_desk.post(url_of(mail), {"action": "match", "assignment": junk})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    for action in ("", "publish", "nosuch"):
        assert at_desk.post(url_of(mail), {"action": action, "text": "x"}).status_code == HTTPStatus.BAD_REQUEST


def test_nobody_matches_with_a_case_of_another_area(
    client_of: Callable[[Person], Client],
    other_moderator: Person,
    other_district: Area,
    assignment: Assignment,
    make_mail: MakeMail,
) -> None:
    mail = make_mail()
    response = client_of(other_moderator).post(url_of(mail), {"action": "match", "assignment": assignment.pk})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    mail.refresh_from_db()
    assert mail.assignment is None


def test_mails_are_escaped(at_desk: Client, assignment: Assignment, make_mail: MakeMail) -> None:
    nasty = "<script>alert(1)</script>"
    mail = make_mail(assignment, subject=nasty, text=nasty, sender=nasty)
    for url in (url_of(mail), "/desk/?queue=answers"):
        assert "<script>alert" not in at_desk.get(url).content.decode()


# -- From whom the case was taken back ------------------------------------------------------------------------


def test_who_was_asked_to_forget_the_case_answers_nothing_any_more(
    at_desk: Client, assignment: Assignment, sent: Report, make_mail: MakeMail, moderator: Person
) -> None:
    """No answer of theirs, and no first one that would stop a clock: the mail can only be filed."""
    mail = make_mail(assignment)
    recall_report(assignment, "Tévedés volt.", actor=moderator)
    page = at_desk.get(url_of(mail)).content.decode()
    assert 'value="publish"' not in page
    assert 'value="file"' in page
    response = at_desk.post(url_of(mail), {"action": "publish", "text": "Javítjuk.", "outcome": ""})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    for row in (mail, sent, assignment):
        row.refresh_from_db()
    assert (mail.state, sent.status, sent.first_answer_at, assignment.first_answer_at) == (
        "to_read",
        Status.SENT,
        None,
        None,
    )
    assert not sent.events.filter(kind=EventKind.ANSWERED).exists()
    at_desk.post(url_of(mail), {"action": "file"})
    mail.refresh_from_db()
    assert mail.state == "filed"


# -- Whose mails one reads ------------------------------------------------------------------------------------


def test_a_filed_mail_without_a_case_is_read_by_who_filed_it_and_employees(
    client_of: Callable[[Person | None], Client],
    moderator: Person,
    other_moderator: Person,
    employee: Person,
    make_mail: MakeMail,
) -> None:
    """It may be a reporter's private word to the desk."""
    mail = make_mail()
    assert client_of(other_moderator).get(url_of(mail)).status_code == HTTPStatus.OK
    client_of(moderator).post(url_of(mail, "unmatched"), {"action": "file"})
    found = {who: client_of(who).get(url_of(mail)).status_code for who in (moderator, employee, other_moderator)}
    assert list(found.values()) == [HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.NOT_FOUND]
    word = make_mail(state="filed")
    assert client_of(moderator).get(url_of(word)).status_code == HTTPStatus.NOT_FOUND

"""The case page of the office: answers once and on the newest state, saved texts, colleagues, notes, subtasks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from forwarding.actions import answer_report
from forwarding.actions_handing import hand_over
from forwarding.models import BodyEntry, OfficeText, Subtask
from forwarding.office.actions_case import NotOfBody, add_subtask, give_case, write_note
from forwarding.office.notices import remind_of_subtasks
from municipalities.models import Institution, Membership, Unit
from notifications.models import Notice
from notifications.notices import send_notice
from reports import links
from reports.lifecycle import Status
from reports.models import Assignment, EventText, Photo, Report
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(assignment: Assignment) -> str:
    return reverse("office_case", args=[assignment.pk])


def fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("report").get(pk=assignment.pk)


def mails(mailoutbox: list[Any]) -> list[Any]:
    for pk in Notice.objects.open().values_list("pk", flat=True):
        send_notice(pk)
    return mailoutbox


# -- The answer ---------------------------------------------------------------------------------------------


def test_a_double_click_counts_once(case: str, assignment: Assignment, client_of: Any, officer: Person) -> None:
    browser, nonce, version = client_of(officer), str(uuid4()), assignment.report.version
    for _click in range(2):
        form = {"step": "answer", "text": "Kimegyünk.", "nonce": nonce, "version": version, "attachments": [jpeg()]}
        assert browser.post(case, form).status_code == 302
    assert assignment.report.events.filter(kind="answered").count() == 1
    assert Photo.objects.filter(kind=Photo.Kind.ANSWER).count() == 1
    assert "Köszönjük" in browser.get(case).content.decode()


def test_the_photo_of_an_answer_is_encoded_anew(case: str, client_of: Any, officer: Person) -> None:
    client_of(officer).post(case, {"step": "done", "text": "Kész.", "attachments": [jpeg()]})
    photo = Photo.objects.get(kind=Photo.Kind.ANSWER)
    assert photo.event is not None
    assert photo.event.kind == "done_said"
    assert photo.medium.size


def test_what_changed_meanwhile_is_shown_and_what_was_typed_stays(
    case: str, assignment: Assignment, client_of: Any, officer: Person, colleague: Person
) -> None:
    browser = client_of(officer)
    page = browser.get(case)
    form = {"step": "done", "text": "Mi kijavítottuk.", "nonce": str(uuid4())}
    form |= {"version": page.context["report"].version, "seen": page.context["seen"]}
    answer_report(assignment, "Már úton vagyunk.", actor=colleague)

    shown = browser.post(case, form)
    text = shown.content.decode()
    assert shown.status_code == 409
    assert [event.kind for event in shown.context["changed"]] == ["answered"]
    assert "Már úton vagyunk." in text
    assert "Mi kijavítottuk." in text
    assert fresh(assignment).report.status == Status.IN_PROGRESS

    again = shown.context
    form |= {"version": again["report"].version, "seen": again["seen"], "nonce": str(again["nonce"])}
    assert browser.post(case, form).status_code == 302
    assert fresh(assignment).report.status == Status.AWAITING_CONFIRMATION


def test_by_link_the_same(client: Client, assignment: Assignment, officer: Person) -> None:
    link = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    old = {"step": "answer", "text": "Kimegyünk.", "version": assignment.report.version - 1, "seen": 0}
    assert client.post(link, old).status_code == 409
    assert not assignment.report.events.filter(kind="answered").exists()


def test_cannot_be_solved_wants_a_reason(case: str, assignment: Assignment, client_of: Any, officer: Person) -> None:
    browser = client_of(officer)
    refused = browser.post(case, {"step": "cannot", "text": ""})
    assert refused.status_code == 400
    assert refused.context["form"].errors["text"]
    browser.post(case, {"step": "cannot", "text": "Magánterület."})
    assert (fresh(assignment).report.status, fresh(assignment).report.reason) == (Status.UNRESOLVED, "cannot")


def test_saved_texts_go_below_what_is_typed_and_send_nothing(
    case: str, assignment: Assignment, works: Institution, gardens: Institution, client_of: Any, officer: Person
) -> None:
    fitting = OfficeText.objects.create(
        institution=works, name="Felmérés", step="answer", text="A(z) {address} címen jártunk, jelszó: {reference}."
    )
    others: list[dict[str, Any]] = [
        {"institution": gardens, "name": "Másé"},
        {"institution": works, "name": "Alszik", "is_active": False},
    ]
    for fields in others:
        OfficeText.objects.create(text="Rejtett.", **fields)
    browser = client_of(officer)
    page = browser.post(case, {"step": "promise", "text": "Kedves bejelentő!", "use_text": fitting.pk})
    filled = f"A(z) Fő utca 1. címen jártunk, jelszó: {assignment.report.reference}."
    assert page.status_code == 200
    assert page.context["form"].initial["text"] == f"Kedves bejelentő!\n\n{filled}"
    assert page.context["form"].initial["step"] == "promise"
    assert [ready.saved for ready in page.context["ready_texts"]] == [fitting]
    assert "Rejtett." not in page.content.decode()
    assert not assignment.report.events.filter(kind="answered").exists()


def test_the_page_costs_the_same_with_much_on_it(
    case: str,
    assignment: Assignment,
    client_of: Any,
    lead: Person,
    officer: Person,
    django_assert_max_num_queries: Any,
) -> None:
    browser = client_of(lead)
    browser.get(case)
    for number in range(8):
        write_note(assignment, f"Jegyzet {number}", actor=officer)
        add_subtask(assignment, f"Teendő {number}", actor=officer, assignee=officer)
        answer_report(assignment, f"Válasz {number}", actor=officer)
    with django_assert_max_num_queries(26):
        assert browser.get(case).status_code == 200


# -- Handing over by the page -------------------------------------------------------------------------------


def test_a_lead_hands_over_and_the_other_body_accepts_by_link(
    assignment: Assignment, gardens: Institution, client_of: Any, lead: Person, client: Client
) -> None:
    url = reverse("office_hand_over", args=[assignment.pk])
    browser = client_of(lead)
    page = browser.get(url)
    assert gardens.name in page.content.decode()
    wrong = browser.post(url, {"to": gardens.pk, "reason": ""})
    assert wrong.status_code == 400
    form = {"to": gardens.pk, "reason": "A park a tiétek.", "version": page.context["report"].version}
    form |= {"nonce": str(page.context["nonce"])}
    assert browser.post(url, form).status_code == 302
    assert browser.post(url, form).status_code == 302  # double click
    new = Assignment.objects.get(institution=gardens)
    link = reverse("officer_case", args=[links.officer_token(new.pk)])
    shown = client.get(link).content.decode()
    assert "A park a tiétek." in shown
    assert 'value="not_ours"' not in shown  # given back by a button of its own
    assert client.post(link, {"action": "accept"}).status_code == 302
    assert fresh(new).accepted_at
    assert 'value="not_ours"' in client.get(link).content.decode()


def test_give_back_by_the_page_needs_a_reason(
    assignment: Assignment, works: Institution, gardens: Institution, client_of: Any, other_officer: Person
) -> None:
    new = hand_over(assignment, gardens, "Tiétek.", actor=None)
    case = reverse("office_case", args=[new.pk])
    browser = client_of(other_officer)
    assert browser.post(case, {"action": "give_back", "reason": ""}).status_code == 400
    assert browser.post(case, {"action": "give_back", "reason": "Nem a miénk."}).status_code == 302
    assert Report.objects.get(pk=assignment.report_id).institution == works


def test_an_old_page_of_handing_over_shows_what_changed(
    assignment: Assignment, gardens: Institution, client_of: Any, lead: Person, officer: Person
) -> None:
    url = reverse("office_hand_over", args=[assignment.pk])
    browser = client_of(lead)
    page = browser.get(url)
    answer_report(assignment, "Miénk.", actor=officer)
    form = {"to": gardens.pk, "reason": "Parkos.", "version": page.context["report"].version}
    shown = browser.post(url, form | {"seen": page.context["seen"]})
    assert shown.status_code == 409
    assert "Parkos." in shown.content.decode()
    assert "Miénk." in shown.content.decode()
    assert not Assignment.objects.filter(institution=gardens).exists()


# -- Colleagues and units -----------------------------------------------------------------------------------


def test_given_to_a_colleague_who_gets_a_mail(
    case: str, assignment: Assignment, client_of: Any, officer: Person, colleague: Person, mailoutbox: list[Any]
) -> None:
    browser = client_of(officer)
    assert browser.post(case, {"action": "give", "person": colleague.pk, "text": "Te ismered."}).status_code == 302
    assert fresh(assignment).assignee == colleague
    [sent] = mails(mailoutbox)
    assert sent.to == ["colleague@example.org"]
    assert "Te ismered." in sent.body
    assert case in sent.body
    assert not Report.objects.get(pk=assignment.report_id).first_answer_at  # nothing of it stops the clock


def test_given_to_a_unit_all_its_people_hear_but_oneself(
    assignment: Assignment,
    works: Institution,
    depot: Unit,
    officer: Person,
    colleague: Person,
    reader: Person,
    mailoutbox: list[Any],
) -> None:
    Membership.objects.filter(person__in=[officer, reader]).update(unit=depot)
    give_case(assignment, person=None, unit=depot, actor=officer)
    assert [sent.to for sent in mails(mailoutbox)] == [["colleague@example.org"]]


def test_given_to_oneself_mails_nobody(assignment: Assignment, officer: Person, mailoutbox: list[Any]) -> None:
    give_case(assignment, person=officer, unit=None, actor=officer)
    assert give_case(assignment, person=officer, unit=None, actor=officer) is None  # is theirs already
    assert not mails(mailoutbox)


def test_a_mail_for_a_case_that_went_on_is_not_sent(
    assignment: Assignment, officer: Person, colleague: Person, lead: Person, mailoutbox: list[Any]
) -> None:
    give_case(assignment, person=colleague, unit=None, actor=officer)
    give_case(assignment, person=lead, unit=None, actor=officer)
    assert [sent.to for sent in mails(mailoutbox)] == [["lead@example.org"]]


def test_nobody_of_another_body_nor_a_reader_is_given_anything(
    case: str,
    assignment: Assignment,
    gardens: Institution,
    client_of: Any,
    officer: Person,
    other_officer: Person,
    reader: Person,
) -> None:
    foreign = Unit.objects.create(institution=gardens, name="Kert")
    for person, unit in ((other_officer, None), (reader, None), (None, foreign)):
        with pytest.raises(NotOfBody):
            give_case(assignment, person=person, unit=unit, actor=officer)
    browser = client_of(officer)
    assert browser.post(case, {"action": "give", "person": other_officer.pk}).status_code == 400
    assert browser.post(case, {"action": "add_task", "title": "X", "assignee": reader.pk}).status_code == 400


# -- Notes --------------------------------------------------------------------------------------------------


def test_notes_are_for_the_own_body(
    case: str,
    assignment: Assignment,
    client_of: Any,
    client: Client,
    officer: Person,
    reader: Person,
    other_officer: Person,
    moderator: Person,
    gardens: Institution,
) -> None:
    nonce = str(uuid4())
    for _click in range(2):
        client_of(officer).post(case, {"action": "note", "text": "A kivitelező késik.", "nonce": nonce})
    assert BodyEntry.objects.filter(kind="noted").count() == 1
    new = hand_over(assignment, gardens, "Park.", actor=None)
    own = client_of(reader).get(case).content.decode()
    others = [
        client_of(other_officer).get(reverse("office_case", args=[new.pk])),
        client_of(moderator).get(reverse("desk_case", args=[assignment.report.reference])),
        client.get(assignment.report.get_absolute_url()),
        client.get(reverse("officer_case", args=[links.officer_token(new.pk)])),
        client.get(reverse("officer_case", args=[links.officer_token(assignment.pk)])),
    ]
    assert "A kivitelező késik." in own
    for page in others:
        assert page.status_code == 200
        assert "kivitelező" not in page.content.decode()


def test_a_note_marked_for_the_desk_is_read_there_and_nowhere_else(
    case: str, assignment: Assignment, client_of: Any, client: Client, officer: Person, moderator: Person
) -> None:
    client_of(officer).post(case, {"action": "note", "text": "Hívjatok fel.", "for_desk": "on"})
    desk = client_of(moderator).get(reverse("desk_case", args=[assignment.report.reference])).content.decode()
    assert "Hívjatok fel." in desk
    assert "Hívjatok fel." not in client.get(assignment.report.get_absolute_url()).content.decode()


# -- Subtasks -----------------------------------------------------------------------------------------------


def test_a_subtask_is_added_done_opened_again_and_taken_away(
    case: str, client_of: Any, officer: Person, colleague: Person
) -> None:
    browser = client_of(officer)
    due = timezone.localdate() + timedelta(days=3)
    form = {"action": "add_task", "title": "Helyszíni szemle", "due_on": due.isoformat(), "assignee": colleague.pk}
    assert browser.post(case, form).status_code == 302
    task = Subtask.objects.get()
    assert (task.title, task.due_on, task.assignee, task.created_by) == ("Helyszíni szemle", due, colleague, officer)
    for action in ("finish_task", "finish_task", "reopen_task", "remove_task"):
        browser.post(case, {"action": action, "task": task.pk})
    kinds = list(BodyEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["task_added", "task_done", "task_reopened", "task_removed"]
    assert not Subtask.objects.exists()
    assert browser.post(case, {"action": "finish_task", "task": task.pk}).status_code == 404
    assert browser.post(case, {"action": "add_task", "title": ""}).status_code == 400


def test_reminded_once_and_on_the_day(
    assignment: Assignment, officer: Person, colleague: Person, mailoutbox: list[Any]
) -> None:
    today = timezone.localdate()
    due = add_subtask(assignment, "Szemle", actor=officer, due_on=today, assignee=colleague)
    add_subtask(assignment, "Később", actor=officer, due_on=today + timedelta(days=1), assignee=colleague)
    done = add_subtask(assignment, "Megvolt", actor=officer, due_on=today, assignee=colleague)
    assert done is not None
    Subtask.objects.filter(pk=done.pk).update(done_at=timezone.now())
    add_subtask(assignment, "Senkié", actor=officer, due_on=today)
    assert remind_of_subtasks() == 2
    assert remind_of_subtasks() == 0
    sent = mails(mailoutbox)
    assert sorted(one.to[0] for one in sent) == ["colleague@example.org", "officer@example.org"]
    assert any("Szemle" in one.subject for one in sent)
    assert due is not None


def test_no_reminder_where_the_case_is_not_theirs_any_more(
    assignment: Assignment, gardens: Institution, officer: Person
) -> None:
    add_subtask(assignment, "Szemle", actor=officer, due_on=timezone.localdate(), assignee=officer)
    hand_over(assignment, gardens, "Park.", actor=officer)
    assert remind_of_subtasks() == 0


@pytest.mark.parametrize("gone", ["assignee", "both"])
def test_a_reminder_of_who_has_gone_goes_to_who_is_there(
    assignment: Assignment, officer: Person, colleague: Person, lead: Person, mailoutbox: list[Any], gone: str
) -> None:
    add_subtask(assignment, "Szemle", actor=officer, due_on=timezone.localdate(), assignee=colleague)
    colleague.memberships.all().delete()
    if gone == "both":
        Person.objects.filter(pk=officer.pk).update(is_active=False)
    assert remind_of_subtasks() == 1
    told = officer if gone == "assignee" else lead
    assert [one.to[0] for one in mails(mailoutbox)] == [told.email]


def test_where_nobody_is_there_a_reminder_waits(assignment: Assignment, officer: Person, colleague: Person) -> None:
    add_subtask(assignment, "Szemle", actor=officer, due_on=timezone.localdate(), assignee=officer)
    officer.memberships.all().delete()
    assert remind_of_subtasks() == 0
    Membership.objects.filter(person=colleague).update(role="lead")
    assert remind_of_subtasks() == 1


def test_no_reminder_while_the_report_is_hidden(assignment: Assignment, officer: Person, mailoutbox: list[Any]) -> None:
    add_subtask(assignment, "Szemle", actor=officer, due_on=timezone.localdate(), assignee=officer)
    Report.objects.filter(pk=assignment.report_id).update(status=Status.HIDDEN)
    assert remind_of_subtasks() == 0
    Report.objects.filter(pk=assignment.report_id).update(status=Status.SENT)
    assert remind_of_subtasks() == 1
    Report.objects.filter(pk=assignment.report_id).update(status=Status.HIDDEN)
    assert mails(mailoutbox) == []


# -- Export and erasure -------------------------------------------------------------------------------------


def test_export_and_erasure_of_a_colleague(
    assignment: Assignment, depot: Unit, officer: Person, colleague: Person
) -> None:
    give_case(assignment, person=colleague, unit=depot, text="Nézd meg.", actor=officer)
    write_note(assignment, "Kálmán jegyzete.", actor=colleague)
    add_subtask(assignment, "Szemle", actor=colleague, assignee=colleague)
    held = export_person(colleague)["office_within"]
    assert [line["kind"] for line in held["history"]] == ["given", "noted", "task_added"]
    assert held["subtasks"][0]["title"] == "Szemle"
    assert held["cases"] == [assignment.report.reference]

    erase_person(colleague, keep_reports=True)
    assert (fresh(assignment).assignee, fresh(assignment).unit) == (None, depot)
    assert not BodyEntry.objects.filter(text__contains="Kálmán").exists()
    assert Subtask.objects.get().assignee is None
    erase_person(colleague, keep_reports=True)


def test_erasing_the_reporter_takes_notes_about_their_case_away(
    assignment: Assignment, officer: Person, reporter: Person
) -> None:
    write_note(assignment, "Rita szomszédja hívott.", actor=officer, for_desk=True)
    erase_person(reporter, keep_reports=True)
    assert not BodyEntry.objects.filter(text__contains="Rita").exists()
    assert not EventText.objects.filter(text__contains="Rita").exists()

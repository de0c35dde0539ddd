"""One case through HTTP: edit, send, ask, reject, hide, restore, note, and the next one after it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import say_not_ours
from forwarding.models import Dispatch
from municipalities.models import Area, Category, Contact, Institution, Responsibility
from reports.actions_desk import edit_report, reject_report
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

CaseData = Callable[..., dict[str, Any]]


def url_of(report: Report, queue: str = "") -> str:
    return reverse("desk_case", args=[report.reference]) + (f"?queue={queue}" if queue else "")


def kinds(report: Report) -> list[str]:
    return list(report.events.values_list("kind", flat=True))


def test_the_suggested_body_is_chosen_and_explained(at_desk: Client, submitted: Report, rule: Responsibility) -> None:
    page = at_desk.get(url_of(submitted)).content.decode()
    assert f'value="{rule.institution_id}" checked' in " ".join(page.split())
    assert "Belváros × Kátyú" in page
    assert "ugyfel@utkezelo.example" in page


def test_editing_and_sending_in_one_press(
    at_desk: Client, submitted: Report, rule: Responsibility, moderator: Person, case_data: CaseData
) -> None:
    typed = case_data(submitted, action="send", institution=rule.institution_id, title="Kátyú a Fő utcában")
    response = at_desk.post(url_of(submitted, "new"), typed)
    assert response.status_code == HTTPStatus.FOUND
    assert response["Location"] == "/desk/?queue=new"

    submitted.refresh_from_db()
    assert (submitted.status, submitted.title) == (Status.SENT, "Kátyú a Fő utcában")
    assert submitted.original_title == "Kátyú a sarkon"
    assert kinds(submitted) == [EventKind.RECEIVED, EventKind.EDITED, EventKind.SENT]
    assert {event.actor for event in submitted.events.filter(role="moderator")} == {moderator}
    assignment = Assignment.objects.get()
    assert (assignment.responsibility, assignment.answer_days) == (rule, 15)
    assert Dispatch.objects.get().address == "ugyfel@utkezelo.example"
    assert "üres" in at_desk.get("/desk/").content.decode() or "empty" in at_desk.get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"title": ""}, "id_title_error"),
        ({"category": ""}, "id_category_error"),
        ({"institution": ""}, "id_institution_error"),
    ],
)
def test_sending_needs_title_category_and_body(
    at_desk: Client, submitted: Report, works: Institution, case_data: CaseData, fields: dict[str, str], at: str
) -> None:
    typed = case_data(submitted, action="send", institution=works.pk, address="Új cím 7.") | fields
    response = at_desk.post(url_of(submitted), typed)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    page = response.content.decode()
    assert at in page
    assert "Új cím 7." in page
    submitted.refresh_from_db()
    assert (submitted.status, submitted.address) == (Status.SUBMITTED, "Fő utca 1.")


def test_any_other_body_can_be_chosen(
    at_desk: Client, submitted: Report, rule: Responsibility, gardens: Institution, case_data: CaseData
) -> None:
    typed = case_data(submitted, action="send", institution="other", other_institution=gardens.pk)
    at_desk.post(url_of(submitted), typed)
    submitted.refresh_from_db()
    assert submitted.institution == gardens


@pytest.mark.parametrize("junk", ["x", "-1", "99999999999999999999", "0", "١"])
def test_junk_for_a_body_is_an_error_at_the_field(
    at_desk: Client, submitted: Report, case_data: CaseData, junk: str
) -> None:
    response = at_desk.post(url_of(submitted), case_data(submitted, action="send", institution=junk))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "id_institution_error" in response.content.decode()


def test_body_without_contact_and_refusing_body_say_so(
    at_desk: Client, submitted: Report, rule: Responsibility, refuser: Institution, potholes: Category
) -> None:
    Contact.objects.update(is_active=False)
    Responsibility.objects.create(category=potholes, institution=refuser)
    page = at_desk.get(url_of(submitted)).content.decode()
    assert "mail-x" in page or "tone-bad" in page
    assert page.count("tone-wait") >= 1


def test_asking_for_more_needs_words(at_desk: Client, submitted: Report, case_data: CaseData) -> None:
    response = at_desk.post(url_of(submitted), case_data(submitted, action="ask"))
    assert "id_ask_text_error" in response.content.decode()
    at_desk.post(url_of(submitted), case_data(submitted, action="ask", ask_text="Melyik oldalon?"))
    submitted.refresh_from_db()
    assert submitted.status == Status.NEEDS_INFO
    assert submitted.events.last().body == "Melyik oldalon?"  # type: ignore[union-attr]


def test_nobody_is_asked_who_left_no_address(
    at_desk: Client, make_report: Callable[..., Report], case_data: CaseData
) -> None:
    report = make_report(reporter=None)
    assert 'value="ask"' not in at_desk.get(url_of(report)).content.decode()
    response = at_desk.post(url_of(report), case_data(report, action="ask", ask_text="Hol?"))
    assert response.status_code == HTTPStatus.CONFLICT


def test_rejecting_needs_a_reason_and_resubmitting_brings_it_back(
    at_desk: Client, submitted: Report, case_data: CaseData
) -> None:
    response = at_desk.post(url_of(submitted), case_data(submitted, action="reject"))
    assert "id_reason_error" in response.content.decode()
    response = at_desk.post(url_of(submitted), case_data(submitted, action="reject", reason="other"))
    assert "id_reject_text_error" in response.content.decode()

    at_desk.post(url_of(submitted), case_data(submitted, action="reject", reason="no_place", reject_text="Hol?"))
    submitted.refresh_from_db()
    assert (submitted.status, submitted.reason) == (Status.REJECTED, Reason.NO_PLACE)

    at_desk.post(url_of(submitted), case_data(submitted, action="resubmit"))
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED


def test_hiding_and_restoring(at_desk: Client, sent: Report, case_data: CaseData) -> None:
    at_desk.post(url_of(sent), case_data(sent, action="hide", hide_text="Rendszám."))
    sent.refresh_from_db()
    assert sent.status == Status.HIDDEN
    at_desk.post(url_of(sent), case_data(sent, action="restore"))
    sent.refresh_from_db()
    assert sent.status == Status.SENT


def test_note_stays_inside(
    at_desk: Client, sent: Report, moderator: Person, case_data: CaseData, client: Client
) -> None:
    at_desk.post(url_of(sent), case_data(sent, action="note", note_text="Felhívtam őket."))
    note = sent.events.get(kind=EventKind.NOTED)
    assert (note.actor, note.is_public, note.body) == (moderator, False, "Felhívtam őket.")
    page = at_desk.get(url_of(sent)).content.decode()
    assert "Felhívtam őket." in page
    assert "Mónika Moderátor" in page


def test_photo_is_hidden_and_shown(at_desk: Client, make_report: Callable[..., Report], case_data: CaseData) -> None:
    report = make_report(photos=2)
    photo = report.photos.first()
    assert photo is not None
    at_desk.post(url_of(report), case_data(report, hide_photo=photo.pk, title="Más cím"))
    photo.refresh_from_db()
    report.refresh_from_db()
    assert photo.is_hidden
    assert report.title == "Más cím"
    at_desk.post(url_of(report), case_data(report, show_photo=photo.pk))
    photo.refresh_from_db()
    assert not photo.is_hidden


def test_another_reports_photo_cannot_be_hidden(
    at_desk: Client, make_report: Callable[..., Report], submitted: Report, case_data: CaseData
) -> None:
    photo = make_report(photos=1).photos.get()
    response = at_desk.post(url_of(submitted), case_data(submitted, hide_photo=photo.pk))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    photo.refresh_from_db()
    assert not photo.is_hidden


def test_moving_the_pin_moves_the_area(
    at_desk: Client, submitted: Report, other_district: Area, case_data: CaseData
) -> None:
    at_desk.post(url_of(submitted), case_data(submitted, action="save", longitude="19,15"))
    submitted.refresh_from_db()
    assert (submitted.area, round(submitted.longitude, 2)) == (other_district, 19.15)
    response = at_desk.post(url_of(submitted), case_data(submitted, action="save", longitude="25"))
    assert "id_latitude_error" in response.content.decode()


def test_saving_what_was_not_touched_changes_nothing(
    at_desk: Client, make_report: Callable[..., Report], case_data: CaseData
) -> None:
    report = make_report(description="Első sor\nmásodik sor  ", title=" szóköz ")
    typed = case_data(report, action="save", description="Első sor\r\nmásodik sor  ")
    assert at_desk.post(url_of(report), typed)["Location"] == url_of(report)
    assert kinds(report) == [EventKind.RECEIVED]


def test_second_moderator_is_told_and_keeps_the_words(
    at_desk: Client, submitted: Report, employee: Person, works: Institution, case_data: CaseData
) -> None:
    typed = case_data(submitted, action="send", institution=works.pk, title="Az én címem")
    edit_report(submitted, {"title": "A másik címe"}, actor=employee)
    response = at_desk.post(url_of(submitted), typed)
    assert response.status_code == HTTPStatus.CONFLICT
    page = response.content.decode()
    assert "Az én címem" in page
    assert "A másik címe" in page
    submitted.refresh_from_db()
    assert (submitted.title, submitted.status) == ("A másik címe", Status.SUBMITTED)

    # The page now holds the new version: pressing again is a decision made knowingly.
    at_desk.post(url_of(submitted), typed | {"version": submitted.version})
    submitted.refresh_from_db()
    assert (submitted.title, submitted.status) == ("Az én címem", Status.SENT)


def test_a_step_that_is_gone_is_told(at_desk: Client, submitted: Report, employee: Person, case_data: CaseData) -> None:
    reject_report(submitted, Reason.OTHER, "", actor=employee)
    submitted.refresh_from_db()
    response = at_desk.post(url_of(submitted), case_data(submitted, action="ask", ask_text="Hol van?"))
    assert response.status_code == HTTPStatus.CONFLICT
    assert "Hol van?" in response.content.decode()
    submitted.refresh_from_db()
    assert submitted.status == Status.REJECTED


def test_after_not_ours_another_body_gets_a_new_round(
    at_desk: Client,
    sent: Report,
    assignment: Assignment,
    rule: Responsibility,
    gardens: Institution,
    case_data: CaseData,
) -> None:
    say_not_ours(assignment, "A Főkerté.", actor=None, pointed_to=gardens)
    sent.refresh_from_db()
    page = " ".join(at_desk.get(url_of(sent, "reroute")).content.decode().split())
    assert f'value="{gardens.pk}" checked' in page  # whom the last one pointed to
    refused = at_desk.post(url_of(sent), case_data(sent, action="send", institution=rule.institution_id))
    assert refused.status_code == HTTPStatus.BAD_REQUEST

    at_desk.post(url_of(sent, "reroute"), case_data(sent, action="send", institution=gardens.pk))
    sent.refresh_from_db()
    assert (sent.institution, sent.needs_rerouting) == (gardens, False)
    assert [a.round for a in sent.assignments.all()] == [1, 2]


def test_an_employee_may_insist(
    client_of: Callable[[Person], Client], employee: Person, sent: Report, assignment: Assignment, case_data: CaseData
) -> None:
    say_not_ours(assignment, "Nem.", actor=None)
    sent.refresh_from_db()
    typed = case_data(sent, action="send", institution=assignment.institution_id)
    assert client_of(employee).post(url_of(sent), typed).status_code == HTTPStatus.FOUND


def test_the_next_case_opens_by_itself(
    at_desk: Client, make_report: Callable[..., Report], works: Institution, case_data: CaseData
) -> None:
    first, second, third = (make_report(title=f"{n}. ügy") for n in (1, 2, 3))

    def send(report: Report) -> str:
        typed = case_data(report, action="send", institution=works.pk)
        return at_desk.post(url_of(report, "new"), typed)["Location"]

    assert send(second) == url_of(third, "new")
    assert send(third) == url_of(first, "new")  # round to the oldest that was left
    assert send(first) == "/desk/?queue=new"
    saved = at_desk.post(url_of(first, "new"), case_data(Report.objects.get(pk=first.pk), action="save"))
    assert saved["Location"] == url_of(first, "new")


def test_expected_body_is_never_shown(at_desk: Client, submitted: Report, gardens: Institution) -> None:
    Report.objects.filter(pk=submitted.pk).update(expected_institution=gardens)
    page = at_desk.get(url_of(submitted)).content.decode()
    assert page.count(gardens.name) == 1  # in the list of all bodies


def test_nearby_reports_in_metres_the_recent_first(
    at_desk: Client, make_report: Callable[..., Report], submitted: Report
) -> None:
    def at(metres_east: float, title: str, **fields: Any) -> Report:
        return make_report(title=title, point=Point(19.05 + metres_east / 75_300, 47.45, srid=4326), **fields)

    at(140, "Épp közel")
    at(160, "Már messze")
    old = at(10, "Régi")
    Report.objects.filter(pk=old.pk).update(created_at="2020-01-01T00:00:00Z")
    response = at_desk.get(url_of(submitted))
    assert [report.title for report in response.context["nearby"]] == ["Épp közel", "Régi"]


def test_what_citizens_write_is_escaped(at_desk: Client, make_report: Callable[..., Report]) -> None:
    nasty = "<script>alert(1)</script>"
    report = make_report(title=nasty, description=f"{nasty}\n\"'--", address=nasty, reporter_name=nasty)
    for url in (url_of(report), "/desk/", f"/desk/?q={nasty}"):
        assert "<script>alert" not in at_desk.get(url).content.decode()


def test_changes_are_marked_word_by_word(at_desk: Client, submitted: Report, moderator: Person) -> None:
    edit_report(submitted, {"description": "Mély kátyú a sarkon, balesetveszélyes."}, actor=moderator)
    page = at_desk.get(url_of(submitted)).content.decode()
    assert "<del>veszélyes.</del>" in page
    assert "<ins>balesetveszélyes.</ins>" in page


def test_suggestions_follow_what_is_typed(
    at_desk: Client, submitted: Report, rule: Responsibility, parks: Category, gardens: Institution
) -> None:
    Responsibility.objects.create(category=parks, institution=gardens)
    url = reverse("desk_suggestions", args=[submitted.reference])
    stored = {"category": str(submitted.category_id), "latitude": "47.45", "longitude": "19.05"}
    assert rule.institution.name in at_desk.get(url, stored).content.decode()
    found = at_desk.get(url, {"category": str(parks.pk), "latitude": "47.45", "longitude": "19.05"}).content.decode()
    assert gardens.name in found
    assert rule.institution.name not in found
    assert at_desk.get(url, {"category": "x", "latitude": "x", "longitude": "1e400"}).status_code == HTTPStatus.OK


NAUGHTY = [
    "undefined\\' OR 1=1 --",
    "Ω≈ç√∫˜µ≤≥÷ Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "🏳️‍🌈 👨‍👩‍👧 \u202eforditva\u202c \ufeff",
    "{{ 7|add:7 }} {% now 'Y' %} ${7*7} %s %(title)s",
    "<img src=x onerror=alert(1)> javascript:alert(1)",
    "\t\r\n  \u2028 \u00a0",
    "nul \x00 here",
    "\ud83d",
    "A" * 3000,
]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
@pytest.mark.parametrize("action", ["save", "note", "ask", "reject"])
def test_naughty_strings_never_break_the_page(
    at_desk: Client, submitted: Report, case_data: CaseData, text: str, action: str
) -> None:
    text = text.encode("utf-8", "replace").decode()
    words = {f"{action}_text": text, "title": text, "description": text, "address": text}
    response = at_desk.post(url_of(submitted), case_data(submitted, action=action, reason="other", **words))
    assert response.status_code in (HTTPStatus.FOUND, HTTPStatus.BAD_REQUEST)
    page = at_desk.get(url_of(submitted))
    assert page.status_code == HTTPStatus.OK
    assert "<img src=x" not in page.content.decode()

"""Officers: by the mail's link without an account, and signed in at the office."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from forwarding.models import Dispatch
from municipalities.models import Institution
from reports import links
from reports.actions_desk import hide_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import MoveNotAllowed, Status
from reports.models import Assignment, EventAttachment, Photo, Report
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(assignment: Assignment) -> str:
    return reverse("officer_case", args=[links.officer_token(assignment.pk)])


def fresh(assignment: Assignment) -> Report:
    return Report.objects.get(pk=assignment.report_id)


def test_link_shows_the_case_and_changes_nothing(client: Client, link: str, assignment: Assignment) -> None:
    before = assignment.report.events.count()
    page = client.get(link)
    assert page.status_code == 200
    assert "Mély kátyú" in page.content.decode()
    assert "reporter@example.org" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert assignment.report.events.count() == before


def test_answer_with_files_is_public_at_once(client: Client, link: str, assignment: Assignment) -> None:
    pdf = SimpleUploadedFile("terv.pdf", b"%PDF-1.4 ...", "application/octet-stream")
    response = client.post(link, {"step": "answer", "text": "Kimegyünk.", "attachments": [jpeg(), pdf]})
    assert response.status_code == 302
    assert fresh(assignment).status == Status.IN_PROGRESS
    assert EventAttachment.objects.get().content_type == "application/pdf"
    assert Photo.objects.get().kind == Photo.Kind.ANSWER
    assert "Kimegyünk." in client.get(link).content.decode()


def test_promise_needs_a_day_to_come_and_keeps_what_was_typed(
    client: Client, link: str, assignment: Assignment
) -> None:
    for day in ("", "2020-01-01", "holnap"):
        response = client.post(link, {"step": "promise", "text": "Megcsináljuk.", "promised_on": day})
        assert response.status_code == 400
        assert "Megcsináljuk." in response.content.decode()
        assert "promised_on" in response.context["form"].errors
    day_to_come = timezone.localdate() + timedelta(days=30)
    client.post(link, {"step": "promise", "text": "", "promised_on": day_to_come.isoformat()})
    report = fresh(assignment)
    assert (report.status, report.promised_on) == (Status.IN_PROGRESS, day_to_come)


def test_done_then_done_again_counts_once(client: Client, link: str, assignment: Assignment) -> None:
    client.post(link, {"step": "done", "text": "Kész."})
    assert fresh(assignment).status == Status.AWAITING_CONFIRMATION
    assert client.post(link, {"step": "done", "text": "Kész."}).status_code == 400
    assert assignment.report.events.filter(kind="done_said").count() == 1


def test_not_ours_names_whose(client: Client, link: str, assignment: Assignment, gardens: Institution) -> None:
    client.post(link, {"step": "not_ours", "text": "A Főkerté.", "pointed_to": gardens.pk})
    assignment.refresh_from_db()
    assert (assignment.outcome, assignment.pointed_to) == ("not_ours", gardens)
    assert fresh(assignment).needs_rerouting


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.html", b"<script>"), ("x.pdf", b""), ("x.exe", b"MZ\x90"), ("x.pdf", b"PK\x03\x04"), ("x.zip", b"PK\x03\x04")],
)
def test_odd_files_are_refused_at_the_field(
    client: Client, link: str, assignment: Assignment, name: str, content: bytes
) -> None:
    response = client.post(link, {"step": "answer", "text": "Íme.", "attachments": [SimpleUploadedFile(name, content)]})
    assert response.status_code == 400
    assert response.context["form"].errors["attachments"]
    assert not EventAttachment.objects.exists()


def test_other_tokens_open_nothing(client: Client, assignment: Assignment) -> None:
    owner = links.sign(links.OWNER, assignment.report_id)
    for token in ("x", owner, links.officer_token(assignment.pk)[:-1], links.officer_token(999_999)):
        assert client.get(reverse("officer_case", args=[token])).status_code == 404


def test_superseded_body_may_only_add_words(
    client: Client, link: str, assignment: Assignment, gardens: Institution, moderator: Person
) -> None:
    send_report(fresh(assignment), gardens, actor=moderator)
    assert client.post(link, {"step": "done", "text": "Kész."}).status_code == 400
    assert client.post(link, {"step": "answer", "text": "Tegnap jártunk ott."}).status_code == 302
    assert fresh(assignment).status == Status.SENT


def test_hidden_report_takes_no_answer_and_shows_no_photo(
    client: Client, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    assignment = send_report(make_report(photos=1), works, actor=moderator)
    link = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    assert "/photos/" in client.get(link).content.decode()
    hide_report(assignment.report, "", actor=moderator)
    page = client.get(link)
    assert page.status_code == 200
    assert "/photos/" not in page.content.decode()
    photo = reverse("officer_photo", args=[links.officer_token(assignment.pk), Photo.objects.get().token, "large"])
    assert client.get(photo).status_code == 404
    with pytest.raises(MoveNotAllowed):
        answer_report(assignment, "Hahó.", actor=None)
    client.post(link, {"step": "answer", "text": "Hahó."})
    assert not fresh(assignment).events.filter(kind="answered").exists()


def close(assignment: Assignment, days: int) -> None:
    say_done(assignment, "Kész.", actor=None)
    confirm_solved(assignment.report, actor=None)
    Report.objects.filter(pk=assignment.report_id).update(closed_at=timezone.now() - timedelta(days=days))


def test_old_link_of_a_closed_case_offers_a_new_one_to_the_contact(client: Client, assignment: Assignment) -> None:
    old = links.sign(links.OFFICER, assignment.pk, timezone.localdate().toordinal() - 100)
    url = reverse("officer_case", args=[old])
    close(assignment, days=89)
    assert client.get(url).status_code == 200
    Report.objects.filter(pk=assignment.report_id).update(closed_at=timezone.now() - timedelta(days=91))
    page = client.get(url)
    assert page.status_code == 410
    assert "utkezelo.example" not in page.content.decode()
    client.post(url)
    client.post(url)
    assert Dispatch.objects.filter(event__kind="link_asked").count() == 1
    new = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    assert client.get(new).status_code == 200


def test_private_photos_open_by_the_link_only(
    client: Client, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    assignment = send_report(make_report(photos=1, is_private=True), works, actor=moderator)
    photo = Photo.objects.get()
    token = links.officer_token(assignment.pk)
    response = client.get(reverse("officer_photo", args=[token, photo.token, "medium"]))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert b"".join(response)[:3] == b"\xff\xd8\xff"
    assert client.get(reverse("officer_photo", args=[token, photo.token, "original"])).status_code == 404
    photo.medium.delete(save=False)
    assert client.get(reverse("officer_photo", args=[token, photo.token, "medium"])).status_code == 404
    assert client.get(photo.url_medium).status_code == 404


def test_files_of_a_private_case_open_for_whoever_has_the_link(
    client: Client,
    client_of: Callable[[Person | None], Client],
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
) -> None:
    assignment = send_report(make_report(is_private=True), works, actor=moderator)
    link = reverse("officer_case", args=[links.officer_token(assignment.pk)])
    pdf = SimpleUploadedFile("terv.pdf", b"%PDF-1.4 ...", "application/pdf")
    client.post(link, {"step": "answer", "text": "Íme.", "attachments": [pdf]})
    file = EventAttachment.objects.get().get_absolute_url()
    assert file in client.get(link).content.decode()
    assert b"".join(client.get(file)) == b"%PDF-1.4 ..."
    assert client_of(None).get(file).status_code == 404
    hide_report(assignment.report, "", actor=moderator)
    assert client.get(file).status_code == 404


def test_office_lists_own_cases_by_deadline(
    client_of: Callable[[Person | None], Client],
    make_report: Callable[..., Report],
    works: Institution,
    gardens: Institution,
    moderator: Person,
    officer: Person,
    other_officer: Person,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(3):
        send_report(make_report(title=f"Útgond {number}"), works, actor=moderator)
    private = send_report(make_report(title="Titkos útgond", is_private=True), works, actor=moderator)
    send_report(make_report(title="Kerti gond"), gardens, actor=moderator)
    browser = client_of(officer)
    with django_assert_max_num_queries(13):
        page = browser.get(reverse("office")).content.decode()
    assert page.count("<strong>Útgond") == 3
    assert "Titkos útgond" in page
    assert "Kerti gond" not in page

    case = reverse("office_case", args=[private.pk])
    assert browser.get(case).status_code == 200
    assert client_of(other_officer).get(case).status_code == 404
    assert client_of(other_officer).post(case, {"step": "done"}).status_code == 404
    assert browser.post(case, {"step": "done", "text": "Kész."}).status_code == 302
    assert fresh(private).events.get(kind="done_said").actor == officer


def test_office_is_for_officers(
    client_of: Callable[[Person | None], Client], reporter: Person, moderator: Person, client: Client
) -> None:
    assert client.get(reverse("office")).status_code == 302
    for person in (reporter, moderator):
        assert client_of(person).get(reverse("office")).status_code == 404


def test_dates_of_a_promise(client: Client, link: str, assignment: Assignment) -> None:
    client.post(link, {"step": "promise", "promised_on": "2099-12-31", "text": ""})
    client.post(link, {"step": "promise", "promised_on": "2098-12-31", "text": "Előbb is megy."})
    assert fresh(assignment).promised_on == date(2098, 12, 31)

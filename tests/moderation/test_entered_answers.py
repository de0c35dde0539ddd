"""Answers by phone or letter, or written for the body at its wish: published as the body's, and undone."""

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forwarding.actions import send_report
from moderation.models import Act
from municipalities.models import Institution
from notifications.actions import fan_out_event
from reports.lifecycle import EventKind, Role, Status
from reports.models import Assignment, EventAttachment, Photo, Report
from tests.conftest import jpeg
from tests.moderation.undoing import rows_of, timers_of

pytestmark = pytest.mark.django_db


def answer_url(report: Report) -> str:
    return reverse("desk_answer", args=[report.reference])


def typed(**values: Any) -> dict[str, Any]:
    return {
        "way": "phone",
        "told_on": timezone.localdate().isoformat(),
        "said_by": "Kovács János, 1234",
        "step": "answer",
        "text": "Jövő héten nézzük meg.",
        **values,
    }


@pytest.fixture
def older(assignment: Assignment) -> Assignment:
    """Sent ten days ago."""
    Assignment.objects.update(sent_at=timezone.now() - timedelta(days=10))
    assignment.refresh_from_db()
    return assignment


def test_an_answer_by_phone_is_published_with_the_way_it_came(at_desk: Client, older: Assignment) -> None:
    day = timezone.localdate() - timedelta(days=3)
    response = at_desk.post(answer_url(older.report), typed(told_on=day.isoformat()))
    assert response["Location"] == reverse("desk_case", args=[older.report.reference])
    report, assignment = Report.objects.get(), Assignment.objects.get()
    assert report.status == Status.IN_PROGRESS
    assert timezone.localdate(assignment.first_answer_at) == day
    event = report.events.get(kind=EventKind.ANSWERED)
    assert (event.role, event.data) == (Role.MODERATOR, {"way": "phone", "told_on": day.isoformat()})
    page = Client().get(report.get_absolute_url()).content.decode()
    assert "Jövő héten nézzük meg." in page
    assert "telefonon" in page
    assert "Kovács János" not in page
    assert "Kovács János" in at_desk.get(reverse("desk_case", args=[report.reference])).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert [message.template for message in fan_out_event(event.pk)] == ["answered"]


OUTCOMES: dict[str, tuple[dict[str, Any], Status]] = {
    "answer": ({}, Status.IN_PROGRESS),
    "promise": ({"promised_on": (date.today() + timedelta(days=400)).isoformat()}, Status.IN_PROGRESS),
    "done": ({"text": ""}, Status.AWAITING_CONFIRMATION),
    "not_ours": ({}, Status.SENT),
}


@pytest.mark.parametrize("way", ["letter", "for_body"])
@pytest.mark.parametrize("step", OUTCOMES)
def test_each_outcome_is_carried_out_and_undone_to_the_last_column(
    at_desk: Client, older: Assignment, gardens: Institution, step: str, way: str
) -> None:
    before, timers = rows_of(older.report), timers_of(older.report)
    values, status = OUTCOMES[step]
    files = [
        SimpleUploadedFile("level.pdf", b"%PDF-1.7 x", "application/pdf"),
        SimpleUploadedFile("a.jpg", jpeg().getvalue(), "image/jpeg"),
    ]
    extra = {"pointed_to": gardens.pk} if step == "not_ours" else {}
    at_desk.post(answer_url(older.report), typed(way=way, step=step, attachments=files, **values, **extra))
    report = Report.objects.get()
    assert report.status == status
    assert report.needs_rerouting == (step == "not_ours")
    photo, attachment = Photo.objects.get(), EventAttachment.objects.get()
    assert photo.kind == Photo.Kind.ANSWER
    assert attachment.event == photo.event

    at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]))
    assert rows_of(report) == before
    assert timers_of(report) == timers
    assert not Photo.objects.exists()
    assert not EventAttachment.objects.exists()
    page = Client().get(report.get_absolute_url()).content.decode()
    assert "Jövő héten nézzük meg." not in page
    assert at_desk.get(attachment.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND


def test_written_for_the_body_it_is_the_bodys_word_and_the_desk_knows_whose(at_desk: Client, older: Assignment) -> None:
    at_desk.post(answer_url(older.report), typed(way="for_body"))
    event = older.report.events.get(kind=EventKind.ANSWERED)
    assert (event.role, event.who, event.came) == (Role.OFFICER, str(older.institution), "")
    mine = "a nevében írva"
    assert mine in at_desk.get(reverse("desk_case", args=[older.report.reference])).content.decode()
    assert mine not in Client().get(older.report.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("way", "pigeon"),
        ("way", ""),
        ("told_on", "2031-01-01"),
        ("told_on", "2001-01-01"),
        ("told_on", "x"),
        ("text", ""),
        ("step", "promise"),
        ("text", "a\x00b"),
        ("attachments", SimpleUploadedFile("a.exe", b"MZ", "application/pdf")),
    ],
)
def test_what_is_wrong_is_said_at_the_field(at_desk: Client, older: Assignment, field: str, value: Any) -> None:
    response = at_desk.post(answer_url(older.report), typed(**{field: value}))
    page = response.content.decode()
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "_error" in page
    assert "Kovács János, 1234" in page
    assert not Act.objects.exists()


def test_an_earlier_bodys_answer_is_chosen_by_its_link(
    at_desk: Client, older: Assignment, gardens: Institution, moderator: Any
) -> None:
    send_report(older.report, gardens, actor=moderator)
    url = f"{answer_url(older.report)}?assignment={older.pk}"
    assert str(older.institution) in at_desk.get(url).content.decode()
    at_desk.post(url, typed())
    assert older.report.events.get(kind=EventKind.ANSWERED).assignment == older
    assert Report.objects.get().status == Status.SENT
    for junk in ("x", "9" * 30, "", "-1"):
        page = at_desk.get(f"{answer_url(older.report)}?assignment={junk}")
        assert page.status_code == HTTPStatus.OK


def test_a_case_that_nobody_has_got_has_no_answer(
    at_desk: Client, submitted: Report, case_data: Callable[..., Any], works: Institution
) -> None:
    assert at_desk.get(answer_url(submitted)).status_code == HTTPStatus.NOT_FOUND
    sending = case_data(submitted, action="send", institution=works.pk)
    at_desk.post(reverse("desk_case", args=[submitted.reference]), sending)
    at_desk.post(reverse("desk_undo", args=[Act.objects.get().pk]))
    assert at_desk.post(answer_url(submitted), typed()).status_code == HTTPStatus.NOT_FOUND

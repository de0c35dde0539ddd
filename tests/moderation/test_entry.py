"""Reports that came by phone, letter or in person."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from municipalities.models import Area, Category
from notifications.actions import fan_out_event
from notifications.mails import compose
from reports.lifecycle import EventKind, Role, Status
from reports.models import Report
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(district: Area, potholes: Category) -> dict[str, Any]:
    return {
        "submission": str(uuid.uuid4()),
        "channel": "phone",
        "name": "Teréz Telefonáló",
        "email": "terez@example.org",
        "description": "Nagy kátyú a Fő utcában.",
        "latitude": "47.45",
        "longitude": "19.05",
        "address": "Fő utca 3.",
        "category": potholes.pk,
    }


def test_it_stands_in_the_queue_in_their_name(at_desk: Client, told: dict[str, Any], moderator: Person) -> None:
    response = at_desk.post("/desk/new", told | {"photos": [jpeg()]})
    report = Report.objects.get()
    assert response["Location"] == f"/desk/{report.reference}?queue=new"
    assert (report.status, report.channel, report.reporter_name) == (Status.SUBMITTED, "phone", "Teréz Telefonáló")
    assert report.submitted_at is not None
    assert report.photos.count() == 1
    assert report.reporter is not None
    assert report.reporter.email == "terez@example.org"
    assert not report.reporter.has_usable_password()
    event = report.events.get()
    assert (event.kind, event.actor, event.role) == (EventKind.RECEIVED, moderator, Role.MODERATOR)


def test_nobody_needs_an_address(at_desk: Client, told: dict[str, Any]) -> None:
    at_desk.post("/desk/new", told | {"email": "", "name": "", "channel": "letter"})
    report = Report.objects.get()
    assert (report.reporter, report.channel) == (None, "letter")
    assert report.no_photo_reason


def test_a_known_person_stays_as_they_are(at_desk: Client, told: dict[str, Any], reporter: Person) -> None:
    at_desk.post("/desk/new", told | {"email": "Reporter@Example.org"})
    assert Report.objects.get().reporter == reporter
    reporter.refresh_from_db()
    assert (reporter.name, reporter.has_usable_password()) == ("Rita Bejelentő", True)


def test_pressing_twice_makes_one_report(at_desk: Client, told: dict[str, Any]) -> None:
    first, second = (at_desk.post("/desk/new", told)["Location"] for _ in range(2))
    assert first == second
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"description": ""}, "id_description_error"),
        ({"latitude": "", "longitude": ""}, "id_settlement_error"),
        ({"latitude": "10"}, "id_latitude_error"),
        ({"email": "nobody"}, "id_email_error"),
        ({"channel": "telepathy"}, "id_channel_error"),
        ({"channel": ""}, "id_channel_error"),
    ],
)
def test_mistakes_stand_at_their_field_and_photos_are_kept(
    at_desk: Client, told: dict[str, Any], fields: dict[str, str], at: str
) -> None:
    response = at_desk.post("/desk/new", told | fields | {"photos": [jpeg()]})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    page = response.content.decode()
    assert at in page
    assert "Teréz Telefonáló" in page
    assert 'name="kept_photos"' in page
    assert not Report.objects.exists()


def test_a_place_outside_ones_own_area_is_taken_and_passed_on(
    client_of: Callable[[Person], Client], other_moderator: Person, told: dict[str, Any]
) -> None:
    assert client_of(other_moderator).post("/desk/new", told)["Location"] == "/desk/"
    assert Report.objects.get().status == Status.SUBMITTED


def test_the_person_is_told_and_can_opt_out(at_desk: Client, told: dict[str, Any]) -> None:
    at_desk.post("/desk/new", told)
    report = Report.objects.get()
    message = fan_out_event(report.events.get().pk)[0]
    assert message.person == report.reporter
    mail = compose(message)
    assert mail.to == ["terez@example.org"]
    assert "önkéntesünk" in str(mail.body) or "volunteers wrote down" in str(mail.body)
    assert "/own/" in str(mail.body)
    assert "/unsubscribe/" in mail.extra_headers["List-Unsubscribe"]

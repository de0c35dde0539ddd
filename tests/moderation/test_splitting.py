"""Splitting one report into two, and highlighting one: done, refused, undone."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from moderation.acts import CannotUndo, undo_act
from moderation.models import Act
from municipalities.models import Category, Institution
from notifications.actions import fan_out_event
from notifications.models import Message
from notifications.sending import send_message
from reports import links
from reports.actions_desk import edit_report, note_report, reject_report
from reports.journal import snapshot
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Photo, Report, ReportEvent, TimerKind

pytestmark = pytest.mark.django_db
Make = Callable[..., Report]


@pytest.fixture
def whole(make_report: Make) -> Report:
    return make_report(photos=2, description="Kátyú a sarkon. A lámpa sem ég.", reporter_name="Rita", show_name=True)


def split_url(report: Report) -> str:
    return reverse("desk_split", args=[report.reference])


def split_data(report: Report, **typed: Any) -> dict[str, Any]:
    return {
        "version": report.version,
        "kept": "Kátyú a sarkon.",
        "title": "Sötét lámpa",
        "description": "A lámpa sem ég.",
        "category": report.category_id,
        "address": report.address,
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
        **typed,
    }


def rows_of(*reports: Report) -> dict[Any, Any]:
    rows = snapshot([report.pk for report in reports])
    return {key: {name: value for name, value in row.items() if name != "version"} for key, row in rows.items()}


def split(client: Client, report: Report, **typed: Any) -> Report:
    response = client.post(split_url(report), split_data(report, **typed))
    assert response.status_code == HTTPStatus.FOUND, response.content.decode()
    return Report.objects.exclude(pk=report.pk).latest("pk")


def test_both_stand_in_the_queue_of_the_same_reporter(
    at_desk: Client, whole: Report, parks: Category, moderator: Person
) -> None:
    second = whole.photos.all()[1]
    part = split(at_desk, whole, photos=[second.pk], category=parks.pk, address="Fő utca 3.")
    whole.refresh_from_db()
    assert (whole.status, part.status) == (Status.SUBMITTED, Status.SUBMITTED)
    assert (whole.description, part.description) == ("Kátyú a sarkon.", "A lámpa sem ég.")
    assert part.original_description == whole.original_description == "Kátyú a sarkon. A lámpa sem ég."
    for name in ("reporter", "reporter_name", "show_name", "created_at", "submitted_at", "kind", "channel"):
        assert getattr(part, name) == getattr(whole, name), name
    assert (part.title, part.category, part.address, part.point) == ("Sötét lámpa", parks, "Fő utca 3.", whole.point)
    assert part.reference != whole.reference
    assert [photo.pk for photo in part.photos.all()] == [second.pk]
    assert whole.photos.count() == 1
    assert {event.kind for event in part.events.all()} == {EventKind.SPLIT_OFF}
    assert whole.events.get(kind=EventKind.SPLIT).data == {"part": part.pk}
    assert part.timers.filter(kind=TimerKind.ALARM).exists()
    page = at_desk.get(reverse("desk"), {"queue": "new"}).content.decode()
    assert "Sötét lámpa" in page
    assert whole.heading in page


def test_without_a_photo_it_says_where_the_photo_is(at_desk: Client, whole: Report) -> None:
    part = split(at_desk, whole)
    assert part.no_photo_reason
    assert not Report.objects.get(pk=whole.pk).no_photo_reason


def test_another_place_and_a_private_category(at_desk: Client, whole: Report, secret_matters: Category) -> None:
    part = split(at_desk, whole, latitude="47,46", longitude="19.06", category=secret_matters.pk)
    assert (round(part.latitude, 2), part.place_source, part.is_private) == (47.46, "map", True)


def test_the_reporter_is_told_with_a_link_to_the_new_one(at_desk: Client, whole: Report, settings: Any) -> None:
    part = split(at_desk, whole)
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        for pk in ReportEvent.objects.filter(report=part).values_list("pk", flat=True):
            fan_out_event(pk)
        mail.outbox.clear()
        for pk in Message.objects.filter(event__report=part).values_list("pk", flat=True):
            send_message(pk)
    [letter] = mail.outbox
    assert letter.to == ["reporter@example.org"]
    assert links.owner_url(part.pk) in letter.body


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"description": ""}, "id_description_error"),
        ({"kept": " "}, "id_kept_error"),
        ({"description": "x" * 4001}, "id_description_error"),
        ({"category": "999999999999999999999"}, "id_category_error"),
        ({"latitude": "x"}, "id_latitude_error"),
        ({"latitude": "0", "longitude": "0"}, "id_latitude_error"),
        ({"title": "a\x00b"}, "id_title_error"),
        ({"photos": ["99999999"]}, "id_photos_error"),
        ({"photos": ["x", "\x00"]}, "id_photos_error"),
        ({"photos": ["9" * 40]}, "id_photos_error"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_keeps_what_was_typed(
    at_desk: Client, whole: Report, typed: dict[str, Any], at: str
) -> None:
    response = at_desk.post(split_url(whole), split_data(whole, **({"address": "Kis köz 9."} | typed)))
    page = response.content.decode()
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert at in page
    assert "Kis köz 9." in page
    assert Report.objects.count() == 1


def test_ticked_photos_stay_ticked_after_a_mistake(at_desk: Client, whole: Report) -> None:
    photo = whole.photos.all()[1]
    page = at_desk.post(split_url(whole), split_data(whole, photos=[photo.pk], kept="")).content.decode()
    assert f'value="{photo.pk}" checked' in " ".join(page.split())


def test_photos_of_another_report_cannot_be_taken(at_desk: Client, whole: Report, make_report: Make) -> None:
    other = make_report(photos=1)
    response = at_desk.post(split_url(whole), split_data(whole, photos=[other.photos.get().pk]))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert other.photos.count() == 1


def test_changed_or_ended_meanwhile_nothing_is_split(at_desk: Client, whole: Report, moderator: Person) -> None:
    data = split_data(whole)
    edit_report(whole, {"title": "Más"}, actor=moderator)
    assert at_desk.post(split_url(whole), data).status_code == HTTPStatus.CONFLICT
    reject_report(whole, Reason.OTHER, "Nem.", actor=moderator)
    whole.refresh_from_db()
    response = at_desk.post(split_url(whole), split_data(whole))
    assert response.status_code == HTTPStatus.CONFLICT
    assert "<textarea" not in at_desk.get(split_url(whole)).content.decode()
    assert Report.objects.count() == 1


def test_undone_in_time_the_part_was_never_there(at_desk: Client, whole: Report, moderator: Person) -> None:
    before = rows_of(whole)
    part = split(at_desk, whole, photos=[whole.photos.all()[1].pk])
    act = Act.objects.get()
    assert list(act.others.all()) == [part]
    undo_act(act, actor=moderator)
    assert rows_of(whole) == before
    assert not Report.objects.filter(pk=part.pk).exists()
    assert not ReportEvent.objects.filter(kind=EventKind.SPLIT_OFF).exists()
    assert whole.events.filter(kind=EventKind.UNDONE).exists()
    assert Photo.objects.count() == 2


def test_undone_later_the_part_ends_hidden(
    at_desk: Client, whole: Report, moderator: Person, settings: Any, client: Client
) -> None:
    before = rows_of(whole)
    part = split(at_desk, whole, photos=[whole.photos.all()[1].pk])
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.UNDO_SECONDS + 1)):
        undo_act(Act.objects.get(), actor=moderator)
    part.refresh_from_db()
    assert rows_of(whole) == before
    assert (part.status, part.status_before) == (Status.HIDDEN, Status.SUBMITTED)
    assert not part.timers.filter(done_at=None).exists()
    assert client.get(part.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND


def test_a_part_that_somebody_noted_something_on_is_kept_hidden(
    at_desk: Client, whole: Report, moderator: Person
) -> None:
    part = split(at_desk, whole)
    note_report(part, "Megnéztem.", actor=moderator)
    undo_act(Act.objects.get(), actor=moderator)
    assert Report.objects.get(pk=part.pk).status == Status.HIDDEN


def test_a_part_that_was_worked_on_is_not_taken_away(at_desk: Client, whole: Report, moderator: Person) -> None:
    part = split(at_desk, whole)
    edit_report(part, {"title": "Lámpa"}, actor=moderator)
    with pytest.raises(CannotUndo, match=r"Lámpa|Sötét"):
        undo_act(Act.objects.get(), actor=moderator)
    assert Report.objects.get(pk=part.pk).status == Status.SUBMITTED
    assert Report.objects.get(pk=whole.pk).description == "Kátyú a sarkon."


# -- Highlighting -------------------------------------------------------------------------------------------------


@pytest.fixture
def at_office(client_of: Callable[[Person | None], Client], employee: Person) -> Client:
    """Volunteers have not the right to point a report out."""
    return client_of(employee)


def highlight_url(report: Report) -> str:
    return reverse("desk_highlight", args=[report.reference])


def test_highlighted_until_a_day_on_the_front_page_and_in_lists(
    at_office: Client, sent: Report, client: Client, moderator: Person
) -> None:
    until = timezone.localdate() + timedelta(days=7)
    assert at_office.post(highlight_url(sent), {"until": until.isoformat()}).status_code == HTTPStatus.FOUND
    assert list(client.get("/").context["highlighted"]) == [sent]
    for path in ("/", reverse("report_list")):
        assert "Kiemelt" in client.get(path, headers={"accept-language": "hu"}).content.decode()
    event = sent.events.get(kind=EventKind.HIGHLIGHTED)
    assert (event.is_public, event.data) == (False, {"date": until.isoformat()})

    with time_machine.travel(timezone.now() + timedelta(days=7)):
        assert list(client.get("/").context["highlighted"]) == [sent]  # this day included
    with time_machine.travel(timezone.now() + timedelta(days=8, hours=1)):
        assert not client.get("/").context["highlighted"]

    undo_act(Act.objects.get(), actor=moderator)
    assert Report.objects.get(pk=sent.pk).highlighted_until is None


def test_not_highlighted_any_more_and_that_undone(at_office: Client, sent: Report, moderator: Person) -> None:
    until = timezone.localdate() + timedelta(days=7)
    at_office.post(highlight_url(sent), {"until": until.isoformat()})
    page = at_office.get(highlight_url(sent)).content.decode()
    assert 'name="end"' in page
    at_office.post(highlight_url(sent), {"end": "1"})
    assert Report.objects.get(pk=sent.pk).highlighted_until is None
    undo_act(Act.objects.get(kind="unhighlight"), actor=moderator)
    assert Report.objects.get(pk=sent.pk).highlighted_until == until


@pytest.mark.parametrize("until", ["", "x", "2020-01-01", "9999-12-31", "2026-13-01", "\x00"])
def test_a_day_that_is_none_is_said_at_the_field(at_office: Client, sent: Report, until: str) -> None:
    response = at_office.post(highlight_url(sent), {"until": until})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "id_until_error" in response.content.decode()


def test_only_what_everybody_can_read_is_highlighted(
    at_office: Client, submitted: Report, make_report: Make, works: Institution
) -> None:
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    response = at_office.post(highlight_url(submitted), {"until": until})
    assert response.status_code == HTTPStatus.CONFLICT
    assert "<form" in response.content.decode()
    assert 'name="until"' not in at_office.get(highlight_url(submitted)).content.decode()
    assert Report.objects.get(pk=submitted.pk).highlighted_until is None

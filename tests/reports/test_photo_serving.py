"""Photos and files are served only to who may see the report, and never out of a public cache."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import Person
from forwarding.actions import answer_report, send_report
from municipalities.models import Category, Institution
from reports.access import OPENED
from reports.actions_desk import hide_report, note_report
from reports.lifecycle import EventKind
from reports.models import EventAttachment, Photo, Report, ReportEvent
from reports.views.held_photos import SESSION_KEY

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]


def get(client: Client, path: str) -> Any:
    response: Any = client.get(path)
    if response.streaming:
        response.body = b"".join(response.streaming_content)
    return response


@pytest.fixture
def pictured(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Report:
    report = make_report(photos=1)
    send_report(report, works, actor=moderator)
    return report


@pytest.fixture
def photo(pictured: Report) -> Photo:
    return pictured.photos.get()


def test_a_published_photo_in_three_sizes_and_never_the_original(client: Client, photo: Photo) -> None:
    for size in Photo.SIZES:
        response = get(client, f"/photos/{photo.token}/{size}.jpg")
        assert response.status_code == 200
        assert response.body == Path(getattr(photo, size).path).read_bytes()
        assert response["Content-Type"] == "image/jpeg"
        assert response["Cache-Control"] == "private, max-age=600"
        assert response["X-Content-Type-Options"] == "nosniff"
    for path in (f"{photo.token}/original.jpg", f"{photo.token}/report.jpg", "x/large.jpg", "../large.jpg"):
        assert client.get(f"/photos/{path}").status_code == 404


def test_photos_of_an_unpublished_report(
    make_report: Callable[..., Report],
    client_of: ClientOf,
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
) -> None:
    photo = make_report(photos=1).photos.get()
    for person, status in ((None, 404), (neighbour, 404), (officer, 404), (reporter, 200), (moderator, 200)):
        response = get(client_of(person), photo.url_large)
        assert response.status_code == status
        if status == 200:
            assert response["Cache-Control"] == "private, no-store"


def test_photos_of_a_private_report(
    make_report: Callable[..., Report],
    secret_matters: Category,
    works: Institution,
    client_of: ClientOf,
    moderator: Person,
    officer: Person,
    other_officer: Person,
) -> None:
    report = make_report(photos=1, category=secret_matters)
    send_report(report, works, actor=moderator)
    url = report.photos.get().url_medium
    assert [get(client_of(p), url).status_code for p in (None, other_officer, officer)] == [404, 404, 200]


def test_a_signed_link_opens_the_photos_too(make_report: Callable[..., Report], client: Client) -> None:
    report = make_report(photos=1)
    url = report.photos.get().url_small
    assert client.get(url).status_code == 404
    session = client.session
    session[OPENED] = [report.pk]
    session.save()
    response = get(client, url)
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def test_hidden_at_once(client_of: ClientOf, pictured: Report, photo: Photo, moderator: Person) -> None:
    Photo.objects.filter(pk=photo.pk).update(is_hidden=True)
    assert client_of(None).get(photo.url_large).status_code == 404
    assert get(client_of(moderator), photo.url_large).status_code == 200
    assert photo.token not in client_of(None).get(pictured.get_absolute_url()).content.decode()
    Photo.objects.filter(pk=photo.pk).update(is_hidden=False)
    hide_report(pictured, "", actor=moderator)
    assert client_of(None).get(photo.url_large).status_code == 410
    assert get(client_of(moderator), photo.url_large)["Cache-Control"] == "private, no-store"


def test_an_upload_is_shown_only_where_it_was_sent(client: Client, upload: Callable[..., Photo]) -> None:
    photo = upload()
    assert client.get(photo.url_small).status_code == 404
    session = client.session
    session[SESSION_KEY] = [photo.token]
    session.save()
    assert get(client, photo.url_small)["Cache-Control"] == "private, no-store"
    assert Client().get(photo.url_small).status_code == 404


def test_a_picture_with_an_answer_is_as_public_as_the_answer(
    pictured: Report, upload: Callable[..., Photo], client_of: ClientOf, moderator: Person
) -> None:
    answer_report(pictured.assignments.get(), "Így néz ki.", actor=None)
    event = pictured.events.get(kind=EventKind.ANSWERED)
    note = note_report(pictured, "Belső.", actor=moderator)
    shown, internal = upload("#112233"), upload("#332211")
    for photo, line in ((shown, event), (internal, note)):
        Photo.objects.filter(pk=photo.pk).update(report=pictured, event=line, kind=Photo.Kind.ANSWER)
    assert get(client_of(None), shown.url_small).status_code == 200
    assert client_of(None).get(internal.url_small).status_code == 404
    assert get(client_of(moderator), internal.url_small).status_code == 200
    page = client_of(None).get(pictured.get_absolute_url()).content.decode()
    assert shown.token in page
    assert internal.token not in page


def test_a_lost_file_is_not_there(client: Client, photo: Photo) -> None:
    Path(photo.small.path).unlink()
    assert client.get(photo.url_small).status_code == 404


@pytest.fixture
def attach() -> Callable[[ReportEvent], EventAttachment]:
    def build(event: ReportEvent) -> EventAttachment:
        return EventAttachment.objects.create(
            event=event,
            file=ContentFile(b"<script>alert(1)</script>", name="levél.html"),
            name="levél.html",
            content_type="text/html",
            size=25,
        )

    return build


def test_files_are_downloads_that_never_run_in_our_name(
    client: Client, pictured: Report, attach: Callable[[ReportEvent], EventAttachment]
) -> None:
    answer_report(pictured.assignments.get(), "Levél.", actor=None)
    attachment = attach(pictured.events.get(kind=EventKind.ANSWERED))
    assert attachment.get_absolute_url() in client.get(pictured.get_absolute_url()).content.decode()
    response = get(client, attachment.get_absolute_url())
    assert response.body == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_files_of_internal_lines_and_of_other_reports_are_not_there(
    client_of: ClientOf,
    pictured: Report,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    attach: Callable[[ReportEvent], EventAttachment],
) -> None:
    internal = attach(note_report(pictured, "Belső.", actor=moderator))
    assert client_of(None).get(internal.get_absolute_url()).status_code == 404
    assert get(client_of(moderator), internal.get_absolute_url()).status_code == 200
    other = make_report()
    send_report(other, works, actor=moderator)
    assert client_of(moderator).get(f"/reports/{other.reference}/files/{internal.pk}").status_code == 404


def test_only_get(client: Client, photo: Photo) -> None:
    assert client.post(photo.url_small).status_code == 405

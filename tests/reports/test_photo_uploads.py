"""Each photo goes up on its own, at once: stored and remembered, or refused with a word that its sender understands."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area
from reports.models import Photo
from reports.photos import read_hint
from reports.tasks import purge_uploads
from tests.conftest import jpeg

from .filling import NEW, errors, fields, located, sent_to_done
from .pictures import encode, four_corners, photo_exif

pytestmark = pytest.mark.django_db

URL = "/report/photos"


def send(client: Client, file: Any = None, code: int = 201, **data: str) -> dict[str, Any]:
    response = client.post(URL, {"photo": file or jpeg(), **data})
    assert response.status_code == code, response.content
    return response.json()


def hint(**values: Any) -> str:
    return json.dumps(values)


def test_photo_is_stored_shown_to_its_sender_and_kept_by_the_report(client: Client, district: Area) -> None:
    sent = send(client, located(47.45, 19.05))
    photo = Photo.objects.get()
    assert sent["token"] == photo.token
    assert (sent["latitude"], sent["longitude"]) == pytest.approx((47.45, 19.05), abs=1e-5)
    assert client.get(sent["urls"]["small"]).getvalue()
    assert Client().get(sent["urls"]["small"]).status_code == 404

    report = sent_to_done(client.post(NEW, fields(no_photo_reason="", kept_photos=photo.token)))

    assert report.photos.get() == photo
    assert client.delete(f"{URL}/{photo.token}").status_code == 404
    assert report.photos.get().large.storage.exists(photo.large.name or "")


def test_signed_in_sender_is_noted(client_of: Callable[[Person | None], Client], reporter: Person) -> None:
    send(client_of(reporter))
    assert Photo.objects.get().uploaded_by == reporter


def test_order_of_the_form_is_the_order_of_the_report(client: Client, district: Area) -> None:
    one, two, three = (send(client, jpeg(colour))["token"] for colour in ("#110000", "#220000", "#330000"))
    late = located(name="keso.jpg")

    form = fields(no_photo_reason="", kept_photos=[three, "file", one, two], photos=late)
    report = sent_to_done(client.post(NEW, form))

    photos = list(report.photos.all())
    assert [photos[place].token for place in (0, 2, 3)] == [three, one, two]
    assert photos[1].position is not None


# -- Refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SimpleUploadedFile("ures.jpg", b""), "empty"),
        (SimpleUploadedFile("lap.jpg", b"<!doctype html><script>alert(1)</script>"), "not_a_picture"),
        (SimpleUploadedFile("torott.jpg", b"\xff\xd8\xff"), "broken"),
    ],
    ids=["empty", "html", "broken"],
)
@pytest.mark.parametrize(("language", "words"), [("hu", "fájl|kép"), ("en", "file|picture")])
def test_bad_file_is_told_at_once_in_ones_language(
    client: Client, file: SimpleUploadedFile, code: str, language: str, words: str
) -> None:
    file.seek(0)
    response = client.post(URL, {"photo": file}, headers={"Accept-Language": language})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == code
    assert any(word in error["message"] for word in words.split("|"))
    assert not Photo.objects.exists()


def test_too_large_and_none_at_all(client: Client, settings: Any) -> None:
    assert client.post(URL).json()["error"]["code"] == "no_file"
    assert client.post(URL, {"photo": "text"}).status_code == 400
    settings.PHOTO_MAX_BYTES = 100
    assert send(client, code=400)["error"]["code"] == "too_large"


def test_nobody_fills_the_disk(
    client: Client, client_of: Callable[[Person | None], Client], reporter: Person, district: Area, settings: Any
) -> None:
    settings.UPLOADS_PER_HOUR = 2
    send(client)
    send(Client())  # the same address in another browser
    assert send(client, code=429)["error"]["code"] == "too_many_uploads"
    form = errors(client.post(NEW, fields(no_photo_reason="", photos=jpeg())))
    assert "photos" in form
    assert Photo.objects.count() == 2
    send(client_of(reporter))  # somebody known is counted apart


def test_bytes_of_a_day_are_counted_too(client: Client, settings: Any) -> None:
    settings.UPLOAD_DAY_BYTES = jpeg().getbuffer().nbytes + 10
    send(client)
    send(client, code=429)


def test_only_posted_and_only_from_our_own_pages(client: Client) -> None:
    assert client.get(URL).status_code == 405
    assert client.get(f"{URL}/abc").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"photo": jpeg()}).status_code == 403
    assert strict.delete(f"{URL}/abc").status_code == 403


# -- Taken back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["delete", "post"])
def test_own_upload_can_be_taken_back(client: Client, method: str) -> None:
    token = send(client)["token"]
    photo = Photo.objects.get()
    assert Client().delete(f"{URL}/{token}").status_code == 404
    assert Photo.objects.exists()

    assert getattr(client, method)(f"{URL}/{token}").status_code == 204
    assert getattr(client, method)(f"{URL}/{token}").status_code == 404

    assert not Photo.objects.exists()
    assert not default_storage.exists(photo.original.name or "")
    assert "uploads" not in client.session or token not in client.session["uploads"]


def test_upload_that_no_report_claims_is_purged(client: Client, settings: Any) -> None:
    send(client)
    assert purge_uploads() == 0
    Photo.objects.update(uploaded_at=timezone.now() - settings.UPLOAD_KEEP - timedelta(minutes=1))
    assert purge_uploads() == 1


# -- What the browser read before it shrank the picture -----------------------------------------------------


def test_hint_stands_where_the_file_says_nothing(client: Client) -> None:
    sent = send(client, hint=hint(latitude=47.41, longitude=19.02, taken_at="2026-07-01T12:30:00"))
    photo = Photo.objects.get()
    assert photo.position is not None
    assert (photo.position.x, photo.position.y) == (19.02, 47.41)
    assert photo.taken_at == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)  # the site's own zone
    assert (sent["latitude"], sent["longitude"]) == (47.41, 19.02)


def test_file_goes_before_the_hint(client: Client) -> None:
    exif = photo_exif(47.45, 19.05, taken="2026:06:30 08:00:00", offset="+02:00")
    file = SimpleUploadedFile("a.jpg", encode(four_corners(60, 40), "JPEG", exif=exif))
    sent = send(client, file, hint=hint(latitude=1, longitude=1, taken_at="2026-07-01T12:30:00+02:00"))
    assert (sent["latitude"], sent["longitude"]) == pytest.approx((47.45, 19.05), abs=1e-5)
    assert sent["taken_at"] == "2026-06-30T08:00:00+02:00"


def test_hints_of_files_that_come_with_the_form(client: Client, district: Area) -> None:
    form = fields(
        latitude="", longitude="", no_photo_reason="", photos=[jpeg(), jpeg("#123456")],
        photo_hints=["junk", hint(latitude=47.45, longitude=19.05)],
    )  # fmt: skip
    report = sent_to_done(client.post(NEW, form))
    assert [photo.position is not None for photo in report.photos.all()] == [False, True]
    assert report.latitude == 47.45


@pytest.mark.parametrize(
    "text",
    [
        "", "\x00", "[]", "null", "7", "{", "[" * 400, '"x"', '{"latitude": "47"}', '{"latitude": 47.4}',
        '{"latitude": NaN, "longitude": 19}', '{"latitude": 91, "longitude": 19}', '{"latitude": 0, "longitude": 0}',
        '{"latitude": true, "longitude": true}', '{"latitude": 1e999, "longitude": 1}',
        f'{{"latitude": {"9" * 400}, "longitude": 1}}', '{"taken_at": "tomorrow"}', '{"taken_at": null}',
        '{"taken_at": "0001-01-01T00:00:00+14:00"}', '{"taken_at": "9999-12-31T23:59:59-14:00"}',
        '{"taken_at": "1970-01-01T00:00:00"}', '{"taken_at": {"a": 1}}',
        '{"latitude": 1, "longitude": 1' + " " * 900 + "}",
    ],
)  # fmt: skip
def test_junk_hint_is_no_hint(text: str) -> None:
    assert read_hint(text) == {"position": None, "taken_at": None}


def test_junk_hint_breaks_no_upload(client: Client) -> None:
    for junk in ("\x00", "{", "9" * 600):
        assert send(client, hint=junk)["latitude"] is None

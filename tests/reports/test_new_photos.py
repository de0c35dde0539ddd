"""The place and the photos of a new report: where they come from and what survives a mistake."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from municipalities.models import Area
from reports.models import Photo
from tests.conftest import jpeg, square

from .filling import NEW, errors, fields, located, sent_to_done

pytestmark = pytest.mark.django_db


# -- The place ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lat", "lon"), [("47,45", "19,05"), (" 47.45 ", "19.05°"), ("+47.450", "1.905e1")])
def test_degrees_as_people_write_them(client: Client, district: Area, lat: str, lon: str) -> None:
    report = sent_to_done(client.post(NEW, fields(latitude=lat, longitude=lon)))

    assert (report.longitude, report.latitude) == (19.05, 47.45)


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("43.0", "16.0"), ("19.05", "47.45"), ("90", "180")])
def test_place_outside_comes_back_to_the_map(client: Client, district: Area, lat: str, lon: str) -> None:
    response = client.post(NEW, fields(latitude=lat, longitude=lon))

    assert set(errors(response)) == {"latitude"}
    page = response.content.decode()
    assert 'id="place-map"' in page
    assert f'value="{lat}"' in page


def test_area_that_is_not_served_is_outside(client: Client, district: Area, other_district: Area) -> None:
    other_district.is_served = False
    other_district.save()

    assert set(errors(client.post(NEW, fields(longitude="19.15")))) == {"latitude"}


def test_place_comes_from_the_photo(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(latitude="", longitude="", no_photo_reason="", photos=located())))

    assert (report.longitude, report.latitude) == pytest.approx((19.05, 47.45), abs=1e-5)
    assert report.photos.get().position is not None


def test_typed_place_wins_over_the_photo(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(photos=located(47.41, 19.01))))

    assert report.latitude == 47.45


def test_place_of_a_photo_from_elsewhere_is_shown(client: Client, district: Area) -> None:
    response = client.post(NEW, fields(latitude="", longitude="", photos=located(43.467448, 11.885127)))

    assert set(errors(response)) == {"latitude"}
    assert 'value="43.467448"' in response.content.decode()


def test_address_alone_is_told_how_to_give_the_place(client: Client, district: Area) -> None:
    bare = errors(client.post(NEW, fields(latitude="", longitude="")))
    addressed = errors(client.post(NEW, fields(latitude="", longitude="", address="Fő utca 1.")))

    assert set(bare) == {"latitude"}
    assert set(addressed) == {"settlement"}


def test_link_prefills_the_place(client: Client, district: Area) -> None:
    page = client.get(NEW, {"lat": "47.4512", "lon": "19.0511"}).content.decode()

    assert 'value="47.4512"' in page
    assert 'value="19.0511"' in page
    assert client.get(NEW, {"lat": "<script>", "lon": "\x00"}).status_code == 200


# -- Photos -------------------------------------------------------------------------------------------------


def test_photos_are_kept_in_order(client: Client, district: Area) -> None:
    report = sent_to_done(client.post(NEW, fields(photos=[jpeg("#ff0000"), jpeg("#00ff00")], no_photo_reason="")))

    assert [photo.order for photo in report.photos.all()] == [0, 1]
    assert not Photo.objects.filter(report=None).exists()


def test_accepted_photo_survives_a_mistake(client: Client, district: Area) -> None:
    form = fields(description="", no_photo_reason="", photos=jpeg())
    page = client.post(NEW, form).content.decode()
    photo = Photo.objects.get()
    assert f'name="kept_photos" value="{photo.token}" checked' in " ".join(page.split())
    assert photo.url_small in page
    shown = client.get(photo.url_small)
    assert shown.status_code == 200
    assert shown.getvalue()
    assert Client().get(photo.url_small).status_code == 404

    report = sent_to_done(client.post(NEW, fields(no_photo_reason="", kept_photos=photo.token)))

    assert report.photos.get() == photo


def test_photo_without_its_tick_is_left_out(client: Client, district: Area) -> None:
    client.post(NEW, fields(description="", photos=jpeg()))

    assert not sent_to_done(client.post(NEW, fields())).photos.exists()


def test_photo_of_somebody_else_cannot_be_taken(client: Client, district: Area, upload: Callable[..., Photo]) -> None:
    strange = upload()

    found = errors(client.post(NEW, fields(no_photo_reason="", kept_photos=[strange.token, "\x00", "x" * 999])))

    assert set(found) == {"photos"}


def test_claimed_photo_cannot_be_claimed_again(client: Client, district: Area) -> None:
    client.post(NEW, fields(description="", photos=jpeg()))
    photo = Photo.objects.get()
    first = sent_to_done(client.post(NEW, fields(no_photo_reason="", kept_photos=photo.token)))

    client.post(NEW, fields(kept_photos=photo.token))

    photo.refresh_from_db()
    assert photo.report == first


@pytest.mark.parametrize(
    "bad",
    [
        SimpleUploadedFile("ures.jpg", b""),
        SimpleUploadedFile("lap.jpg", b"<!doctype html><script>alert(1)</script>", content_type="image/jpeg"),
        SimpleUploadedFile("../../<b>.jpg", b"\xff\xd8\xff"),
    ],
    ids=["empty", "html", "broken"],
)
def test_rejected_photo_is_named_and_the_good_one_kept(client: Client, district: Area, bad: SimpleUploadedFile) -> None:
    bad.seek(0)
    response = client.post(NEW, fields(photos=[jpeg(), bad]))

    [message] = errors(response)["photos"]
    assert (bad.name or "").split("/")[-1] in message
    assert len(response.context["held"].photos) == 1


def test_eleven_photos_are_too_many(client: Client, district: Area) -> None:
    response = client.post(NEW, fields(photos=[jpeg() for _ in range(11)]))

    assert len(errors(response)["photos"]) == 6
    held = [photo.token for photo in response.context["held"].photos]
    assert len(held) == 5

    report = sent_to_done(client.post(NEW, fields(kept_photos=held)))
    assert report.photos.count() == 5


def test_too_large_photo_is_refused(client: Client, district: Area, settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 100

    assert set(errors(client.post(NEW, fields(photos=jpeg())))) == {"photos"}


# -- A real one ---------------------------------------------------------------------------------------------
@pytest.mark.data
def test_real_photo_gives_the_place(client: Client, shared: Path) -> None:
    arezzo = Area.objects.create(kind="settlement", name="Arezzo", code="arezzo")
    arezzo.set_shape(square(11.85, 43.43))
    file = shared / "photos" / "gps__ianare__DSCN0010.jpg"
    with file.open("rb") as photo:
        form = fields(latitude="", longitude="", no_photo_reason="", photos=photo)
        report = sent_to_done(client.post(NEW, form))

    assert report.area == arezzo
    assert report.point.distance(Point(11.885127, 43.467448, srid=4326)) < 1e-5

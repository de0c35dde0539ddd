"""Photos that the reporter adds to a published report: hidden until a moderator has seen each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Person
from reports.actions_photos import TooManyPhotos, add_photos, may_add_photos, review_photo
from reports.lifecycle import EventKind, MoveNotAllowed
from reports.models import Photo, Report
from tests.moderation.conftest import case_data as case_data

pytestmark = pytest.mark.django_db

Upload = Callable[..., Photo]


@pytest.fixture
def added(sent: Report, upload: Upload, reporter: Person) -> list[Photo]:
    """Two photos that wait for a moderator."""
    photos = [upload("#112233"), upload("#332211")]
    add_photos(sent, photos, actor=reporter)
    return photos


def test_an_added_photo_waits_for_a_moderator(
    sent: Report, added: list[Photo], client_of: Callable[[Person | None], Client], reporter: Person, moderator: Person
) -> None:
    assert all(photo.is_hidden and photo.awaits_review for photo in sent.photos.all())
    event = sent.events.get(kind=EventKind.PHOTOS_ADDED)
    assert (event.actor, event.role, event.is_public) == (reporter, "reporter", False)
    assert {photo.event for photo in sent.photos.all()} == {event}
    for photo in added:
        assert client_of(None).get(photo.url_small).status_code == 404
        assert photo.token not in client_of(None).get(sent.get_absolute_url()).content.decode()
        for person in (reporter, moderator):
            response: Any = client_of(person).get(photo.url_small)
            assert response.getvalue()
            assert response["Cache-Control"] == "private, no-store"


def test_shown_ones_appear_with_one_public_line(
    sent: Report, added: list[Photo], moderator: Person, client: Client
) -> None:
    review_photo(added[0], True, actor=moderator)
    review_photo(added[1], True, actor=moderator)
    line = sent.events.get(kind=EventKind.PHOTOS_SHOWN)
    assert line.is_public
    assert set(line.photos.all()) == set(added)
    page = client.get(sent.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()
    assert "The reporter added photos." in page
    assert all(photo.token in page for photo in added)
    response: Any = client.get(added[0].url_small)
    assert response.getvalue()


def test_one_that_stays_hidden_is_no_longer_in_the_way(sent: Report, added: list[Photo], moderator: Person) -> None:
    review_photo(added[0], False, actor=moderator)
    photo = Photo.objects.get(pk=added[0].pk)
    assert (photo.is_hidden, photo.awaits_review) == (True, False)
    assert not sent.events.filter(kind=EventKind.PHOTOS_SHOWN).exists()
    edits = sent.events.filter(kind=EventKind.EDITED).count()
    review_photo(photo, False, actor=moderator)
    assert sent.events.filter(kind=EventKind.EDITED).count() == edits


def test_the_desk_shows_it_from_the_case(
    sent: Report,
    added: list[Photo],
    moderator: Person,
    client_of: Callable[[Person | None], Client],
    case_data: Callable[..., dict[str, Any]],
) -> None:
    client, url = client_of(moderator), f"/desk/{sent.reference}"
    page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
    assert page.count("Keep it hidden") == 2
    sent.refresh_from_db()
    client.post(url, case_data(sent, show_photo=added[0].pk))
    sent.refresh_from_db()
    client.post(url, case_data(sent, hide_photo=added[1].pk))
    assert sorted(sent.photos.values_list("is_hidden", "awaits_review")) == [(False, False), (True, False)]


def test_not_before_publication_nor_after_the_end(submitted: Report, upload: Upload, reporter: Person) -> None:
    assert not may_add_photos(submitted)
    with pytest.raises(MoveNotAllowed):
        add_photos(submitted, [upload()], actor=reporter)
    assert not submitted.photos.exists()


def test_a_report_has_an_upper_limit(sent: Report, upload: Upload, reporter: Person, settings: Any) -> None:
    settings.PHOTO_MAX_REPORT = 2
    add_photos(sent, [upload()], actor=reporter)
    with pytest.raises(TooManyPhotos):
        add_photos(sent, [upload(), upload()], actor=reporter)
    assert sent.photos.count() == 1
    assert sent.events.filter(kind=EventKind.PHOTOS_ADDED).count() == 1


def test_a_waiting_photo_that_is_shown_cannot_be_stored(upload: Upload) -> None:
    with pytest.raises(IntegrityError, match="photo_unseen_is_hidden"), transaction.atomic():
        Photo.objects.filter(pk=upload().pk).update(awaits_review=True)

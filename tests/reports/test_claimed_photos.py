"""An upload belongs to one report, whatever forms name it at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions_comments import DecidedMeanwhile, write_comment
from reports.actions_photos import add_photos
from reports.actions_sightings import tell_sighting
from reports.models import Comment, Photo, Report, Sighting
from tests.servers import somebody_waits, wait_until

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once(
    sent: Report,
    make_report: Callable[..., Report],
    reporter: Person,
    neighbour: Person,
    works: Institution,
    moderator: Person,
    upload: Any,
) -> None:
    other, photo = make_report(title="Másik"), upload()
    send_report(other, works, actor=moderator)
    comments: list[Comment] = []

    def claim() -> None:
        try:
            held = list(Photo.objects.filter(pk=photo.pk))
            comments.append(write_comment(other, "Ez is.", author=neighbour, confirmed=True, photos=held))
        finally:
            connection.close()

    late = threading.Thread(target=claim)
    with transaction.atomic():
        add_photos(sent, [photo], actor=reporter)
        late.start()
        wait_until(somebody_waits, "the other form to wait for the photo")
    late.join()
    photo.refresh_from_db()
    assert (photo.report, photo.comment) == (sent, None)
    assert [comment.photos.count() for comment in comments] == [0]


def test_nothing_added_is_no_event(sent: Report, make_report: Callable[..., Report], reporter: Person) -> None:
    taken = make_report(photos=1).photos.all()
    events = sent.events.count()
    add_photos(sent, list(taken), actor=reporter)
    assert (sent.events.count(), sent.photos.count()) == (events, 0)


def test_proof_that_is_another_ones_is_none(sent: Report, neighbour: Person, stranger: Person, upload: Any) -> None:
    photo = upload()
    tell_sighting(sent, is_solved=True, text="", author=neighbour, confirmed=True, photos=[photo])
    with pytest.raises(DecidedMeanwhile):
        tell_sighting(sent, is_solved=True, text="", author=stranger, confirmed=True, photos=[photo])
    assert Sighting.objects.get().author == neighbour

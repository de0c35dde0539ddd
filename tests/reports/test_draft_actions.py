"""Drafts on the server: saved, sent, forgotten, downloaded, erased."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from accounts.holdings import Holding, all_holdings
from accounts.models import Person
from reports.actions import ChangedMeanwhile
from reports.actions_drafts import DraftSent, TooManyDrafts, delete_draft, save_draft
from reports.draft_fields import DraftTooLarge, draft_fields
from reports.models import Draft, Photo, Report
from reports.tasks import purge_uploads
from tests.servers import somebody_waits, wait_until

pytestmark = pytest.mark.django_db

WORDS = {"description": ["Mély kátyú."], "address": ["Fő utca 1."]}


def test_saving_again_changes_the_same_draft(reporter: Person, upload: Callable[..., Photo]) -> None:
    number, photos = uuid.uuid4(), [upload(), upload("#112233")]
    first = save_draft(reporter, number, WORDS, photos)
    again = save_draft(reporter, number, {"title": ["Kátyú"]}, photos[1:], version=first.version)

    assert again.pk == first.pk
    draft = Draft.objects.get()
    assert (draft.version, draft.data, list(draft.photos.all())) == (2, {"title": ["Kátyú"]}, photos[1:])
    assert draft.updated > draft.created
    photos[0].refresh_from_db()
    assert photos[0].draft is None


def test_older_device_is_told(reporter: Person) -> None:
    number = uuid.uuid4()
    save_draft(reporter, number, WORDS)
    save_draft(reporter, number, {"title": ["Az új"]}, version=1)
    for version in (1, None, 7):
        with pytest.raises(ChangedMeanwhile):
            save_draft(reporter, number, WORDS, version=version)
    assert Draft.objects.get().data == {"title": ["Az új"]}


def test_number_of_somebody_elses_draft(reporter: Person, neighbour: Person) -> None:
    draft = save_draft(reporter, uuid.uuid4(), WORDS)
    with pytest.raises(Draft.DoesNotExist):
        save_draft(neighbour, draft.submission, {}, version=1)
    assert Draft.objects.get().person == reporter


def test_there_is_a_most(reporter: Person, neighbour: Person, settings: Any) -> None:
    settings.DRAFT_MAX_COUNT = 2
    first, _second = (save_draft(reporter, uuid.uuid4(), WORDS) for _ in range(2))
    with pytest.raises(TooManyDrafts):
        save_draft(reporter, uuid.uuid4(), WORDS)
    save_draft(neighbour, uuid.uuid4(), WORDS)
    save_draft(reporter, first.submission, {}, version=1)
    delete_draft(first)
    save_draft(reporter, uuid.uuid4(), WORDS)


def test_draft_keeps_its_photos_from_the_purge(reporter: Person, upload: Callable[..., Photo], settings: Any) -> None:
    kept, let_go = upload(), upload()
    draft = save_draft(reporter, uuid.uuid4(), WORDS, [kept, let_go])
    Photo.objects.update(uploaded_at=timezone.now() - settings.UPLOAD_KEEP * 2)
    assert purge_uploads() == 0

    save_draft(reporter, draft.submission, WORDS, [kept], version=1)
    assert purge_uploads() == 1
    assert Photo.objects.get() == kept


def test_photo_of_a_report_is_not_taken(reporter: Person, make_report: Callable[..., Report]) -> None:
    photo = make_report(photos=1).photos.get()
    draft = save_draft(reporter, uuid.uuid4(), WORDS, [photo])
    assert draft.photos.count() == 0
    delete_draft(draft)
    assert Photo.objects.get() == photo


def test_deleting_takes_the_files_along(reporter: Person, upload: Callable[..., Photo]) -> None:
    photo = upload()
    draft = save_draft(reporter, uuid.uuid4(), WORDS, [photo])
    delete_draft(draft)
    delete_draft(draft)
    assert (Draft.objects.count(), Photo.objects.count()) == (0, 0)
    assert not default_storage.exists(photo.large.name or "")


def test_sending_ends_the_draft(
    reporter: Person, upload: Callable[..., Photo], make_report: Callable[..., Report]
) -> None:
    number = uuid.uuid4()
    save_draft(reporter, number, WORDS, [upload()])
    save_draft(reporter, uuid.uuid4(), WORDS)
    make_report(submission=number)
    assert Draft.objects.exclude(submission=number).get()
    assert Draft.objects.count() == 1
    with pytest.raises(DraftSent):
        save_draft(reporter, number, WORDS)


@pytest.mark.django_db(transaction=True)
def test_saving_waits_for_a_report_on_its_way(reporter: Person, make_report: Callable[..., Report]) -> None:
    number, outcome = uuid.uuid4(), []

    def save() -> None:
        try:
            save_draft(reporter, number, WORDS)
        except DraftSent:
            outcome.append("sent")
        finally:
            connection.close()

    late = threading.Thread(target=save)
    with transaction.atomic():
        make_report(submission=number)
        late.start()
        wait_until(somebody_waits, "the saving to wait for the report")
    late.join()
    assert (outcome, Draft.objects.count()) == (["sent"], 0)


def test_untouched_since(reporter: Person) -> None:
    old, young = (save_draft(reporter, uuid.uuid4(), WORDS) for _ in range(2))
    now = timezone.now()
    Draft.objects.filter(pk=old.pk).update(updated=now - timedelta(days=76))
    assert list(Draft.objects.untouched_since(now - timedelta(days=75))) == [old]
    assert young.deleted_at - young.updated == timedelta(days=90)


def test_heading_says_what_there_is(reporter: Person) -> None:
    assert Draft(data={"title": [" Kátyú "], "description": ["x"]}).heading == "Kátyú"
    assert Draft(data={"title": [""], "description": ["Mély " * 40]}).heading.startswith("Mély Mély")
    assert Draft(data={}).heading


def test_fields_are_bounded_and_clean(settings: Any) -> None:
    form = QueryDict("title=a%00b&empty=&csrfmiddlewaretoken=x&step=draft&kept_photos=t&tick=1&tick=2")
    assert draft_fields(form) == {"title": ["ab"], "tick": ["1", "2"]}
    settings.DRAFT_MAX_BYTES = 10
    assert draft_fields(QueryDict("title=12345"))
    with pytest.raises(DraftTooLarge):
        draft_fields(QueryDict("title=ű12345"))


# -- What we hold about a person ----------------------------------------------------------------------------


@pytest.fixture
def holding() -> Holding:
    return next(holding for holding in all_holdings() if holding.name == "drafts")


def test_download_and_erasure(
    reporter: Person, neighbour: Person, upload: Callable[..., Photo], holding: Holding
) -> None:
    draft = save_draft(reporter, uuid.uuid4(), WORDS, [upload()])
    others = save_draft(neighbour, uuid.uuid4(), WORDS, [upload()])

    [exported] = holding.export(reporter)
    assert exported["fields"] == WORDS
    [(path, file)] = holding.files(reporter)
    assert exported["photos"] == [path] == [f"drafts/{draft.submission}/1.jpg"]
    with file.open("rb") as opened:
        assert opened.read(3) == b"\xff\xd8\xff"

    for _ in range(2):
        holding.erase(reporter, True)
        assert holding.export(reporter) == []
        assert list(Draft.objects.all()) == [others]
        assert Photo.objects.count() == 1

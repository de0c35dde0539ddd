"""Drafts that nobody touches: one warning, then gone; never without the warning, never while somebody writes."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from accounts.models import Person
from notifications.draft_notices import tend_drafts
from notifications.models import Notice
from notifications.notices import send_notice
from reports.actions_drafts import save_draft
from reports.models import Draft

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def draft(clock: time_machine.Traveller, reporter: Person) -> Draft:
    return save_draft(reporter, uuid.uuid4(), {"description": ["Kátyú a sarkon"]})


def send_all() -> None:
    for pk in Notice.objects.due().values_list("pk", flat=True):
        send_notice(pk)


def test_warned_once_at_75_days_and_deleted_at_90(clock: time_machine.Traveller, draft: Draft) -> None:
    clock.shift(timedelta(days=74, hours=23))
    assert tend_drafts() == (0, 0)
    clock.shift(timedelta(hours=2))
    assert tend_drafts() == (1, 0)
    assert tend_drafts() == (0, 0)
    send_all()
    [sent] = mail.outbox
    assert sent.to == ["reporter@example.org"]
    assert "Kátyú a sarkon" in sent.body
    assert draft.get_absolute_url() in sent.body
    clock.shift(timedelta(days=14))
    assert tend_drafts() == (0, 0)
    clock.shift(timedelta(days=1))
    assert tend_drafts() == (0, 1)
    assert not Draft.objects.exists()


def test_those_that_wait_cost_the_same(
    clock: time_machine.Traveller, reporter: Person, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for count in (1, 9):
        for _number in range(count):
            save_draft(reporter, uuid.uuid4(), {})
        clock.shift(timedelta(days=80))
        assert tend_drafts() == (count, 0)
        with django_assert_num_queries(2):  # the drafts, their warnings
            assert tend_drafts() == (0, 0)
        Draft.objects.all().delete()


def test_a_worker_that_stood_still_warns_first(clock: time_machine.Traveller, draft: Draft) -> None:
    clock.shift(timedelta(days=200))
    assert tend_drafts() == (1, 0)
    clock.shift(timedelta(days=6, hours=23))
    assert tend_drafts() == (0, 0)
    clock.shift(timedelta(hours=2))
    assert tend_drafts() == (0, 1)


def test_who_goes_on_writing_starts_anew(clock: time_machine.Traveller, draft: Draft, reporter: Person) -> None:
    clock.shift(timedelta(days=80))
    tend_drafts()
    save_draft(reporter, draft.submission, {"description": ["Mélyebb lett"]}, version=draft.version)
    send_all()
    assert mail.outbox == []  # the warning was moot before it went out
    assert Notice.objects.get().status == "cancelled"
    clock.shift(timedelta(days=20))
    assert tend_drafts() == (0, 0)
    clock.shift(timedelta(days=56))
    assert tend_drafts() == (1, 0)

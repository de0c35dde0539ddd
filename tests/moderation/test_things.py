"""Comments, photos, passers-by's words, flags and failed letters are handed out one at a time, each to one person."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.models import Dispatch
from moderation.models import Claim
from moderation.queues import QUEUES
from moderation.things import Thing, claim_next_thing, find_thing
from municipalities.models import Area, Membership
from reports.actions_comments import write_comment
from reports.models import Assignment, Comment, Report

pytestmark = pytest.mark.django_db

TALK = QUEUES["talk"]


@pytest.fixture
def colleague(city: Area) -> Person:
    person = Person.objects.create_user("colleague@example.org", "pw", name="Kálmán Kolléga")
    Membership.objects.create(person=person, role="moderator", area=city)
    return person


@pytest.fixture
def comments(sent: Report, settings: Any) -> list[Comment]:
    settings.TALK_PER_PERSON = settings.COMMENT_FLOOD = 100
    people = [Person.objects.create_user(f"c{n}@example.org", "pw") for n in range(3)]
    words = "Kurva élet, még mindig ott van."
    return [write_comment(sent, words, author=person, confirmed=True) for person in people]


def ask(client: Client, queue: str = "talk", **fields: str) -> str:
    return str(client.post(reverse("desk_next"), {"queue": queue, **fields})["Location"])


def rows(client: Client, url: str) -> list[str]:
    return [row.key for row in client.get(url).context["talk_rows"]]


def test_each_gets_a_row_of_their_own(
    at_desk: Client,
    client_of: Callable[[Person | None], Client],
    colleague: Person,
    moderator: Person,
    comments: list[Comment],
) -> None:
    keys = [f"comment-{comment.pk}" for comment in comments]
    other = client_of(colleague)
    mine, theirs = ask(at_desk), ask(other)
    assert mine == f"/desk/?queue=talk&row={keys[0]}#desk-rows"
    assert theirs == f"/desk/?queue=talk&row={keys[1]}#desk-rows"
    assert rows(at_desk, mine) == [keys[0]]
    assert rows(at_desk, TALK.url) == keys  # the list holds all, and says who has which
    page = at_desk.get(TALK.url).content.decode()
    assert "Kálmán Kolléga" in page
    assert page.count("tag-mine") == 1
    # Passing one over leaves it to others, and goes on behind it; at the end from the beginning.
    assert keys[2] in ask(at_desk, skip=keys[0])
    assert not Claim.objects.of_thing(keys[0]).exists()
    assert keys[0] in ask(at_desk, skip=keys[2])
    assert Claim.objects.get(person=moderator).thing == keys[0]


def test_a_decision_leads_to_the_next_and_ends_the_claim(at_desk: Client, comments: list[Comment]) -> None:
    keys = [f"comment-{comment.pk}" for comment in comments]
    at = ask(at_desk)
    assert 'name="one"' in at_desk.get(at).content.decode()
    for number, comment in enumerate(comments):
        url = reverse("desk_talk", args=["comment", comment.pk])
        at = at_desk.post(url, {"action": "show", "version": "1", "one": "1"})["Location"]
        assert not Claim.objects.of_thing(keys[number]).exists()
        assert (keys[number + 1] in at) if number < 2 else (at == TALK.url)
    assert {comment.status for comment in Comment.objects.all()} == {"shown"}


def test_what_was_not_done_stays_open(at_desk: Client, comments: list[Comment]) -> None:
    ask(at_desk)
    url = reverse("desk_talk", args=["comment", comments[0].pk])
    assert f"comment-{comments[0].pk}" in at_desk.post(url, {"action": "show", "version": "7", "one": "1"})["Location"]
    # In the list a decision leads back to the list.
    assert at_desk.post(url, {"action": "show", "version": "1"})["Location"] == f"{TALK.url}#desk-rows"


def test_a_lease_lapses(moderator: Person, colleague: Person, comments: list[Comment], settings: Any) -> None:
    first = claim_next_thing(moderator, TALK)
    assert first is not None
    assert claim_next_thing(moderator, TALK) == first  # asked again one has it still
    with time_machine.travel(timezone.now() + settings.DESK_LEASE + timedelta(seconds=1)):
        assert claim_next_thing(colleague, TALK) == first
    claim = Claim.objects.of_thing(first.key).get()
    assert claim.person == colleague


def test_only_of_ones_own_desk_and_tab(
    other_moderator: Person, moderator: Person, comments: list[Comment], client_of: Callable[[Person | None], Client]
) -> None:
    key = f"comment-{comments[0].pk}"
    assert claim_next_thing(other_moderator, TALK) is None
    assert find_thing(TALK, other_moderator, key) is None
    assert find_thing(QUEUES["flagged"], moderator, key) is None
    assert ask(client_of(other_moderator)) == TALK.url
    for junk in ("comment-", "comment-x", "comment--1", "comment-" + "9" * 30, "\x00", "thing-1", ""):
        assert find_thing(TALK, moderator, junk) is None
        assert len(rows(client_of(moderator), f"{TALK.url}&row={junk.replace(chr(0), '%00')}")) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_two(moderator: Person, colleague: Person, comments: list[Comment]) -> None:
    """Twice three people at the same moment: nobody gets what another has."""
    people, got = [moderator, colleague], dict[int, Thing | None]()
    barrier = Barrier(len(people))

    def work(number: int) -> None:
        barrier.wait()
        got[number] = claim_next_thing(people[number], TALK)
        connection.close()

    threads = [Thread(target=work, args=[number]) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({thing.key for thing in got.values() if thing}) == 2


def test_failed_letters_one_at_a_time(at_desk: Client, assignment: Assignment) -> None:
    dispatch = Dispatch.objects.filter(assignment=assignment).first()
    assert dispatch is not None
    Dispatch.objects.filter(pk=dispatch.pk).update(status="failed", last_error="550")
    at = ask(at_desk, "failed")
    assert at == f"/desk/?queue=failed&row=dispatch-{dispatch.pk}#desk-rows"
    page = at_desk.get(at).content.decode()
    assert "550" in page
    assert "tag-mine" in page
    url = reverse("desk_retry", args=["dispatch", dispatch.pk])
    assert at_desk.post(url, {"one": "1"})["Location"] == QUEUES["failed"].url
    assert not Claim.objects.exists()


def test_asking_costs_the_same_however_much_waits(
    moderator: Person, comments: list[Comment], sent: Report, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = Person.objects.prefetch_related("memberships").get(pk=moderator.pk)
    # All that waits, who has what; savepoint, row locked, claim read, written, old ones gone, savepoint.
    with django_assert_num_queries(8):
        claim_next_thing(person, TALK)
    for number in range(5):
        author = Person.objects.create_user(f"more{number}@example.org", "pw")
        write_comment(sent, "Kurva élet.", author=author, confirmed=True)
    with django_assert_num_queries(8):
        claim_next_thing(person, TALK)


def test_erasing_somebody_frees_what_they_had(moderator: Person, comments: list[Comment]) -> None:
    assert claim_next_thing(moderator, TALK)
    erase_person(moderator, keep_reports=True)
    assert not Claim.objects.exists()

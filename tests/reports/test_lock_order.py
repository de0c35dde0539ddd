"""Whoever needs a report and its duplicates takes them in the order of their keys: nobody waits in a ring."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.actions import send_report
from municipalities.models import Institution
from reports.actions import lock_report
from reports.actions_comments import write_comment
from reports.actions_desk import hide_report
from reports.actions_flags import decide_flag, raise_flag
from reports.actions_merge import merge_reports
from reports.actions_reporter import withdraw_report
from reports.models import Flag, FlagVoice, Report
from tests.servers import somebody_waits, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Report]


ACTS: dict[str, Callable[[Report, Person], Any]] = {
    "withdraw": lambda original, person: withdraw_report(original, actor=person),
    "hide": lambda original, person: hide_report(original, "", actor=person),
    "flag": lambda original, person: decide_flag(Flag.objects.get(), hide=True, actor=person),
    "erase": lambda original, person: erase_person(person, keep_reports=False),
}


@pytest.fixture
def pair(make_report: Make, works: Institution, moderator: Person, neighbour: Person) -> Callable[..., list[Report]]:
    """Two published reports, the older first; one is the other's duplicate."""

    def build(*, older_is_original: bool) -> list[Report]:
        older = make_report(reporter=neighbour)
        newer = make_report(title="Ugyanaz")
        for report in (older, newer):
            send_report(report, works, actor=moderator)
        original, copy = (older, newer) if older_is_original else (newer, older)
        merge_reports(copy, original, actor=moderator)
        return [Report.objects.get(pk=one.pk) for one in (older, newer)]

    return build


def both_meanwhile(first: Report, second: Report, act: Callable[[], Any]) -> list[Exception]:
    """`act` begins while somebody holds `first`, who then wants `second`; gives what either raised."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    try:
        with transaction.atomic():
            lock_report(first)
            thread.start()
            wait_until(somebody_waits, "the other to wait")
            lock_report(second)
    except Exception as error:
        raised.append(error)
    thread.join()
    return raised


@pytest.mark.parametrize("name", ACTS)
def test_passing_on_duplicates_that_are_older(
    pair: Callable[..., list[Report]], reporter: Person, stranger: Person, name: str
) -> None:
    copy, original = pair(older_is_original=False)
    raise_flag(original, reason=FlagVoice.Reason.PERSONAL, text="", person=stranger, address_hash="")
    assert both_meanwhile(copy, original, lambda: ACTS[name](original, reporter)) == []
    copy.refresh_from_db()
    assert copy.original is None


def test_a_comment_on_a_duplicate(pair: Callable[..., list[Report]], reporter: Person) -> None:
    original, copy = pair(older_is_original=True)
    words: dict[str, Any] = {"author": reporter, "confirmed": True}
    assert both_meanwhile(original, copy, lambda: write_comment(copy, "Nálunk is.", **words)) == []
    assert original.comments.count() == 1

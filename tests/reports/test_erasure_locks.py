"""Erasing a person while somebody changes what they wrote: everybody locks reports first, then people."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.erasure import erase_person
from accounts.models import Person
from reports.actions import lock_report
from reports.actions_comments import write_comment
from reports.actions_follow import support_report
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.models import Comment, Photo, Report, Sighting
from tests.servers import somebody_waits, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def erase_meanwhile(person: Person, act: Callable[[], object], report: Report) -> list[Exception]:
    """`act` under the lock of the report, which the erasure has begun to wait for; gives what the erasure raised."""
    raised: list[Exception] = []

    def erase() -> None:
        try:
            erase_person(person, keep_reports=True)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    erasing = threading.Thread(target=erase)
    with transaction.atomic():
        lock_report(report)
        erasing.start()
        wait_until(somebody_waits, "the erasure to wait for the report")
        act()
    erasing.join()
    return raised


def test_a_comment_on_its_way(sent: Report, reporter: Person) -> None:
    raised = erase_meanwhile(
        reporter, lambda: write_comment(sent, "Még mindig ott.", author=reporter, confirmed=True), sent
    )
    assert raised == []
    assert Comment.objects.get().author is None
    assert Report.objects.get().reporter is None


def test_a_word_on_the_solution_while_it_is_accepted(
    sent: Report, neighbour: Person, moderator: Person, upload: Any
) -> None:
    sighting = tell_sighting(sent, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])
    raised = erase_meanwhile(neighbour, lambda: accept_sighting(sighting, actor=moderator), sent)
    assert raised == []
    sighting.refresh_from_db()
    assert (sighting.status, sighting.author) == (Sighting.Status.ACCEPTED, None)
    assert Photo.objects.get(sighting=sighting).original.name == ""


def test_me_too_on_its_way(sent: Report, neighbour: Person) -> None:
    """The report first here, too, though the rows refer to both."""
    write_comment(sent, "Nálunk is.", author=neighbour, confirmed=True)
    assert erase_meanwhile(neighbour, lambda: support_report(sent, neighbour), sent) == []
    assert (Report.objects.get().supporters, sent.supports.count()) == (1, 0)

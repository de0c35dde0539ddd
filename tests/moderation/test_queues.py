"""The tabs: what stands in them, in which order, how many, and for whom."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.bans import ban_person, set_trust
from accounts.models import Person, Reading
from accounts.readings import note_reading
from forwarding.actions import say_not_ours, send_report
from forwarding.models import Dispatch, IncomingMail, Mailbox
from forwarding.office.models import OfficeDigest
from moderation.models import SavedFilter, SavedText
from moderation.queues import QUEUES, count_all
from municipalities.models import Area, Contact, Institution
from notifications.models import Bundle, BundleLine, Message
from reports.actions_desk import ask_info, hide_report
from reports.lifecycle import Status
from reports.models import Assignment, Report
from tests.bench.desk_bench import pages

pytestmark = pytest.mark.django_db

MakeReport = Callable[..., Report]


def titles(client: Client, query: str) -> list[str]:
    return [case["row"].title for case in client.get(f"/desk/?{query}").context["cases"]]


def test_new_reports_oldest_first(at_desk: Client, make_report: MakeReport) -> None:
    young, old = make_report(title="Fiatal"), make_report(title="Régi")
    Report.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=2))
    make_report(title="Nincs megerősítve", confirmed=False)
    assert titles(at_desk, "queue=new") == ["Régi", "Fiatal"]
    assert titles(at_desk, "queue=nosuch") == ["Régi", "Fiatal"]
    page = at_desk.get("/desk/").content.decode()
    assert page.index(old.reference) < page.index(young.reference)


def test_each_report_stands_in_its_tab(
    at_desk: Client, make_report: MakeReport, works: Institution, moderator: Person
) -> None:
    asked, refused = make_report(title="Kérdés"), make_report(title="Nem övék")
    ask_info(asked, "Hol?", actor=moderator)
    say_not_ours(send_report(refused, works, actor=moderator), "Nem.", actor=None)
    assert titles(at_desk, "queue=new") == []
    assert titles(at_desk, "queue=waiting") == ["Kérdés"]
    assert titles(at_desk, "queue=reroute") == ["Nem övék"]


def test_counts_are_of_ones_own_area(
    make_report: MakeReport,
    other_district: Area,
    other_moderator: Person,
    moderator: Person,
    assignment: Assignment,
    make_mail: Callable[..., IncomingMail],
) -> None:
    make_report(area=other_district)
    make_report()
    make_mail(assignment)
    make_mail()
    assert {key: n for key, n in count_all(moderator).items() if n} == {"new": 2, "answers": 1, "unmatched": 1}
    assert {key: n for key, n in count_all(other_moderator).items() if n} == {"new": 1, "unmatched": 1}


def test_failed_bundles_are_told_and_tried_again(
    at_desk: Client, submitted: Report, reporter: Person, moderator: Person
) -> None:
    bundle = Bundle.objects.create(person=reporter, status="failed", last_error="5.1.1 unknown", attempts=3)
    event = submitted.events.earliest("pk")
    BundleLine.objects.create(
        event=event, person=reporter, template="sent", kind="own", due_at=timezone.now(), bundle=bundle
    )
    Bundle.objects.create(person=reporter, status="failed")  # of no report of this desk
    assert count_all(moderator)["failed"] == 1
    page = at_desk.get("/desk/?queue=failed", headers={"accept-language": "en"}).content.decode()
    assert "5.1.1 unknown" in page
    assert "1 piece of news" in page
    assert reporter.email not in page

    at_desk.post(f"/desk/failed/bundle/{bundle.pk}")

    bundle.refresh_from_db()
    assert (bundle.status, bundle.attempts) == ("waiting", 0)
    assert count_all(moderator)["failed"] == 0


def test_employees_see_officers_lists_and_the_mailbox_that_fail(
    client_of: Callable[[Person | None], Client], employee: Person, moderator: Person, works: Institution, settings: Any
) -> None:
    officer = Person.objects.create_user("tiszt@example.org", "pw")
    officer.memberships.create(institution=works, role="officer")
    today = timezone.localdate()
    for day, error in ((today, "550 no such box"), (today - timedelta(days=9), "550 long ago")):
        OfficeDigest.objects.create(person=officer, day=day, status="failed", last_error=error)
    settings.IMAP_URL = "imap://us:pw@127.0.0.1:1143/INBOX"
    Mailbox.objects.create(name="us@127.0.0.1:1143/INBOX", failing_since=timezone.now(), error="LOGIN refused")
    said = ("550 no such box", works.name, "LOGIN refused")
    page = client_of(employee).get("/desk/?queue=failed").content.decode()
    assert [words in page for words in said] == [True, True, True]
    assert "550 long ago" not in page
    assert officer.email not in page
    assert count_all(employee)["failed"] == 1

    page = client_of(moderator).get("/desk/?queue=failed").content.decode()
    assert not any(words in page for words in said)
    assert count_all(moderator)["failed"] == 0


def test_failed_sends_say_why(
    at_desk: Client, assignment: Assignment, reporter: Person, make_report: MakeReport, moderator: Person
) -> None:
    Dispatch.objects.update(status="failed", last_error="550 mailbox unavailable", attempts=3)
    event = assignment.report.events.get(kind="sent")
    Message.objects.create(event=event, person=reporter, template="sent", status="failed", last_error="5.1.1 unknown")
    page = at_desk.get("/desk/?queue=failed").content.decode()
    assert "550 mailbox unavailable" in page
    assert "5.1.1 unknown" in page
    assert reporter.email not in page
    assert count_all(moderator)["failed"] == 2


def test_body_without_contact_is_visible_until_it_is_told(
    at_desk: Client, submitted: Report, moderator: Person, works: Institution, refuser: Institution
) -> None:
    Contact.objects.update(stopped_at=timezone.now(), stopped_reason="550 gone")
    send_report(submitted, works, actor=moderator)
    submitted.refresh_from_db()
    assert submitted.reference in at_desk.get("/desk/?queue=failed").content.decode()
    assert count_all(moderator)["failed"] == 1

    Contact.objects.update(stopped_at=None)
    send_report(submitted, works, actor=moderator)
    assert count_all(moderator)["failed"] == 0
    send_report(submitted, refuser, actor=moderator)
    assert count_all(moderator)["failed"] == 0


def test_retrying_sets_the_row_going(at_desk: Client, assignment: Assignment) -> None:
    Dispatch.objects.update(status="failed", last_error="550", attempts=8)
    dispatch = Dispatch.objects.get()
    response = at_desk.post(f"/desk/failed/dispatch/{dispatch.pk}")
    assert response["Location"] == "/desk/?queue=failed"
    dispatch.refresh_from_db()
    assert dispatch.status == "waiting"
    assert at_desk.post(f"/desk/failed/dispatch/{dispatch.pk}").status_code == HTTPStatus.NOT_FOUND


def test_search_finds_any_report_of_the_desk(
    at_desk: Client, make_report: MakeReport, sent: Report, assignment: Assignment, moderator: Person
) -> None:
    hide_report(sent, "", actor=moderator)
    imported = make_report(title="Padok", source="old", source_id="demo-4711")
    for words, report in (("kátyú sarkon", sent), (sent.reference.upper(), sent), ("demo-4711", imported)):
        page = at_desk.get("/desk/", {"q": words}).content.decode()
        assert f"/desk/{report.reference}" in page, words
    assert sent.status == Status.SENT


def test_search_stays_within_ones_own_area(
    client_of: Callable[[Person], Client], other_moderator: Person, submitted: Report
) -> None:
    page = client_of(other_moderator).get("/desk/", {"q": submitted.reference}).content.decode()
    assert f"/desk/{submitted.reference}" not in page


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%27%22%3C%3E", "q=" + "x" * 5000, "page=999", "page=x", "q=kátyú&page=-1"]
)
def test_junk_in_the_address(at_desk: Client, submitted: Report, query: str) -> None:
    assert at_desk.get(f"/desk/?{query}").status_code == HTTPStatus.OK


@pytest.mark.parametrize("key", list(QUEUES))
def test_queries_of_a_tab_do_not_grow(
    at_desk: Client,
    key: str,
    make_report: MakeReport,
    works: Institution,
    moderator: Person,
    make_mail: Callable[..., IncomingMail],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(4):
        make_report(photos=1)
        ask_info(make_report(), "?", actor=moderator)
        assignment = send_report(make_report(), works, actor=moderator)
        make_mail(assignment)
        make_mail()
        say_not_ours(assignment, "Nem.", actor=None)
        send_report(make_report(), works, actor=moderator)
    Dispatch.objects.update(status="failed")
    # Session, person, memberships, ten counts, the rows and their photos; of failed sends four lists.
    with django_assert_max_num_queries(18):
        at_desk.get(f"/desk/?queue={key}")


def test_every_list_of_the_desk_is_measured() -> None:
    """What has a tab, and each list beside the tabs, stands among the pages that `desk_bench` counts queries of."""
    measured = {path for _name, path in pages("abcdefgh")}
    assert {f"/desk/?queue={key}" for key in QUEUES} <= measured
    lists = {"desk_history", "desk_readings", "desk_people", "desk_texts", "desk_filters", "desk_team"}
    assert {reverse(name) for name in lists} <= measured


@pytest.mark.parametrize("name", ["desk_readings", "desk_people", "desk_texts", "desk_filters"])
def test_lists_beside_the_tabs_cost_the_same_for_many(
    client_of: Callable[[Person | None], Client],
    employee: Person,
    name: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(employee)

    def make(first: int, last: int) -> None:
        for number in range(first, last):
            banned, trusted = (Person.objects.create_user(f"{kind}{number}@example.org", "pw") for kind in "bt")
            ban_person(banned, "Sértő.", None, actor=employee)
            set_trust(trusted, "trusted")
            note_reading(employee, Reading.What.RECORD, person=banned)
            SavedText.objects.create(act="ask", name=f"{number}", texts={"hu": "x"})
            SavedFilter.objects.create(person=employee, name=f"{number}", query="status=sent")

    make(0, 2)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(name))
    make(2, 8)
    with django_assert_num_queries(len(asked)):
        client.get(reverse(name))

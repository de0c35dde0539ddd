"""Who has which case: the next one for each, leases, taking over, giving, and that nobody ever gets the same one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from itertools import chain
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.erasure import erase_person
from accounts.models import Person
from forwarding.models import IncomingMail
from moderation.actions_claims import claim_next, close_case, give_case, leave_case, put_back, take_case, take_over
from moderation.holders import people_for
from moderation.models import Claim, Handoff, Visit
from moderation.queues import QUEUES, count_all
from municipalities.models import Area, Institution, Membership
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db

MakeReport = Callable[..., Report]
CaseData = Callable[..., dict[str, Any]]
NEW = QUEUES["new"]
EN = {"Accept-Language": "en"}


@pytest.fixture
def colleague(city: Area) -> Person:
    person = Person.objects.create_user("colleague@example.org", "pw", name="Kati Kolléga")
    Membership.objects.create(person=person, role="moderator", area=city)
    return person


@pytest.fixture
def senior(city: Area) -> Person:
    person = Person.objects.create_user("senior@example.org", "pw", name="Szilvia Rangidős")
    Membership.objects.create(person=person, role="senior", area=city)
    return person


@pytest.fixture
def three(make_report: MakeReport) -> list[Report]:
    return [make_report(title=f"{number}. ügy") for number in (1, 2, 3)]


def press_next(client: Client, **fields: Any) -> str:
    return str(client.post("/desk/next", {"queue": "new", **fields})["Location"])


def holder(report: Report) -> Person | None:
    claim = Claim.objects.running().filter(report=report).select_related("person").first()
    return claim.person if claim else None


# -- Next case ----------------------------------------------------------------------------------------------


def test_next_hands_out_the_oldest_that_nobody_has(
    at_desk: Client, client_of: Callable[[Person], Client], three: list[Report], moderator: Person, colleague: Person
) -> None:
    assert press_next(at_desk) == NEW.url_of(three[0])
    assert press_next(client_of(colleague)) == NEW.url_of(three[1])
    assert (holder(three[0]), holder(three[1]), holder(three[2])) == (moderator, colleague, None)
    # Whoever has one already comes back to it.
    assert press_next(at_desk) == NEW.url_of(three[0])


def test_skipping_puts_it_back_and_goes_on(at_desk: Client, three: list[Report], colleague: Person) -> None:
    take_case(three[1], actor=colleague)
    press_next(at_desk)
    assert press_next(at_desk, skip=three[0].reference) == NEW.url_of(three[2])
    assert holder(three[0]) is None
    assert press_next(at_desk, skip=three[2].reference) == NEW.url_of(three[0])  # round to the oldest


def test_an_empty_queue_says_so(at_desk: Client, three: list[Report], colleague: Person) -> None:
    for report in three:
        take_case(report, actor=colleague)
    response = at_desk.post("/desk/next", {"queue": "new"}, follow=True, headers=EN)
    assert "Nothing waits here that nobody has." in response.content.decode()


@pytest.mark.parametrize("skip", ["", "x", "\x00", "9" * 400, "-1", "٣"])
@pytest.mark.parametrize("queue", ["", "nosuch", "failed", "answers", "filter-1", "filter-٣", "filter-" + "9" * 40])
def test_junk_is_no_error(at_desk: Client, submitted: Report, queue: str, skip: str) -> None:
    response = at_desk.post("/desk/next", {"queue": queue, "skip": skip})
    assert response.status_code == HTTPStatus.FOUND


def test_getting_changes_nothing(at_desk: Client, submitted: Report) -> None:
    assert at_desk.get("/desk/next").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    at_desk.get(NEW.url_of(submitted))
    at_desk.get("/desk/")
    assert not Claim.objects.exists()
    assert not Visit.objects.exists()


def test_mails_are_handed_out_too(
    at_desk: Client,
    client_of: Callable[[Person], Client],
    colleague: Person,
    assignment: Assignment,
    make_mail: Callable[..., IncomingMail],
) -> None:
    first, second = make_mail(assignment), make_mail(assignment)
    assert press_next(at_desk, queue="answers") == f"/desk/mail/{first.pk}?queue=answers"
    assert press_next(client_of(colleague), queue="answers") == f"/desk/mail/{second.pk}?queue=answers"
    at_desk.post(f"/desk/mail/{first.pk}?queue=answers", {"action": "file"})
    assert not Claim.objects.filter(mail=first).exists()


def test_only_cases_of_ones_own_area(
    client_of: Callable[[Person], Client], other_moderator: Person, three: list[Report]
) -> None:
    assert press_next(client_of(other_moderator)) == "/desk/?queue=new"
    assert client_of(other_moderator).post(reverse("desk_claim", args=[three[0].reference])).status_code == 404
    assert not Claim.objects.exists()


def test_deciding_gives_the_next_one_claimed(
    at_desk: Client,
    three: list[Report],
    moderator: Person,
    colleague: Person,
    works: Institution,
    case_data: CaseData,
) -> None:
    take_case(three[1], actor=colleague)
    url = press_next(at_desk)
    response = at_desk.post(url, case_data(three[0], action="send", institution=works.pk))
    assert response["Location"] == NEW.url_of(three[2])
    assert (holder(three[0]), holder(three[2])) == (None, moderator)
    assert not Claim.objects.filter(report=three[0]).exists()


def test_saving_keeps_it(at_desk: Client, submitted: Report, moderator: Person, case_data: CaseData) -> None:
    url = press_next(at_desk)
    assert at_desk.post(url, case_data(submitted, action="save", title="Új"))["Location"] == url
    assert holder(submitted) == moderator


# -- The lease ----------------------------------------------------------------------------------------------


def test_a_claim_lapses(three: list[Report], moderator: Person, colleague: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert claim_next(moderator, NEW) == three[0]
        clock.shift(settings.DESK_LEASE - timedelta(seconds=1))
        assert claim_next(colleague, NEW) == three[1]
        put_back(three[1], actor=colleague)
        clock.shift(timedelta(seconds=2))
        assert claim_next(colleague, NEW) == three[0]
        assert not take_case(three[0], actor=moderator)


def test_leaving_ends_it_in_a_moment(three: list[Report], moderator: Person, colleague: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        claim_next(moderator, NEW)
        leave_case(three[0], actor=moderator)
        assert claim_next(colleague, NEW) == three[1]
        put_back(three[1], actor=colleague)
        clock.shift(timedelta(minutes=1))
        assert claim_next(colleague, NEW) == three[0]


def test_a_case_that_somebody_has_open_is_left_alone(three: list[Report], moderator: Person, colleague: Person) -> None:
    now = timezone.now()
    visit = Visit.objects.create(report=three[0], person=colleague, since=now, seen_at=now)
    assert claim_next(moderator, NEW) == three[1]
    put_back(three[1], actor=moderator)
    Visit.objects.filter(pk=visit.pk).update(seen_at=now - settings.DESK_PRESENT_FOR)
    assert claim_next(moderator, NEW) == three[0]


# -- At the same moment -------------------------------------------------------------------------------------


@pytest.fixture
def in_threads() -> Callable[..., list[Any]]:
    """Call once for each argument, all at the same moment, each with a connection of its own."""

    def run(work: Callable[[Any], Any], arguments: list[Any]) -> list[Any]:
        start = Barrier(len(arguments))

        def call(argument: Any) -> Any:
            start.wait()
            try:
                return work(argument)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(arguments)) as pool:
            return list(pool.map(call, arguments))

    return run


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_the_same_one_at_the_same_moment(
    make_report: MakeReport, employee: Person, in_threads: Callable[..., list[Any]]
) -> None:
    reports = [make_report(title=f"{number}.") for number in range(12)]
    people = [
        Person.objects.create_user(f"m{number}@example.org", "pw", is_staff=True) for number in range(len(reports) // 2)
    ]

    def two_each(person: Person) -> list[int]:
        first = claim_next(person, NEW)
        second = claim_next(person, NEW, after=first)
        return [first.pk, second.pk]

    taken = in_threads(two_each, people)
    assert sorted(chain.from_iterable(taken)) == sorted(report.pk for report in reports)
    assert claim_next(employee, NEW) is None


@pytest.mark.django_db(transaction=True)
def test_one_case_and_many_hands(
    submitted: Report, assignment: Assignment, make_mail: Callable[..., IncomingMail], in_threads: Callable[..., Any]
) -> None:
    mail = make_mail(assignment)
    people = [Person.objects.create_user(f"m{number}@example.org", "pw", is_staff=True) for number in range(6)]
    got = in_threads(lambda person: claim_next(person, QUEUES["answers"]), people)
    assert [row for row in got if row] == [mail]
    assert sum(in_threads(lambda person: take_case(submitted, actor=person), people)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_being_decided_is_passed_over(
    three: list[Report], moderator: Person, in_threads: Callable[..., list[Any]]
) -> None:
    with transaction.atomic():
        Report.objects.select_for_update(of=("self",)).get(pk=three[0].pk)
        assert in_threads(lambda person: claim_next(person, NEW), [moderator]) == [three[1]]


def test_the_query_locks_and_skips(submitted: Report, moderator: Person) -> None:
    with CaptureQueriesContext(connection) as asked:
        claim_next(moderator, NEW)
    assert any("FOR UPDATE OF" in q["sql"] and "SKIP LOCKED" in q["sql"] for q in asked.captured_queries)


# -- What others have ---------------------------------------------------------------------------------------


def test_lists_and_the_case_say_who_has_it(
    at_desk: Client, submitted: Report, colleague: Person, client_of: Callable[[Person], Client]
) -> None:
    take_case(submitted, actor=colleague)
    for url in ("/desk/", NEW.url_of(submitted), "/desk/?q=sarkon"):
        page = at_desk.get(url, headers=EN).content.decode()
        assert "Kati Kolléga" in page, url
        assert "You have" not in page, url
    mine = client_of(colleague)
    assert "You have it" in mine.get("/desk/?queue=mine", headers=EN).content.decode()
    assert "You have this case." in mine.get(NEW.url_of(submitted), headers=EN).content.decode()


def test_taking_by_hand_and_putting_back(at_desk: Client, submitted: Report, moderator: Person) -> None:
    url = reverse("desk_claim", args=[submitted.reference])
    assert at_desk.post(url, {"action": "take", "queue": "new"})["Location"] == NEW.url_of(submitted)
    assert holder(submitted) == moderator
    assert at_desk.post(url, {"action": "put_back"})["Location"] == "/desk/"
    assert holder(submitted) is None
    assert at_desk.post(url, {"action": "take"})["Location"] == f"/desk/{submitted.reference}"


def test_taking_what_somebody_has_is_refused(at_desk: Client, submitted: Report, colleague: Person) -> None:
    take_case(submitted, actor=colleague)
    url = reverse("desk_claim", args=[submitted.reference])
    page = at_desk.post(url, {"action": "take"}, follow=True, headers=EN).content.decode()
    assert "Somebody else was faster" in page
    assert "Take over with a note" in page
    assert holder(submitted) == colleague


def test_who_was_taken_from_is_told_at_the_desk(
    at_desk: Client, client_of: Callable[[Person], Client], submitted: Report, moderator: Person, colleague: Person
) -> None:
    take_case(submitted, actor=colleague)
    url = reverse("desk_claim", args=[submitted.reference])
    at_desk.post(url, {"action": "take_over", "note": "Én <b>ismerem</b> a helyet.\x00"})
    assert holder(submitted) == moderator

    theirs = client_of(colleague)
    page = theirs.get("/desk/", headers=EN).content.decode()
    assert "Mónika Moderátor took over a case of yours:" in page
    assert "Én &lt;b&gt;ismerem&lt;/b&gt; a helyet." in page
    assert "took over" not in at_desk.get("/desk/", headers=EN).content.decode()
    notice = Handoff.objects.get()
    at_desk.post("/desk/notices", {"seen": [notice.pk, "x", "9" * 30]})  # somebody else's stays unread
    assert "took over" in theirs.get("/desk/", headers=EN).content.decode()
    response = theirs.post("/desk/notices", {"seen": [notice.pk], "back": "https://evil.example/"})
    assert response["Location"] == "/desk/"
    assert "took over" not in theirs.get("/desk/", headers=EN).content.decode()


# -- Giving -------------------------------------------------------------------------------------------------


def test_what_was_given_stands_under_mine(
    client_of: Callable[[Person], Client],
    three: list[Report],
    moderator: Person,
    senior: Person,
    colleague: Person,
    works: Institution,
    case_data: CaseData,
) -> None:
    url = reverse("desk_claim", args=[three[0].reference])
    typed = {"action": "give", "person": colleague.pk, "note": "Te voltál ott."}
    assert client_of(senior).post(url, typed).status_code == HTTPStatus.FOUND
    assert count_all(colleague)["mine"] == 1
    theirs = client_of(colleague)
    page = theirs.get("/desk/?queue=mine", headers=EN).content.decode()
    assert "Szilvia Rangidős gave you a case:" in page
    assert "Te voltál ott." in page
    # The others are not given it, and see whose it is.
    assert claim_next(moderator, NEW) == three[1]
    assert "given to Kati Kolléga" in client_of(moderator).get("/desk/", headers=EN).content.decode()
    assert press_next(theirs, queue="mine") == QUEUES["mine"].url_of(three[0])

    theirs.post(QUEUES["mine"].url_of(three[0]), case_data(three[0], action="send", institution=works.pk))
    assert count_all(colleague)["mine"] == 0
    assert Handoff.objects.get().ended_at is not None


def test_a_case_given_to_one_who_does_nothing_goes_to_the_next(
    three: list[Report], moderator: Person, senior: Person, colleague: Person
) -> None:
    give_case(three[0], colleague, "", actor=senior)
    Handoff.objects.update(at=timezone.now() - settings.DESK_GIVEN_FOR)
    assert claim_next(moderator, NEW) == three[0]


def test_giving_again_and_taking_back(
    client_of: Callable[[Person], Client], submitted: Report, moderator: Person, senior: Person, colleague: Person
) -> None:
    take_case(submitted, actor=moderator)
    give_case(submitted, colleague, "", actor=senior)
    assert holder(submitted) is None
    give_case(submitted, moderator, "", actor=senior)
    assert list(Handoff.objects.given().values_list("person", flat=True)) == [moderator.pk]
    url = reverse("desk_claim", args=[submitted.reference])
    assert client_of(colleague).post(url, {"action": "take_back"}).status_code == HTTPStatus.NOT_FOUND
    assert client_of(moderator).post(url, {"action": "take_back"}).status_code == HTTPStatus.FOUND
    assert not Handoff.objects.given().exists()


def test_taking_over_what_was_given(submitted: Report, moderator: Person, senior: Person, colleague: Person) -> None:
    give_case(submitted, colleague, "", actor=senior)
    take_over(submitted, "Közelebb lakom.", actor=moderator)
    told = Handoff.objects.get(kind="taken")
    assert (told.person, told.by, told.note) == (colleague, moderator, "Közelebb lakom.")
    assert not Handoff.objects.given().exists()
    assert holder(submitted) == moderator


def test_a_case_is_given_to_whom_it_is_open(
    client_of: Callable[[Person], Client],
    submitted: Report,
    moderator: Person,
    senior: Person,
    employee: Person,
    other_moderator: Person,
    reporter: Person,
) -> None:
    assert set(people_for(submitted)) == {moderator, senior, employee}
    url = reverse("desk_claim", args=[submitted.reference])
    for key in (other_moderator.pk, reporter.pk, "", "x", "9" * 30, "٣"):
        page = client_of(senior).post(url, {"action": "give", "person": key}, follow=True, headers=EN)
        assert "Choose who gets the case." in page.content.decode()
    volunteer = client_of(moderator).post(url, {"action": "give", "person": senior.pk})
    assert volunteer.status_code == HTTPStatus.NOT_FOUND
    assert not Handoff.objects.exists()


# -- What it costs, and what is held ------------------------------------------------------------------------


def test_queries_of_next(
    at_desk: Client, three: list[Report], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, person, memberships, two savepoints, the row, its claim, its writing.
    with django_assert_max_num_queries(10):
        press_next(at_desk)


def test_erasing_a_person_frees_their_cases(three: list[Report], moderator: Person, senior: Person) -> None:
    take_case(three[0], actor=moderator)
    give_case(three[1], moderator, "Titok", actor=senior)
    give_case(three[2], senior, "Az enyém volt", actor=moderator)
    for _twice in range(2):
        erase_person(moderator, keep_reports=True)
        assert not Claim.objects.exists()
        assert list(Handoff.objects.values_list("person", "by", "note")) == [(senior.pk, None, "")]
    assert claim_next(senior, NEW) == three[0]


def test_closing_twice_is_nothing(submitted: Report) -> None:
    close_case(submitted)
    close_case(submitted)

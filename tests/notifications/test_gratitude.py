"""Thanks for what is solved: rows, mails, the page, and a neighbour's press."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.holdings import all_holdings
from accounts.models import Person
from forwarding.actions import say_done
from notifications.gratitude import how_many_cared
from notifications.models import MailChoice, Thanks
from reports.actions_desk import hide_report
from reports.actions_follow import follow_report, support_report
from reports.actions_reporter import reopen_report
from reports.actions_solved import confirm_solved
from reports.models import Assignment, Report

from .test_mails import both, tell_all, to

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def solve(assignment: Assignment, neighbour: Person, stranger: Person, reporter: Person) -> Callable[[], Report]:
    """The neighbour supports, the stranger follows; the reporter confirms that it is done."""
    support_report(assignment.report, neighbour)
    follow_report(assignment.report, stranger)
    tell_all()

    def act() -> Report:
        say_done(assignment, "Kész.", actor=None)
        tell_all()
        confirm_solved(assignment.report, actor=reporter)
        return Report.objects.get(pk=assignment.report_id)

    return act


def rows() -> dict[str, str]:
    return dict(Thanks.objects.filter(giver=None).values_list("person__email", "kind"))


def test_everybody_who_cared_is_thanked_once_by_their_strongest_tie(
    solve: Callable[[], Report], reporter: Person, neighbour: Person, stranger: Person
) -> None:
    report = solve()
    mails = tell_all()
    assert rows() == {reporter.email: "reported", neighbour.email: "supported", stranger.email: "followed"}
    assert how_many_cared(report) == 3
    for part in both(to(neighbour.email, mails)):
        assert "Thanks to you, and to everybody who cared: 3 people." in " ".join(part.split())


def test_solved_again_thanks_nobody_twice(
    solve: Callable[[], Report], assignment: Assignment, reporter: Person
) -> None:
    report = solve()
    tell_all()
    reopen_report(report, "Megint ott van.", actor=reporter)
    assert not Thanks.objects.shown().exists()  # while it is not solved there is nothing to thank for
    say_done(assignment, "Most már tényleg.", actor=None)
    confirm_solved(report, actor=reporter)
    tell_all()
    assert Thanks.objects.shown().count() == 3


@pytest.mark.parametrize(
    ("followed", "thanks", "told"), [("never", "now", True), ("now", "never", True), ("never", "never", False)]
)
def test_thanks_come_to_who_wants_news_or_thanks(
    solve: Callable[[], Report], neighbour: Person, followed: str, thanks: str, told: bool
) -> None:
    MailChoice.objects.create(person=neighbour, kind="followed", frequency=followed)
    MailChoice.objects.create(person=neighbour, kind="thanks", frequency=thanks)
    solve()
    assert (neighbour.email in {sent.to[0] for sent in tell_all()}) is told


def test_page_of_thanks_received(
    client_of: ClientOf, solve: Callable[[], Report], neighbour: Person, stranger: Person, moderator: Person
) -> None:
    report = solve()
    tell_all()
    page = client_of(neighbour).get("/my/thanks").content.decode()
    assert report.heading in page
    hide_report(report, "", actor=moderator)
    assert report.heading not in client_of(neighbour).get("/my/thanks").content.decode()


@pytest.mark.parametrize("count", [1, 8])
def test_page_of_thanks_costs_the_same(
    client_of: ClientOf,
    make_report: Callable[..., Report],
    neighbour: Person,
    count: int,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for _number in range(count):
        report = make_report()
        Report.objects.filter(pk=report.pk).update(
            status="solved", proof="reporter", published_at=report.created_at, closed_at=report.created_at
        )
        Thanks.objects.create(person=neighbour, report=report, kind="followed")
    client = client_of(neighbour)
    # session, person, memberships, how many, the page, presses here, presses in all
    with django_assert_max_num_queries(8):
        assert client.get("/my/thanks").content.decode().count("/reports/") >= count


def test_neighbour_thanks_the_reporter_quietly(
    client_of: ClientOf, solve: Callable[[], Report], neighbour: Person, reporter: Person
) -> None:
    report = solve()
    tell_all()
    url = f"/reports/{report.reference}/thanks"
    assert url in client_of(neighbour).get(report.get_absolute_url()).content.decode()
    for _press in range(2):
        assert client_of(neighbour).post(url).status_code == 302
    assert Thanks.objects.get(kind="neighbour").person == reporter
    page = client_of(reporter).get("/my/thanks").content.decode()
    assert "1 szomszédod köszönetet mondott" in page
    assert str(neighbour) not in page
    assert tell_all() == []


def test_nobody_thanks_themselves_or_for_what_is_open(
    client_of: ClientOf, sent: Report, solve: Callable[[], Report], reporter: Person, neighbour: Person
) -> None:
    url = f"/reports/{sent.reference}/thanks"
    assert client_of(neighbour).post(url).status_code == 404
    report = solve()
    assert client_of(reporter).post(url).status_code == 404
    assert url not in client_of(reporter).get(report.get_absolute_url()).content.decode()
    assert client_of(None).post(url).status_code == 302  # to the sign-in
    assert client_of(neighbour).get(url).status_code == 405
    assert not Thanks.objects.filter(kind="neighbour").exists()


def test_thanks_are_exported_and_erased(
    client_of: ClientOf, solve: Callable[[], Report], neighbour: Person, reporter: Person
) -> None:
    report = solve()
    tell_all()
    client_of(neighbour).post(f"/reports/{report.reference}/thanks")
    [holding] = [holding for holding in all_holdings() if holding.name == "thanks"]
    held = holding.export(neighbour)
    assert ([row["kind"] for row in held["received"]], len(held["given"])) == (["supported"], 1)
    for _run in range(2):
        holding.erase(neighbour, True)
        assert neighbour.email not in rows()
        kept = Thanks.objects.get(kind="neighbour")  # stays with whoever got it
        assert (kept.giver, kept.person) == (None, reporter)

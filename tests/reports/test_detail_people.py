"""On a report's page: "me too", following by a mail address alone, and the same kind of problem nearby."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from municipalities.models import Category, Institution
from notifications.models import FollowRequest
from reports import links
from reports.actions import leading_assignment
from reports.actions_desk import hide_report
from reports.actions_follow import support_report
from reports.actions_solved import confirm_solved
from reports.models import Assignment, Follow, Report, Support
from reports.similar import distance_in_words, similar_reports
from reports.standing import standing

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
ENGLISH = {"Accept-Language": "en"}


def page_of(report: Report, client: Client | None = None) -> str:
    response = (client or Client()).get(report.get_absolute_url(), headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


# -- Me too -------------------------------------------------------------------------------------------------


def test_me_too_counts_once_and_follows(sent: Report, client_of: ClientOf, neighbour: Person) -> None:
    path, client = f"/reports/{sent.reference}/support", client_of(neighbour)
    assert "So far only the reporter has said so." in page_of(sent)
    for _ in range(2):
        assert client.post(path)["Location"] == sent.get_absolute_url()
    sent.refresh_from_db()
    assert sent.supporters == 1
    assert Support.objects.get().person == neighbour
    assert Follow.objects.get().person == neighbour
    assert "</strong> more person has this problem too." in page_of(sent)
    assert 'value="unsupport"' in page_of(sent, client)

    client.post(path, {"action": "unsupport"})

    sent.refresh_from_db()
    assert sent.supporters == 0
    assert Follow.objects.exists()


def test_the_reporter_is_counted_anyway(sent: Report, client_of: ClientOf, reporter: Person) -> None:
    client = client_of(reporter)
    assert 'value="support"' not in page_of(sent, client)
    client.post(f"/reports/{sent.reference}/support")
    assert not Support.objects.exists()


def test_me_too_needs_a_person_a_post_and_an_open_report(
    sent: Report, submitted: Report, client_of: ClientOf, neighbour: Person, reporter: Person
) -> None:
    path = f"/reports/{sent.reference}/support"
    assert client_of(None).post(path)["Location"] == f"/accounts/login/?next={sent.get_absolute_url()}"
    assert client_of(neighbour).get(path).status_code == 405
    confirm_solved(sent, actor=reporter)
    assert 'value="support"' not in page_of(sent, client_of(neighbour))
    client_of(neighbour).post(path)
    assert not Support.objects.exists()


def test_nobody_supports_what_they_may_not_see(
    make_report: Callable[..., Report], client_of: ClientOf, neighbour: Person
) -> None:
    waiting = make_report()
    for address in ("support", "news"):
        response = client_of(neighbour).post(f"/reports/{waiting.reference}/{address}", {"email": "a@example.org"})
        assert response.status_code == 404
    assert not Support.objects.exists()
    assert not FollowRequest.objects.exists()


# -- By mail address alone ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("wish", "is_support"), [("support", True), ("follow", False)])
def test_a_guest_gives_an_address_and_presses_the_button_in_the_mail(
    sent: Report, client: Client, wish: str, is_support: bool
) -> None:
    assert f'id="{wish}_email"' in page_of(sent)
    path = f"/reports/{sent.reference}/news"

    response = client.post(path, {"wish": wish, "email": "Vendeg@example.org"}, follow=True)

    assert "callout-success" in response.content.decode()
    asked = FollowRequest.objects.get()
    assert (asked.email, asked.report, asked.is_support) == ("vendeg@example.org", sent, is_support)
    assert not Follow.objects.exists()
    address = links.follow_url(sent.pk, asked.email, support=is_support)
    link = address[address.index("/follow/") :]
    client.get(link)
    assert not Follow.objects.exists()
    client.post(link)
    assert Follow.objects.get().person.email == "vendeg@example.org"
    assert Support.objects.exists() == is_support


@pytest.mark.parametrize("email", ["", "nope", "a@b", "\x00", "x" * 300 + "@example.org"])
def test_a_bad_address_is_told_at_the_field_and_kept(sent: Report, client: Client, email: str) -> None:
    response = client.post(f"/reports/{sent.reference}/news", {"wish": "support", "email": email})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'id="support_email_error"' in page
    assert 'id="follow_email_error"' not in page
    assert not FollowRequest.objects.exists()


def test_only_what_everybody_sees_can_be_followed_by_mail(
    sent: Report, client_of: ClientOf, reporter: Person, moderator: Person
) -> None:
    hide_report(sent, "", actor=moderator)
    path = f"/reports/{sent.reference}/news"
    assert [client_of(p).post(path, {"email": "a@example.org"}).status_code for p in (None, reporter)] == [410, 410]
    assert client_of(None).get(path).status_code == 410


# -- The same kind of problem nearby ------------------------------------------------------------------------


@pytest.fixture
def publish(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[..., Report]:
    def build(east_metres: float = 0, **fields: Any) -> Report:
        point = Point(19.05 + east_metres / 75_300, 47.45, srid=4326)  # a degree is 75.3 km there
        report = make_report(point=point, **fields)
        return send_report(report, works, actor=moderator).report

    return build


def test_similar_ones_by_distance_the_open_ones_first(
    sent: Report, publish: Callable[..., Report], parks: Category, reporter: Person, moderator: Person
) -> None:
    solved = publish(5)
    confirm_solved(solved, actor=reporter)
    far, near = publish(300), publish(100)
    publish(40, category=parks)
    publish(900)
    publish(50, is_private=True)
    hidden = publish(20)
    hide_report(hidden, "", actor=moderator)

    with translation.override("en"):
        found = similar_reports(AnonymousUser(), sent)

    assert [other.report for other in found] == [near, far, solved]
    assert [other.distance for other in found] == ["about 100 m away", "about 300 m away", "at the same place"]
    page = page_of(sent)
    assert "about 100 m away" in page
    assert near.get_absolute_url() in page


def test_without_a_category_every_kind_is_near(sent: Report, publish: Callable[..., Report], parks: Category) -> None:
    other = publish(40, category=parks)
    sent.category = None
    assert [item.report for item in similar_reports(AnonymousUser(), sent)] == [other]


def test_similar_ones_cost_the_same(
    sent: Report, publish: Callable[..., Report], django_assert_num_queries: Any
) -> None:
    sent = Report.objects.for_list().get(pk=sent.pk)
    for metres in (10, 20, 30):
        publish(metres, photos=1)
        with django_assert_num_queries(2):
            similar_reports(AnonymousUser(), sent)


def test_distances_as_one_says_them() -> None:
    with translation.override("en"):
        assert [distance_in_words(D(m=m)) for m in (0, 14, 37, 994, 1240)] == [
            "at the same place",
            "at the same place",
            "about 40 m away",
            "about 990 m away",
            "about 1.2 km away",
        ]


# -- Where it stands ----------------------------------------------------------------------------------------


def lines_of(report: Report) -> list[str]:
    report = Report.objects.select_related("institution").get(pk=report.pk)
    with translation.override("en"):
        stands = standing(report, leading_assignment(report))
    return stands.lines if stands else []


def test_who_has_it_since_when_and_by_when_an_answer_is_due(
    assignment: Assignment, officer: Person, settings: Any
) -> None:
    report = assignment.report
    has_it, due = lines_of(report)
    assert has_it.startswith("Egyváros Útkezelő has had it since ")
    assert due.startswith("An answer is due by ")
    Report.objects.filter(pk=report.pk).update(due_at=timezone.now() - timedelta(days=3, hours=1))
    assert lines_of(report)[1:] == [lines_of(report)[1], "It is 3 days late."]
    assert lines_of(report)[1].endswith("None has come.")
    answer_report(assignment, "Megnézzük.", actor=officer)
    assert lines_of(report) == ["Egyváros Útkezelő works on it, but has not said by when it will be done."]
    promise_date(assignment, timezone.localdate() + timedelta(days=3), "Javítjuk.", actor=officer)
    assert "works on it and promised it by" in lines_of(report)[0]
    say_done(assignment, "Kész.", actor=officer)
    assert lines_of(report)[1].startswith("If nobody says otherwise by ")
    confirm_solved(report, actor=report.reporter)
    assert lines_of(report)[0] == "Solved, and the reporter has confirmed it."
    assert lines_of(report)[1].startswith("Closed on ")


def test_where_nobody_has_it(assignment: Assignment, submitted: Report, officer: Person) -> None:
    say_not_ours(assignment, "Nem a miénk.", actor=officer)
    assert lines_of(assignment.report) == ["Egyváros Útkezelő says that it is not theirs; we are looking for who is."]


def test_every_public_status_says_something(sent: Report) -> None:
    from reports.lifecycle import LISTED, Status

    for status in LISTED:
        ends = {"closed_at": timezone.now()} if status in (Status.SOLVED, Status.UNRESOLVED) else {}
        Report.objects.filter(pk=sent.pk).update(status=status, proof="stated", reason="no_answer", **ends)
        assert lines_of(sent), status


def test_the_page_shows_how_many_it_bothers(sent: Report, neighbour: Person, stranger: Person) -> None:
    for person in (neighbour, stranger):
        support_report(sent, person)
    assert '<strong class="nums">2</strong> more people have this problem too.' in page_of(sent)

"""One report's page: who sees it, what it says, follow and old addresses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.profiles import change_profile
from forwarding.actions import answer_report, promise_date, say_done, send_report
from municipalities.models import Category, Institution
from reports.actions_desk import edit_report, hide_report, reject_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import Proof, Reason, Status
from reports.models import Assignment, Follow, Report

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]


def page_of(report: Report, client: Client | None = None) -> str:
    response = (client or Client()).get(report.get_absolute_url(), headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def statuses(report: Report, client_of: ClientOf, *people: Person | None) -> list[int]:
    return [client_of(person).get(f"/reports/{report.reference}").status_code for person in people]


def test_a_report_that_waits_is_for_its_reporter_and_the_desk(
    submitted: Report,
    client_of: ClientOf,
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    employee: Person,
) -> None:
    people = (None, neighbour, officer, reporter, moderator, employee)
    assert statuses(submitted, client_of, *people) == [404, 404, 404, 200, 200, 200]
    response = client_of(reporter).get(submitted.get_absolute_url())
    assert response["Cache-Control"] == "private, no-store"
    page = response.content.decode()
    assert "noindex" in page
    assert "og:title" not in page
    assert f"/reports/{submitted.reference}/own" in page
    assert f"/desk/{submitted.reference}" in page_of(submitted, client_of(moderator))


def test_a_private_report_is_for_its_people_only(
    make_report: Callable[..., Report],
    secret_matters: Category,
    works: Institution,
    client_of: ClientOf,
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    other_officer: Person,
) -> None:
    report = make_report(category=secret_matters)
    send_report(report, works, actor=moderator)
    people = (None, neighbour, other_officer, reporter, moderator, officer)
    assert statuses(report, client_of, *people) == [404, 404, 404, 200, 200, 200]


def test_what_was_public_is_gone_and_what_never_was_is_not_there(
    sent: Report, make_report: Callable[..., Report], moderator: Person, client: Client
) -> None:
    hide_report(sent, "", actor=moderator)
    assert client.get(sent.get_absolute_url()).status_code == 410
    assert "no-cache" in client.get(sent.get_absolute_url())["Cache-Control"]  # browsers keep a bare 410 for ever
    rejected = make_report()
    reject_report(rejected, Reason.NOT_A_PROBLEM, "", actor=moderator)
    assert client.get(rejected.get_absolute_url()).status_code == 404
    assert client.get("/reports/zzzzzzzz").status_code == 404
    assert client.get("/reports/x").status_code == 404


def test_the_public_page(sent: Report, settings: Any) -> None:
    response = Client().get(sent.get_absolute_url(), headers={"Accept-Language": "en"})
    assert response["Cache-Control"] == "no-cache"
    page = response.content.decode()
    url = f"{settings.SITE_URL}/reports/{sent.reference}"
    assert f'<link rel="canonical" href="{url}"' in page
    assert f'<meta property="og:url" content="{url}"' in page
    assert '<meta property="og:title" content="Kátyú a sarkon"' in page
    assert "Egyváros Útkezelő" in page
    assert "Answer due" in page
    assert "Forwarded to Egyváros Útkezelő." in page
    assert "/report/new?lat=47.450000&amp;lon=19.050000" in page
    assert "noindex" not in page
    assert "Rita" not in page
    assert "Rita" not in page_of(sent, Client())
    assert "reporter@example.org" not in page


def test_the_code_may_be_typed_in_capitals(sent: Report, client: Client) -> None:
    response = client.get(f"/reports/{sent.reference.upper()}")
    assert response["Location"] == f"/reports/{sent.reference}"


def test_a_name_is_shown_only_when_chosen(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    shy = make_report(reporter_name="Rita Bejelentő", show_name=False)
    open_one = make_report(reporter_name="Rita Bejelentő", show_name=True)
    for report in (shy, open_one):
        send_report(report, works, actor=moderator)
    assert "Rita" not in page_of(shy)
    assert "Reported by Rita Bejelentő" in page_of(open_one)
    assert "/people/" not in page_of(open_one)


def test_a_shown_name_leads_to_the_profile_if_there_is_one(
    make_report: Callable[..., Report], reporter: Person, works: Institution, moderator: Person
) -> None:
    report = make_report(reporter_name="Rita Bejelentő", show_name=True)
    send_report(report, works, actor=moderator)
    choices: dict[str, Any] = {"name": "Rita B.", "is_findable": False, "in_lists": False}
    change_profile(reporter, is_public=True, **choices)
    assert 'Reported by <a href="/people/rita-b">Rita Bejelentő</a>' in page_of(report)
    change_profile(reporter, is_public=False, **choices)
    assert "/people/" not in page_of(report)


def test_html_is_escaped_and_links_carry_nofollow(
    make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    report = make_report(
        title="<script>alert(1)</script>",
        description='<img src=x onerror="a()">\nsecond line https://spam.example/x?a=1&b=2',
    )
    assignment = send_report(report, works, actor=moderator)
    answer_report(assignment, "<b>bold</b> https://works.example/", actor=None)
    page = page_of(report)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>bold" not in page
    assert '<a href="https://spam.example/x?a=1&amp;b=2" rel="nofollow">' in page
    assert '<a href="https://works.example/" rel="nofollow">' in page
    assert "<br>second line" in page


def test_overdue_when_the_promise_or_the_answer_is_late(assignment: Assignment, officer: Person) -> None:
    report = assignment.report
    assert "Overdue" not in page_of(report)
    Report.objects.filter(pk=report.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert "Overdue" in page_of(report)
    promise_date(assignment, timezone.localdate() + timedelta(days=3), "Megjavítjuk.", actor=officer)
    page = page_of(report)
    assert "Overdue" not in page
    assert "Promised by" in page
    assert "Megjavítjuk." in page
    Report.objects.filter(pk=report.pk).update(promised_on=timezone.localdate() - timedelta(days=1))
    assert "Overdue" in page_of(report)


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (Proof.REPORTER, "the reporter has confirmed it"),
        (Proof.PHOTO, "photo proves it"),
        (Proof.STATED, "No citizen has confirmed it"),
    ],
)
def test_solved_says_who_says_so(assignment: Assignment, reporter: Person, proof: Proof, words: str) -> None:
    say_done(assignment, "Kész.", actor=None)
    assert "has not confirmed it yet" in page_of(assignment.report)
    confirm_solved(assignment.report, actor=reporter, proof=proof)
    assert words in page_of(assignment.report).replace("&#x27;", "'")


def test_a_refusing_body_is_named(make_report: Callable[..., Report], refuser: Institution, moderator: Person) -> None:
    report = make_report()
    send_report(report, refuser, actor=moderator)
    page = page_of(report)
    assert "does not take our reports" in page
    assert "Csak postán." in page


def test_a_duplicate_points_to_the_original(
    sent: Report, make_report: Callable[..., Report], client: Client, moderator: Person
) -> None:
    copy = make_report(title="Ugyanaz a kátyú")
    Report.objects.filter(pk=copy.pk).update(status=Status.DUPLICATE, original=sent, published_at=timezone.now())
    page = page_of(copy)
    assert "noindex" in page
    assert f'<a href="/reports/{sent.reference}">' in page
    edit_report(Report.objects.get(pk=sent.pk), {"is_private": True}, actor=moderator)
    assert sent.reference not in page_of(copy)


def test_follow_and_unfollow(sent: Report, client_of: ClientOf, neighbour: Person, reporter: Person) -> None:
    path = f"/reports/{sent.reference}/follow"
    guest = client_of(None).post(path)
    assert guest["Location"] == f"/accounts/login/?next=/reports/{sent.reference}"
    client = client_of(neighbour)
    assert client.get(path).status_code == 405
    for _ in range(2):
        assert client.post(path, {"action": "follow"})["Location"] == f"/reports/{sent.reference}"
    assert list(Follow.objects.values_list("person", flat=True)) == [neighbour.pk]
    assert 'value="unfollow"' in page_of(sent, client)
    client.post(path, {"action": "unfollow"})
    assert not Follow.objects.exists()
    assert path not in page_of(sent, client_of(reporter))


def test_nobody_follows_what_they_may_not_see(submitted: Report, client_of: ClientOf, neighbour: Person) -> None:
    assert client_of(neighbour).post(f"/reports/{submitted.reference}/follow").status_code == 404
    assert not Follow.objects.exists()


def test_addresses_of_the_source_lead_to_the_report(
    make_report: Callable[..., Report], works: Institution, moderator: Person, client: Client
) -> None:
    report = make_report(source="jarokelo", source_id="133647")
    old = ("/r/133647", "/bejelentesek/budapest/133647/katyu", "/bejelentesek/budapest/133647/katyu/")
    for path in (*old, "/r/999"):
        assert client.get(path).status_code == 404
    send_report(report, works, actor=moderator)
    for path in (*old, "/bejelentesek/budapest/133647"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/reports/{report.reference}")
    hide_report(report, "", actor=moderator)
    assert client.get("/r/133647").status_code == 410


def test_the_page_costs_the_same_with_a_longer_life(
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    client: Client,
    django_assert_num_queries: Any,
) -> None:
    report = make_report(photos=2)
    assignment = send_report(report, works, actor=moderator)
    client.get(report.get_absolute_url())  # the first of all asks the database once what 4326 is
    for _ in range(2):
        for words in ("Egy.", "Kettő.", "Három."):
            answer_report(assignment, words, actor=None)
        # Report, its photos, events with their files and photos, who leads, what is like it nearby, opinions on the
        # answers, what was taken back, how many comments, and which reports were joined with it.
        with django_assert_num_queries(11):
            client.get(report.get_absolute_url())

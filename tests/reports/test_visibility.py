"""Who sees which report: one rule behind every page, list, map and search."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import say_done, send_report
from municipalities.models import Area, Institution, Membership
from reports import links
from reports.access import Gone, access_desk_report, access_report
from reports.actions_desk import hide_report
from reports.actions_reporter import withdraw_report
from reports.actions_solved import deny_solved
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db
Make = Callable[..., Report]
nobody = AnonymousUser()


def sees(person: Person | AnonymousUser, report: Report) -> bool:
    return Report.objects.visible_to(person).filter(pk=report.pk).exists()


def test_waiting_report_is_for_reporter_and_desk(
    submitted: Report, reporter: Person, neighbour: Person, moderator: Person, officer: Person, employee: Person
) -> None:
    seen = {p.name for p in (reporter, neighbour, moderator, officer, employee) if sees(p, submitted)}
    assert seen == {reporter.name, moderator.name, employee.name}
    assert not sees(nobody, submitted)


def test_private_report_is_for_its_own_people(
    make_report: Make,
    works: Institution,
    reporter: Person,
    neighbour: Person,
    moderator: Person,
    officer: Person,
    other_officer: Person,
) -> None:
    report = send_report(make_report(is_private=True), works, actor=moderator).report
    assert all(sees(person, report) for person in (reporter, moderator, officer))
    assert not any(sees(person, report) for person in (nobody, neighbour, other_officer))
    assert not Report.objects.published().exists()
    with pytest.raises(Http404):
        access_report(nobody, report.reference)


def test_moderator_works_in_own_areas(
    sent: Report, submitted: Report, other_district: Area, neighbour: Person, moderator: Person
) -> None:
    Membership.objects.create(person=neighbour, role="moderator", area=other_district)
    assert access_desk_report(moderator, submitted.reference) == submitted
    with pytest.raises(Http404):
        access_desk_report(neighbour, submitted.reference)
    assert not Report.objects.for_desk_of(neighbour).exists()


def test_unconfirmed_is_for_nobody_at_the_desk(make_report: Make, moderator: Person) -> None:
    report = make_report(confirmed=False)
    with pytest.raises(Http404):
        access_desk_report(moderator, report.reference)
    with pytest.raises(Http404):
        access_report(nobody, report.reference)


def test_once_public_is_gone_never_public_is_not_found(
    sent: Report, make_report: Make, moderator: Person, reporter: Person
) -> None:
    hide_report(sent, "", actor=moderator)
    with pytest.raises(Gone):
        access_report(nobody, sent.reference)
    waiting = make_report()
    withdraw_report(waiting, actor=reporter)
    with pytest.raises(Http404):
        access_report(nobody, waiting.reference)
    with pytest.raises(Http404):
        access_report(nobody, "nosuchrf")


def test_search_stems_and_forgives_accents(sent: Report) -> None:
    for words in (
        "Kátyú",
        "katyu",
        "KÁTYÚK",
        "katyuk",
        "veszely sarok",
        "Fő utca",
        sent.reference,
        sent.reference.upper(),
    ):
        assert Report.objects.search(words).filter(pk=sent.pk).exists(), words
    for words in ("fasor", '"', "' OR 1=1 --", ":*&|!()"):
        assert not Report.objects.search(words).exists(), words


def test_search_for_nothing_is_no_filter(sent: Report) -> None:
    for words in ("", "  ", "\x00"):
        assert Report.objects.search(words).filter(pk=sent.pk).exists()


def test_citizens_words_go_to_the_body_not_onto_the_page(
    sent: Report, assignment: Assignment, reporter: Person, client: Client
) -> None:
    say_done(assignment, "Megjavítottuk a gödröt.", actor=None)
    deny_solved(sent, "Szomszéd Béla szerint sem!", actor=reporter)
    page = client.get(sent.get_absolute_url()).content.decode()
    assert "Megjavítottuk a gödröt." in page
    assert "Béla" not in page
    case = client.get(reverse("officer_case", args=[links.officer_token(assignment.pk)])).content.decode()
    assert "Szomszéd Béla szerint sem!" in case

"""What the page of a case shows beside the form, and what it costs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from municipalities.models import Category, Institution, Question, Responsibility
from reports.actions_desk import note_report, reject_report
from reports.actions_solved import confirm_solved
from reports.lifecycle import Reason, Status
from reports.models import Answer, Photo, Report

pytestmark = pytest.mark.django_db

MakeReport = Callable[..., Report]
CaseData = Callable[..., dict[str, Any]]
QUERIES = 36  # of a whole case, whoever adds to it


def url_of(report: Report, queue: str = "") -> str:
    return reverse("desk_case", args=[report.reference]) + (f"?queue={queue}" if queue else "")


def queries_of(client: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == HTTPStatus.OK
    return [query["sql"] for query in queries]


@pytest.fixture
def sent_twin(make_report: MakeReport, works: Institution, moderator: Person) -> Report:
    """A public report at the same place with the same words."""
    report = make_report(photos=1)
    send_report(report, works, actor=moderator)
    return report


def test_queries_are_as_many_however_much_there_is(
    at_desk: Client, make_report: MakeReport, rule: Responsibility, sent_twin: Report, moderator: Person
) -> None:
    small = make_report(photos=1)
    make_report(title="Egy szomszéd")
    note_report(small, "Egy jegyzet", actor=moderator)
    at_desk.get(url_of(small))  # the session's first
    few = queries_of(at_desk, url_of(small, "new"))

    for number in range(6):
        other = make_report(photos=2, title=f"Másik {number}")
        send_report(other, rule.institution, actor=moderator)
        make_report(photos=1)
    large = make_report(photos=4)
    for number in range(12):
        note_report(large, f"{number}. jegyzet", actor=moderator)
    make_report(title="A következő")
    many = queries_of(at_desk, url_of(large, "new"))
    assert (len(many), len(few)) == (QUERIES, QUERIES)


# -- The reporter in numbers -----------------------------------------------------------------------------------


def test_the_reporter_is_numbers_and_no_name(
    at_desk: Client, make_report: MakeReport, works: Institution, moderator: Person, reporter: Person
) -> None:
    reject_report(make_report(), Reason.NOT_A_PROBLEM, "", actor=moderator)
    for is_confirmed in (True, False):
        assignment = send_report(make_report(), works, actor=moderator)
        say_done(assignment, "Kész.", actor=None)
        if is_confirmed:
            confirm_solved(Report.objects.get(pk=assignment.report_id), actor=reporter)
    make_report(confirmed=False)  # not sent in yet: counts nowhere
    report = make_report(reporter_name="Rita Bejelentő")

    response = at_desk.get(url_of(report))
    figures = response.context["reporter_figures"]
    assert figures._asdict() | {"since": None} == {
        "since": None,
        "sent": 4,
        "published": 2,
        "rejected": 1,
        "solved": 1,
        "confirmed": 1,
        "duplicates": 0,
        "waiting": 1,
    }
    assert figures.since == reporter.date_joined
    page = response.content.decode()
    assert "Rita" not in page
    assert "reporter@example.org" not in page


def test_a_name_that_will_be_public_is_shown(at_desk: Client, make_report: MakeReport) -> None:
    report = make_report(reporter_name="Rita Bejelentő", show_name=True)
    assert "Rita Bejelentő" in at_desk.get(url_of(report)).content.decode()


def test_nobody_is_no_history(at_desk: Client, make_report: MakeReport) -> None:
    assert at_desk.get(url_of(make_report(reporter=None))).context["reporter_figures"] is None


# -- Duplicates ---------------------------------------------------------------------------------------------------


def test_duplicates_say_how_alike_and_why(at_desk: Client, make_report: MakeReport, sent_twin: Report) -> None:
    make_report(title="Még a sorban")  # nobody could follow it yet
    response = at_desk.get(url_of(make_report()))
    (one,) = response.context["duplicates"]
    assert one.report == sent_twin
    page = response.content.decode()
    assert f"{round(one.score * 100)}%" in page
    for reason in one.reasons:
        assert reason in page
    assert [check.code for check in response.context["checks"]] == ["duplicate", "photo"]
    assert sent_twin not in response.context["nearby"]


def test_a_report_is_no_duplicate_of_itself(at_desk: Client, sent_twin: Report) -> None:
    assert at_desk.get(url_of(sent_twin)).context["duplicates"] == []


# -- Guesses ------------------------------------------------------------------------------------------------------


def test_what_the_reporter_left_out_is_guessed_and_one_press_sends_it(
    at_desk: Client, make_report: MakeReport, rule: Responsibility, case_data: CaseData
) -> None:
    report = make_report(category=None, title="", description="Kátyú van az úton! Tegnap óta.")
    response = at_desk.get(url_of(report))
    form = response.context["form"]
    assert form["title"].value() == "Kátyú van az úton"
    assert form["category"].value() == rule.category_id
    assert response.context["chosen"] == str(rule.institution_id)

    typed = case_data(report, category=rule.category_id, title="Kátyú van az úton")
    guessed = {"preset_category": rule.category_id, "preset_title": "Kátyú van az úton"}
    at_desk.post(url_of(report), typed | guessed | {"action": "note", "note_text": "Felhívtam."})
    report.refresh_from_db()
    assert (report.title, report.category) == ("", None)  # a note is no word on our guess

    typed |= {"version": report.version, "action": "send", "institution": rule.institution_id}
    at_desk.post(url_of(report), typed | guessed)
    report.refresh_from_db()
    assert (report.status, report.title, report.category) == (Status.SENT, "Kátyú van az úton", rule.category)


def test_nothing_is_guessed_of_what_is_decided(at_desk: Client, make_report: MakeReport, moderator: Person) -> None:
    report = make_report(category=None, title="", description="Kátyú van az úton!")
    reject_report(report, Reason.NO_PLACE, "", actor=moderator)
    form = at_desk.get(url_of(report)).context["form"]
    assert (form["title"].value(), form["category"].value()) == ("", None)


def test_suggested_categories_have_reasons(at_desk: Client, submitted: Report) -> None:
    response = at_desk.get(url_of(submitted))
    (suggestion,) = response.context["presets"].suggestions
    page = response.content.decode()
    assert suggestion.reason in page.replace("&quot;", '"')
    assert f'data-category="{submitted.category_id}"' in page


# -- Answers, timeline --------------------------------------------------------------------------------------------


def test_unanswered_questions_are_told_and_can_be_asked(
    at_desk: Client, make_report: MakeReport, potholes: Category
) -> None:
    for code, text in (("lane", "Melyik sávban?"), ("deep", "Milyen mély?")):
        Question.objects.create(category=potholes, code=code, texts={"hu": text, "en": text})
    report = make_report()
    Answer.objects.create(report=report, code="lane", wording="Melyik sávban?", text="A belsőben", value="x")
    response = at_desk.get(url_of(report))
    check = next(check for check in response.context["checks"] if check.code == "unanswered")
    assert check.found == ("Milyen mély?",)
    assert "Milyen mély?" in response.context["ask_ideas"][0]


def test_internal_and_public_lines_are_apart(at_desk: Client, sent: Report, moderator: Person) -> None:
    note_report(sent, "Csak nekünk.", actor=moderator)
    answer_report(sent.assignments.get(), "Megnézzük.", actor=None)
    page = at_desk.get(url_of(sent)).content.decode()
    internal = page.count('<li class="is-internal">')
    assert internal == sent.events.filter(is_public=False).count() == 1
    assert page.count("timeline-public") == sent.events.filter(is_public=True).count()


def test_photos_of_comments_that_wait_are_not_here(at_desk: Client, make_report: MakeReport) -> None:
    report = make_report(photos=2)
    Photo.objects.filter(pk=report.photos.all()[1].pk).update(kind="comment", awaits_review=True, is_hidden=True)
    assert len(at_desk.get(url_of(report)).context["photos"]) == 1


def test_marks_of_places_are_where_the_map_reads_them(at_desk: Client, make_report: MakeReport) -> None:
    report = make_report()
    make_report(title="Szomszéd", point=Point(19.0501, 47.45, srid=4326))
    page = at_desk.get(url_of(report)).content.decode()
    assert 'data-lat="47.450000"' in page
    assert 'data-lon="19.050100"' in page

"""Many cases at once: ticked or all of a filter, looked at first, done one by one, refused ones with the reason."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.actions import say_done
from forwarding.actions_handing import hand_over
from forwarding.office import bulk
from forwarding.office.models import OfficeBulk
from forwarding.office.tasks import sweep
from municipalities.models import Institution, Membership
from reports.lifecycle import Status
from reports.models import Assignment, Report
from tests.forwarding.office import Cases

pytestmark = pytest.mark.django_db
URL = "/office/bulk/"


@pytest.fixture
def cases(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Cases:
    return Cases(make_report, works, moderator)


@pytest.fixture
def at_office(officer: Person, client_of: Callable[[Person], Client]) -> Client:
    client = client_of(officer)
    client.cookies["django_language"] = "en"
    return client


def go(client: Client, *chosen: Assignment, **values: Any) -> OfficeBulk:
    """Send it off and let the worker finish."""
    keys = [case.pk for case in chosen]
    response = client.post(URL, {"case": keys, "do": "go", **values})
    assert response.status_code == 302, response.context["form"].errors
    made = OfficeBulk.objects.latest("pk")
    bulk.run_bulk(made.pk)
    made.refresh_from_db()
    return made


def status(case: Assignment) -> str:
    return Report.objects.get(pk=case.report_id).status


def test_one_text_for_all_that_are_ticked(at_office: Client, cases: Cases, officer: Person) -> None:
    chosen = [cases.sent(f"{number}.") for number in range(3)]
    other = cases.sent("nem jelölt")
    page = at_office.get(URL, {"case": [str(case.pk) for case in chosen], "show": ["unanswered"]})
    assert page.content.decode().count("checked") == 3
    before = Report.objects.filter(status=Status.SENT).count()
    preview = at_office.post(URL, {"case": [case.pk for case in chosen], "action": "answer", "text": "Megnézzük."})
    assert preview.status_code == 200
    assert [change.left for change in preview.context["changes"]] == ["", "", ""]
    assert Report.objects.filter(status=Status.SENT).count() == before
    done = go(at_office, *chosen, action="answer", text="Megnézzük.")
    assert (done.state, done.changed, done.troubles) == ("done", 3, {})
    assert {status(case) for case in chosen} == {Status.IN_PROGRESS}
    assert status(other) == Status.SENT
    event = chosen[0].report.events.get(kind="answered")
    assert (event.actor, event.body) == (officer, "Megnézzük.")


def test_all_of_a_filter(at_office: Client, cases: Cases) -> None:
    for number in range(3):
        cases.sent(f"késő {number}", due_in=-3)
    cases.sent("ráér", due_in=20)
    page = at_office.get(URL, {"all": "1", "show": "late"})
    assert [case.report.title[:4] for case in page.context["cases"]] == ["késő"] * 3
    assert at_office.get(URL).context["cases"] == []


def test_there_is_an_end_to_all(at_office: Client, cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        cases.sent(f"{number}.")
    monkeypatch.setattr("forwarding.office.views.bulk.AT_MOST", 2)
    page = at_office.get(URL, {"all": "1"})
    assert len(page.context["cases"]) == 2
    assert page.context["is_more"]


def test_refused_ones_are_listed_with_the_reason(at_office: Client, cases: Cases) -> None:
    good, closed = cases.sent("jó"), cases.closed("lezárt")
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    values = {"action": "promise", "promised_on": day}
    preview = at_office.post(URL, {"case": [good.pk, closed.pk], **values})
    reasons = {change.case.report.title: change.left for change in preview.context["changes"]}
    assert reasons == {"jó": "", "lezárt": "not possible from “Solved”"}
    done = go(at_office, good, closed, **values)
    assert Assignment.objects.get(pk=good.pk).promised_on == timezone.localdate() + timedelta(days=9)
    assert list(done.troubles) == [str(closed.pk)]
    page = at_office.get(reverse("office_bulk_run", args=[done.pk])).content.decode()
    assert "not possible from “Solved”" in page
    assert "lezárt" in page


def test_sent_twice_it_is_said_once(at_office: Client, cases: Cases) -> None:
    case = cases.sent("egy")
    typed = {"case": [case.pk], "action": "answer", "text": "Megnézzük."}
    nonce = hidden_nonce(at_office.post(URL, typed))
    first, second = (at_office.post(URL, {**typed, "do": "go", "nonce": nonce}) for _time in range(2))
    made = OfficeBulk.objects.get()
    assert first["Location"] == second["Location"] == reverse("office_bulk_run", args=[made.pk])
    at_office.post(URL, {**typed, "do": "go", "nonce": hidden_nonce(at_office.post(URL, typed))})
    assert OfficeBulk.objects.count() == 2  # looked at and said once more


def hidden_nonce(page: Any) -> str:
    found = re.search(r'name="nonce"\s+value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_what_was_handed_over_is_given_back_on_its_page(
    at_office: Client, cases: Cases, works: Institution, gardens: Institution, other_officer: Person
) -> None:
    given = hand_over(cases.sent("kapott", body=gardens), works, "A tiétek.", actor=other_officer)
    mine = cases.sent("másé")
    done = go(at_office, given, mine, action="not_ours", text="Nem a miénk.")
    assert done.troubles == {str(given.pk): "give it back on its page"}
    given.refresh_from_db()
    assert given.waits_for_acceptance
    assert not given.report.events.filter(kind="not_ours").exists()
    assert go(at_office, given, action="answer", text="Megnézzük.").changed == 1


def test_done_and_not_ours(at_office: Client, cases: Cases) -> None:
    first, second = cases.sent("kész"), cases.sent("másé")
    go(at_office, first, action="done")
    assert status(first) == Status.AWAITING_CONFIRMATION
    go(at_office, second, action="not_ours", text="Nem a miénk.")
    second.refresh_from_db()
    assert second.outcome == Assignment.Outcome.NOT_OURS


def test_given_to_a_colleague(at_office: Client, cases: Cases, works: Institution, gardens: Institution) -> None:
    colleague = Person.objects.create_user("colleague@example.org", "pw", name="Kolléga")
    Membership.objects.create(person=colleague, role="officer", institution=works)
    reader = Person.objects.create_user("reader@example.org", "pw", name="Olvasó")
    Membership.objects.create(person=reader, role="reader", institution=works)
    case, closed = cases.sent("adom"), cases.closed("lezárt")
    done = go(at_office, case, closed, action="give", person=colleague.pk)
    case.refresh_from_db()
    assert case.assignee == colleague
    assert list(done.troubles) == [str(closed.pk)]
    assert go(at_office, case, action="give", person=reader.pk).changed == 0
    stranger = Person.objects.create_user("stranger2@example.org", "pw")
    Membership.objects.create(person=stranger, role="officer", institution=gardens)
    assert at_office.post(URL, {"case": [case.pk], "action": "give", "person": stranger.pk}).status_code == 400


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"action": "answer"},
        {"action": "promise"},
        {"action": "promise", "promised_on": "2020-01-01"},
        {"action": "promise", "promised_on": "soon"},
        {"action": "give"},
        {"action": "delete"},
    ],
)
def test_what_is_missing_is_said_at_the_field(at_office: Client, cases: Cases, values: dict[str, str]) -> None:
    case = cases.sent("egy")
    response = at_office.post(URL, {"case": [case.pk], "do": "go", **values})
    assert response.status_code == 400
    assert "egy" in response.content.decode()
    assert not OfficeBulk.objects.exists()


def test_others_cases_are_out_of_reach(
    at_office: Client, cases: Cases, gardens: Institution, client_of: Callable[[Person], Client], other_officer: Person
) -> None:
    theirs = cases.sent("másé", body=gardens)
    mine = cases.sent("enyém")
    assert at_office.post(URL, {"case": [theirs.pk], "action": "done", "do": "go"}).status_code == 400
    go(at_office, mine, theirs, action="done")
    assert status(theirs) == Status.SENT
    run = OfficeBulk.objects.get()
    assert run.cases == [mine.pk]
    assert client_of(other_officer).get(reverse("office_bulk_run", args=[run.pk])).status_code == 404
    assert client_of(other_officer).post(reverse("office_bulk_run", args=[run.pk])).status_code == 404
    for junk in ("x", "-1", "9" * 30):
        assert at_office.post(URL, {"case": [junk], "action": "done"}).status_code == 400


def test_a_reader_looks_on(client_of: Callable[[Person], Client], cases: Cases, works: Institution) -> None:
    reader = Person.objects.create_user("reader@example.org", "pw", language="en")
    Membership.objects.create(person=reader, role="reader", institution=works)
    case = cases.sent("egy")
    client = client_of(reader)
    assert 'name="case"' not in client.get(reverse("office")).content.decode()
    done = go(client, case, action="done")
    assert done.changed == 0
    assert status(case) == Status.SENT


def test_who_left_the_body_meanwhile_says_nothing(at_office: Client, cases: Cases, officer: Person) -> None:
    case = cases.sent("egy")
    at_office.post(URL, {"case": [case.pk], "action": "done", "do": "go"})
    officer.memberships.all().delete()
    made = OfficeBulk.objects.get()
    bulk.run_bulk(made.pk)
    made.refresh_from_db()
    assert (made.state, list(made.troubles)) == ("done", [str(case.pk)])
    assert status(case) == Status.SENT


def test_what_changed_meanwhile_is_left(at_office: Client, cases: Cases) -> None:
    case = cases.sent("egy")
    at_office.post(URL, {"case": [case.pk], "action": "done", "do": "go"})
    say_done(case, "Kész.", actor=None)
    made = OfficeBulk.objects.get()
    bulk.run_bulk(made.pk)
    made.refresh_from_db()
    assert list(made.troubles) == [str(case.pk)]
    assert case.report.events.filter(kind="done_said").count() == 1


def test_a_killed_workers_work_goes_on_where_it_stopped(
    at_office: Client,
    cases: Cases,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    chosen = [cases.sent(f"{number}.") for number in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        announced.clear()
        at_office.post(URL, {"case": [case.pk for case in chosen], "action": "answer", "text": "Jó.", "do": "go"})
    made = OfficeBulk.objects.get()
    assert announced == [(bulk.TASK, made.pk)]
    assert bulk.step(made.pk)  # and the worker dies
    OfficeBulk.objects.update(touched_at=timezone.now() - timedelta(minutes=2))
    with django_capture_on_commit_callbacks(execute=True):
        announced.clear()
        sweep()
    assert (bulk.TASK, made.pk) in announced
    bulk.run_bulk(made.pk)
    bulk.run_bulk(made.pk)
    assert [case.report.events.filter(kind="answered").count() for case in chosen] == [1, 1, 1]


def test_a_mistake_of_ours_stops_nobody(at_office: Client, cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = cases.sent("rossz"), cases.sent("jó")
    real = bulk.carry_out

    def stumble(case: Assignment, *args: Any, **kwargs: Any) -> Any:
        if case.pk == bad.pk:
            raise RuntimeError("oops")
        return real(case, *args, **kwargs)

    monkeypatch.setattr(bulk, "carry_out", stumble)
    done = go(at_office, bad, good, action="done")
    assert (done.state, list(done.troubles)) == ("done", [str(bad.pk)])
    assert (status(bad), status(good)) == (Status.SENT, Status.AWAITING_CONFIRMATION)


def test_stopped_the_rest_stays(at_office: Client, cases: Cases) -> None:
    chosen = [cases.sent(f"{number}.") for number in range(3)]
    at_office.post(URL, {"case": [case.pk for case in chosen], "action": "answer", "text": "Jó.", "do": "go"})
    made = OfficeBulk.objects.get()
    bulk.step(made.pk)
    assert at_office.post(reverse("office_bulk_run", args=[made.pk])).status_code == 302
    bulk.run_bulk(made.pk)
    made.refresh_from_db()
    assert (made.state, made.position) == ("stopped", 1)
    assert [status(case) for case in chosen].count(Status.SENT) == 2


def test_the_preview_costs_no_more_with_more_cases(
    at_office: Client, cases: Cases, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    chosen = [cases.sent(f"{number}.") for number in range(8)]
    for some in (chosen[:2], chosen):
        with django_assert_num_queries(QUERIES):
            at_office.post(URL, {"case": [case.pk for case in some], "action": "done"})


QUERIES = 7

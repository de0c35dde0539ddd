"""Many reports at once: previewed, done once each, undone as one."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.actions import send_report
from moderation import bulk as bulks
from moderation.actions_claims import take_case
from moderation.models import Act, Bulk, SavedFilter
from moderation.tasks import sweep
from municipalities.models import Area, Category, Institution, Membership, Responsibility
from reports.actions_desk import ask_info, edit_report
from reports.journal import snapshot
from reports.lifecycle import EventKind, Status
from reports.models import Report

pytestmark = pytest.mark.django_db

Make = Callable[..., Report]


@pytest.fixture
def at_employees_desk(client_of: Callable[[Person | None], Client], employee: Person) -> Client:
    return client_of(employee)


@pytest.fixture
def three(make_report: Make) -> list[Report]:
    return [make_report() for _number in range(3)]


def typed(reports: list[Report], action: str, **fields: Any) -> dict[str, Any]:
    return {"report": [report.pk for report in reports], "action": action, **fields}


def rows_of(reports: list[Report]) -> dict[Any, Any]:
    rows = snapshot([report.pk for report in reports])
    kept = {key: row for key, row in rows.items() if row.get("outcome") != "taken_back"}
    return {key: {name: value for name, value in row.items() if name != "version"} for key, row in kept.items()}


def run(client: Client, reports: list[Report], action: str, **fields: Any) -> Bulk:
    response = client.post(reverse("desk_bulk"), typed(reports, action, do="go", **fields))
    assert response.status_code == HTTPStatus.FOUND
    bulk = Bulk.objects.latest("pk")
    bulks.run_bulk(bulk.pk)
    bulk.refresh_from_db()
    return bulk


def test_the_preview_says_what_would_change_and_changes_nothing(
    at_employees_desk: Client, three: list[Report], parks: Category
) -> None:
    edit_report(three[0], {"category": parks}, actor=None)
    before = rows_of(three)
    page = at_employees_desk.post(reverse("desk_bulk"), typed(three, "category", category=parks.pk)).content.decode()
    assert page.count("<b>Park</b>") == 2
    assert page.count('name="report"') == 2  # the first has it already
    assert rows_of(three) == before
    assert not Bulk.objects.exists()


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("category", {"category": "parks"}, Status.SUBMITTED),
        ("send", {}, Status.SENT),
        ("reject", {"reason": "no_place"}, Status.REJECTED),
        ("hide", {"text": "Sértő."}, Status.HIDDEN),
        ("note", {"text": "Megnéztük."}, Status.SUBMITTED),
    ],
)
def test_each_action_is_done_once_each_and_undone_as_one(
    at_employees_desk: Client,
    three: list[Report],
    parks: Category,
    rule: Responsibility,
    action: str,
    fields: dict[str, Any],
    status: Status,
) -> None:
    before = rows_of(three)
    values = {name: parks.pk if value == "parks" else value for name, value in fields.items()}
    bulk = run(at_employees_desk, three, action, **values)
    assert (bulk.state, bulk.position, bulk.troubles) == ("done", 3, {})
    assert set(Report.objects.values_list("status", flat=True)) == {status}
    assert Act.objects.filter(bulk=bulk).count() == 3
    bulks.run_bulk(bulk.pk)  # a second worker comes too late
    assert Act.objects.count() == 3

    assert at_employees_desk.post(reverse("desk_bulk_run", args=[bulk.pk])).status_code == HTTPStatus.FOUND
    bulks.run_bulk(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.troubles) == ("undone", {})
    assert rows_of(three) == before


def test_restoring_many(at_employees_desk: Client, three: list[Report]) -> None:
    run(at_employees_desk, three, "hide", text="")
    run(at_employees_desk, three, "restore")
    assert set(Report.objects.values_list("status", flat=True)) == {Status.SUBMITTED}


def test_what_cannot_be_done_is_left_and_said(
    at_employees_desk: Client, three: list[Report], rule: Responsibility
) -> None:
    edit_report(three[1], {"category": None}, actor=None)
    bulk = run(at_employees_desk, three, "send")
    assert list(bulk.troubles) == [str(three[1].pk)]
    assert (bulk.changed, bulk.state) == (2, "done")
    page = at_employees_desk.get(reverse("desk_bulk_run", args=[bulk.pk])).content.decode()
    assert three[1].reference in page


def test_undoing_leaves_what_changed_since(at_employees_desk: Client, three: list[Report], parks: Category) -> None:
    bulk = run(at_employees_desk, three, "category", category=parks.pk)
    other = Category.objects.create(slug="lamp", names={"hu": "Lámpa"})
    edit_report(three[2], {"category": other}, actor=None)
    assert bulks.undo_bulk(bulk)
    assert not bulks.undo_bulk(bulk)
    bulks.run_bulk(bulk.pk)
    bulk.refresh_from_db()
    assert list(bulk.troubles) == [str(three[2].pk)]
    categories = list(Report.objects.order_by("pk").values_list("category__slug", flat=True))
    assert categories == ["pothole", "pothole", "lamp"]


def test_a_killed_workers_work_goes_on_where_it_stopped(
    at_employees_desk: Client,
    three: list[Report],
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    at_employees_desk.post(reverse("desk_bulk"), typed(three, "note", text="Megnéztük.", do="go"))
    bulk = Bulk.objects.get()
    assert bulks.step(bulk.pk)  # and here it dies
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        with django_capture_on_commit_callbacks(execute=True):
            sweep()
        assert announced == [(bulks.TASK, bulk.pk)]
        bulks.run_bulk(bulk.pk)
    notes = [report.events.filter(kind=EventKind.NOTED).count() for report in three]
    assert notes == [1, 1, 1]


@pytest.mark.parametrize(
    "fields",
    [{"action": ""}, {"action": "junk"}, {"action": "category"}, {"action": "reject"}, {"report": []},
     {"report": ["x", "9" * 30]}, {"action": "note", "text": "\x00"}],
)  # fmt: skip
def test_bad_input_is_told_and_keeps_the_ticks(
    at_employees_desk: Client, three: list[Report], fields: dict[str, Any]
) -> None:
    data = {**typed(three[:1], "note", text="Jegyzet"), "do": "go", **fields}
    if fields.get("action") in ("category", "reject"):
        data.pop("text")
    response = at_employees_desk.post(reverse("desk_bulk"), data)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.content.decode().count("checked") == (1 if "report" not in fields else 0)
    assert not Bulk.objects.exists()


def test_only_of_ones_own_desk(
    client_of: Callable[[Person | None], Client],
    other_moderator: Person,
    three: list[Report],
    make_report: Make,
    other_district: Area,
) -> None:
    other_moderator.memberships.update(role="senior")
    own = make_report(area=other_district)
    client = client_of(other_moderator)
    page = client.get(reverse("desk_bulk")).content.decode()
    assert own.reference in page
    assert three[0].reference not in page
    bulk = run(client, [*three, own], "note", text="Megnéztük.")
    assert bulk.reports == [own.pk]


def test_volunteers_do_it_one_by_one(at_desk: Client, three: list[Report]) -> None:
    assert at_desk.get(reverse("desk_bulk")).status_code == HTTPStatus.NOT_FOUND
    assert at_desk.post(reverse("desk_bulk"), typed(three, "note")).status_code == HTTPStatus.NOT_FOUND


def test_the_filter_chooses(at_employees_desk: Client, three: list[Report], parks: Category) -> None:
    edit_report(three[0], {"category": parks}, actor=None)
    page = at_employees_desk.get(reverse("desk_bulk"), {"category": "parks"}).content.decode()
    assert three[0].reference in page
    assert three[1].reference not in page


def test_stopping_undoes_what_is_done_and_leaves_the_rest(at_employees_desk: Client, three: list[Report]) -> None:
    at_employees_desk.post(reverse("desk_bulk"), typed(three, "reject", reason="no_place", do="go"))
    bulk = Bulk.objects.get()
    bulks.step(bulk.pk)
    page = at_employees_desk.get(reverse("desk_bulk_run", args=[bulk.pk])).content.decode()
    assert "<form" in page.split('id="progress"')[1]
    at_employees_desk.post(reverse("desk_bulk_run", args=[bulk.pk]))
    bulks.run_bulk(bulk.pk)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.reports) == ("undone", [three[0].pk])
    assert set(Report.objects.values_list("status", flat=True)) == {Status.SUBMITTED}


def test_a_mistake_of_ours_at_one_report_does_not_stop_the_others(
    at_employees_desk: Client, three: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bulks.decide_case

    def stumble(report: Report, *args: Any, **kwargs: Any) -> Any:
        if report.pk == three[1].pk:
            raise RuntimeError("x")
        return real(report, *args, **kwargs)

    monkeypatch.setattr(bulks, "decide_case", stumble)
    bulk = run(at_employees_desk, three, "note", text="Megnéztük.")
    assert (bulk.state, list(bulk.troubles)) == ("done", [str(three[1].pk)])


def test_bringing_back_is_for_hidden_ones_only(at_employees_desk: Client, three: list[Report]) -> None:
    bulk = run(at_employees_desk, three, "restore")
    assert len(bulk.troubles) == 3


@pytest.fixture
def on_each_tab(make_report: Make, works: Institution, employee: Person) -> dict[str, Report]:
    made = {name: make_report(title=name) for name in ("new", "overdue", "waiting", "mine")}
    for name in ("overdue", "mine"):
        send_report(made[name], works, actor=employee)
    Report.objects.filter(pk=made["overdue"].pk).update(due_at=timezone.now() - timedelta(days=1))
    ask_info(made["waiting"], "Hol van?", actor=employee)
    take_case(made["mine"], actor=employee)
    return made


def bulk_link(page: str) -> str:
    found = re.search(rf'href="({reverse("desk_bulk")}[^"]*)"', page)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("tab", ["new", "overdue", "waiting", "mine"])
def test_a_tabs_link_leads_to_exactly_its_reports(
    at_employees_desk: Client, on_each_tab: dict[str, Report], tab: str
) -> None:
    page = at_employees_desk.get(reverse("desk"), {"queue": tab})
    assert [case["row"].title for case in page.context["cases"]] == [tab]
    chosen = at_employees_desk.get(bulk_link(page.content.decode())).context["reports"]
    assert [report.title for report in chosen] == [tab]


@pytest.mark.parametrize("is_default", [True, False])
def test_a_saved_tabs_link_and_the_way_back_keep_its_filters(
    at_employees_desk: Client, employee: Person, on_each_tab: dict[str, Report], is_default: bool
) -> None:
    saved = SavedFilter.objects.create(
        person=employee, name="Késők", query="late=yes&sort=newest", is_default=is_default
    )
    page = at_employees_desk.get(reverse("desk"), {} if is_default else {"queue": saved.key})
    bulk = at_employees_desk.get(bulk_link(page.content.decode()))
    assert [report.title for report in bulk.context["reports"]] == ["overdue"]
    assert f'href="{reverse("desk")}?late=yes&amp;sort=newest"' in bulk.content.decode()


def test_the_link_is_for_who_has_the_right(at_desk: Client, at_employees_desk: Client) -> None:
    assert reverse("desk_bulk") not in at_desk.get(reverse("desk")).content.decode()
    # What lies in no filter is not offered.
    assert reverse("desk_bulk") not in at_employees_desk.get(reverse("desk"), {"queue": "failed"}).content.decode()


def test_ones_last_runs_stay_in_reach(
    at_employees_desk: Client, three: list[Report], moderator: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = run(at_employees_desk, three, "note", text="Megnéztük.")
    foreign = Bulk.objects.create(action="note", reports=[three[0].pk], actor=moderator)
    with CaptureQueriesContext(connection) as asked:
        page = at_employees_desk.get(reverse("desk_bulk")).content.decode()
    few = len(asked)
    assert reverse("desk_bulk_run", args=[first.pk]) in page
    assert reverse("desk_bulk_run", args=[foreign.pk]) not in page
    history = at_employees_desk.get(reverse("desk_history")).content.decode()
    assert history.count(reverse("desk_bulk_run", args=[first.pk])) == 3

    more = [Bulk.objects.create(action="hide", reports=[], actor=first.actor) for _number in range(5)]
    with django_assert_num_queries(few):
        response = at_employees_desk.get(reverse("desk_bulk"))
    assert list(response.context["runs"]) == more[::-1]


def test_a_colleagues_run_is_no_link_in_the_history(
    at_employees_desk: Client, client_of: Callable[[Person | None], Client], three: list[Report], moderator: Person
) -> None:
    moderator.memberships.update(role="senior")
    bulk = run(client_of(moderator), three, "note", text="Megnéztük.")
    page = at_employees_desk.get(reverse("desk_history")).content.decode()
    assert three[0].reference in page
    assert reverse("desk_bulk_run", args=[bulk.pk]) not in page


def test_the_right_counts_where_it_was_given(
    client_of: Callable[[Person | None], Client],
    other_moderator: Person,
    district: Area,
    other_district: Area,
    make_report: Make,
) -> None:
    """A senior of one district who is a volunteer in the next."""
    other_moderator.memberships.update(role="senior")
    Membership.objects.create(person=other_moderator, role="moderator", area=district)
    own, foreign = make_report(area=other_district), make_report(area=district)
    client = client_of(other_moderator)
    page = client.post(reverse("desk_bulk"), typed([own, foreign], "note", text="Megnéztük.")).content.decode()
    assert page.count('name="report"') == 1
    bulk = run(client, [own, foreign], "note", text="Megnéztük.")
    assert list(bulk.troubles) == [str(foreign.pk)]
    assert [act.report for act in Act.objects.filter(bulk=bulk)] == [own]


def test_sent_twice_it_is_done_once(at_employees_desk: Client, three: list[Report]) -> None:
    note = typed(three, "note", text="Figyelem.")
    page = at_employees_desk.post(reverse("desk_bulk"), note).content.decode()
    nonce = page.split('name="nonce" value="')[1].split('"')[0]
    again = {**note, "do": "go", "nonce": nonce}
    first, second = (at_employees_desk.post(reverse("desk_bulk"), again) for _time in range(2))
    assert first["Location"] == second["Location"] == reverse("desk_bulk_run", args=[Bulk.objects.get().pk])

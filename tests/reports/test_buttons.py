"""For each status: which buttons reporter, passer-by, officer and moderator are offered, and where each leads.

`OFFERED` says it by hand; the test walks it twice: what the pages offer is exactly this, and each button that moves a
report leads to the status that stands beside it.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from municipalities.models import Institution
from reports import links
from reports.actions import lock_report, move_report
from reports.actions_comments import write_comment
from reports.actions_desk import ask_info, hide_report, reject_report
from reports.actions_solved import confirm_solved, deliver_praise
from reports.lifecycle import Kind, Reason, Role, Status
from reports.models import Assignment, Photo, Report, Sighting
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]

STATUSES = [status for status in Status if status not in (Status.DRAFT, Status.WITHDRAWN)]
SENT, IN_PROGRESS, AWAITING = Status.SENT, Status.IN_PROGRESS, Status.AWAITING_CONFIRMATION
SOLVED, UNRESOLVED = Status.SOLVED, Status.UNRESOLVED

# The reporter's own page: button → status that it leads to ("" where the report stays what it is).
REPORTER: dict[str, dict[str, str]] = {
    "unconfirmed": {"confirm": "submitted"},
    "submitted": {"withdraw": "withdrawn"},
    "needs_info": {"give_info": "submitted", "withdraw": "withdrawn"},
    "rejected": {"correct": "submitted"},
    "sent": {"confirm_solved": "solved", "add_photos": "", "withdraw": "withdrawn"},
    "in_progress": {"confirm_solved": "solved", "add_photos": "", "withdraw": "withdrawn"},
    "awaiting_confirmation": {"confirm_solved": "solved", "deny_solved": "in_progress", "add_photos": ""},
    "solved": {"reopen": "in_progress", "rate": ""},
    "unresolved": {"reopen": "in_progress", "rate": ""},
    "answered": {"reopen": "in_progress", "rate": ""},  # a question
    "delivered": {"withdraw": "withdrawn"},  # a praise
    "duplicate": {},
    "hidden": {},
}
# A passer-by on the public page: what is offered; "yes" and "no" are words on the solution, led on by a moderator.
_open = {"follow", "comment", "flag", "yes", "no"}
PASSER_BY: dict[str, set[str]] = {
    "unconfirmed": set(),
    "submitted": set(),
    "needs_info": set(),
    "rejected": set(),
    "sent": _open | {"support"},
    "in_progress": _open | {"support"},
    "awaiting_confirmation": _open | {"support"},
    "solved": {"follow", "comment", "flag"},
    "unresolved": _open,
    "answered": {"follow", "comment", "flag"},
    "delivered": {"follow", "comment", "flag"},
    "duplicate": {"flag"},  # comments and following are at the original
    "hidden": set(),
}
YES = {SENT: "solved", IN_PROGRESS: "solved", AWAITING: "solved", UNRESOLVED: "solved"}
NO = {SENT: "sent", IN_PROGRESS: "in_progress", AWAITING: "in_progress", UNRESOLVED: "in_progress"}
# The officer's link: answer → status.
OFFICER: dict[str, dict[str, str]] = {
    "sent": {
        "answer": "in_progress",
        "promise": "in_progress",
        "done": "awaiting_confirmation",
        "not_ours": "sent",
        "cannot": "unresolved",
    },
    "in_progress": {
        "answer": "",
        "promise": "",
        "done": "awaiting_confirmation",
        "not_ours": "sent",
        "cannot": "unresolved",
    },
    "awaiting_confirmation": {"answer": "", "not_ours": "sent"},
    "solved": {"answer": ""},
    "unresolved": {"answer": "in_progress"},
    "answered": {"answer": ""},
    "delivered": {"answer": ""},
    "duplicate": {"answer": ""},
    "hidden": {},
}
# The desk: action → status.
MODERATOR: dict[str, dict[str, str]] = {
    "submitted": {"send": "sent", "ask": "needs_info", "reject": "rejected", "hide": "hidden"},
    "needs_info": {"reject": "rejected", "hide": "hidden"},
    "rejected": {"resubmit": "submitted"},
    "sent": {"send": "sent", "hide": "hidden"},
    "in_progress": {"send": "sent", "hide": "hidden"},
    "awaiting_confirmation": {"send": "sent", "hide": "hidden"},
    "solved": {"send": "sent", "hide": "hidden", "hide_step": "awaiting_confirmation"},
    "unresolved": {"send": "sent", "hide": "hidden"},
    "answered": {"send": "sent", "hide": "hidden"},
    "delivered": {"send": "sent", "hide": "hidden"},
    "duplicate": {"restore": "sent"},
    "hidden": {"restore": "sent"},
}
# What only a question or a praise becomes.
KINDS = {Status.ANSWERED: Kind.QUESTION, Status.DELIVERED: Kind.PRAISE}


@pytest.fixture
def bring(
    make_report: Callable[..., Report], works: Institution, moderator: Person, reporter: Person
) -> Callable[[str], Report]:
    """A new report, brought to a status in the way that it gets there."""

    def build(status: str) -> Report:
        report = make_report(confirmed=status != Status.UNCONFIRMED, kind=KINDS.get(Status(status), Kind.PROBLEM))
        match status:
            case Status.NEEDS_INFO:
                ask_info(report, "Hol?", actor=moderator)
            case Status.REJECTED:
                reject_report(report, Reason.NOT_A_PROBLEM, "", actor=moderator)
            case Status.UNCONFIRMED | Status.SUBMITTED:
                pass
            case _:
                bring_on(send_report(report, works, actor=moderator), status)
        return Report.objects.get(pk=report.pk)

    def bring_on(assignment: Assignment, status: str) -> None:
        report = assignment.report
        match status:
            case Status.IN_PROGRESS | Status.ANSWERED:
                answer_report(assignment, "Megnézzük.", actor=None)
            case Status.DELIVERED:
                deliver_praise(report, assignment)
            case Status.AWAITING_CONFIRMATION | Status.SOLVED:
                say_done(assignment, "Kész.", actor=None)
                if status == Status.SOLVED:
                    confirm_solved(report, actor=reporter)
            case Status.UNRESOLVED:
                changes: dict[str, Any] = {"reason": Reason.NO_ANSWER}
                move_report(lock_report(report), Status(status), role=Role.MODERATOR, actor=moderator, changes=changes)
            case Status.DUPLICATE:
                changes = {"original": build(Status.SENT), "status_before": report.status}
                move_report(lock_report(report), Status(status), role=Role.MODERATOR, actor=moderator, changes=changes)
            case Status.HIDDEN:
                hide_report(report, "", actor=moderator)

    return build


def now(report: Report) -> str:
    return Report.objects.values_list("status", flat=True).get(pk=report.pk)


def actions_on(page: str) -> set[str]:
    return set(re.findall(r'name="action"\s+value="(\w+)"', page))


# -- The reporter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_the_reporter(status: str, bring: Callable[[str], Report]) -> None:
    report = bring(status)
    path = f"/own/{links.sign(links.OWNER, report.pk)}"
    offered = actions_on(Client().get(path).content.decode()) - {"hide_name"}
    assert offered == set(REPORTER[status])
    fields = {"text": "Szöveg", "description": "Szöveg", "title": "Cím", "score": "3", "words": ""}
    every = {name for buttons in REPORTER.values() for name in buttons}
    for action in sorted(every):
        report = bring(status)
        path = f"/own/{links.sign(links.OWNER, report.pk)}"
        Client().post(path, {**fields, "action": action, **({"photos": jpeg()} if action == "add_photos" else {})})
        # Offered, it leads where it should; not offered, it leads nowhere.
        assert now(report) == (REPORTER[status].get(action) or status), action


# -- A passer-by --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_a_passer_by(status: str, bring: Callable[[str], Report], client_of: ClientOf, neighbour: Person) -> None:
    report = bring(status)
    client = client_of(neighbour)
    response = client.get(report.get_absolute_url())
    assert response.status_code == (200 if PASSER_BY[status] else 410 if status == Status.HIDDEN else 404)
    assert offered_to_passer_by(report, response.content.decode()) == PASSER_BY[status]


def offered_to_passer_by(report: Report, page: str) -> set[str]:
    places = {
        "follow": f'action="/reports/{report.reference}/follow"',
        "support": f'action="/reports/{report.reference}/support"',
        "comment": f'action="/reports/{report.reference}/comments"',
        "flag": f'href="/reports/{report.reference}/flag"',
        "yes": f'href="/reports/{report.reference}/solved"',
        "no": f'href="/reports/{report.reference}/solved"',
    }
    return {name for name, place in places.items() if place in page}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_where_a_passer_bys_word_leads(
    status: str,
    answer: str,
    bring: Callable[[str], Report],
    client_of: ClientOf,
    neighbour: Person,
    moderator: Person,
) -> None:
    """By itself nowhere; a moderator's press leads on."""
    report = bring(status)
    fields = {"answer": answer, "text": "Láttam."}
    client_of(neighbour).post(f"/reports/{report.reference}/solved", {**fields, "photos": jpeg()})
    assert now(report) == status
    sighting = Sighting.objects.first()
    assert (sighting is not None) == (answer in PASSER_BY[status])
    if sighting is not None:
        client_of(moderator).post(f"/desk/talk/sighting/{sighting.pk}", {"action": "accept"})
        assert now(report) == (YES if answer == "yes" else NO)[Status(status)]


@pytest.mark.parametrize("status", STATUSES)
def test_other_words_of_a_passer_by_lead_nowhere(
    status: str, bring: Callable[[str], Report], client_of: ClientOf, neighbour: Person
) -> None:
    report = bring(status)
    client, page = client_of(neighbour), report.get_absolute_url()
    client.post(f"{page}/comments", {"text": "Megoldódott!", "status": "solved"})
    client.post(f"{page}/flag", {"target": "report", "reason": "spam", "status": "hidden"})
    client.post(f"{page}/follow", {"action": "confirm_solved"})
    client.post(f"{page}/own", {"action": "confirm_solved"})
    client.post(f"/desk/{report.reference}", {"action": "hide"})
    assert now(report) == status


# -- An officer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in STATUSES if status in OFFICER])
def test_an_officer(status: str, bring: Callable[[str], Report]) -> None:
    def link(report: Report) -> str:
        return f"/o/{links.officer_token(report.assignments.get(is_lead=True).pk)}"

    report = bring(status)
    page = Client().get(link(report)).content.decode()
    assert set(re.findall(r'name="step"\s+value="(\w+)"', page)) == set(OFFICER[status])
    for step in ("answer", "promise", "done", "not_ours", "cannot"):
        report = bring(status)
        fields = {"step": step, "text": "Válasz.", "promised_on": date(2099, 1, 2).isoformat()}
        Client().post(link(report), fields)
        assert now(report) == (OFFICER[status].get(step) or status), step


# -- A moderator --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in STATUSES if status in MODERATOR])
def test_a_moderator(
    status: str, bring: Callable[[str], Report], client_of: ClientOf, moderator: Person, gardens: Institution
) -> None:
    desk = client_of(moderator)
    report = bring(status)
    page = desk.get(f"/desk/{report.reference}").content.decode()
    known = {"send", "ask", "reject", "hide", "restore", "resubmit"}
    offered = (actions_on(page) & known) | ({"hide_step"} if "/hide" in page and "/steps/" in page else set())
    assert offered == set(MODERATOR[status])
    for action, leads_to in MODERATOR[status].items():
        report = bring(status)
        desk.post(*request_of(report, action, gardens))
        assert now(report) == leads_to, action
    for action in known - set(MODERATOR[status]):
        report = bring(status)
        assert desk.post(*request_of(report, action, gardens)).status_code == 409
        assert now(report) == status, action


def request_of(report: Report, action: str, body: Institution) -> tuple[str, dict[str, Any]]:
    if action == "hide_step":
        event = report.events.exclude(new_status="").latest("pk")
        return f"/desk/{report.reference}/steps/{event.pk}/hide", {}
    fields = {
        "version": report.version,
        "title": report.title,
        "description": report.description,
        "category": report.category_id,
        "address": report.address,
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
        "institution": body.pk,
        "ask_text": "Hol?",
        "reason": "no_place",
        "action": action,
    }
    return f"/desk/{report.reference}", fields


def test_what_is_written_or_seen_changes_no_offer(
    sent: Report, neighbour: Person, upload: Callable[..., Photo], client_of: ClientOf
) -> None:
    write_comment(sent, "Ott van.", author=neighbour, confirmed=True, photos=[upload()])
    page = client_of(neighbour).get(sent.get_absolute_url()).content.decode()
    assert offered_to_passer_by(sent, page) == PASSER_BY[Status.SENT]

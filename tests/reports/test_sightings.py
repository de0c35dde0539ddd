""" "Is it solved?" by any passer-by: yes with a photo, no with a reason, and what a moderator's word makes of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, send_report
from forwarding.models import Dispatch
from municipalities.models import Category, Institution
from reports import links
from reports.actions import lock_report, move_report
from reports.actions_photos import mark_photo
from reports.actions_sightings import accept_sighting, hide_step, reject_sighting, tell_sighting, undo_sighting
from reports.lifecycle import EventKind, MoveNotAllowed, Proof, Reason, Role, Status
from reports.models import Assignment, Photo, Report, Sighting
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
EN = {"Accept-Language": "en"}


def path_of(report: Report) -> str:
    return f"/reports/{report.reference}/solved"


def tell(client: Client, report: Report, answer: str, **fields: Any) -> Any:
    return client.post(path_of(report), {"answer": answer, **fields}, headers=EN)


def page_of(report: Report, client: Client | None = None) -> str:
    return (client or Client()).get(report.get_absolute_url(), headers=EN).content.decode()


def columns(report: Report) -> dict[str, Any]:
    """What a step changes, and what taking it back must bring back."""
    names = ("status", "status_since", "closed_at", "promised_on", "proof", "reason", "needs_rerouting", "due_at")
    return Report.objects.values(*names).get(pk=report.pk)


def lead_columns(report: Report) -> dict[str, Any]:
    return {**report.assignments.values("outcome", "ended_at", "promised_on", "due_at").get(is_lead=True)}


@pytest.fixture
def done(assignment: Assignment) -> Report:
    say_done(assignment, "Kész.", actor=None)
    return Report.objects.get(pk=assignment.report_id)


@pytest.fixture
def proof(done: Report, neighbour: Person, upload: Callable[..., Photo]) -> Sighting:
    return tell_sighting(done, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])


def bring_to(assignment: Assignment, status: Status, moderator: Person) -> Report:

    match status:
        case Status.IN_PROGRESS:
            promise_date(assignment, date(2099, 1, 2), "", actor=None)
        case Status.AWAITING_CONFIRMATION:
            promise_date(assignment, date(2099, 1, 2), "", actor=None)
            say_done(assignment, "", actor=None)
        case Status.UNRESOLVED:
            answer_report(assignment, "Nem.", actor=None)
            report = lock_report(assignment.report)
            move_report(
                report, status, role=Role.MODERATOR, actor=moderator, changes={"reason": Reason.CANNOT}, reason="cannot"
            )
    return Report.objects.get(pk=assignment.report_id)


# -- Telling ------------------------------------------------------------------------------------------------


def test_yes_with_a_photo_waits_for_a_moderator(done: Report, client_of: ClientOf, neighbour: Person) -> None:
    client = client_of(neighbour)
    assert path_of(done) in page_of(done, client)
    assert tell(client, done, "yes", photos=jpeg())["Location"] == done.get_absolute_url()
    sighting = Sighting.objects.get()
    assert (sighting.status, sighting.is_solved, sighting.author) == ("waiting", True, neighbour)
    photo = sighting.photos.get()
    assert (photo.kind, photo.is_hidden, photo.awaits_review) == ("proof", True, True)
    done.refresh_from_db()
    assert done.status == Status.AWAITING_CONFIRMATION
    assert photo.token not in page_of(done)
    assert "You have told us already" in client.get(path_of(done), headers=EN).content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answer": "yes"}, "photos"),
        ({"answer": "no"}, "text"),
        ({"answer": "no", "text": "  "}, "text"),
        ({"answer": "maybe"}, "answer"),
        ({}, "answer"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    done: Report, client_of: ClientOf, neighbour: Person, fields: dict[str, str], field: str
) -> None:
    response = client_of(neighbour).post(path_of(done), fields, headers=EN)
    assert response.status_code == 400
    assert f'href="#id_{field}"' in response.content.decode()
    assert not Sighting.objects.exists()


def test_a_guest_confirms_by_mail_first(done: Report, client: Client) -> None:
    tell(client, done, "no", text="Még ott van.", email="guest@example.org")
    sighting = Sighting.objects.get()
    assert (sighting.status, done.events.latest("pk").kind) == ("unconfirmed", EventKind.ADDRESS_ASKED)
    path = f"/sighting/{links.sign(links.SIGHTING, sighting.pk)}"
    assert "Did you send this?" in Client().get(path, headers=EN).content.decode()
    sighting.refresh_from_db()
    assert sighting.status == "unconfirmed"
    for _ in range(2):
        assert Client().post(path).status_code == 302
    sighting.refresh_from_db()
    assert sighting.status == "waiting"
    assert done.events.filter(kind=EventKind.SIGHTING_GIVEN).count() == 1
    for token in ("x", links.sign(links.COMMENT, sighting.pk)):
        assert Client().get(f"/sighting/{token}").status_code == 404


def test_the_reporter_goes_to_their_own_page(done: Report, client_of: ClientOf, reporter: Person) -> None:
    client = client_of(reporter)
    assert path_of(done) not in page_of(done, client)
    assert client.get(path_of(done))["Location"] == f"/reports/{done.reference}/own"
    assert tell(client, done, "yes", photos=jpeg())["Location"] == f"/reports/{done.reference}/own"
    assert not Sighting.objects.exists()


def test_one_at_a_time_from_each(proof: Sighting, client_of: ClientOf, neighbour: Person, stranger: Person) -> None:
    assert tell(client_of(neighbour), proof.report, "no", text="Mégsem.").status_code == 400
    assert tell(client_of(stranger), proof.report, "no", text="Ott van.").status_code == 302
    assert Sighting.objects.count() == 2


def test_a_report_that_asks_nobody(
    submitted: Report,
    make_report: Callable[..., Report],
    secret_matters: Category,
    works: Institution,
    moderator: Person,
    done: Report,
    neighbour: Person,
    client_of: ClientOf,
) -> None:
    private = make_report(category=secret_matters)
    send_report(private, works, actor=moderator)
    for report in (make_report(), private):
        assert client_of(moderator).get(path_of(report)).status_code == 404
        assert tell(client_of(neighbour), report, "yes", photos=jpeg()).status_code == 404
    report = lock_report(done)
    move_report(report, Status.SOLVED, role=Role.REPORTER, actor=None, changes={"proof": Proof.REPORTER})
    client = client_of(neighbour)
    assert path_of(done) not in page_of(done, client)
    assert "not asked of passers-by" in client.get(path_of(done), headers=EN).content.decode()
    assert tell(client, done, "yes", photos=jpeg()).status_code == 400
    assert not Sighting.objects.exists()


# -- Accepted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.SENT, Status.IN_PROGRESS, Status.AWAITING_CONFIRMATION, Status.UNRESOLVED])
def test_an_accepted_yes_solves_and_taking_it_back_brings_all_back(
    assignment: Assignment, status: Status, neighbour: Person, moderator: Person, upload: Callable[..., Photo]
) -> None:
    report = bring_to(assignment, status, moderator)
    before, before_lead = columns(report), lead_columns(report)
    assert before["status"] == status
    sighting = tell_sighting(report, is_solved=True, text="", author=neighbour, confirmed=True, photos=[upload()])
    accept_sighting(sighting, actor=moderator)

    report.refresh_from_db()
    assert (report.status, report.proof) == (Status.SOLVED, Proof.PHOTO)
    assert report.closed_at is not None
    event = report.events.get(kind=EventKind.SOLVED)
    assert (event.actor, event.role, event.data["proof"]) == (neighbour, Role.CITIZEN, "photo")
    photo = Photo.objects.get()
    assert (photo.event, photo.kind, photo.is_hidden, photo.awaits_review) == (event, "proof", False, False)
    page = page_of(report)
    assert "Solved, proven by a passer-by&#x27;s photo." in page
    assert photo.token in page
    assert Client().get(photo.url_small).getvalue()

    undo_sighting(sighting, actor=moderator)
    assert columns(report) == before
    assert lead_columns(report) == before_lead
    assert Sighting.objects.get().status == "waiting"
    page = page_of(report)
    assert photo.token not in page
    assert "Solved, proven by" not in page
    assert "took the last step back" in page
    assert Client().get(photo.url_small).status_code == 404
    # And it may be accepted anew.
    accept_sighting(sighting, actor=moderator)
    report.refresh_from_db()
    assert report.status == Status.SOLVED


@pytest.mark.parametrize("status", [Status.SENT, Status.IN_PROGRESS, Status.AWAITING_CONFIRMATION, Status.UNRESOLVED])
def test_an_accepted_no_goes_to_the_body_and_can_be_taken_back(
    assignment: Assignment, status: Status, neighbour: Person, moderator: Person
) -> None:
    report = bring_to(assignment, status, moderator)
    before, before_lead = columns(report), lead_columns(report)
    sighting = tell_sighting(report, is_solved=False, text="Ott van még.", author=neighbour, confirmed=True)
    accept_sighting(sighting, actor=moderator)

    report.refresh_from_db()
    reopened = status == Status.UNRESOLVED
    moved = status in (Status.AWAITING_CONFIRMATION, Status.UNRESOLVED)
    assert report.status == (Status.IN_PROGRESS if moved else status)
    event = report.events.get(kind=EventKind.REOPENED if reopened else EventKind.NOT_SOLVED)
    assert (event.body, event.public_body, event.actor) == ("Ott van még.", "", neighbour)
    assert Dispatch.objects.filter(event=event, assignment=assignment).count() == 1
    assert "Ott van még." not in page_of(report)
    if moved:
        assert (report.promised_on, lead_columns(report)["outcome"]) == (None, "open")
    else:
        # Words stop no clock.
        assert columns(report) == before
        assert lead_columns(report) == before_lead

    undo_sighting(sighting, actor=moderator)
    assert columns(report) == before
    assert lead_columns(report) == before_lead
    taken_back = report.events.get(kind=EventKind.TAKEN_BACK)
    assert Dispatch.objects.filter(event=taken_back).exists()
    assert "A citizen says that it is not solved." not in page_of(report)


def test_a_no_with_a_photo_shows_the_problem_anew(
    done: Report, neighbour: Person, moderator: Person, upload: Callable[..., Photo]
) -> None:
    sighting = tell_sighting(
        done, is_solved=False, text="Itt van.", author=neighbour, confirmed=True, photos=[upload()]
    )
    accept_sighting(sighting, actor=moderator)
    photo = Photo.objects.get()
    assert (photo.kind, photo.event and photo.event.kind) == ("problem", EventKind.NOT_SOLVED)
    assert photo.token in page_of(done)


def test_rejected_with_a_word_the_photo_stays_unseen(proof: Sighting, moderator: Person) -> None:
    reject_sighting(proof, "Nem ez a hely.", actor=moderator)
    proof.refresh_from_db()
    assert proof.status == "rejected"
    photo = proof.photos.get()
    assert (photo.is_hidden, photo.awaits_review) == (True, False)
    event = proof.report.events.latest("pk")
    assert (event.kind, event.is_public, event.body) == (EventKind.SIGHTING_DECIDED, False, "Nem ez a hely.")
    undo_sighting(proof, actor=moderator)
    assert Photo.objects.get().awaits_review


def test_a_report_that_moved_on_is_not_solved_behind_its_back(
    proof: Sighting, reporter: Person, moderator: Person
) -> None:
    report = lock_report(proof.report)
    move_report(report, Status.SOLVED, role=Role.REPORTER, actor=reporter, changes={"proof": Proof.REPORTER})
    with pytest.raises(MoveNotAllowed):
        accept_sighting(proof, actor=moderator)
    proof.refresh_from_db()
    report.refresh_from_db()
    assert (proof.status, report.proof) == ("waiting", Proof.REPORTER)


# -- Hiding the newest "solved" -----------------------------------------------------------------------------


def test_hiding_the_proof_takes_the_report_back_to_what_it_was(proof: Sighting, moderator: Person) -> None:
    before, before_lead = columns(proof.report), lead_columns(proof.report)
    accept_sighting(proof, actor=moderator)
    mark_photo(proof.photos.get(), hidden=True, actor=moderator)
    assert columns(proof.report) == before
    assert lead_columns(proof.report) == before_lead
    proof.refresh_from_db()
    assert proof.status == "rejected"
    assert "Solved, proven by" not in page_of(proof.report)


def test_hiding_any_newest_solved_takes_the_report_back(
    done: Report, client_of: ClientOf, reporter: Person, moderator: Person
) -> None:
    before, before_lead = columns(done), lead_columns(done)
    own = f"/own/{links.sign(links.OWNER, done.pk)}"
    Client().post(own, {"action": "confirm_solved"})
    event = done.events.get(kind=EventKind.SOLVED)
    path = f"/desk/{done.reference}/steps/{event.pk}/hide"
    desk = client_of(moderator)
    assert path in desk.get(f"/desk/{done.reference}").content.decode()
    assert client_of(reporter).post(path).status_code == 404
    assert desk.post(path)["Location"] == f"/desk/{done.reference}"
    assert columns(done) == before
    assert lead_columns(done) == before_lead
    assert "confirmed by the reporter" not in page_of(done)
    # Once only: by now the report is something else.
    desk.post(path)
    assert columns(done) == before


def test_only_the_newest_step_can_be_hidden(proof: Sighting, moderator: Person) -> None:
    accept_sighting(proof, actor=moderator)
    event = proof.report.events.get(kind=EventKind.SOLVED)
    report = lock_report(proof.report)
    move_report(report, Status.IN_PROGRESS, role=Role.REPORTER, actor=None)
    with pytest.raises(MoveNotAllowed):
        hide_step(event, actor=moderator)
    report.refresh_from_db()
    assert report.status == Status.IN_PROGRESS

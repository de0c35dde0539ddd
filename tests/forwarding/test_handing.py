"""From body to body: handed over, taken over, given back; every pair of states, and no case wanders for ever."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_cannot, say_done, say_not_ours, send_report
from forwarding.actions_handing import (
    CannotTake,
    accept_case,
    bodies_to_hand_to,
    give_back,
    hand_over,
    may_give_back,
    may_hand_over,
)
from forwarding.mail import compose
from forwarding.models import Dispatch
from forwarding.office.actions_case import give_case
from forwarding.outward.case import as_data, opening_text
from municipalities.models import Contact, Institution, Responsibility, Unit
from notifications.mails import words_of
from reports.actions import ChangedMeanwhile
from reports.lifecycle import WITH_BODY, Kind, MoveNotAllowed, Reason, Status
from reports.models import Assignment, Report
from reports.person_holding import _event

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps(db: None) -> Institution:
    institution = Institution.objects.create(name="Egyváros Közvilágítás", kind="utility")
    Contact.objects.create(institution=institution, address="info@lampa.example")
    return institution


@pytest.fixture
def handed(assignment: Assignment, gardens: Institution, officer: Person) -> Assignment:
    """`works` handed it over to `gardens`."""
    return hand_over(assignment, gardens, "A park a tiétek.", actor=officer)


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def test_handing_over_is_a_new_round_with_its_own_clock(
    assignment: Assignment, gardens: Institution, officer: Person, client: Client
) -> None:
    promise_date(assignment, timezone.localdate() + timedelta(days=5), "", actor=officer)
    Assignment.objects.filter(pk=assignment.pk).update(sent_at=timezone.now() - timedelta(days=20))
    Responsibility.objects.create(institution=gardens, category=assignment.report.category, answer_days=12)

    new = hand_over(assignment, gardens, "A park a tiétek.", actor=officer)

    report = fresh(assignment.report)
    assignment.refresh_from_db()
    assert (report.status, report.institution, report.promised_on) == (Status.SENT, gardens, None)
    assert (assignment.outcome, assignment.is_lead) == ("superseded", False)
    assert assignment.first_answer_at
    assert (new.round, new.is_lead, new.handed_from, new.answer_days) == (2, True, assignment, 12)
    assert new.due_at is not None
    assert report.due_at == new.due_at > timezone.now() + timedelta(days=11)
    assert new.waits_for_acceptance

    dispatch = Dispatch.objects.get(assignment=new)
    assert (dispatch.address, dispatch.event.kind) == ("info@fokert.example", "handed_over")
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Egyváros Útkezelő átadta neki: Egyváros Főkert." in page
    assert "A park a tiétek." not in page  # between the bodies


def test_accepted_once(handed: Assignment, other_officer: Person) -> None:
    assert accept_case(handed, actor=other_officer) is not None
    assert accept_case(handed, actor=other_officer) is None
    assert handed.report.events.filter(kind="accepted", is_public=False).count() == 1
    handed.refresh_from_db()
    assert not may_give_back(handed)
    with pytest.raises(MoveNotAllowed):
        give_back(handed, "Mégsem.", actor=other_officer)
    assert say_done(handed, "Kész.", actor=other_officer)


def test_an_answer_takes_it_over_too(handed: Assignment, other_officer: Person) -> None:
    answer_report(handed, "Megnézzük.", actor=other_officer)
    handed.refresh_from_db()
    assert not handed.waits_for_acceptance
    with pytest.raises(MoveNotAllowed):
        give_back(handed, "Mégsem.", actor=other_officer)


def test_given_back_it_is_with_the_first_again(
    handed: Assignment, works: Institution, gardens: Institution, other_officer: Person, client: Client
) -> None:
    event = give_back(handed, "Az út a tiétek.", actor=other_officer)
    report = fresh(handed.report)
    back = event.assignment
    handed.refresh_from_db()
    assert back is not None
    assert (report.institution, report.status, report.needs_rerouting) == (works, Status.SENT, False)
    assert (back.institution, back.round, back.is_returned, back.handed_from) == (works, 3, True, handed)
    assert (handed.outcome, handed.is_lead) == ("not_ours", False)
    assert not back.waits_for_acceptance  # it is theirs again, there is nothing to accept
    assert Dispatch.objects.get(event=event).address == "ugyfel@utkezelo.example"
    assert gardens not in bodies_to_hand_to(back)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Egyváros Főkert szerint nem az övék: megint Egyváros Útkezelő foglalkozik vele." in page
    assert "Az út a tiétek." not in page


@pytest.mark.parametrize("way", ["handed back", "sent once more", "to another"])
@pytest.mark.parametrize("still", [True, False])
def test_who_looks_after_it_within_the_body_stays(
    assignment: Assignment,
    works: Institution,
    gardens: Institution,
    officer: Person,
    moderator: Person,
    way: str,
    still: bool,
) -> None:
    """Where the body has it once more, and they are still there."""
    unit = Unit.objects.create(institution=works, name="Telep")
    give_case(assignment, person=officer, unit=unit, actor=officer)
    handed = hand_over(assignment, gardens, "Park.", actor=officer) if way == "handed back" else None
    if not still:
        officer.memberships.all().delete()
        Unit.objects.update(is_active=False)
    if handed:
        new = give_back(handed, "Nem park.", actor=None).assignment
    else:
        new = send_report(fresh(assignment.report), gardens if way == "to another" else works, actor=moderator)
    assert new is not None
    new.refresh_from_db()
    stay = still and way != "to another"
    assert (new.assignee, new.unit) == ((officer, unit) if stay else (None, None))


def test_second_giving_back_ends_at_the_desk(
    handed: Assignment, works: Institution, lamps: Institution, officer: Person, other_officer: Person
) -> None:
    back = give_back(handed, "Az út a tiétek.", actor=other_officer).assignment
    assert back is not None
    again = hand_over(back, lamps, "Lámpa.", actor=officer)
    event = give_back(again, "Nem lámpa.", actor=None)
    report = fresh(handed.report)
    assert (event.kind, event.data["given_back"]) == ("not_ours", True)
    assert report.needs_rerouting
    assert not Assignment.objects.filter(report=report, ended_at=None).exists()


def test_the_reason_of_giving_back_stays_between_the_bodies_also_where_it_ends_at_the_desk(
    assignment: Assignment,
    gardens: Institution,
    lamps: Institution,
    officer: Person,
    employee: Person,
    client: Client,
    client_of: Callable[..., Client],
) -> None:
    new = hand_over(assignment, gardens, "Park.", actor=officer, is_not_ours=True)
    event = give_back(new, "Csak nektek mondom.", actor=None)
    report = fresh(assignment.report)
    send_report(report, lamps, actor=employee)
    dispatch = Dispatch.objects.latest("pk")

    assert event.body == "Csak nektek mondom."
    assert (event.public_body, words_of(event)) == ("", "")
    page, feed = report.get_absolute_url(), reverse("report_timeline_feed", args=[report.reference])
    outside = [
        *(client.get(url).content.decode() for url in (page, feed)),
        client_of(report.reporter).get(page).content.decode(),
        opening_text(dispatch),
        str(as_data(dispatch)),
        str([_event(one) for one in report.events.all()]),
    ]
    assert not [words for words in outside if "Csak nektek" in words]
    assert "Csak nektek mondom." in str(compose(dispatch).body)  # a body reads the whole story


@pytest.mark.parametrize("why", ["said not ours", "refuses", "inactive"])
def test_given_back_to_nobody_ends_at_the_desk(
    assignment: Assignment, works: Institution, gardens: Institution, officer: Person, why: str
) -> None:
    new = hand_over(assignment, gardens, "Park.", actor=officer, is_not_ours=why == "said not ours")
    match why:
        case "said not ours":
            assignment.refresh_from_db()
            assert assignment.outcome == "not_ours"
        case "refuses":
            Institution.objects.filter(pk=works.pk).update(refuses=True)
        case "inactive":
            Institution.objects.filter(pk=works.pk).update(is_active=False)
    event = give_back(new, "Nem park.", actor=None)
    assert event.kind == "not_ours"
    assert fresh(assignment.report).needs_rerouting


def test_whom_it_cannot_go_to(
    assignment: Assignment,
    works: Institution,
    gardens: Institution,
    refuser: Institution,
    lamps: Institution,
    moderator: Person,
    employee: Person,
    officer: Person,
) -> None:
    """Who refuses, is not active, has said "not ours", or has it already."""
    Institution.objects.create(name="Megszűnt Kft.", is_active=False)
    say_not_ours(assignment, "Nem a miénk.", actor=officer)
    second = send_report(fresh(assignment.report), gardens, actor=moderator)
    assert list(bodies_to_hand_to(second)) == [lamps]
    for body in (works, gardens, refuser):
        with pytest.raises(CannotTake):
            hand_over(second, body, "Tiétek.", actor=None)
    # An employee may insist; then a new chain begins.
    third = send_report(fresh(assignment.report), works, actor=employee)
    assert list(bodies_to_hand_to(third)) == [gardens, lamps]


def test_no_body_is_handed_it_twice_in_a_chain(
    handed: Assignment, works: Institution, lamps: Institution, other_officer: Person
) -> None:
    assert list(bodies_to_hand_to(handed)) == [lamps]
    with pytest.raises(CannotTake):
        hand_over(handed, works, "Vissza.", actor=other_officer)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", Status)
def test_every_state_of_every_kind(
    assignment: Assignment,
    gardens: Institution,
    officer: Person,
    make_report: Callable[..., Report],
    status: Status,
    kind: Kind,
) -> None:
    """Handed over from `sent`, `in_progress` and `awaiting_confirmation`, and from nowhere else; never a praise."""
    ends: dict[str, Any] = {"closed_at": timezone.now()} if status in (Status.SOLVED, Status.UNRESOLVED) else {}
    words: dict[str, Any] = {"proof": "stated"} if status == Status.SOLVED else {}
    words |= {"reason": "no_answer"} if status in (Status.UNRESOLVED, Status.REJECTED) else {}
    words |= {"original": make_report()} if status == Status.DUPLICATE else {}
    Report.objects.filter(pk=assignment.report_id).update(status=status, kind=kind, **ends, **words)
    case = Assignment.objects.select_related("report").get(pk=assignment.pk)
    allowed = status in WITH_BODY and kind != Kind.PRAISE
    assert may_hand_over(case) == allowed
    if allowed:
        assert hand_over(case, gardens, "Tiétek.", actor=officer).institution == gardens
        assert fresh(case.report).status == Status.SENT
    else:
        with pytest.raises(MoveNotAllowed):
            hand_over(case, gardens, "Tiétek.", actor=officer)


def test_only_who_has_it_hands_it_over(
    assignment: Assignment, handed: Assignment, lamps: Institution, officer: Person
) -> None:
    assignment.refresh_from_db()
    with pytest.raises(MoveNotAllowed):
        hand_over(assignment, lamps, "Tiétek.", actor=officer)
    with pytest.raises(MoveNotAllowed):
        give_back(assignment, "Nem.", actor=officer)
    with pytest.raises(MoveNotAllowed):
        accept_case(assignment, actor=officer)


def test_an_old_page_hands_nothing_over(assignment: Assignment, gardens: Institution, officer: Person) -> None:
    with pytest.raises(ChangedMeanwhile):
        hand_over(assignment, gardens, "Tiétek.", actor=officer, version=assignment.report.version - 1)
    assert not Assignment.objects.filter(institution=gardens).exists()


def test_both_bodies_see_the_whole_story(
    assignment: Assignment, handed: Assignment, officer: Person, other_officer: Person, client_of: Callable[..., Client]
) -> None:
    accept_case(handed, actor=other_officer)
    for case, person in ((assignment, officer), (handed, other_officer)):
        page = client_of(person).get(reverse("office_case", args=[case.pk])).content.decode()
        assert "A park a tiétek." in page
        assert "Egyváros Főkert átvette." in page


def test_cannot_be_solved_ends_it_with_the_reason(assignment: Assignment, officer: Person, client: Client) -> None:
    say_cannot(assignment, "A fal magántulajdon.", actor=officer)
    report = fresh(assignment.report)
    assignment.refresh_from_db()
    assert (report.status, report.reason, assignment.outcome) == (Status.UNRESOLVED, Reason.CANNOT, "cannot")
    assert report.closed_at
    assert "A fal magántulajdon." in client.get(report.get_absolute_url()).content.decode()
    with pytest.raises(MoveNotAllowed):
        say_cannot(assignment, "Nem.", actor=officer)


def test_cannot_be_solved_is_for_problems_not_yet_called_done(assignment: Assignment, officer: Person) -> None:
    say_done(assignment, "Kész.", actor=officer)
    with pytest.raises(MoveNotAllowed):
        say_cannot(assignment, "Mégse.", actor=officer)
    Report.objects.filter(pk=assignment.report_id).update(status=Status.SENT, kind=Kind.QUESTION)
    with pytest.raises(MoveNotAllowed):
        say_cannot(assignment, "Mégse.", actor=officer)


def test_the_other_body_gets_the_whole_case_and_the_reason(
    assignment: Assignment, gardens: Institution, settings: Any
) -> None:
    """With the case file, by mail; and the first body when it comes back."""
    settings.CASE_FILES = True
    new = hand_over(assignment, gardens, "A park a tiétek.", actor=None)
    event = give_back(new, "Az út a tiétek.", actor=None)
    for dispatch, reason in (
        (Dispatch.objects.get(assignment=new), "A park a tiétek."),
        (Dispatch.objects.get(event=event), "Az út a tiétek."),
    ):
        letter = compose(dispatch)
        assert reason in str(letter.body)
        assert assignment.title in str(letter.body)
        assert any(part.get_content_type() == "application/pdf" for part in letter.message().walk())
        assert reason not in opening_text(dispatch)  # an endpoint may publish what it gets
    assert "A park a tiétek." in str(compose(Dispatch.objects.get(event=event)).body)  # both see the whole story

"""Several bodies for one report: one leads, the others have their own letter, clock, outcome and line."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from forwarding.beside import Beside
from forwarding.forms import Step, possible_steps
from forwarding.mail import compose
from forwarding.models import Dispatch
from forwarding.office.states import deadline_day, deadline_of, is_due_soon, promise_is_late
from forwarding.tasks import send_dispatch
from moderation.acts import recorded, undo_act
from moderation.publishing import publish_by_rule
from municipalities.models import Contact, Institution, Responsibility
from notifications.deliveries import DeliveryStatus
from reports.actions import lock_report
from reports.actions_desk import hide_report, restore_report
from reports.actions_merge import merge_reports, separate_report
from reports.actions_reporter import reopen_report, withdraw_report
from reports.actions_sightings import accept_sighting, tell_sighting
from reports.actions_solved import confirm_solved
from reports.actions_undo import take_back_move
from reports.firing_of_bodies import give_up
from reports.lifecycle import WITH_BODY, Reason, Status
from reports.models import Assignment, Report, Timer

pytestmark = pytest.mark.django_db
Browser = Callable[[Person | None], Client]


@pytest.fixture
def green_rule(district: Any, potholes: Any, gardens: Institution) -> Responsibility:
    """Potholes of the district are told to the gardeners, too: they have five days."""
    return Responsibility.objects.create(
        area=district, category=potholes, institution=gardens, effect="also", answer_days=5
    )


@pytest.fixture
def both(
    submitted: Report, works: Institution, gardens: Institution, green_rule: Responsibility, moderator: Person
) -> tuple[Assignment, Assignment]:
    """`submitted`, sent to `works`, which leads, and to `gardens`."""
    lead = send_report(submitted, works, actor=moderator, others=[Beside(gardens, green_rule)])
    return lead, Assignment.objects.get(report=submitted, institution=gardens)


def fresh(assignment: Assignment) -> Assignment:
    return Assignment.objects.select_related("report").get(pk=assignment.pk)


def test_one_leads_and_each_has_its_own(both: tuple[Assignment, Assignment], green_rule: Responsibility) -> None:
    lead, beside = both
    assert (lead.is_lead, beside.is_lead, beside.round) == (True, False, lead.round)
    assert beside.responsibility == green_rule
    assert beside.due_at is not None
    assert (beside.due_at - beside.sent_at).days == 5
    assert beside.contact == beside.institution.contacts.get()
    report = Report.objects.get()
    assert (report.institution, report.due_at) == (lead.institution, lead.due_at)
    assert [(d.assignment, d.event.kind) for d in Dispatch.objects.order_by("pk")] == [
        (lead, "sent"),
        (beside, "also_sent"),
    ]
    lines = list(report.events.filter(is_public=True).values_list("kind", flat=True))
    assert lines == ["received", "sent", "also_sent"]


def test_the_letter_says_who_leads(both: tuple[Assignment, Assignment]) -> None:
    mail = compose(Dispatch.objects.get(assignment=both[1]))
    assert both[0].institution.name in str(mail.body)
    assert both[1].title in str(mail.body)


def test_two_destinations_one_fails(both: tuple[Assignment, Assignment], mailoutbox: list[Any]) -> None:
    """Only the failed one is tried again."""
    address = "ugyfel@utkezelo.example"
    Contact.objects.filter(address=address).update(stopped_at="2026-01-01T00:00Z")
    first, second = Dispatch.objects.order_by("pk")
    for dispatch in (first, second):
        send_dispatch(dispatch.pk)
        dispatch.refresh_from_db()
    assert (first.status, second.status) == (DeliveryStatus.FAILED, DeliveryStatus.SENT)
    Contact.objects.filter(address=address).update(stopped_at=None)
    Dispatch.objects.filter(pk=first.pk).update(status=DeliveryStatus.WAITING)
    for dispatch in (first, second):
        send_dispatch(dispatch.pk)
    assert [mail.to[0] for mail in mailoutbox] == ["info@fokert.example", address]


def test_an_answer_beside_shows_and_moves_nothing(both: tuple[Assignment, Assignment], client_of: Browser) -> None:
    _lead, beside = both
    answer_report(beside, "A fát kivágjuk.", actor=None)
    report = Report.objects.get()
    assert (report.state, report.first_answer_at) == (Status.SENT, None)
    assert fresh(beside).first_answer_at is not None
    page = client_of(None).get(report.get_absolute_url()).content.decode()
    assert "A fát kivágjuk." in page
    assert "Nála is van" in page


def test_its_own_outcome(both: tuple[Assignment, Assignment]) -> None:
    lead, beside = both
    assert possible_steps(fresh(beside)) == [Step.ANSWER, Step.PROMISE, Step.DONE, Step.CANNOT, Step.NOT_OURS]
    promise_date(beside, date(2027, 1, 10), "", actor=None)
    assert fresh(beside).promised_on == date(2027, 1, 10)
    event = say_done(beside, "", actor=None)
    with override("en"):
        assert event.sentence == "Egyváros Főkert says that its part is done."
    assert fresh(beside).outcome == "done"
    report = Report.objects.get()
    assert (report.state, report.promised_on) == (Status.SENT, None)
    assert fresh(lead).is_running


def test_not_theirs_beside_is_no_case_for_rerouting(both: tuple[Assignment, Assignment], works: Institution) -> None:
    say_not_ours(both[1], "Nem a miénk.", actor=None, pointed_to=works)
    report = Report.objects.get()
    assert (report.state, report.needs_rerouting) == (Status.SENT, False)
    assert fresh(both[1]).outcome == "not_ours"


def test_the_end_is_told_to_both(both: tuple[Assignment, Assignment], reporter: Person) -> None:
    say_done(both[0], "Kész.", actor=None)
    confirm_solved(Report.objects.get(), actor=reporter)
    assert fresh(both[1]).outcome == "ended"
    told = Dispatch.objects.filter(event__kind="solved").values_list("assignment", flat=True)
    assert set(told) == {one.pk for one in both}


def test_withdrawn_it_is_told_to_both(both: tuple[Assignment, Assignment], reporter: Person) -> None:
    withdraw_report(Report.objects.get(), actor=reporter)
    assert Dispatch.objects.filter(event__kind="withdrawn").count() == 2
    assert not fresh(both[1]).is_running


def test_sent_again_to_the_one_beside_it_leads(
    both: tuple[Assignment, Assignment], gardens: Institution, works: Institution, moderator: Person
) -> None:
    say_not_ours(both[0], "", actor=None)
    lead = send_report(Report.objects.get(), gardens, actor=moderator, others=[Beside(gardens), Beside(works)])
    assert fresh(both[1]).outcome == "superseded"
    rows = Assignment.objects.filter(round=lead.round).values_list("institution__name", "is_lead")
    assert sorted(rows) == [(gardens.name, True), (works.name, False)]


def test_refusing_and_repeated_bodies_are_left_out(
    submitted: Report, works: Institution, gardens: Institution, refuser: Institution, moderator: Person
) -> None:
    others = [Beside(refuser), Beside(works), Beside(gardens), Beside(gardens)]
    send_report(submitted, works, actor=moderator, others=others)
    assert Assignment.objects.filter(is_lead=False).get().institution == gardens


def test_the_desk_ticks_them_and_sends_what_is_ticked(
    client_of: Browser,
    submitted: Report,
    rule: Responsibility,
    green_rule: Responsibility,
    moderator: Person,
) -> None:
    browser = client_of(moderator)
    url = reverse("desk_case", args=[submitted.reference])
    page = browser.get(url).content.decode()
    box = page[page.index('name="also"') :][:120]
    assert "checked" in box
    data = {
        "title": submitted.title,
        "description": submitted.description,
        "category": submitted.category_id,
        "address": submitted.address,
        "latitude": "47.45",
        "longitude": "19.05",
        "institution": rule.institution_id,
        "version": submitted.version,
        "action": "send",
    }
    browser.post(url, {**data, "also": [green_rule.institution_id]})
    lead, beside = Assignment.objects.order_by("pk")
    assert (lead.responsibility, beside.responsibility) == (rule, green_rule)


def test_unticked_it_goes_to_one(
    client_of: Browser, submitted: Report, rule: Responsibility, green_rule: Responsibility, moderator: Person
) -> None:
    data = {
        "title": submitted.title,
        "description": submitted.description,
        "category": submitted.category_id,
        "latitude": "47.45",
        "longitude": "19.05",
        "institution": rule.institution_id,
        "version": submitted.version,
        "action": "send",
    }
    client_of(moderator).post(reverse("desk_case", args=[submitted.reference]), data)
    assert Assignment.objects.get().is_lead


def test_undone_nobody_has_it_and_nothing_goes_out(
    submitted: Report,
    works: Institution,
    gardens: Institution,
    moderator: Person,
    mailoutbox: list[Any],
    settings: Any,
) -> None:
    settings.UNDO_SECONDS = 60
    with recorded("send", submitted, actor=moderator) as recording:
        send_report(submitted, works, actor=moderator, others=[Beside(gardens)])
    assert recording.act is not None
    undo_act(recording.act, actor=moderator)
    assert set(Assignment.objects.values_list("outcome", "is_lead")) == {("taken_back", False)}
    for dispatch in Dispatch.objects.all():
        send_dispatch(dispatch.pk)
    assert set(Dispatch.objects.values_list("status", flat=True)) == {DeliveryStatus.CANCELLED}
    assert not mailoutbox
    assert Report.objects.get().state == Status.SUBMITTED


def test_by_rule_it_goes_to_both(
    make_report: Callable[..., Report],
    reporter: Person,
    rule: Responsibility,
    green_rule: Responsibility,
) -> None:
    reporter.trust = "trusted"
    reporter.save(update_fields=["trust"])
    report = make_report(photos=1)
    assert publish_by_rule(report.pk)
    assert list(Assignment.objects.order_by("pk").values_list("responsibility", "is_lead")) == [
        (rule.pk, True),
        (green_rule.pk, False),
    ]


def test_each_has_timers_of_its_own(both: tuple[Assignment, Assignment]) -> None:
    timed = set(Timer.objects.exclude(assignment=None).values_list("assignment", flat=True))
    assert timed == {one.pk for one in both}


def _aside_and_back(report: Report, way: str, publish: Callable[..., Report], moderator: Person) -> Report:
    if way == "hidden":
        hide_report(report, "", actor=moderator)
        return restore_report(report, actor=moderator)
    merge_reports(report, publish(), actor=moderator)
    return separate_report(report, actor=moderator)


@pytest.fixture
def publish(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Callable[[], Report]:
    return lambda: send_report(make_report(), works, actor=moderator).report


@pytest.mark.parametrize("way", ["hidden", "joined"])
@pytest.mark.parametrize("who", ["lead", "beside"])
def test_whose_it_is_the_leading_body_says(
    both: tuple[Assignment, Assignment], publish: Callable[[], Report], moderator: Person, who: str, way: str
) -> None:
    """Hidden and restored, or joined and separated, it looks for another body only where the leading one said no."""
    say_not_ours(both[0] if who == "lead" else both[1], "Nem a miénk.", actor=None)
    report = _aside_and_back(Report.objects.get(pk=both[0].report_id), way, publish, moderator)
    assert (report.state, report.needs_rerouting) == (Status.SENT, who == "lead")


def test_a_promise_beside_is_waited_for_while_the_lead_is_silent(both: tuple[Assignment, Assignment]) -> None:
    _lead, beside = both
    today = timezone.localdate()
    promise_date(beside, today + timedelta(days=3), "Levágjuk.", actor=None)
    deadline = deadline_of(fresh(beside))
    assert deadline is not None
    assert (deadline.day, deadline.is_promise) == (today + timedelta(days=3), True)
    row = Assignment.objects.annotate(day=deadline_day()).get(is_due_soon(timezone.now()), pk=beside.pk)
    assert row.day == deadline.day
    Assignment.objects.filter(pk=beside.pk).update(promised_on=today - timedelta(days=1))
    late = deadline_of(fresh(beside))
    assert late is not None
    assert late.is_late
    assert Assignment.objects.get(promise_is_late(timezone.now())) == beside


def _solved(report: Report, lead: Assignment, reporter: Person) -> None:
    say_done(lead, "Kész.", actor=None)
    confirm_solved(report, actor=reporter)


def _solved_and_taken_back(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _solved(report, lead, reporter)
    take_back_move(report.events.get(kind="solved"), actor=None)


def _solved_and_reopened(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _solved(report, lead, reporter)
    reopen_report(report, "Mégsem.", actor=reporter)


def _silent(report: Report, lead: Assignment) -> None:
    give_up(lock_report(report), fresh(lead), Reason.NO_ANSWER)


def _silent_and_seen(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _silent(report, lead)
    sighting = tell_sighting(report, is_solved=False, text="Ott van.", author=neighbour, confirmed=True)
    accept_sighting(sighting, actor=None)


def _silent_and_answered(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _silent(report, lead)
    answer_report(lead, "Megnézzük.", actor=None)


def _silent_and_promised(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _silent(report, lead)
    promise_date(lead, date(2099, 1, 10), "", actor=None)


def _silent_and_done(report: Report, lead: Assignment, reporter: Person, neighbour: Person) -> None:
    _silent(report, lead)
    say_done(lead, "Kész.", actor=None)


@pytest.mark.parametrize(
    "ends_and_returns",
    [
        _solved_and_taken_back,
        _solved_and_reopened,
        _silent_and_seen,
        _silent_and_answered,
        _silent_and_promised,
        _silent_and_done,
    ],
)
def test_who_had_it_beside_has_it_again_with_the_leading_one(
    both: tuple[Assignment, Assignment],
    reporter: Person,
    neighbour: Person,
    ends_and_returns: Callable[[Report, Assignment, Person, Person], None],
) -> None:
    lead, beside = both
    ends_and_returns(Report.objects.get(), lead, reporter, neighbour)
    report = Report.objects.get()
    assert report.state in WITH_BODY
    assert (fresh(lead).is_running, fresh(beside).is_running) == (True, True)
    if report.state != Status.AWAITING_CONFIRMATION:
        assert Timer.objects.filter(assignment=beside, done_at=None).exists()


def test_separated_both_have_it_again(
    both: tuple[Assignment, Assignment], publish: Callable[[], Report], moderator: Person
) -> None:
    _aside_and_back(Report.objects.get(), "joined", publish, moderator)
    assert (fresh(both[0]).is_running, fresh(both[1]).is_running) == (True, True)


def test_who_had_ended_with_it_before_does_not_come_back(
    both: tuple[Assignment, Assignment], reporter: Person, neighbour: Person
) -> None:
    say_done(both[1], "", actor=None)
    _solved_and_reopened(Report.objects.get(), both[0], reporter, neighbour)
    assert fresh(both[1]).outcome == "done"


def test_a_late_answer_beside_is_not_the_reports_first(both: tuple[Assignment, Assignment]) -> None:
    beside = both[1]
    give_up(lock_report(beside.report), beside, Reason.NO_ANSWER)
    answer_report(beside, "Késve, de itt vagyunk.", actor=None)
    assert fresh(beside).first_answer_at is not None
    assert Report.objects.get().first_answer_at is None


def test_praise_that_ends_as_published_is_over_beside_too(
    make_report: Callable[..., Report], refuser: Institution, gardens: Institution, moderator: Person
) -> None:
    report = make_report(kind="praise")
    send_report(report, refuser, actor=moderator, others=[Beside(gardens)])
    assert Report.objects.get().state == Status.DELIVERED
    assert Assignment.objects.get(institution=gardens).outcome == "ended"
    assert Dispatch.objects.get().assignment.institution == gardens

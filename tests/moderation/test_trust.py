"""Whom the desk trusts, whom it stops, and who is looked over the shoulder."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.bans import Banned, ban_person, lift_ban, running_ban, set_trust
from accounts.erasure import erase_person
from accounts.models import Ban, Person, Reading
from forwarding.models import Dispatch
from moderation import publishing
from moderation.acts import recorded, undo_act
from moderation.models import Act
from moderation.publishing import is_trusted, publish_by_rule
from moderation.suggestions import choices_for
from municipalities import suggesting
from municipalities.learned.model import Guess
from municipalities.models import Institution, Membership, Responsibility
from reports.actions_comments import write_comment
from reports.actions_desk import hide_report, reject_report
from reports.actions_sending import confirm_report
from reports.lifecycle import EventKind, Reason, Status
from reports.models import Comment, Report

pytestmark = pytest.mark.django_db

Browser = Callable[[Person | None], Client]
Make = Callable[..., Report]


@pytest.fixture
def at_employees_desk(client_of: Browser, employee: Person) -> Client:
    return client_of(employee)


# -- Published by rule --------------------------------------------------------------------------------------


def test_a_trusted_reporters_report_goes_out_by_rule_and_gets_a_second_look(
    make_report: Make,
    reporter: Person,
    rule: Responsibility,
    moderator: Person,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    set_trust(reporter, "trusted")
    with django_capture_on_commit_callbacks(execute=True):
        report = make_report(photos=1)
    assert (publishing.TASK, report.pk) in announced
    assert publish_by_rule(report.pk)
    report.refresh_from_db()
    assert (report.status, report.institution) == (Status.SENT, rule.institution)
    event = report.events.get(kind=EventKind.SENT)
    assert (event.actor, event.role) == (None, "system")
    assert event.is_held
    act = Act.objects.get()
    assert (act.kind, act.actor, act.needs_look) == ("send", None, True)
    assert not publish_by_rule(report.pk)

    undo_act(act, actor=moderator)
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED
    assert Dispatch.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"category": None}, "nobody said what it is"),
        ({"photos": 0}, "there is nothing to see"),
        ({"kind": "question"}, "a question wants words"),
        ({"description": "Hívjon: 06 30 123 4567, kátyú van."}, "personal data"),
        ({"description": "Szivárog a gáz a kátyúnál!"}, "an emergency"),
        ({"place_source": "words"}, "the place is only told"),
    ],
)
def test_whatever_makes_one_think_twice_waits_for_a_volunteer(
    make_report: Make, reporter: Person, rule: Responsibility, fields: dict[str, Any], why: str
) -> None:
    set_trust(reporter, "trusted")
    report = make_report(**{"photos": 1, **fields})
    assert not publish_by_rule(report.pk), why
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED
    assert not Act.objects.exists()


def test_without_a_rule_or_a_body_that_can_be_reached_it_waits(
    make_report: Make, reporter: Person, rule: Responsibility
) -> None:
    set_trust(reporter, "trusted")
    report = make_report(photos=1)
    contacts = rule.institution.contacts
    contacts.update(is_active=False)
    assert not publish_by_rule(report.pk)
    contacts.update(is_active=True)
    Responsibility.objects.update(is_active=False)
    assert not publish_by_rule(report.pk)
    Responsibility.objects.update(is_active=True)
    assert publish_by_rule(report.pk)


def test_what_was_learned_speaks_against_a_rule_but_never_for_another_body(
    make_report: Make, reporter: Person, rule: Responsibility, gardens: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule names one body, the model is sure of another: somebody has to look. Where both agree it goes out."""
    set_trust(reporter, "trusted")
    Responsibility.objects.filter(pk=rule.pk).update(weight=5)
    Responsibility.objects.create(institution=gardens, area=rule.area, category=rule.category)
    report = make_report(photos=1)

    def sure_of(institution: Institution) -> None:
        guesses = [Guess(str(institution.pk), 0.99, ["kátyú"], 40)]
        monkeypatch.setattr(suggesting, "learned", lambda *args, **kwargs: guesses)

    sure_of(gardens)
    assert choices_for(report, report.point, report.category, report.address).bodies[0].institution == gardens
    assert not publish_by_rule(report.pk)
    report.refresh_from_db()
    assert report.status == Status.SUBMITTED
    sure_of(rule.institution)
    assert publish_by_rule(report.pk)
    report.refresh_from_db()
    assert report.institution == rule.institution


def test_trust_grows_by_what_one_did_and_ends_with_a_refusal(
    make_report: Make, reporter: Person, moderator: Person, settings: Any
) -> None:
    reports = [make_report() for _number in range(3)]
    Report.objects.filter(pk__in=[report.pk for report in reports[:2]]).update(published_at=timezone.now())
    assert not is_trusted(reporter)  # no rule is set
    settings.TRUST_AFTER = 3
    assert not is_trusted(reporter)
    settings.TRUST_AFTER = 2
    assert is_trusted(reporter)
    set_trust(reporter, "watched")
    assert not is_trusted(reporter)
    set_trust(reporter, "")
    reject_report(reports[2], Reason.NO_PLACE, "", actor=moderator)
    assert not is_trusted(reporter)


def test_hiding_ends_trust_too(make_report: Make, reporter: Person, moderator: Person, settings: Any) -> None:
    settings.TRUST_AFTER = 1
    first, second = make_report(), make_report()
    Report.objects.filter(pk=first.pk).update(published_at=timezone.now())
    assert is_trusted(reporter)
    hide_report(second, "", actor=moderator)
    assert not is_trusted(reporter)


def test_of_others_no_worker_is_woken(
    make_report: Make, announced: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_report()
    assert announced
    assert publishing.TASK not in [task for task, _pk in announced]


# -- Second looks -------------------------------------------------------------------------------------------


def test_somebody_news_decisions_wait_for_a_second_look_until_an_employee_lifts_it(
    at_employees_desk: Client, client_of: Browser, moderator: Person, submitted: Report
) -> None:
    membership = moderator.memberships.get()
    Membership.objects.filter(pk=membership.pk).update(is_new=True)
    fresh = Person.objects.get(pk=moderator.pk)
    with recorded("reject", submitted, actor=fresh):
        reject_report(submitted, Reason.NO_PLACE, "", actor=fresh)
    act = Act.objects.get()
    assert act.needs_look
    page = at_employees_desk.get(reverse("desk_history"), {"look": "on"}).content.decode()
    assert reverse("desk_approve", args=[act.pk]) in page
    assert client_of(fresh).post(reverse("desk_approve", args=[act.pk])).status_code == HTTPStatus.NOT_FOUND

    at_employees_desk.post(reverse("desk_approve", args=[act.pk]))
    act.refresh_from_db()
    assert (act.needs_look, act.looked_by) == (False, Person.objects.get(email="employee@example.org"))

    assert at_employees_desk.post(reverse("desk_lift", args=["new", membership.pk])).status_code == HTTPStatus.FOUND
    membership.refresh_from_db()
    assert not membership.is_new


def test_a_senior_sees_what_waits_in_their_area_only(
    client_of: Browser, moderator: Person, other_moderator: Person, employee: Person, submitted: Report
) -> None:
    for person in (moderator, other_moderator):
        person.memberships.update(role="senior")
    with recorded("reject", submitted, actor=employee):
        reject_report(submitted, Reason.NO_PLACE, "", actor=employee)
    Act.objects.update(needs_look=True)
    url = reverse("desk_history")
    assert submitted.reference in client_of(moderator).get(url).content.decode()
    assert submitted.reference not in client_of(other_moderator).get(url).content.decode()


def test_those_who_are_known_are_not_looked_over_the_shoulder(submitted: Report, moderator: Person) -> None:
    with recorded("reject", submitted, actor=moderator):
        reject_report(submitted, Reason.NO_PLACE, "", actor=moderator)
    assert not Act.objects.get().needs_look


# -- Bans ---------------------------------------------------------------------------------------------------


def test_a_ban_has_a_reason_and_an_end(
    at_employees_desk: Client, submitted: Report, reporter: Person, employee: Person, client_of: Browser
) -> None:
    until = timezone.localdate() + timedelta(days=7)
    url = reverse("desk_ban", args=[submitted.reference])
    assert at_employees_desk.post(url, {"reason": "", "until": until}).status_code == HTTPStatus.BAD_REQUEST
    yesterday = timezone.localdate() - timedelta(days=1)
    page = at_employees_desk.post(url, {"reason": "Sértegetett.", "until": yesterday})
    assert "Sértegetett." in page.content.decode()
    assert not Ban.objects.exists()
    assert at_employees_desk.post(url, {"reason": "Sértegetett.", "until": until}).status_code == HTTPStatus.FOUND
    ban = Ban.objects.get()
    assert (ban.person, ban.by, ban.until) == (reporter, employee, until)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert running_ban(reporter) is None
    page_of_people = at_employees_desk.get(reverse("desk_people")).content.decode()
    assert reporter.email in page_of_people
    assert Reading.objects.filter(actor=employee, what="list").exists()
    at_employees_desk.post(reverse("desk_lift", args=["ban", reporter.pk]))
    assert running_ban(reporter) is None


def test_who_is_banned_reads_why_and_nothing_is_stored(
    client_of: Browser, reporter: Person, employee: Person, assignment: Any
) -> None:
    report = assignment.report
    ban_person(reporter, "Sértegetett.", None, actor=employee)
    url = reverse("comment_new", args=[report.reference])
    response = client_of(reporter).post(url, {"text": "Szia."})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Sértegetett." in response.content.decode()
    assert not Comment.objects.exists()
    lift_ban(reporter, actor=employee)
    assert write_comment(report, "Szia.", author=reporter, confirmed=True).pk


def test_a_guests_ban_is_told_to_whoever_opens_the_link_only(make_report: Make, employee: Person) -> None:
    guest = Person.objects.for_address("guest@example.org")
    ban_person(guest, "Sértegetett.", None, actor=employee)
    report = make_report(reporter=guest, confirmed=False)
    assert report.status == Status.UNCONFIRMED
    with pytest.raises(Banned):
        confirm_report(report)


def test_a_new_ban_ends_the_old_one_and_erasing_forgets_all(reporter: Person, employee: Person) -> None:
    ban_person(reporter, "Első.", None, actor=employee)
    ban_person(reporter, "Második.", None, actor=employee)
    assert [ban.reason for ban in Ban.objects.filter(lifted_at=None)] == ["Második."]
    erase_person(reporter, keep_reports=True)
    assert not Ban.objects.exists()


def test_volunteers_do_not_ban(at_desk: Client, submitted: Report) -> None:
    for name in ("desk_ban", "desk_trust"):
        response = at_desk.post(reverse(name, args=[submitted.reference]), {"reason": "x", "trust": "trusted"})
        assert response.status_code == HTTPStatus.NOT_FOUND
    assert at_desk.get(reverse("desk_people")).status_code == HTTPStatus.NOT_FOUND
    assert not Ban.objects.exists()


def test_whoever_works_here_is_not_banned(at_employees_desk: Client, make_report: Make, moderator: Person) -> None:
    report = make_report(reporter=moderator)
    at_employees_desk.post(reverse("desk_ban", args=[report.reference]), {"reason": "x"})
    assert not Ban.objects.exists()


def test_trust_by_name(at_employees_desk: Client, submitted: Report, reporter: Person) -> None:
    at_employees_desk.post(reverse("desk_trust", args=[submitted.reference]), {"trust": "trusted"})
    reporter.refresh_from_db()
    assert reporter.trust == "trusted"
    at_employees_desk.post(reverse("desk_trust", args=[submitted.reference]), {"trust": "junk"})
    reporter.refresh_from_db()
    assert reporter.trust == "trusted"
    at_employees_desk.post(reverse("desk_lift", args=["trust", reporter.pk]))
    reporter.refresh_from_db()
    assert reporter.trust == ""

"""The delivery ledger: what needs a look stands first, every attempt is there, and what can be done about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding import channels
from forwarding.actions import say_done, send_report
from forwarding.models import ContactHealth, Dispatch, DispatchAttempt
from forwarding.sending import send_dispatch
from moderation.acts import CannotUndo, undo_act
from moderation.models import Act
from municipalities.models import Area, Contact, Institution, Membership
from notifications.mailer import SendingFailed
from reports.actions_desk import hide_report, restore_report
from reports.actions_solved import deny_solved
from reports.models import Assignment, Report

pytestmark = pytest.mark.django_db
LEDGER = "/desk/deliveries/"


@pytest.fixture
def failed(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> Dispatch:
    """The letter of `assignment`, refused for good."""

    def refuse(*arguments: Any, **options: Any) -> str:
        raise SendingFailed("550 no such user here", permanent=True)

    with monkeypatch.context() as patch:
        patch.setattr(channels, "send_mail", refuse)
        send_dispatch(Dispatch.objects.get().pk)
    return fresh()


def fresh() -> Dispatch:
    return Dispatch.objects.select_related("contact", "assignment").earliest("pk")


def page_of(dispatch: Dispatch) -> str:
    return reverse("desk_delivery", args=[dispatch.pk])


def later() -> Any:
    """When nothing can be undone any more."""
    return time_machine.travel(timezone.now() + timedelta(minutes=5))


# -- The list -------------------------------------------------------------------------------------------------


def test_what_needs_a_look_stands_first(
    at_desk: Client, make_report: Callable[..., Report], works: Institution, moderator: Person
) -> None:
    now = timezone.now()
    titles = ("Elromlott", "Talán", "Elakadt", "Várakozik", "Elment")
    rows = {}
    for title in titles:
        send_report(make_report(title=title), works, actor=moderator)
        rows[title] = Dispatch.objects.latest("pk")
    change: dict[str, dict[str, Any]] = {
        "Elromlott": {"status": "failed"},
        "Talán": {"status": "failed", "may_have_arrived": True},
        "Elakadt": {"next_try_at": now - timedelta(hours=1)},
        "Várakozik": {"next_try_at": now + timedelta(hours=1)},
        "Elment": {"status": "sent", "sent_at": now},
    }
    for title, values in change.items():
        Dispatch.objects.filter(pk=rows[title].pk).update(**values)

    def shown(**query: str) -> list[str]:
        page = at_desk.get(LEDGER, query).content.decode()
        return [title for title in titles if f">{title}<" in page]

    assert shown() == ["Elromlott", "Talán", "Elakadt"]
    assert shown(state="failed") == ["Elromlott"]
    assert shown(state="unknown") == ["Talán"]
    assert shown(state="stuck") == ["Elakadt"]
    assert shown(state="waiting") == ["Elakadt", "Várakozik"]
    assert shown(state="sent") == ["Elment"]
    assert shown(state="all") == list(titles)
    assert shown(state="all", address="nobody@") == []
    assert shown(state="all", institution=str(works.pk)) == list(titles)
    assert shown(state="all", channel="webhook") == []
    assert shown(state="all", age="1") == []
    counts = at_desk.get(LEDGER).context["states"]
    assert {state.key: count for state, count in counts if count is not None} == {
        "look": 3,
        "failed": 1,
        "unknown": 1,
        "stuck": 1,
        "waiting": 2,
    }


def test_a_letter_that_was_tried_in_vain_for_a_day_is_stuck(at_desk: Client, assignment: Assignment) -> None:
    Dispatch.objects.update(
        attempts=3, created_at=timezone.now() - timedelta(days=2), next_try_at=timezone.now() + timedelta(hours=1)
    )
    assert at_desk.get(LEDGER).context["page_obj"].paginator.count == 1


def test_a_letter_that_waits_behind_an_earlier_one_is_not_stuck(
    at_desk: Client, assignment: Assignment, reporter: Person
) -> None:
    say_done(assignment, "Kész.", actor=None)
    deny_solved(assignment.report, "Még ott van.", actor=reporter)
    first, second = Dispatch.objects.order_by("pk")
    hour = timedelta(hours=1)
    Dispatch.objects.filter(pk=first.pk).update(next_try_at=timezone.now() + hour)
    Dispatch.objects.filter(pk=second.pk).update(next_try_at=timezone.now() - hour)
    page = at_desk.get(LEDGER, {"state": "stuck"})
    assert page.context["page_obj"].paginator.count == 0
    assert {state.key: count for state, count in page.context["states"]}["stuck"] == 0
    Dispatch.objects.filter(pk=first.pk).update(status="sent")
    page = at_desk.get(LEDGER, {"state": "stuck"})
    assert page.context["page_obj"].paginator.count == 1
    assert {state.key: count for state, count in page.context["states"]}["stuck"] == 1


def test_the_list_costs_the_same_for_one_and_for_many(
    at_desk: Client,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
    django_assert_num_queries: Any,
) -> None:
    for count in (1, 6):
        for _ in range(count):
            send_report(make_report(), works, actor=moderator)
        with django_assert_num_queries(11):
            at_desk.get(LEDGER, {"state": "all"})


def test_only_ones_own_desk(
    failed: Dispatch, client_of: Callable[[Person | None], Client], other_district: Area, employee: Person
) -> None:
    other = Person.objects.create_user("other@example.org", "pw")
    Membership.objects.create(person=other, role="moderator", area=other_district)
    browser = client_of(other)
    assert failed.address not in browser.get(LEDGER).content.decode()
    assert browser.get(page_of(failed)).status_code == 404
    assert browser.post(page_of(failed), {"action": "letter_again"}).status_code == 404
    assert browser.get(reverse("desk_contact", args=[failed.contact_id])).status_code == 404
    assert failed.address in client_of(employee).get(LEDGER).content.decode()


# -- One letter -----------------------------------------------------------------------------------------------


def test_a_letters_page_shows_every_attempt_and_the_answer(
    at_desk: Client, failed: Dispatch, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(10):
        page = at_desk.get(page_of(failed)).content.decode()
    assert "550 no such user here" in page
    assert "ugyfel@utkezelo.example" in page


def test_send_again(at_desk: Client, failed: Dispatch) -> None:
    Contact.objects.update(address="uj@utkezelo.example")
    assert at_desk.post(page_of(failed), {"action": "letter_again"}).status_code == 302
    assert fresh().status == "waiting"
    send_dispatch(failed.pk)
    assert mail.outbox == []  # it can be undone yet
    with later():
        send_dispatch(failed.pk)
    assert fresh().status == "sent"
    assert mail.outbox[0].to == ["uj@utkezelo.example"]
    assert list(fresh().tries.values_list("number", "outcome", "address")) == [
        (1, "failed", "ugyfel@utkezelo.example"),
        (2, "sent", "uj@utkezelo.example"),
    ]
    assert failed.assignment.report.events.filter(kind="letter_again", is_public=False).exists()


def test_send_again_is_undone(at_desk: Client, failed: Dispatch, moderator: Person) -> None:
    at_desk.post(page_of(failed), {"action": "letter_again"})
    undo_act(Act.objects.latest("pk"), actor=moderator)
    row = fresh()
    assert (row.status, row.attempts, row.last_error) == ("failed", 1, "550 no such user here")
    with later():
        send_dispatch(row.pk)
    assert mail.outbox == []


def test_send_again_that_has_left_cannot_be_undone(at_desk: Client, failed: Dispatch, moderator: Person) -> None:
    at_desk.post(page_of(failed), {"action": "letter_again"})
    with later():
        send_dispatch(failed.pk)
    with pytest.raises(CannotUndo):
        undo_act(Act.objects.latest("pk"), actor=moderator)


def test_send_elsewhere_and_what_follows_goes_there_too(
    at_desk: Client, failed: Dispatch, works: Institution, gardens: Institution, reporter: Person
) -> None:
    other = Contact.objects.create(institution=works, address="ugyelet@utkezelo.example", position=1)
    form = {"action": "letter_elsewhere", "contact": str(other.pk)}
    stranger = {**form, "contact": str(Contact.objects.get(institution=gardens).pk)}
    assert at_desk.post(page_of(failed), stranger).status_code == 400
    at_desk.post(page_of(failed), form)
    say_done(failed.assignment, "", actor=None)
    deny_solved(failed.assignment.report, "Nem.", actor=reporter)
    with later():
        for pk in Dispatch.objects.order_by("pk").values_list("pk", flat=True):
            send_dispatch(pk)
    assert [sent.to for sent in mail.outbox] == [["ugyelet@utkezelo.example"]] * 2


def test_send_elsewhere_is_undone(at_desk: Client, failed: Dispatch, works: Institution, moderator: Person) -> None:
    other = Contact.objects.create(institution=works, address="ugyelet@utkezelo.example", position=1)
    at_desk.post(page_of(failed), {"action": "letter_elsewhere", "contact": str(other.pk)})
    assert fresh().contact == other
    undo_act(Act.objects.latest("pk"), actor=moderator)
    row = fresh()
    assert (row.status, row.address, row.assignment.contact) == ("failed", "ugyfel@utkezelo.example", row.contact)


def test_marked_as_sent_by_post(at_desk: Client, failed: Dispatch, moderator: Person) -> None:
    day = timezone.localdate() - timedelta(days=1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused = at_desk.post(page_of(failed), {"action": "letter_posted", "day": tomorrow.isoformat()})
    assert refused.status_code == 400
    at_desk.post(page_of(failed), {"action": "letter_posted", "day": day.isoformat()})
    row = fresh()
    last = row.tries.get(outcome=DispatchAttempt.Outcome.LETTER)
    assert (row.status, timezone.localdate(last.started_at), last.actor) == ("sent", day, moderator)
    undo_act(Act.objects.latest("pk"), actor=moderator)
    row = fresh()
    assert (row.status, row.tries.count(), row.sent_at) == ("failed", 1, None)


def test_cancelled_stays_cancelled(at_desk: Client, assignment: Assignment, moderator: Person) -> None:
    dispatch = fresh()
    at_desk.post(page_of(dispatch), {"action": "letter_dropped"})
    assert (fresh().status, fresh().is_dropped) == ("cancelled", True)
    # What brings hidden reports' letters back does not bring this one back.
    hide_report(assignment.report, "Név.", actor=moderator)
    restore_report(assignment.report, actor=moderator)
    with later():
        send_dispatch(dispatch.pk)
    assert mail.outbox == []
    at_desk.post(page_of(dispatch), {"action": "letter_again"})
    with later():
        send_dispatch(dispatch.pk)
    assert len(mail.outbox) == 1


def test_cancelling_is_undone(at_desk: Client, assignment: Assignment, moderator: Person) -> None:
    at_desk.post(page_of(fresh()), {"action": "letter_dropped"})
    undo_act(Act.objects.latest("pk"), actor=moderator)
    assert (fresh().status, fresh().is_dropped) == ("waiting", False)


def test_what_a_worker_has_in_hand_is_left_alone(at_desk: Client, assignment: Assignment) -> None:
    assert Dispatch.objects.claim(fresh().pk) is not None
    for action in ("letter_again", "letter_dropped"):
        at_desk.post(page_of(fresh()), {"action": action})
    at_desk.post(page_of(fresh()), {"action": "letter_posted", "day": timezone.localdate().isoformat()})
    assert fresh().status == "sending"
    assert not Act.objects.exists()


def test_an_act_that_does_not_exist(at_desk: Client, failed: Dispatch) -> None:
    assert at_desk.post(page_of(failed), {"action": "eat"}).status_code == 404


# -- One contact ----------------------------------------------------------------------------------------------


def test_a_contacts_page_and_its_pause_ended_by_hand(
    at_desk: Client, failed: Dispatch, moderator: Person, django_assert_num_queries: Any
) -> None:
    until = timezone.now() + timedelta(hours=5)
    ContactHealth.objects.update(failures_in_row=5, paused_until=until)
    Dispatch.objects.update(status="waiting", next_try_at=until)
    url = reverse("desk_contact", args=[failed.contact_id])
    with django_assert_num_queries(9):
        page = at_desk.get(url).content.decode()
    assert "550 no such user here" in page
    assert reverse("desk_contact", args=[failed.contact_id]) in at_desk.get(LEDGER).content.decode()
    at_desk.post(url)
    health = ContactHealth.objects.get()
    assert (health.paused_until, health.failures_in_row, health.resumed_by) == (None, 0, moderator)
    assert fresh().next_try_at <= timezone.now()
    at_desk.post(url)  # pressed twice
    send_dispatch(fresh().pk)
    assert fresh().status == "sent"

"""When alerts' mails go out, what stands in them, and how they stop."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.holdings import all_holdings
from accounts.models import Person
from forwarding.actions import say_done
from forwarding.incoming import store_mail
from notifications.alerts import mailing
from notifications.alerts.actions import (
    TooManyAlerts,
    confirm_alert,
    create_alert,
    delete_alert,
    edit_alert,
    pause_alert,
)
from notifications.alerts.holding import erase_alerts
from notifications.alerts.matching import match_batch
from notifications.models import Alert, AlertCandidate, AlertHit, AlertMail, MailChoice
from notifications.tasks import purge_alerts, run_alerts, sweep
from reports import links
from reports.actions_desk import hide_report
from reports.actions_solved import confirm_solved
from reports.models import Report
from tests.forwarding.test_incoming import bounce_of
from tests.servers import somebody_waits, wait_until

from .conftest import MakeAlert, Publish
from .test_follow_requests import ask
from .test_follow_requests import send_all as send_follow_questions
from .test_mails import both

pytestmark = pytest.mark.django_db

# Budapest: a Tuesday at 12:00, summer time.
NOON = datetime(2026, 10, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def beat() -> list[EmailMultiAlternatives]:
    """One beat: match, gather, send; the mails that went out."""
    mail.outbox.clear()
    run_alerts()
    for pk in AlertMail.objects.due().order_by("pk").values_list("pk", flat=True):
        mailing.send_alert_mail(pk)
    return [sent for sent in mail.outbox if isinstance(sent, EmailMultiAlternatives)]


def at(clock: time_machine.Traveller, local: str) -> None:
    clock.move_to(datetime.fromisoformat(local).astimezone(UTC))


# -- At once ------------------------------------------------------------------------------------------------------


def test_one_mail_for_what_a_beat_finds(clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish) -> None:
    alert = make_alert()
    reports = [publish(title=f"Kátyú {number}", address="Fő <utca> 1.") for number in range(3)]
    [sent] = beat()
    assert sent.to == ["neighbour@example.org"]
    assert sent.subject == "3 pieces of news: Az én utcám"
    text, html = both(sent)
    for report in reports:
        for part in (text, html):
            assert f"{settings.SITE_URL}{report.get_absolute_url()}" in part
            assert report.heading in part
    assert "Fő <utca> 1." in text
    assert "Fő &lt;utca&gt; 1." in html
    assert "a new report" in text
    assert beat() == []
    assert {hit.mail for hit in AlertHit.objects.all()} == {alert.mails.get()}


def test_a_report_stands_once_in_a_mail_with_its_latest_step(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, reporter: Person
) -> None:
    make_alert(moments=["new", "awaiting_confirmation", "solved"])
    report = publish()
    say_done(report.assignments.get(), "Kész.", actor=None)
    confirm_solved(report, actor=reporter)
    [sent] = beat()
    assert str(sent.body).count(report.reference) == 1
    assert "solved" in str(sent.body)
    assert sent.subject.startswith("1 piece of news")


def test_many_are_named_up_to_a_bound(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.alerts.mails.NAMED_AT_MOST", 2)
    make_alert()
    for _number in range(3):
        publish()
    [sent] = beat()
    assert str(sent.body).count("/reports/") == 2
    assert "… and 1 more" in str(sent.body)


def test_language_of_the_person_else_of_the_page(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, stranger: Person
) -> None:
    make_alert()
    make_alert(stranger)  # has no language; the page was English
    publish()
    assert all("piece of news" in sent.subject for sent in beat())
    Person.objects.update(language="hu")
    publish()
    assert all(sent.subject == "1 hír: Az én utcám" for sent in beat())


# -- Daily, weekly: by the clock on the wall ----------------------------------------------------------------------


def test_daily_at_seven(clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish) -> None:
    make_alert(frequency="daily")
    publish()
    assert beat() == []
    publish()
    at(clock, "2026-10-21T06:59:00+02:00")
    assert beat() == []
    at(clock, "2026-10-21T07:00:00+02:00")
    [sent] = beat()
    assert str(sent.body).count("/reports/") == 2
    publish()
    assert beat() == []  # today's is out: the next one waits for tomorrow
    at(clock, "2026-10-22T07:00:30+02:00")
    assert len(beat()) == 1
    at(clock, "2026-10-23T07:00:30+02:00")
    assert beat() == []  # nothing happened, nothing is sent


def test_weekly_on_monday_at_seven(clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish) -> None:
    make_alert(frequency="weekly")
    publish()
    at(clock, "2026-10-25T12:00:00+01:00")
    assert beat() == []
    at(clock, "2026-10-26T06:59:00+01:00")
    assert beat() == []
    at(clock, "2026-10-26T07:00:00+01:00")
    assert len(beat()) == 1
    publish()
    at(clock, "2026-10-31T07:00:00+01:00")
    assert beat() == []


@pytest.mark.parametrize(
    ("before", "hour"),
    [
        ("2026-10-24T12:00:00+02:00", "2026-10-25T07:00:00+01:00"),  # the night with 25 hours
        ("2027-03-27T12:00:00+01:00", "2027-03-28T07:00:00+02:00"),  # the one with 23
    ],
)
def test_daily_stays_at_seven_over_the_change_of_the_clock(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, before: str, hour: str
) -> None:
    at(clock, before)
    make_alert(frequency="daily")
    publish()
    clock.move_to(datetime.fromisoformat(hour) - timedelta(minutes=1))
    assert beat() == []
    clock.move_to(datetime.fromisoformat(hour))
    assert len(beat()) == 1
    clock.shift(timedelta(hours=1))
    assert beat() == []


def test_missed_beats_are_made_up_for_in_one_mail(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    make_alert(frequency="daily")
    publish()
    at(clock, "2026-10-21T09:00:00+02:00")
    publish()
    at(clock, "2026-10-24T15:30:00+02:00")  # the beat was away for three mornings; it matches late, so this counts now
    assert beat() == []
    at(clock, "2026-10-25T07:00:00+01:00")
    [sent] = beat()
    assert str(sent.body).count("/reports/") == 2


def test_clock_set_back_sends_nothing_twice(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    make_alert(frequency="daily")
    publish()
    beat()
    at(clock, "2026-10-21T07:00:00+02:00")
    assert len(beat()) == 1
    publish()
    at(clock, "2026-10-20T23:00:00+02:00")
    beat()
    at(clock, "2026-10-21T08:00:00+02:00")
    assert beat() == []


def test_gathering_costs_the_same_for_many(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    def cost() -> int:
        publish()
        clock.shift(timedelta(seconds=30))
        with CaptureQueriesContext(connection) as queries:
            run_alerts()
        return len(queries)

    make_alert()
    first = cost()
    for number in range(30):
        make_alert(Person.objects.create_user(f"person{number}@example.org"))
    assert cost() == first
    assert AlertMail.objects.count() == 32


def test_what_died_on_the_way_is_announced_again(
    clock: time_machine.Traveller,
    make_alert: MakeAlert,
    publish: Publish,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_alert()
    publish()
    with django_capture_on_commit_callbacks(execute=True):
        run_alerts()
    sent = AlertMail.objects.get()
    assert ("notifications.send_alert_mail", sent.pk) in announced
    announced.clear()
    AlertMail.objects.claim(sent.pk)
    clock.shift(settings.DELIVERY_LEASE + timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert ("notifications.send_alert_mail", sent.pk) in announced


# -- Asked again at sending ---------------------------------------------------------------------------------------


def gathered(alert: Alert) -> AlertMail:
    run_alerts()
    return alert.mails.get()


@pytest.mark.parametrize("change", ["hidden", "private"])
def test_hidden_meanwhile_is_left_out(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, moderator: Person, change: str
) -> None:
    row = None
    alert = make_alert()
    gone, stays = publish(title="Sértő cím"), publish(title="Rendes cím")
    row = gathered(alert)
    if change == "hidden":
        hide_report(gone, "", actor=moderator)
    else:
        Report.objects.filter(pk=gone.pk).update(is_private=True)
    [sent] = beat()
    assert stays.reference in str(sent.body)
    assert gone.reference not in str(sent.body)
    assert "Sértő" not in str(sent.body) + str(sent.alternatives[0][0])
    row.refresh_from_db()
    assert row.status == "sent"


def test_nothing_left_to_tell_is_no_mail(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, moderator: Person
) -> None:
    alert, report = make_alert(), publish()
    row = gathered(alert)
    hide_report(report, "", actor=moderator)
    assert beat() == []
    row.refresh_from_db()
    assert row.status == "cancelled"


@pytest.mark.parametrize("change", ["paused", "bounced", "never", "deleted"])
def test_stopped_meanwhile_is_no_mail(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, neighbour: Person, change: str
) -> None:
    alert = make_alert()
    publish()
    row = gathered(alert)
    match change:
        case "paused":
            pause_alert(alert)
        case "bounced":
            store_mail(bounce_of(row.message_id, neighbour.email))
        case "never":
            MailChoice.objects.create(person=neighbour, kind="alert", frequency="never")
        case "deleted":
            delete_alert(alert)
    assert beat() == []


def test_alert_that_becomes_a_letter_tells_what_waited(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    alert = make_alert(frequency="daily")
    publish(title="Vár a reggelre")
    assert beat() == []
    alert.frequency = "monthly"
    edit_alert(alert, alert)
    [sent] = beat()
    assert "Vár a reggelre" in sent.body
    assert AlertHit.objects.filter(mail=None).count() == 0
    publish(title="A levélre vár")
    clock.shift(timedelta(minutes=1))
    assert beat() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["matching", "deleting", "erasing"])
def test_deleted_while_it_is_matched(make_alert: MakeAlert, publish: Publish, neighbour: Person, first: str) -> None:
    """Whoever comes second waits; neither fails, and no hit is left over."""
    alert = make_alert()
    publish()
    end = partial(erase_alerts, neighbour, True) if first == "erasing" else partial(delete_alert, alert)
    acts: list[Callable[[], object]] = [match_batch, end] if first == "matching" else [end, match_batch]
    raised: list[Exception] = []

    def second() -> None:
        try:
            acts[1]()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        acts[0]()
        thread.start()
        wait_until(somebody_waits, "the second to wait for the first")
    thread.join()
    assert raised == []
    assert (Alert.objects.count(), AlertHit.objects.count(), AlertCandidate.objects.count()) == (0, 0, 0)


# -- The way out --------------------------------------------------------------------------------------------------


def test_one_click_of_the_mail_program_stops_this_alert_alone(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, neighbour: Person, city: Any
) -> None:
    make_alert(name="egy")
    publish()
    [sent] = beat()
    headers = sent.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    url = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    assert url in str(sent.body)
    make_alert(name="kettő")
    client = Client(enforce_csrf_checks=True)
    assert client.get(url).status_code == 200
    assert Alert.objects.running().count() == 2
    for _press in range(2):
        assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [alert.name for alert in Alert.objects.running()] == ["kettő"]
    neighbour.refresh_from_db()
    assert neighbour.mail_news


def test_stop_link_stops_and_can_do_nothing_else(client: Client, make_alert: MakeAlert) -> None:
    alert = make_alert()
    stop, change = links.sign(links.ALERT_STOP, alert.pk), links.sign(links.ALERT, alert.pk)
    assert urlsplit(links.alert_stop_url(alert.pk)).path == f"/alerts/stop/{stop}"
    assert client.get(f"/alerts/by-mail/{stop}").status_code == 404
    assert client.post(f"/alerts/by-mail/{stop}", {"action": "delete"}).status_code == 404
    for token in (stop, change):  # mails of before still hold the other one
        Alert.objects.update(active_since=timezone.now())
        response = client.post(f"/alerts/stop/{token}")
        assert response.status_code == 200
        assert change not in response.content.decode().replace(f"/alerts/stop/{token}", "")
        assert not Alert.objects.running().exists()


def test_hard_bounce_of_an_alert_stops_mail_to_the_address(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, neighbour: Person
) -> None:
    make_alert()
    publish()
    beat()
    row = AlertMail.objects.get()
    store_mail(bounce_of(row.message_id, neighbour.email))
    neighbour.refresh_from_db()
    row.refresh_from_db()
    assert not neighbour.can_get_mail
    assert row.status == "failed"
    publish()
    assert beat() == []


# -- The question to a typed address ------------------------------------------------------------------------------


def test_question_holds_nothing_of_its_writer_and_comes_once_an_hour(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    guest = Person.objects.create_user("guest@example.org", name="Nem ők írták")
    first = make_alert(guest, confirmed=False, name="Vedd meg olcsón!", words="spam")
    second = make_alert(guest, confirmed=False)
    [question] = beat()
    for part in (*both(question), question.subject):
        assert "Vedd meg" not in part
        assert "spam" not in part
        assert "Nem ők" not in part
    assert "List-Unsubscribe" not in question.message()
    clock.shift(timedelta(minutes=59))
    assert beat() == []
    clock.shift(timedelta(minutes=2))
    assert len(beat()) == 1
    publish()
    assert beat() == []  # nobody has said yes
    confirm_alert(first)
    confirm_alert(second)
    publish()
    assert len(beat()) == 1


def test_questions_about_reports_and_alerts_share_the_hour(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish
) -> None:
    report = publish()
    ask(report, "guest@example.org")
    assert len(send_follow_questions()) == 1
    make_alert(Person.objects.create_user("guest@example.org"), confirmed=False)
    assert beat() == []
    clock.shift(timedelta(minutes=61))
    assert len(beat()) == 1
    report.follow_requests.all().delete()
    ask(report, "guest@example.org")
    assert send_follow_questions() == []


def test_never_confirmed_is_forgotten_with_the_address(
    clock: time_machine.Traveller, make_alert: MakeAlert, reporter: Person
) -> None:
    guest = Person.objects.for_address("guest@example.org")
    make_alert(guest, confirmed=False)
    make_alert(reporter, confirmed=False)
    kept = make_alert()
    assert purge_alerts() == 0
    clock.shift(settings.ALERT_QUESTION_KEEP + timedelta(hours=1))
    assert purge_alerts() == 2
    assert list(Alert.objects.all()) == [kept]
    assert not Person.objects.filter(pk=guest.pk).exists()
    assert Person.objects.filter(pk=reporter.pk).exists()


def test_limit_of_waiting_questions(make_alert: MakeAlert, neighbour: Person) -> None:
    for _number in range(settings.ALERT_QUESTIONS_AT_MOST):
        make_alert(confirmed=False)
    with pytest.raises(TooManyAlerts):
        make_alert(confirmed=False)
    make_alert()  # one's own, signed in, is another matter


# -- Held about a person ------------------------------------------------------------------------------------------


def test_alerts_are_exported_and_erased(
    clock: time_machine.Traveller, make_alert: MakeAlert, publish: Publish, neighbour: Person, stranger: Person
) -> None:
    make_alert(words="kátyú")
    make_alert(stranger)
    report = publish()
    beat()
    [holding] = [holding for holding in all_holdings() if holding.name == "alerts"]
    [row] = holding.export(neighbour)
    assert (row["name"], row["words"], row["told_of"]) == ("Az én utcám", "kátyú", [report.reference])
    for _run in range(2):
        holding.erase(neighbour, True)
        assert [alert.person for alert in Alert.objects.all()] == [stranger]
        assert AlertMail.objects.count() == AlertHit.objects.count() == 1


def test_made_alert_is_stored_by_the_action_alone(neighbour: Person, make_alert: Callable[..., Alert]) -> None:
    """The same words are looked for as in the list's search."""
    alert = create_alert(
        Alert(name="x", where="anywhere", words="kátyúk", moments=["new"], frequency="now"),
        neighbour,
        confirmed=True,
        language="hu",
    )
    alert.refresh_from_db()
    assert str(alert.query) == "'katyu':*"

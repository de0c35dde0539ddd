"""Officers' daily list: who gets it, when, what stands in it, once a day whatever dies, and the ways out."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from forwarding.office import digest
from forwarding.office.models import OfficeDigest
from forwarding.office.tasks import sweep
from municipalities.models import Institution, Membership, Unit
from notifications.choices import set_frequency
from notifications.deliveries import DeliveryStatus
from notifications.kinds import Frequency, MailKind
from reports.models import Assignment, Report
from tests.forwarding.office import Cases

pytestmark = pytest.mark.django_db
BUDAPEST = ZoneInfo("Europe/Budapest")


@pytest.fixture
def cases(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Cases:
    return Cases(make_report, works, moderator)


@pytest.fixture
def english(officer: Person) -> Person:
    Person.objects.filter(pk=officer.pk).update(language="en")
    return officer


def morning(days: int = 0) -> datetime:
    """Just after seven; `days` from today."""
    now = timezone.localtime() + timedelta(days=days)
    return now.replace(hour=7, minute=1, second=0, microsecond=0)


def send_all(now: datetime) -> list[str]:
    """The texts of the mails that go out."""
    mail.outbox.clear()
    for row in digest.gather_digests(now):
        digest.send_digest(row.pk)
    return [str(each.body) for each in mail.outbox]


def sent_days_ago(assignment: Assignment, days: int) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(sent_at=timezone.now() - timedelta(days=days))


@pytest.fixture
def at_seven(time_machine: Any) -> Callable[..., datetime]:
    def move(days: int = 0) -> datetime:
        now = morning(days)
        time_machine.move_to(now, tick=False)
        return now

    return move


def test_each_case_stands_once_under_what_burns_first(
    cases: Cases, english: Person, at_seven: Callable[..., datetime]
) -> None:
    for case in (
        cases.sent("késő", due_in=-5),
        cases.promised("elmúlt", days=-2),
        cases.sent("sürgős", due_in=4),
        cases.sent("ráér", due_in=25),
        cases.answered("megválaszolt"),
    ):
        sent_days_ago(case, 40)
    new = cases.sent("új", due_in=25)
    Assignment.objects.filter(pk=new.pk).update(sent_at=morning(1) - timedelta(hours=2))
    (text,) = send_all(at_seven(1))
    order = [text.index(word) for word in ("késő", "elmúlt", "sürgős", "új")]
    assert order == sorted(order)
    assert "6 days over" in text
    assert "3 days left" in text
    assert "ráér" not in text
    assert "megválaszolt" not in text
    assert text.count("késő") == 1
    assert mail.outbox[0].subject == "4 cases wait for you, 2 overdue"
    assert reverse("office_case", args=[new.pk]) in text


def test_nothing_to_tell_no_mail(cases: Cases, english: Person, at_seven: Callable[..., datetime]) -> None:
    sent_days_ago(cases.sent("ráér", due_in=25), 3)
    cases.closed("lezárt")
    assert send_all(at_seven(1)) == []
    assert not OfficeDigest.objects.exists()


def test_once_a_day_whatever_happens(cases: Cases, english: Person, at_seven: Callable[..., datetime]) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    now = at_seven(1)
    assert len(send_all(now)) == 1
    assert send_all(now + timedelta(minutes=5)) == []
    assert send_all(now + timedelta(hours=7)) == []
    assert len(send_all(at_seven(2))) == 1


def test_a_killed_worker_s_mail_goes_out_once(
    cases: Cases,
    english: Person,
    at_seven: Callable[..., datetime],
    time_machine: Any,
    settings: Any,
    announced: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    now = at_seven(1)
    (row,) = digest.gather_digests(now)
    assert OfficeDigest.objects.claim(row.pk)  # and the worker dies
    mail.outbox.clear()
    digest.send_digest(row.pk)
    assert mail.outbox == []
    time_machine.move_to(now + settings.DELIVERY_LEASE + timedelta(seconds=1), tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        announced.clear()
        sweep()
    assert announced == [(digest.TASK, row.pk)]
    digest.send_digest(row.pk)
    digest.send_digest(row.pk)
    assert len(mail.outbox) == 1
    assert digest.gather_digests(timezone.now()) == []


def test_a_missed_beat_is_made_up_for_but_not_at_night(
    cases: Cases, english: Person, at_seven: Callable[..., datetime], time_machine: Any
) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    seven = at_seven(1)
    assert send_all(seven - timedelta(minutes=2)) == []  # not yet; and the one of the day before is too old
    evening = seven + timedelta(hours=9)
    time_machine.move_to(evening, tick=False)
    assert send_all(evening) == []
    noon = seven + timedelta(hours=5)
    time_machine.move_to(noon, tick=False)
    assert len(send_all(noon)) == 1


def test_what_came_on_a_day_without_a_mail_is_still_new(
    cases: Cases, english: Person, at_seven: Callable[..., datetime]
) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    first = at_seven(1)
    assert len(send_all(first)) == 1
    between = cases.sent("közben", due_in=28)
    Assignment.objects.filter(pk=between.pk).update(sent_at=first + timedelta(hours=3))
    (text,) = send_all(at_seven(3))  # the site was down on the second day
    assert "közben" in text
    (text,) = send_all(at_seven(4))
    assert "közben" not in text


def test_the_hour_is_the_clocks_also_when_it_changes(settings: Any) -> None:
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)):
        seven = datetime(day.year, day.month, day.day, 7, 0, tzinfo=BUDAPEST)
        assert digest.last_hour(seven) == seven
        before = digest.last_hour(seven - timedelta(minutes=1))
        assert (before.astimezone(BUDAPEST).hour, before.astimezone(BUDAPEST).date()) == (7, day - timedelta(days=1))
    settings.OFFICE_DIGEST_HOUR = 2  # there is none on the last Sunday of March
    assert digest.last_hour(datetime(2026, 3, 29, 4, tzinfo=BUDAPEST)).astimezone(BUDAPEST).day == 29


def test_who_gets_it(
    cases: Cases,
    officer: Person,
    other_officer: Person,
    works: Institution,
    gardens: Institution,
    at_seven: Callable[..., datetime],
) -> None:
    people: dict[str, Person] = {}
    for name, role in (("olvasó", "reader"), ("vezető", "lead"), ("nemkér", "officer"), ("néma", "officer")):
        person = Person.objects.create_user(f"{role}{len(people)}@example.org", "pw", name=name)
        Membership.objects.create(person=person, role=role, institution=works)
        people[name] = person
    set_frequency(people["nemkér"], [MailKind.OFFICE], Frequency.NEVER)
    Person.objects.filter(pk=people["néma"].pk).update(mail_none=True)
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    send_all(at_seven(1))
    assert {each.to[0] for each in mail.outbox} == {officer.email, people["vezető"].email}


def test_a_colleagues_cases_are_theirs(
    cases: Cases, english: Person, works: Institution, at_seven: Callable[..., datetime]
) -> None:
    colleague = Person.objects.create_user("colleague@example.org", "pw", language="en")
    depot = Unit.objects.create(institution=works, name="Telep")
    Membership.objects.create(person=colleague, role="officer", institution=works, unit=depot)
    late = {name: cases.sent(name, due_in=-5) for name in ("enyém", "övé", "telepé", "senkié")}
    Assignment.objects.filter(pk=late["enyém"].pk).update(assignee=english)
    Assignment.objects.filter(pk=late["övé"].pk).update(assignee=colleague)
    Assignment.objects.filter(pk=late["telepé"].pk).update(unit=depot)
    send_all(at_seven(1))
    texts = {each.to[0]: str(each.body) for each in mail.outbox}
    words = {who: {name for name in late if name in text} for who, text in texts.items()}
    assert words == {english.email: {"enyém", "senkié"}, colleague.email: {"övé", "telepé", "senkié"}}


@pytest.mark.parametrize("how", ["removed", "reader", "inactive"])
def test_a_case_of_who_has_gone_is_nobodys(
    cases: Cases, english: Person, works: Institution, at_seven: Callable[..., datetime], how: str
) -> None:
    """However that came: the administration changes memberships without giving the cases back."""
    gone = Person.objects.create_user("gone@example.org", "pw", is_active=how != "inactive")
    depot = Unit.objects.create(institution=works, name="Telep")
    if how != "removed":
        role = "reader" if how == "reader" else "officer"
        Membership.objects.create(person=gone, role=role, institution=works)
    late, of_unit = cases.sent("övé", due_in=-5), cases.sent("telepé", due_in=-5)
    Assignment.objects.filter(pk=late.pk).update(assignee=gone)
    Assignment.objects.filter(pk=of_unit.pk).update(assignee=gone, unit=depot)
    (text,) = send_all(at_seven(1))
    assert mail.outbox[0].to == [english.email]
    assert ("övé" in text, "telepé" in text) == (True, False)


def test_one_click_stops_it_and_the_settings_bring_it_back(
    cases: Cases,
    english: Person,
    client: Client,
    client_of: Callable[[Person], Client],
    at_seven: Callable[..., datetime],
) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    send_all(at_seven(1))
    headers = mail.outbox[0].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way_out = headers["List-Unsubscribe"].strip("<>").replace("\n", "").replace(" ", "")
    path = "/" + way_out.split("/", 3)[3]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert send_all(at_seven(2)) == []
    page = client_of(english).get(reverse("my_settings")).content.decode()
    assert 'name="office"' in page
    set_frequency(english, [MailKind.OFFICE], Frequency.NOW)
    assert len(send_all(at_seven(3))) == 1


def test_settings_offer_it_to_officers_only(client_of: Callable[[Person], Client], neighbour: Person) -> None:
    settings_page = reverse("my_settings")
    assert 'name="office"' not in client_of(neighbour).get(settings_page).content.decode()


def test_stopped_meanwhile_it_is_not_sent(cases: Cases, english: Person, at_seven: Callable[..., datetime]) -> None:
    case = cases.sent("késő", due_in=-5)
    sent_days_ago(case, 40)
    (row,) = digest.gather_digests(at_seven(1))
    Assignment.objects.filter(pk=case.pk).update(first_answer_at=timezone.now())
    mail.outbox.clear()
    digest.send_digest(row.pk)
    row.refresh_from_db()
    assert (row.status, mail.outbox) == (DeliveryStatus.CANCELLED, [])


def test_an_old_one_gives_way_to_the_next(cases: Cases, english: Person, at_seven: Callable[..., datetime]) -> None:
    sent_days_ago(cases.sent("késő", due_in=-5), 40)
    (row,) = digest.gather_digests(at_seven(1))
    at_seven(2)
    mail.outbox.clear()
    digest.send_digest(row.pk)
    assert mail.outbox == []


def test_many_cases_are_counted_and_cost_no_more(
    cases: Cases, english: Person, at_seven: Callable[..., datetime], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(13):
        sent_days_ago(cases.sent(f"ügy {number}.", due_in=-5), 40)
    now = at_seven(1)
    with django_assert_num_queries(GATHERING):
        (row,) = digest.gather_digests(now)
    with django_assert_num_queries(COMPOSING):
        letter = digest.compose(row)
    assert str(letter.body).count("ügy ") == 10
    assert "And 3 more:" in str(letter.body)


GATHERING, COMPOSING = 5, 7


def test_old_ones_are_forgotten(english: Person) -> None:
    OfficeDigest.objects.create(person=english, day=timezone.localdate() - timedelta(days=91))
    OfficeDigest.objects.create(person=english, day=timezone.localdate())
    assert digest.purge_digests() == 1

"""Limits that stop abuse and not heavy users; a trap that costs nobody their words."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from municipalities.models import Area
from reports.limits import Limit, TooManySent, count_sending, limits_for, purge_counts
from reports.models import Report, SendCount, SendSalt
from reports.tasks import purge_send_counts
from reports.views.traps import new_stamp

from .filling import NEW, fields

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.SEND_PER_NETWORK = 5
    settings.SEND_PER_GUEST = 2
    settings.SEND_PER_PERSON = 3
    settings.SEND_TRUST_STEP = 4
    settings.SEND_AT_MOST = 20


def send(client: Client, **changes: Any) -> int:
    return client.post(NEW, fields(**changes), headers=EN).status_code


def test_guest_meets_the_limit_in_the_form_and_keeps_everything(client: Client, district: Area) -> None:
    assert [send(client), send(client)] == [302, 302]

    page = client.post(NEW, fields(title="Cím"), headers=EN)

    assert page.status_code == 429
    text = page.content.decode()
    assert "Nothing is lost" in text
    assert "Whoever signs in may send more." in text
    assert 'value="Cím"' in text
    assert not page.context["form"].errors
    assert Report.objects.count() == 2
    assert send(client, email="other@example.org") == 302


def test_next_hour_begins_anew(client: Client, district: Area) -> None:
    with time_machine.travel(timezone.now().replace(minute=50)) as clock:
        assert [send(client) for _ in range(3)] == [302, 302, 429]
        clock.shift(timedelta(minutes=11))
        assert send(client) == 302


def test_network_of_guests_is_counted_together(client: Client, district: Area) -> None:
    codes = [send(client, email=f"guest{number}@example.org") for number in range(6)]
    assert codes == [302] * 5 + [429]
    assert Client(REMOTE_ADDR="192.0.2.7").post(NEW, fields(email="x@example.org")).status_code == 302
    assert not Person.objects.filter(email="guest5@example.org").exists()


def test_one_customer_of_ipv6_is_one_network(district: Area) -> None:
    addresses = [f"2001:db8:1:2::{number:x}" for number in range(1, 7)]
    codes = [
        Client(REMOTE_ADDR=address).post(NEW, fields(email=f"g{address[-1]}@example.org")).status_code
        for address in addresses
    ]
    assert codes == [302] * 5 + [429]


def test_repeat_is_not_counted(client: Client, district: Area) -> None:
    form = fields()
    for _ in range(9):
        assert client.post(NEW, form).status_code == 302
    assert set(SendCount.objects.values_list("count", flat=True)) == {1}


def test_mistakes_and_previews_are_not_counted(client: Client, district: Area) -> None:
    for _ in range(9):
        assert send(client, description="") == 200
        assert send(client, step="preview") == 200
    assert not SendCount.objects.exists()


def test_heavy_user_sends_dozens(
    client_of: Callable[..., Client], district: Area, reporter: Person, make_report: Callable[..., Report]
) -> None:
    """Four published reports: 3 + 4 × 4 an hour, and the network does not count."""
    for _ in range(4):
        report = make_report(point=Point(19.09, 47.41, srid=4326))  # else one is asked "is it this?"
        Report.objects.filter(pk=report.pk).update(status="sent", published_at=timezone.now())
    client = client_of(reporter)

    codes = [send(client, email=None) for _ in range(20)]

    assert codes == [302] * 19 + [429]
    assert "Whoever signs in" not in client.post(NEW, fields(email=None), headers=EN).content.decode()


def test_trust_grows_and_ends(reporter: Person, make_report: Callable[..., Report], settings: Any) -> None:
    assert limits_for(reporter, ip="192.0.2.1")[0].at_most == 3
    assert len(limits_for(reporter, ip="192.0.2.1")) == 2
    for _ in range(9):
        make_report()
    Report.objects.update(status="sent", published_at=timezone.now())
    assert limits_for(reporter, ip="192.0.2.1") == [Limit(f"person:{reporter.pk}", 20)]


def test_limit_tells_nobody_whose_address_is_known(
    client: Client, district: Area, make_report: Callable[..., Report], reporter: Person
) -> None:
    for _ in range(4):
        report = make_report(point=Point(19.09, 47.41, srid=4326))
        Report.objects.filter(pk=report.pk).update(status="sent", published_at=timezone.now())
    known, unknown = ([send(client, email=email) for _ in range(3)] for email in (reporter.email, "x@example.org"))
    assert known == unknown == [302, 302, 429]
    assert limits_for(AnonymousUser(), email="X@example.org", ip="junk") == [Limit("mail:x@example.org", 2)]


def test_addresses_are_never_stored_and_mean_nothing_tomorrow(client: Client, district: Area) -> None:
    send(client)
    rows = str(list(SendCount.objects.values())) + str(list(SendSalt.objects.values()))
    assert "127.0.0.1" not in rows
    assert "guest@" not in rows
    before = set(SendCount.objects.values_list("key", flat=True))

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send(client)
        assert not before & set(SendCount.objects.order_by("-hour").values_list("key", flat=True)[:2])
        purge_counts()
        assert SendSalt.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=1)):
        purge_send_counts()
        assert not SendCount.objects.exists()
        assert not SendSalt.objects.exists()


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_limit_holds_when_all_press_at_once(district: Area, announced: list[Any]) -> None:
    def press(number: int) -> int:
        try:
            return Client().post(NEW, fields(email="guest@example.org", title=str(number))).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(press, range(8)))

    assert sorted(codes) == [302] * 2 + [429] * 6
    assert Report.objects.count() == 2


def test_nothing_may_be_sent_where_the_limit_is_nought() -> None:
    with pytest.raises(TooManySent):
        count_sending([Limit("ip:192.0.2.1", 0)])


# -- The traps ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stamp", [None, "", "junk", "\x00", "1:junk:junk"])
def test_form_without_its_stamp_is_asked_once_more(client: Client, district: Area, stamp: str | None) -> None:
    page = client.post(NEW, fields(stamp=stamp, title="Cím"), headers=EN)

    assert page.status_code == 200
    assert "press the button once more" in page.content.decode()
    assert 'value="Cím"' in page.content.decode()
    assert not Report.objects.exists()
    fresh = page.context["stamp"]
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert send(client, stamp=fresh) == 302


def test_haste_is_asked_once_more_and_the_clock_goes_on(client: Client, district: Area) -> None:
    stamp = new_stamp()
    page = client.post(NEW, fields(stamp=stamp), headers=EN)
    assert "very quick" in page.content.decode()
    assert page.context["stamp"] == stamp

    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert send(client, stamp=stamp) == 302


def test_field_that_nobody_sees_must_stay_empty(client: Client, district: Area) -> None:
    page = client.post(NEW, fields(website="http://spam.example", title="Cím"), headers=EN)

    text = page.content.decode()
    assert "must stay empty" in text
    assert "spam.example" not in text
    assert 'value="Cím"' in text
    assert not Report.objects.exists()


def test_whoever_is_signed_in_is_not_tested(client_of: Callable[..., Client], reporter: Person, district: Area) -> None:
    assert send(client_of(reporter), email=None, stamp=None, website="filled by the browser") == 302


def test_form_kept_for_weeks_may_be_sent(client: Client, district: Area) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        stamp = new_stamp()
    assert send(client, stamp=stamp) == 302

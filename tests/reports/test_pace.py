"""Who asks too often for what costs much: the person, or the network, whose address is written down nowhere."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from accounts.models import Person
from reports.pace import is_too_fast, network_hash

pytestmark = pytest.mark.django_db


def asking(ip: str = "192.0.2.7", person: Person | None = None) -> object:
    request = RequestFactory().get("/", REMOTE_ADDR=ip)
    request.user = person or AnonymousUser()
    return request


def too_fast(request: object, amount: int = 1) -> bool:
    return is_too_fast(request, "thing", at_most=2, seconds=3600, amount=amount)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _empty() -> None:
    cache.clear()


def test_third_one_is_too_fast_and_others_are_not() -> None:
    assert [too_fast(asking()) for _ in range(3)] == [False, False, True]
    assert not too_fast(asking("192.0.2.8"))


def test_who_is_signed_in_counts_alone(neighbour: Person) -> None:
    assert [too_fast(asking()) for _ in range(3)][-1]
    assert not too_fast(asking(person=neighbour))
    assert too_fast(asking("198.51.100.1", neighbour), amount=5)


def test_ipv6_customers_have_a_whole_network() -> None:
    same = {network_hash(asking(ip)) for ip in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")}  # type: ignore[arg-type]
    other = network_hash(asking("2001:db8:1:3::1"))  # type: ignore[arg-type]
    assert len(same) == 1
    assert other not in same


def test_no_address_is_stored() -> None:
    too_fast(asking("192.0.2.77"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM django_cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert not any("192.0.2" in key for key in keys)

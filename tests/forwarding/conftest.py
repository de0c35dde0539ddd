"""More of the cast: the people of `works`, the body that has the cases of these tests."""

import pytest

from accounts.models import Person
from municipalities.models import Institution, Membership, Unit
from tests.forwarding.endpoints import endpoint, near_servers, receiver, stub, webhook

__all__ = ["endpoint", "near_servers", "receiver", "stub", "webhook"]


@pytest.fixture
def depot(works: Institution) -> Unit:
    return Unit.objects.create(institution=works, name="Déli telep")


def join(email: str, name: str, role: str, body: Institution, unit: Unit | None = None) -> Person:
    person = Person.objects.create_user(email, "pw", name=name, language="hu")
    Membership.objects.create(person=person, role=role, institution=body, unit=unit)
    return person


@pytest.fixture
def colleague(works: Institution, depot: Unit) -> Person:
    return join("colleague@example.org", "Kálmán Kolléga", "officer", works, depot)


@pytest.fixture
def lead(works: Institution) -> Person:
    return join("lead@example.org", "Lídia Vezető", "lead", works)


@pytest.fixture
def reader(works: Institution) -> Person:
    return join("reader@example.org", "Olga Olvasó", "reader", works)


@pytest.fixture
def other_lead(gardens: Institution) -> Person:
    return join("other-lead@example.org", "Ödön Másvezető", "lead", gardens)

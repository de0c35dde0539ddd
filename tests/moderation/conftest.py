"""Who else comes to the desk, and what waits there."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from forwarding.models import IncomingMail
from municipalities.models import Area, Membership
from reports.models import Assignment, Report


@pytest.fixture
def other_moderator(other_district: Area) -> Person:
    """Works in the neighbouring district only."""
    person = Person.objects.create_user("other-moderator@example.org", "pw", name="Márton Másik")
    Membership.objects.create(person=person, role="moderator", area=other_district)
    return person


@pytest.fixture
def at_desk(client_of: Callable[[Person | None], Client], moderator: Person) -> Client:
    return client_of(moderator)


@pytest.fixture
def make_mail(db: None) -> Callable[..., IncomingMail]:
    def build(assignment: Assignment | None = None, **fields: Any) -> IncomingMail:
        count = IncomingMail.objects.count()
        values: dict[str, Any] = {
            "raw": b"Subject: x\r\n\r\nHello",
            "digest": hashlib.sha256(str(count).encode()).hexdigest(),
            "sender": "ugyfel@utkezelo.example",
            "subject": "Válasz",
            "text": "Jövő héten javítjuk.",
            "state": "to_read" if assignment else "unmatched",
            "assignment": assignment,
            **fields,
        }
        return IncomingMail.objects.create(**values)

    return build


@pytest.fixture
def case_data() -> Callable[..., dict[str, Any]]:
    """What the form of a case sends when nothing was typed into it."""

    def build(report: Report, **typed: Any) -> dict[str, Any]:
        return {
            "version": report.version,
            "title": report.title,
            "description": report.description,
            "category": report.category_id or "",
            "address": report.address,
            "latitude": f"{report.latitude:.6f}",
            "longitude": f"{report.longitude:.6f}",
            **({"is_private": "on"} if report.is_private else {}),
            **typed,
        }

    return build

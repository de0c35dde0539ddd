"""Two at the very same moment: one answer, one handing over, and never a body without a lead."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.office.actions_people import LastLead, remove_member
from municipalities.models import Institution, Membership
from reports.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return act()
        except LastLead as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_a_form_pressed_twice_at_once_counts_once(
    assignment: Assignment, officer: Person, client_of: Callable[[Person | None], Client]
) -> None:
    url, nonce = reverse("office_case", args=[assignment.pk]), str(uuid4())
    form = {"step": "answer", "text": "Kimegyünk.", "nonce": nonce, "version": assignment.report.version}
    browsers = [client_of(officer) for _browser in range(2)]
    codes = at_once(*[lambda browser=browser: browser.post(url, form).status_code for browser in browsers])
    assert codes == [302, 302]
    assert assignment.report.events.filter(kind="answered").count() == 1


def test_two_leads_hand_over_to_two_bodies_at_once(
    assignment: Assignment,
    gardens: Institution,
    lead: Person,
    client_of: Callable[[Person | None], Client],
) -> None:
    third = Institution.objects.create(name="Egyváros Közvilágítás")
    url = reverse("office_hand_over", args=[assignment.pk])
    forms = [
        {"to": body.pk, "reason": "Tiétek.", "version": assignment.report.version, "nonce": str(uuid4())}
        for body in (gardens, third)
    ]
    browsers = [client_of(lead) for _browser in range(2)]
    codes = at_once(
        *[
            lambda browser=browser, form=form: browser.post(url, form).status_code
            for browser, form in zip(browsers, forms, strict=True)
        ]
    )
    # The second finds the case changed, or gone by the time its page asks whether it may be handed over.
    assert 302 in codes
    assert Assignment.objects.filter(report=assignment.report_id).count() == 2


def test_two_leads_who_remove_each_other_leave_one(works: Institution, lead: Person) -> None:
    other = Person.objects.create_user("masik@example.org", "pw", name="Márta Másik")
    Membership.objects.create(person=other, role="lead", institution=works)
    members = [Membership.objects.select_related("institution").get(person=person) for person in (lead, other)]
    one, two = members
    found = at_once(lambda: remove_member(one, actor=other), lambda: remove_member(two, actor=lead))
    assert sorted(isinstance(each, LastLead) for each in found) == [False, True]
    assert Membership.objects.filter(institution=works, role="lead").count() == 1

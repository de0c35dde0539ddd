"""Every address of the office × every role in a body: of this body, of another, removed, and of the association.

What one may not see is 404, by GET and by POST, and a refused POST leaves no trace.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.models import BodyEntry, Invitation, OfficeText, SavedView, Subtask
from forwarding.office import urls
from forwarding.office.actions_case import add_subtask
from forwarding.office.actions_people import invite, remove_member
from forwarding.office.views import bodies, case, invitations, people
from municipalities.models import Institution, Membership, Unit
from reports.models import Assignment, Report, ReportEvent

pytestmark = pytest.mark.django_db

CAST = ("reader", "officer", "lead", "other_reader", "other_officer", "other_lead", "removed", "employee", "anonymous")
# The case, the body and what belongs to them are those of `works`. A POST holds nothing that would be right: 400 or
# 302 is "may", 404 "may not". What is a person's own or of one's own bodies is for everybody who has one.
DOORS = """
office              GET   200 200 200  200 200 200  404 404 302
office_case         GET   200 200 200  404 404 404  404 404 302
office_case         POST  404 400 400  404 404 404  404 404 302
office_hand_over    GET   404 404 200  404 404 404  404 404 302
office_hand_over    POST  404 404 400  404 404 404  404 404 302
office_people       GET   404 404 302  404 404 302  404 404 302
office_body         GET   404 404 200  404 404 404  404 404 302
office_body         POST  404 404 400  404 404 404  404 404 302
office_member       POST  404 404 302  404 404 404  404 404 302
office_units        GET   404 404 200  404 404 404  404 404 302
office_units        POST  404 404 400  404 404 404  404 404 302
office_texts        GET   404 404 200  404 404 404  404 404 302
office_text_new     GET   404 404 200  404 404 404  404 404 302
office_text_new     POST  404 404 400  404 404 404  404 404 302
office_text         GET   404 404 200  404 404 404  404 404 302
office_text         POST  404 404 400  404 404 404  404 404 302
"""
# Covered with their own lists, or (a signed link) open to whoever holds it.
ELSEWHERE = {"office_invitation"}


def rows() -> Iterator[tuple[str, str, dict[str, int]]]:
    for line in DOORS.strip().splitlines():
        name, method, *codes = line.split()
        yield name, method, dict(zip(CAST, map(int, codes), strict=True))


ROWS = list(rows())


# Pages over all of one's own cases have tests of their own: tests/forwarding/test_office_list.py and its kin.
MODULES = (bodies, case, invitations, people)


def test_every_address_with_a_case_or_a_body_stands_here() -> None:
    here = {module.__name__ for module in MODULES}
    ours = {entry.name for entry in urls.urlpatterns if entry.callback.__module__ in here}
    assert ours == {name for name, *_rest in ROWS} - {"office"} | ELSEWHERE


@pytest.fixture
def cast(
    works: Institution,
    gardens: Institution,
    reader: Person,
    officer: Person,
    lead: Person,
    other_officer: Person,
    other_lead: Person,
    employee: Person,
) -> dict[str, Person | None]:
    more = {}
    for name, body in (("other_reader", gardens), ("removed", works)):
        more[name] = Person.objects.create_user(f"{name}@example.org", "pw", name=name)
        Membership.objects.create(person=more[name], role="reader", institution=body)
    remove_member(Membership.objects.get(person=more["removed"]), actor=lead)
    return {
        **more,
        "reader": reader,
        "officer": officer,
        "lead": lead,
        "other_officer": other_officer,
        "other_lead": other_lead,
        "employee": employee,
        "anonymous": None,
    }


@pytest.fixture
def arguments(assignment: Assignment, works: Institution, colleague: Person) -> dict[str, list[int]]:
    member = Membership.objects.get(person=colleague)
    text = OfficeText.objects.create(institution=works, name="Szöveg", text="Szöveg.")
    by_body = ("office_body", "office_units", "office_texts", "office_text_new")
    return {
        "office": [],
        "office_people": [],
        "office_case": [assignment.pk],
        "office_hand_over": [assignment.pk],
        "office_member": [works.pk, member.pk],
        "office_text": [works.pk, text.pk],
        **{name: [works.pk] for name in by_body},
    }


@pytest.mark.parametrize(("name", "method", "expected"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_doors(
    name: str,
    method: str,
    expected: dict[str, int],
    cast: dict[str, Person | None],
    arguments: dict[str, list[int]],
    client_of: Callable[[Person | None], Client],
) -> None:
    url = reverse(name, args=arguments[name])
    found = {}
    for role in CAST:
        before = trace()
        browser = client_of(cast[role])
        found[role] = (browser.get(url) if method == "GET" else browser.post(url, {"step": "nothing"})).status_code
        if found[role] == 404:
            assert trace() == before, role
    assert found == expected


def trace() -> list[int]:
    """How much there is of everything that the office changes."""
    models: list[Any] = [
        ReportEvent, BodyEntry, Subtask, OfficeText, Unit, Invitation, Membership, SavedView, Assignment
    ]  # fmt: skip
    return [model.objects.count() for model in models]


ACTS: list[dict[str, Any]] = [
    {"step": "done", "text": "Kész."},
    {"step": "not_ours", "text": "Nem."},
    {"step": "answer", "text": "Szia.", "use_text": "1"},
    {"action": "accept"},
    {"action": "give_back", "reason": "Nem."},
    {"action": "give", "text": "Tiéd."},
    {"action": "note", "text": "Jegyzet."},
    {"action": "add_task", "title": "Teendő"},
    {"action": "finish_task"},
    {"action": "reopen_task"},
    {"action": "remove_task"},
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.get("action") or act["step"])
def test_no_act_on_a_case_of_another_body_or_by_a_reader(
    act: dict[str, Any],
    assignment: Assignment,
    cast: dict[str, Person | None],
    client_of: Callable[[Person | None], Client],
) -> None:
    task = add_subtask(assignment, "Szemle", actor=cast["officer"])
    assert task is not None
    before, url = trace(), reverse("office_case", args=[assignment.pk])
    for role in ("reader", "other_reader", "other_officer", "other_lead", "removed", "employee"):
        assert client_of(cast[role]).post(url, {**act, "task": task.pk}).status_code == 404, role
    assert trace() == before
    task.refresh_from_db()
    assert task.done_at is None


def test_what_belongs_to_another_body_is_not_reached_through_ones_own(
    assignment: Assignment,
    make_report: Callable[..., Report],
    works: Institution,
    gardens: Institution,
    lead: Person,
    other_lead: Person,
    other_officer: Person,
    moderator: Person,
    client_of: Callable[[Person | None], Client],
) -> None:
    """Numbers of another body's rows in addresses and forms of one's own."""
    theirs = send_report(make_report(title="Másé"), gardens, actor=moderator)
    task = add_subtask(theirs, "Kerti", actor=other_officer)
    text = OfficeText.objects.create(institution=gardens, name="Kert", text="Kert.")
    unit = Unit.objects.create(institution=gardens, name="Kert")
    invitation = invite(gardens, "valaki@example.org", "officer", actor=other_lead)
    member = Membership.objects.get(person=other_officer)
    browser, page = client_of(lead), reverse("office_case", args=[assignment.pk])
    assert task is not None
    for url, form in (
        (page, {"action": "finish_task", "task": task.pk}),
        (page, {"action": "remove_task", "task": task.pk}),
        (reverse("office_text", args=[works.pk, text.pk]), {"action": "delete"}),
        (reverse("office_units", args=[works.pk]), {"unit": unit.pk, "name": "Elvettem"}),
        (reverse("office_body", args=[works.pk]), {"action": "withdraw", "invitation": invitation.pk}),
        (reverse("office_member", args=[works.pk, member.pk]), {"action": "remove"}),
    ):
        before = trace()
        assert browser.post(url, form).status_code == 404, url
        assert trace() == before
    refused = browser.post(page, {"action": "give", "person": other_officer.pk, "unit": unit.pk})
    assert refused.status_code in (302, 400)
    shown = browser.post(page, {"use_text": text.pk, "text": "Innen:"}).content.decode()
    assert "Kert." not in shown
    invitation.refresh_from_db()
    assignment.refresh_from_db()
    assert invitation.withdrawn_at is None
    assert (assignment.assignee, assignment.unit) == (None, None)


def test_somebody_of_two_bodies_has_the_role_of_each(
    assignment: Assignment,
    make_report: Callable[..., Report],
    gardens: Institution,
    lead: Person,
    moderator: Person,
    client_of: Callable[[Person | None], Client],
) -> None:
    Membership.objects.create(person=lead, role="reader", institution=gardens)
    theirs = send_report(make_report(title="Kerti"), gardens, actor=moderator)
    browser = client_of(lead)
    assert browser.get(reverse("office_hand_over", args=[assignment.pk])).status_code == 200
    assert browser.get(reverse("office_case", args=[theirs.pk])).status_code == 200
    assert browser.get(reverse("office_hand_over", args=[theirs.pk])).status_code == 404
    assert browser.post(reverse("office_case", args=[theirs.pk]), {"step": "done"}).status_code == 404
    assert browser.get(reverse("office_body", args=[gardens.pk])).status_code == 404

"""The people of a body: invited once, with a role and a unit; the last lead stays; every act is written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase_person, export_person
from accounts.models import Person
from accounts.tokens import hide_tokens
from forwarding.models import BodyEntry, Invitation, OfficeText, Subtask
from forwarding.office.actions_case import add_subtask, give_case
from forwarding.office.actions_people import (
    InvitedAlready,
    LastLead,
    NotOpen,
    TooSoon,
    accept_invitation,
    change_member,
    invite,
    remove_member,
    withdraw_invitation,
)
from forwarding.office.notices import invitation_url
from municipalities.models import Institution, Membership, Unit
from notifications.models import Notice
from notifications.notices import send_notice
from reports.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(works: Institution) -> str:
    return reverse("office_body", args=[works.pk])


def path_of(invitation: Invitation) -> str:
    return "/" + invitation_url(invitation).split("/", 3)[3]


def send_all() -> None:
    for pk in Notice.objects.open().values_list("pk", flat=True):
        send_notice(pk)


def member(person: Person) -> Membership:
    return Membership.objects.select_related("institution", "person", "unit").get(person=person)


def test_invited_by_mail_and_accepted_once(
    body: str, works: Institution, depot: Unit, lead: Person, client_of: Any, client: Client, mailoutbox: list[Any]
) -> None:
    form = {"action": "invite", "email": "Uj@Example.org", "role": "officer", "unit": depot.pk}
    assert client_of(lead).post(body, form).status_code == 302
    send_all()
    [sent] = mailoutbox
    invitation = Invitation.objects.get()
    path = path_of(invitation)
    assert sent.to == ["uj@example.org"]
    assert path in sent.body
    assert "Lídia" not in sent.body  # nothing of who typed the address
    assert works.name in sent.body

    page = client.get(path)
    assert page.status_code == 200
    assert reverse("account_request_login_code") in page.content.decode()
    assert client.post(path).status_code == 200  # signed out, it does nothing
    newcomer = client_of(invitation.person)
    assert newcomer.get(path).status_code == 200
    assert not Membership.objects.filter(person=invitation.person).exists()
    assert newcomer.post(path).status_code == 302
    joined = member(invitation.person)
    assert (joined.role, joined.institution, joined.unit) == ("officer", works, depot)
    assert newcomer.post(path).status_code == 410
    assert newcomer.get(reverse("office")).status_code == 200
    assert [line.kind for line in BodyEntry.objects.order_by("pk")] == ["invited", "joined"]
    assert path.split("/")[-1] not in hide_tokens(path)


def test_a_new_person_signs_in_by_code_and_accepts(
    works: Institution, lead: Person, client: Client, mailoutbox: list[Any]
) -> None:
    invitation = invite(works, "uj@example.org", "reader", actor=lead)
    path = path_of(invitation)
    client.post(f"{reverse('account_request_login_code')}?next={path}", {"email": "uj@example.org", "next": path})
    link = next(word for word in mailoutbox[-1].body.split() if "/login/link/" in word)
    landed = client.post("/" + link.split("/", 3)[3])
    assert landed["Location"] == path
    assert client.post(path)["Location"] == reverse("office")
    assert member(invitation.person).role == "reader"


def test_only_who_was_invited_may_accept(works: Institution, lead: Person, stranger: Person, client_of: Any) -> None:
    invitation = invite(works, "uj@example.org", "lead", actor=lead)
    assert "uj@example.org" not in client_of(stranger).get(path_of(invitation)).content.decode()
    assert client_of(stranger).post(path_of(invitation)).status_code == 200
    assert not Membership.objects.filter(person=stranger).exists()
    with pytest.raises(NotOpen):
        accept_invitation(invitation, actor=stranger)


@pytest.mark.parametrize("why", ["withdrawn", "expired", "accepted"])
def test_a_link_that_does_not_work_any_more(works: Institution, lead: Person, client_of: Any, why: str) -> None:
    invitation = invite(works, "uj@example.org", "officer", actor=lead)
    match why:
        case "withdrawn":
            assert withdraw_invitation(invitation, actor=lead)
            assert not withdraw_invitation(invitation, actor=lead)
        case "expired":
            Invitation.objects.update(expires_at=timezone.now())
        case "accepted":
            accept_invitation(invitation, actor=invitation.person)
            Membership.objects.filter(person=invitation.person).delete()
    assert client_of(invitation.person).post(path_of(invitation)).status_code == 410
    assert not Membership.objects.filter(person=invitation.person).exists()


def test_links_of_other_purposes_open_nothing(works: Institution, lead: Person, client: Client) -> None:
    path = path_of(invite(works, "uj@example.org", "officer", actor=lead))
    for odd in (path[:-1], path + "x", "/office/invitation/1"):
        assert client.get(odd).status_code == 404


def test_one_mail_an_hour_whoever_invites(
    works: Institution, gardens: Institution, lead: Person, other_lead: Person, settings: Any
) -> None:
    invite(works, "uj@example.org", "officer", actor=lead)
    with pytest.raises(InvitedAlready):
        invite(works, "uj@example.org", "officer", actor=lead)
    with pytest.raises(TooSoon):
        invite(gardens, "uj@example.org", "officer", actor=other_lead)
    Notice.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert invite(gardens, "uj@example.org", "officer", actor=other_lead)
    settings.INVITATIONS_A_DAY = 1
    with pytest.raises(TooSoon):
        invite(works, "masik@example.org", "officer", actor=lead)


def test_a_colleague_is_not_invited(
    body: str, works: Institution, officer: Person, lead: Person, client_of: Any
) -> None:
    form = {"action": "invite", "email": "officer@example.org", "role": "officer"}
    page = client_of(lead).post(body, form)
    assert page.status_code == 400
    assert page.context["form"].errors["email"]
    assert client_of(lead).post(body, {"action": "invite", "email": "x", "role": "moderator"}).status_code == 400
    assert not Invitation.objects.exists()


def test_taken_back_on_the_page(body: str, works: Institution, lead: Person, client_of: Any) -> None:
    invitation = invite(works, "uj@example.org", "officer", actor=lead)
    client_of(lead).post(body, {"action": "withdraw", "invitation": invitation.pk})
    invitation.refresh_from_db()
    assert invitation.withdrawn_at


def test_roles_and_units_are_changed(
    works: Institution, depot: Unit, lead: Person, officer: Person, client_of: Any
) -> None:
    url = reverse("office_member", args=[works.pk, member(officer).pk])
    assert client_of(lead).post(url, {"role": "lead", "unit": depot.pk}).status_code == 302
    assert (member(officer).role, member(officer).unit) == ("lead", depot)
    client_of(lead).post(url, {"role": "moderator"})
    assert member(officer).role == "lead"
    assert BodyEntry.objects.filter(kind="role_changed", person=officer, actor=lead).count() == 1


def test_who_is_removed_leaves_cases_to_the_unit(
    assignment: Assignment, depot: Unit, officer: Person, colleague: Person, lead: Person, client_of: Any
) -> None:
    give_case(assignment, person=colleague, unit=None, actor=officer)
    add_subtask(assignment, "Szemle", actor=officer, assignee=colleague)
    browser = client_of(colleague)
    case = reverse("office_case", args=[assignment.pk])
    assert browser.get(case).status_code == 200
    url = reverse("office_member", args=[assignment.institution_id, member(colleague).pk])
    assert client_of(lead).post(url, {"action": "remove"}).status_code == 302
    assignment.refresh_from_db()
    assert (assignment.assignee, assignment.unit) == (None, depot)
    assert Subtask.objects.get().assignee is None
    assert browser.get(case).status_code == 404
    assert BodyEntry.objects.filter(kind="removed", person=colleague, actor=lead).exists()


def test_who_becomes_a_reader_has_no_cases(
    assignment: Assignment, officer: Person, colleague: Person, lead: Person
) -> None:
    give_case(assignment, person=colleague, unit=None, actor=officer)
    change_member(member(colleague), "reader", None, actor=lead)
    assignment.refresh_from_db()
    assert assignment.assignee is None


def test_the_last_lead_stays(works: Institution, lead: Person, officer: Person, client_of: Any) -> None:
    with pytest.raises(LastLead):
        remove_member(member(lead), actor=lead)
    with pytest.raises(LastLead):
        change_member(member(lead), "officer", None, actor=lead)
    url = reverse("office_member", args=[works.pk, member(lead).pk])
    client_of(lead).post(url, {"action": "remove"})
    assert member(lead).role == "lead"
    change_member(member(officer), "lead", None, actor=lead)
    assert client_of(lead).post(url, {"action": "remove"})["Location"] == reverse("office")
    assert not Membership.objects.filter(person=lead).exists()


@pytest.mark.parametrize("how", ["removed", "demoted"])
def test_what_a_former_lead_invited_is_taken_back(works: Institution, lead: Person, officer: Person, how: str) -> None:
    change_member(member(officer), "lead", None, actor=lead)
    own = invite(works, "sajat@example.org", "lead", actor=lead)
    other = invite(works, "masik@example.org", "officer", actor=officer)
    if how == "removed":
        remove_member(member(lead), actor=officer)
    else:
        change_member(member(lead), "officer", None, actor=officer)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.withdrawn_at is None, other.withdrawn_at is None) == (False, True)
    assert [line.person for line in BodyEntry.objects.filter(kind="uninvited", actor=officer)] == [own.person]
    with pytest.raises(NotOpen):
        accept_invitation(own, actor=own.person)
    assert accept_invitation(other, actor=other.person).role == "officer"


@pytest.mark.parametrize("how", ["removed", "demoted", "inactive"])
def test_an_invitation_of_who_leads_no_more_opens_nothing(
    works: Institution, lead: Person, client_of: Any, mailoutbox: list[Any], how: str
) -> None:
    """However that came: the administration changes memberships, too."""
    invitation = invite(works, "sajat@example.org", "lead", actor=lead)
    match how:
        case "removed":
            member(lead).delete()
        case "demoted":
            Membership.objects.filter(person=lead).update(role="officer")
        case "inactive":
            Person.objects.filter(pk=lead.pk).update(is_active=False)
    browser = client_of(invitation.person)
    assert browser.get(path_of(invitation)).status_code == 410
    assert browser.post(path_of(invitation)).status_code == 410
    assert not Membership.objects.filter(person=invitation.person).exists()
    send_all()
    assert mailoutbox == []


def test_units(works: Institution, depot: Unit, lead: Person, client_of: Any) -> None:
    url, browser = reverse("office_units", args=[works.pk]), client_of(lead)
    assert browser.post(url, {"name": "Északi telep", "is_active": "on"}).status_code == 302
    assert browser.post(url, {"name": "Déli telep", "is_active": "on"}).status_code == 400
    assert browser.post(url, {"unit": depot.pk, "name": "Déli udvar"}).status_code == 302
    depot.refresh_from_db()
    assert (depot.name, depot.is_active) == ("Déli udvar", False)
    assert Unit.objects.count() == 2
    assert browser.get(url).status_code == 200


def test_saved_texts(works: Institution, lead: Person, client_of: Any) -> None:
    browser = client_of(lead)
    new = reverse("office_text_new", args=[works.pk])
    good = {"name": "Felmérés", "step": "answer", "text": "Kedves {institution}!", "is_active": "on"}
    assert browser.post(new, {**good, "text": "{nincs}"}).status_code == 400
    assert browser.post(new, good).status_code == 302
    assert browser.post(new, good).status_code == 400
    text = OfficeText.objects.get()
    url = reverse("office_text", args=[works.pk, text.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url, {**good, "name": "Szemle"}).status_code == 302
    assert "Szemle" in browser.get(reverse("office_texts", args=[works.pk])).content.decode()
    assert browser.post(url, {"action": "delete"}).status_code == 302
    kinds = list(BodyEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["text_kept", "text_kept", "text_deleted"]


def test_the_page_of_people_costs_the_same_with_many(
    body: str,
    works: Institution,
    depot: Unit,
    lead: Person,
    client_of: Callable[..., Client],
    django_assert_max_num_queries: Any,
) -> None:
    browser = client_of(lead)
    for number in range(12):
        person = Person.objects.create_user(f"p{number}@example.org", "pw", name=f"Pál {number}")
        Membership.objects.create(person=person, role="officer", institution=works, unit=depot)
    browser.get(body)
    with django_assert_max_num_queries(45):
        assert browser.get(body).status_code == 200


def test_export_and_erasure_of_who_is_invited_and_who_invites(
    works: Institution, lead: Person, officer: Person
) -> None:
    change_member(member(officer), "lead", None, actor=lead)
    invitation = invite(works, "uj@example.org", "officer", actor=lead)
    assert export_person(invitation.person)["office_within"]["invitations"][0]["to_me"]
    assert not export_person(lead)["office_within"]["invitations"][0]["to_me"]
    erase_person(lead, keep_reports=True)
    invitation.refresh_from_db()
    assert invitation.invited_by is None
    erase_person(invitation.person, keep_reports=True)
    assert not Invitation.objects.exists()
    erase_person(Person.objects.get(pk=lead.pk), keep_reports=True)  # changes nothing

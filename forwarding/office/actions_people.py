"""Who works for a body: invited by a lead, with a role and perhaps a unit, until somebody removes them.

Every act is a line of the body's own history. Each holds the lock of the body's row, so that two leads who remove each
other at the same moment do not leave a body without one.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from forwarding.office.models import BodyEntry, Invitation, Subtask
from forwarding.office.notices import INVITED
from municipalities.models import Institution, Membership, Unit
from notifications.models import Notice
from notifications.notices import give_notice
from reports.models import Assignment

Kind = BodyEntry.Kind
Role = Membership.Role


class LastLead(Exception):
    """Somebody has to look after the body's people."""


class InvitedAlready(Exception):
    """Works for the body, or has an invitation that is still open."""


class TooSoon(Exception):
    """This address got an invitation within the hour, or the body has sent too many today."""


class NotOpen(Exception):
    """Taken back, expired, or accepted already; or whoever invited does not lead any more."""


def _lock(institution: Institution) -> None:
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)


def _log(institution: Institution, kind: BodyEntry.Kind, actor: Any, **values: Any) -> BodyEntry:
    return BodyEntry.objects.create(institution=institution, kind=kind, actor=actor, **values)


@transaction.atomic
def invite(
    institution: Institution, email: str, role: str, *, unit: Unit | None = None, language: str = "", actor: Any
) -> Invitation:
    """One mail with a link, to an account or to a stranger. Raises `InvitedAlready` and `TooSoon`."""
    _lock(institution)
    person = Person.objects.for_address(email, language=language)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two bodies at once are counted one by one
    now = timezone.now()
    open_ones = Invitation.objects.filter(institution=institution, person=person, accepted_at=None, withdrawn_at=None)
    open_ones.filter(expires_at__lte=now).update(withdrawn_at=now)
    if open_ones.exists() or Membership.objects.filter(person=person, institution=institution).exists():
        raise InvitedAlready
    mailed = Notice.objects.filter(
        person=person, template=INVITED, created_at__gt=now - settings.CONFIRMATION_MAIL_EVERY
    )
    today = Invitation.objects.filter(institution=institution, invited_at__gt=now - timedelta(days=1))
    if mailed.exists() or today.count() >= settings.INVITATIONS_A_DAY:
        raise TooSoon
    invitation = Invitation.objects.create(
        institution=institution,
        person=person,
        role=role,
        unit=unit,
        invited_by=actor,
        expires_at=now + settings.INVITATION_LIFE,
    )
    _log(institution, Kind.INVITED, actor, person=person, role=role, unit=unit)
    give_notice([person], INVITED, str(invitation.pk))
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: Any) -> bool:
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=timezone.now()):
        return False
    _log(invitation.institution, Kind.UNINVITED, actor, person=invitation.person)
    return True


@transaction.atomic
def accept_invitation(invitation: Invitation, *, actor: Any) -> Membership:
    """Once, by the one who was invited, while the inviter leads. Raises `NotOpen`."""
    _lock(invitation.institution)
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("institution", "unit").get(pk=invitation.pk)
    )
    if not invitation.may_be_accepted or invitation.person_id != actor.pk:
        raise NotOpen
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    member, _new = Membership.objects.get_or_create(
        person=invitation.person,
        institution=invitation.institution,
        defaults={"role": invitation.role, "unit": invitation.unit},
    )
    _log(invitation.institution, Kind.JOINED, actor, person=actor, role=member.role, unit=member.unit)
    return member


def _fresh(member: Membership) -> Membership | None:
    institution = member.institution
    assert institution is not None  # noqa: S101  (the constraint of the table)
    _lock(institution)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("institution", "person", "unit")
    return rows.filter(pk=member.pk).first()


def _refuse_last_lead(member: Membership) -> None:
    leads = Membership.objects.filter(institution=member.institution, role=Role.LEAD, person__is_active=True)
    if member.role == Role.LEAD and not leads.exclude(pk=member.pk).exists():
        raise LastLead


@transaction.atomic
def change_member(member: Membership, role: str, unit: Unit | None, *, actor: Any) -> bool:
    """Another role or unit. The last lead stays one: raises `LastLead`. Who may only read has no cases any more."""
    fresh = _fresh(member)
    if fresh is None or (fresh.role, fresh.unit) == (role, unit):
        return False
    if role != Role.LEAD:
        _refuse_last_lead(fresh)
    fresh.role, fresh.unit = role, unit
    fresh.save(update_fields=["role", "unit"])
    if role == Role.READER:
        _give_back_cases(fresh, actor)
    if role != Role.LEAD:
        _withdraw_invitations_of(fresh, actor)
    assert fresh.institution is not None  # noqa: S101
    _log(fresh.institution, Kind.ROLE_CHANGED, actor, person=fresh.person, role=role, unit=unit)
    return True


@transaction.atomic
def remove_member(member: Membership, *, actor: Any) -> bool:
    """At once: their open cases go back to the unit, their open subtasks to nobody. Raises `LastLead`."""
    fresh = _fresh(member)
    if fresh is None:
        return False
    _refuse_last_lead(fresh)
    _give_back_cases(fresh, actor)
    _withdraw_invitations_of(fresh, actor)
    assert fresh.institution is not None  # noqa: S101
    _log(fresh.institution, Kind.REMOVED, actor, person=fresh.person, role=fresh.role, unit=fresh.unit)
    fresh.delete()
    return True


def _withdraw_invitations_of(member: Membership, actor: Any) -> None:
    """No way back in, and nobody else in, by who leads no more."""
    waiting = Invitation.objects.filter(institution=member.institution, accepted_at=None, withdrawn_at=None)
    for invitation in waiting.filter(invited_by=member.person).select_related("institution", "person"):
        withdraw_invitation(invitation, actor=actor)


def _give_back_cases(member: Membership, actor: Any) -> None:
    give_back_cases(member.person, member.institution_id, member.unit, actor)


def give_back_cases(person: Person, institution_id: int | None, unit: Unit | None, actor: Any) -> None:
    """Of one body, or (None) of all: to the case's unit, else to `unit`."""
    cases = Assignment.objects.filter(assignee=person)
    tasks = Subtask.objects.filter(assignee=person)
    if institution_id is not None:
        cases, tasks = cases.filter(institution=institution_id), tasks.filter(assignment__institution=institution_id)
    running = list(cases.filter(ended_at=None).select_related("institution", "unit").order_by("pk"))
    for case in running:
        left = case.unit or unit
        Assignment.objects.filter(pk=case.pk, assignee=person).update(assignee=None, unit=left)
        BodyEntry.objects.create(institution=case.institution, assignment=case, kind=Kind.GIVEN, actor=actor, unit=left)
    tasks.filter(done_at=None).update(assignee=None)

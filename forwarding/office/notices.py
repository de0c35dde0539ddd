"""Mails to a body's own people: a case given to them, a subtask that is due, an invitation."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.office.models import BodyEntry, Invitation, Subtask
from municipalities.models import Membership
from notifications.notices import give_notice, register_notice
from reports import links
from reports.lifecycle import PUBLIC
from reports.models import Assignment

CASE_GIVEN = "case_given"
TASK_DUE = "task_due"
INVITED = "office_invited"
INVITATION = "invitation"


def connect() -> None:
    register_notice(CASE_GIVEN, compose_given)
    register_notice(TASK_DUE, compose_task)
    register_notice(INVITED, compose_invitation)


def _belongs(person: Person, institution_id: int) -> bool:
    return Membership.objects.filter(person=person, institution=institution_id).exists()


def _case(assignment: Assignment) -> dict[str, Any]:
    return {
        "url": links.absolute(reverse("office_case", args=[assignment.pk])),
        "report": assignment.report,
        "institution": assignment.institution,
    }


def compose_given(person: Person, key: str) -> dict[str, Any] | None:
    """Moot where it was given to somebody else meanwhile, or the person has left the body."""
    entries = BodyEntry.objects.select_related("actor", "unit", "assignment__report", "assignment__institution")
    entry = entries.filter(pk=int(key)).first()
    case = entry.assignment if entry else None
    if entry is None or case is None or not case.is_running or not _belongs(person, case.institution_id):
        return None
    if case.report.status not in PUBLIC:
        return None
    if case.assignee_id != person.pk and (case.assignee_id is not None or case.unit_id != entry.unit_id):
        return None
    unit = entry.unit if case.assignee_id != person.pk else None
    return {**_case(case), "by": str(entry.actor or ""), "unit": unit, "words": entry.text, "due_at": case.due_at}


def remind_of_subtasks() -> int:
    """What is due today or before, once, and not while the report is hidden. How many were reminded of."""
    has_it = Assignment.objects.filter(
        report=OuterRef("assignment__report"), institution=OuterRef("assignment__institution"), ended_at=None
    )
    due = Subtask.objects.filter(due_on__lte=timezone.localdate(), done_at=None, reminded_at=None)
    due = due.filter(assignment__report__status__in=PUBLIC)
    count = 0
    for task in due.filter(Exists(has_it)).select_related("assignee", "created_by", "assignment"):
        with transaction.atomic():
            waiting = Subtask.objects.filter(pk=task.pk, done_at=None, reminded_at=None)
            people = _whom_to_remind(task)
            if people and waiting.update(reminded_at=timezone.now()):
                give_notice(people, TASK_DUE, str(task.pk))
                count += 1
    return count


def _whom_to_remind(task: Subtask) -> list[Person]:
    """Whoever has it, else whoever made it, as long as they answer for the body; else those who lead it."""
    there = Membership.objects.filter(institution=task.assignment.institution_id, person__is_active=True)
    answering = set(there.exclude(role=Membership.Role.READER).values_list("person", flat=True))
    for person in (task.assignee, task.created_by):
        if person is not None and person.pk in answering:
            return [person]
    leads = there.filter(role=Membership.Role.LEAD)
    return list(Person.objects.filter(pk__in=leads.values("person")).order_by("pk"))


def compose_task(person: Person, key: str) -> dict[str, Any] | None:
    tasks = Subtask.objects.select_related("assignment__report", "assignment__institution")
    task = tasks.filter(pk=int(key), done_at=None).first()
    if task is None or not _belongs(person, task.assignment.institution_id):
        return None
    if task.assignment.report.status not in PUBLIC:
        return None
    return {**_case(task.assignment), "task": task}


def invitation_url(invitation: Invitation) -> str:
    token = links.sign(INVITATION, invitation.pk, int(invitation.invited_at.timestamp()))
    return links.absolute(reverse("office_invitation", args=[token]))


def compose_invitation(person: Person, key: str) -> dict[str, Any] | None:
    """Nothing in it was typed by who invites: the body's name and the role are ours."""
    invitation = Invitation.objects.select_related("institution").filter(pk=int(key), person=person).first()
    if invitation is None or not invitation.may_be_accepted:
        return None
    return {
        "url": invitation_url(invitation),
        "institution": invitation.institution,
        "role": invitation.get_role_display(),
        "days": settings.INVITATION_LIFE.days,
        "name": "",  # perhaps it is not theirs, or a stranger's address was typed
    }

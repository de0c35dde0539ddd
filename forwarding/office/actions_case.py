"""What a body does within itself with a case: who looks after it, notes, subtasks.

Each writes one line of the body's own history (`BodyEntry`); a note marked for the desk is a line of the report, too.
`nonce` comes from the form: sent twice, it counts once. None of it moves the report or stops its clock.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Person
from forwarding.office.models import BodyEntry, Subtask
from forwarding.office.notices import CASE_GIVEN
from municipalities.models import Membership, Unit
from notifications.notices import give_notice
from reports.actions import lock_report
from reports.lifecycle import EventKind, Role
from reports.models import Assignment
from reports.outbox import write_event

Kind = BodyEntry.Kind


class NotOfBody(Exception):
    """This person does not answer for the body (any more), or the unit is another body's."""


def takers_of(institution_id: int) -> QuerySet[Person]:
    """Who may be given a case or a subtask: readers only look on."""
    answering = (Membership.Role.OFFICER, Membership.Role.LEAD)
    members = Membership.objects.filter(institution=institution_id, role__in=answering)
    return Person.objects.filter(pk__in=members.values("person"), is_active=True).order_by("name", "email")


def _check(assignment: Assignment, person: Person | None, unit: Unit | None = None) -> None:
    """The membership is locked, so that nobody is removed while they are given something."""
    if unit is not None and unit.institution_id != assignment.institution_id:
        raise NotOfBody
    if person is not None:
        own = Membership.objects.filter(person=person, institution=assignment.institution_id)
        held = own.select_for_update(no_key=True).exclude(role=Membership.Role.READER)
        if held.first() is None:
            raise NotOfBody


def _once(nonce: UUID | None) -> bool:
    """Whether this form has not been taken yet; the caller holds the lock of the report."""
    return nonce is None or not BodyEntry.objects.filter(nonce=nonce).exists()


def note_entry(assignment: Assignment, kind: BodyEntry.Kind, *, actor: Any, **values: Any) -> BodyEntry:
    return BodyEntry.objects.create(
        institution=assignment.institution, assignment=assignment, kind=kind, actor=actor, **values
    )


@transaction.atomic
def give_case(
    assignment: Assignment,
    *,
    person: Person | None,
    unit: Unit | None,
    text: str = "",
    actor: Any,
    nonce: UUID | None = None,
) -> BodyEntry | None:
    """To a colleague, to a unit, to both, or (neither) to nobody. Who is given it hears by mail, but not of oneself.

    None where it is theirs already. Raises `NotOfBody`.
    """
    lock_report(assignment.report)
    if not _once(nonce):
        return None
    assignment = Assignment.objects.select_related("institution").get(pk=assignment.pk)
    _check(assignment, person, unit)
    if not text and (assignment.assignee, assignment.unit) == (person, unit):
        return None
    assignment.assignee, assignment.unit = person, unit
    assignment.save(update_fields=["assignee", "unit"])
    entry = note_entry(assignment, Kind.GIVEN, actor=actor, person=person, unit=unit, text=text, nonce=nonce)
    told = [person] if person else list(_people_of(unit)) if unit else []
    give_notice([one for one in told if one.pk != actor.pk], CASE_GIVEN, str(entry.pk))
    return entry


def _people_of(unit: Unit) -> QuerySet[Person]:
    return takers_of(unit.institution_id).filter(memberships__unit=unit)


@transaction.atomic
def write_note(
    assignment: Assignment, text: str, *, actor: Any, for_desk: bool = False, nonce: UUID | None = None
) -> BodyEntry | None:
    """For the body's own people; `for_desk`: the association's moderators read it, too. None where it came before."""
    report = lock_report(assignment.report)
    if not _once(nonce):
        return None
    if for_desk:
        write_event(report, EventKind.NOTED, actor=actor, role=Role.OFFICER, assignment=assignment, text=text)
    return note_entry(assignment, Kind.NOTED, actor=actor, text=text, for_desk=for_desk, nonce=nonce)


@transaction.atomic
def add_subtask(
    assignment: Assignment,
    title: str,
    *,
    actor: Any,
    due_on: date | None = None,
    assignee: Person | None = None,
    nonce: UUID | None = None,
) -> Subtask | None:
    """Raises `NotOfBody`. Who is given it hears by mail at once through the case's page, and on the day by mail."""
    lock_report(assignment.report)
    if not _once(nonce):
        return None
    _check(assignment, assignee)
    task = Subtask.objects.create(
        assignment=assignment, title=title, due_on=due_on, assignee=assignee, created_by=actor
    )
    note_entry(assignment, Kind.TASK_ADDED, actor=actor, person=assignee, text=title, nonce=nonce)
    return task


@transaction.atomic
def finish_subtask(task: Subtask, *, actor: Any) -> bool:
    """Done twice, it counts once."""
    task = Subtask.objects.select_for_update(of=("self",)).select_related("assignment__institution").get(pk=task.pk)
    if task.done_at is not None:
        return False
    task.done_at, task.done_by = timezone.now(), actor
    task.save(update_fields=["done_at", "done_by"])
    note_entry(task.assignment, Kind.TASK_DONE, actor=actor, text=task.title)
    return True


@transaction.atomic
def reopen_subtask(task: Subtask, *, actor: Any) -> bool:
    """Its reminder has gone or not; it is not sent anew."""
    task = Subtask.objects.select_for_update(of=("self",)).select_related("assignment__institution").get(pk=task.pk)
    if task.done_at is None:
        return False
    task.done_at = task.done_by = None
    task.save(update_fields=["done_at", "done_by"])
    note_entry(task.assignment, Kind.TASK_REOPENED, actor=actor, text=task.title)
    return True


@transaction.atomic
def remove_subtask(task: Subtask, *, actor: Any) -> bool:
    found = Subtask.objects.select_for_update(of=("self",)).select_related("assignment__institution")
    row = found.filter(pk=task.pk).first()
    if row is None:
        return False
    note_entry(row.assignment, Kind.TASK_REMOVED, actor=actor, text=row.title)
    row.delete()
    return True

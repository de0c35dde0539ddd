"""What the office keeps about a person: notes and steps, cases and subtasks that they had, invitations.

A body's history stays, without the names and words of who was erased; notes about an erased reporter's case go, too.
"""

from typing import Any

from django.db.models import Q

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from forwarding.office.actions_people import give_back_cases
from forwarding.office.models import BodyEntry, Invitation, OfficeText, Subtask
from reports.lifecycle import EventKind, Role
from reports.models import Assignment, EventText


def export(person: Person) -> dict[str, Any]:
    entries = BodyEntry.objects.filter(Q(actor=person) | Q(person=person)).select_related(
        "institution", "assignment__report"
    )
    tasks = Subtask.objects.filter(Q(assignee=person) | Q(created_by=person) | Q(done_by=person)).distinct()
    invitations = Invitation.objects.filter(Q(person=person) | Q(invited_by=person)).select_related("institution")
    return {
        "history": [
            {
                "kind": entry.kind,
                "institution": str(entry.institution),
                "report": entry.assignment.report.reference if entry.assignment else None,
                "by_me": entry.actor_id == person.pk,
                "role": entry.role,
                # What colleagues wrote is theirs, unless it was written to this person.
                "text": entry.text if person.pk in (entry.actor_id, entry.person_id) else "",
                "at": entry.at,
            }
            for entry in entries
        ],
        "subtasks": [
            {
                "report": task.assignment.report.reference,
                "title": task.title,
                "due_on": task.due_on,
                "mine": task.assignee_id == person.pk,
                "made_by_me": task.created_by_id == person.pk,
                "done_at": task.done_at,
            }
            for task in tasks.select_related("assignment__report").order_by("pk")
        ],
        "invitations": [
            {
                "institution": str(invitation.institution),
                "role": invitation.role,
                "to_me": invitation.person_id == person.pk,
                "at": invitation.invited_at,
                "accepted_at": invitation.accepted_at,
            }
            for invitation in invitations.order_by("pk")
        ],
        "cases": list(
            Assignment.objects.filter(assignee=person).order_by("pk").values_list("report__reference", flat=True)
        ),
        "texts": list(OfficeText.objects.filter(written_by=person).order_by("pk").values("name", "text")),
    }


def erase(person: Person, keep_reports: bool) -> None:
    give_back_cases(person, None, None, None)
    Assignment.objects.filter(assignee=person).update(assignee=None)
    Invitation.objects.filter(person=person).delete()
    Invitation.objects.filter(invited_by=person).update(invited_by=None)
    BodyEntry.objects.filter(actor=person).update(actor=None, text="")
    BodyEntry.objects.filter(person=person).update(person=None, text="")
    Subtask.objects.filter(assignee=person).update(assignee=None)
    Subtask.objects.filter(created_by=person).update(created_by=None)
    Subtask.objects.filter(done_by=person).update(done_by=None)
    OfficeText.objects.filter(written_by=person).update(written_by=None)
    BodyEntry.objects.filter(assignment__report__reporter=person).exclude(text="").update(text="")
    Subtask.objects.filter(assignment__report__reporter=person).update(title="–")
    # What the body wrote for the desk.
    own = EventText.objects.filter(event__report__reporter=person, event__role=Role.OFFICER)
    own.filter(event__kind=EventKind.NOTED).update(text="")


def register() -> None:
    register_holding(Holding("office_within", export, erase))

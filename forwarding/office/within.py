"""What the case page shows of the body's own work: notes and steps, subtasks, who has it."""

from typing import Any

from accounts.rights import Right
from forwarding.actions_handing import may_hand_over
from forwarding.office.access import rights_in
from forwarding.office.forms_case import GiveForm, NoteForm, SubtaskForm
from forwarding.office.models import BodyEntry, Subtask
from reports.models import Assignment


def entries_of(assignment: Assignment) -> list[BodyEntry]:
    """The body's own history of the case, an earlier turn of the same body included, the newest first. One query."""
    mine = BodyEntry.objects.filter(institution=assignment.institution_id, assignment__report=assignment.report_id)
    return list(mine.select_related("actor", "person", "unit").order_by("-at", "-pk"))


def subtasks_of(assignment: Assignment) -> list[Subtask]:
    """Open ones by their day, then those that are done. One query."""
    rows = Subtask.objects.filter(
        assignment__institution=assignment.institution_id, assignment__report=assignment.report_id
    ).select_related("assignee", "done_by")
    far = "9999"
    return sorted(rows, key=lambda task: (task.done_at is not None, str(task.due_on or far), task.pk))


def within_context(person: Any, assignment: Assignment) -> dict[str, Any]:
    rights = rights_in(person, assignment.institution_id)
    may_work = Right.ANSWER in rights and assignment.is_running
    context: dict[str, Any] = {
        "is_office": True,
        "may_work": may_work,
        "may_note": Right.ANSWER in rights,
        "may_hand_over": Right.HAND_OVER in rights and may_hand_over(assignment),
        "entries_within": entries_of(assignment),
        "subtasks": subtasks_of(assignment),
    }
    if may_work:
        context |= {"give_form": GiveForm(assignment), "task_form": SubtaskForm(assignment)}
    if Right.ANSWER in rights:
        context["note_form"] = NoteForm()
    return context

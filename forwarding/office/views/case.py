"""One case at the office: the file, the answer, and what the body does within itself."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from forwarding.actions_handing import CannotTake, hand_over, may_hand_over
from forwarding.answering import SaidAlready, answer_case, changes_since, check_form, fresh, nonce_of, show_case
from forwarding.cases import case_context
from forwarding.office import actions_case as actions
from forwarding.office.access import access_case_with, access_office_case, office_page, rights_in
from forwarding.office.forms_case import GiveForm, HandOverForm, NoteForm, SubtaskForm
from forwarding.office.models import Subtask
from forwarding.office.within import within_context
from reports.actions import ChangedMeanwhile
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment

# A form of the page that did not hold, by the name under which the template shows it; None: done.
Wrong = dict[str, Any] | None


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def office_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Readers look; officers answer, and do what `ACTS` names."""
    assignment = access_office_case(request.user, pk)
    may_answer = Right.ANSWER in rights_in(request.user, assignment.institution_id)
    if request.method == "POST" and not may_answer:
        raise Http404
    context = case_context(assignment, token="") | within_context(request.user, assignment)
    context["may_answer"] = context["may_answer"] and may_answer
    act = ACTS.get(request.POST.get("action", ""))
    if act is None:
        return answer_case(request, context)
    try:
        wrong = act(request, assignment)
    except actions.NotOfBody:
        messages.error(request, _("This colleague does not answer for your body any more."))
        wrong = None
    if wrong is not None:
        return show_case(request, context, status=400, **wrong)
    return redirect(f"{request.path}#within")


def _give(request: HttpRequest, assignment: Assignment) -> Wrong:
    form = GiveForm(assignment, request.POST)
    if not form.is_valid():
        return {"give_form": form}
    data = form.cleaned_data
    unit = data["unit"] if "unit" in form.fields else assignment.unit
    if actions.give_case(
        assignment, person=data["person"], unit=unit, text=data["text"], actor=request.user, nonce=nonce_of(request)
    ):
        messages.success(request, _("Given. Whoever has it now gets a mail."))
    return None


def _note(request: HttpRequest, assignment: Assignment) -> Wrong:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return {"note_form": form}
    data = form.cleaned_data
    actions.write_note(assignment, data["text"], for_desk=data["for_desk"], actor=request.user, nonce=nonce_of(request))
    return None


def _add_task(request: HttpRequest, assignment: Assignment) -> Wrong:
    form = SubtaskForm(assignment, request.POST)
    if not form.is_valid():
        return {"task_form": form}
    data = form.cleaned_data
    actions.add_subtask(
        assignment,
        data["title"],
        due_on=data["due_on"],
        assignee=data["assignee"],
        actor=request.user,
        nonce=nonce_of(request),
    )
    return None


def _of_task(change: Callable[..., bool]) -> Callable[[HttpRequest, Assignment], Wrong]:
    def act(request: HttpRequest, assignment: Assignment) -> Wrong:
        """Of this body and this report, in whichever turn; what is gone already is nothing to do."""
        key = request.POST.get("task", "")
        tasks = Subtask.objects.filter(
            assignment__institution=assignment.institution_id, assignment__report=assignment.report_id
        )
        task = get_object_or_404(tasks, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
        change(task, actor=request.user)
        return None

    return act


ACTS: dict[str, Callable[[HttpRequest, Assignment], Wrong]] = {
    "give": _give,
    "note": _note,
    "add_task": _add_task,
    "finish_task": _of_task(actions.finish_subtask),
    "reopen_task": _of_task(actions.reopen_subtask),
    "remove_task": _of_task(actions.remove_subtask),
}


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def office_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """To another body; afterwards the case page says who has it."""
    assignment = access_case_with(Right.HAND_OVER, request.user, pk)
    if not may_hand_over(assignment):
        messages.error(request, _("The case has changed meanwhile; please look at it again."))
        return redirect("office_case", pk)
    form = HandOverForm(assignment, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show_hand_over(request, assignment, form, status=400 if form.errors else 200)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            kept = check_form(request, assignment)
            hand_over(
                assignment, data["to"], data["reason"], is_not_ours=data["is_not_ours"], actor=request.user, **kept
            )
    except SaidAlready:
        pass
    except (ChangedMeanwhile, MoveNotAllowed, CannotTake):
        again = fresh(assignment)
        changed = changes_since(request, again)
        return show_hand_over(request, again, HandOverForm(again, request.POST), status=409, changed=changed)
    messages.success(request, _("Handed over. You see here what becomes of it."))
    return redirect("office_case", pk)


def show_hand_over(
    request: HttpRequest, assignment: Assignment, form: HandOverForm, *, status: int, **more: Any
) -> HttpResponse:
    context = case_context(assignment, token="")
    page = {"form": form, "nonce": uuid4(), "seen": context["entries"][-1]["pk"] if context["entries"] else 0}
    return render(request, "forwarding/office/hand_over.html", {**context, **page, **more}, status=status)

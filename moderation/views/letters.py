"""After a letter has left for a body: what went out, recalling it, sending it once more."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from forwarding.actions_letters import NoContact, StillWaiting, may_recall, recall_report, repeat_report
from forwarding.models import Dispatch
from moderation.access import DeskRequest, access_with, desk_page
from moderation.acts import recent_acts, recorded
from moderation.forms_letters import ReasonForm
from moderation.models import SavedText
from moderation.saved_texts import automatic_text, texts_for
from moderation.views.merge import way_back
from reports.actions import leading_assignment
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment, Report

ACTS = {"again": repeat_report, "recall": recall_report}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_letters(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_with(Right.DECIDE, request.user, reference)
    lead = leading_assignment(report)
    name = request.POST.get("action", "")
    bound = ReasonForm(request.POST, auto_id=f"{name}_%s") if name in ACTS else None
    if bound and bound.is_valid() and lead:
        if problem := do(name, lead, bound.cleaned_data["text"], actor=request.user):
            messages.error(request, problem)
        return redirect(request.get_full_path())
    saved = texts_for(report, SavedText.For.AGAIN, SavedText.For.RECALL)
    forms = {key: ReasonForm(initial={"text": automatic_text(saved, key)}, auto_id=f"{key}_%s") for key in ACTS}
    forms |= {name: bound} if bound else {}
    context = {
        "report": report,
        "lead": lead if lead and may_recall(lead) else None,
        "lines": lines_of(report),
        "form": bound,
        "forms": forms,
        "saved": saved,
        "recent": recent_acts(request.user),
        **way_back(request, report),
    }
    return render(request, "moderation/letters.html", context, status=400 if request.method == "POST" else 200)


def do(name: str, assignment: Assignment, reason: str, *, actor: Any) -> str:
    """The act; why it could not be, if so."""
    try:
        with recorded(name, assignment.report, actor=actor):
            ACTS[name](assignment, reason, actor=actor)
    except MoveNotAllowed:
        return _("The body does not have the case any more.")
    except NoContact:
        return _("The body has no working address.")
    except StillWaiting:
        return _("The letter before has not left yet.")
    return ""


def lines_of(report: Report) -> list[tuple[Assignment, list[Dispatch]]]:
    """Every sending with its letters, in two queries."""
    assignments = report.assignments.select_related("institution").prefetch_related("dispatches__event")
    return [(assignment, list(assignment.dispatches.all())) for assignment in assignments]

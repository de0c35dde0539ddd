"""A body's answer that came by phone or letter, or that a moderator writes at the body's wish."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from forwarding.actions_answers import enter_answer
from moderation.access import DeskRequest, access_with, desk_page
from moderation.acts import recent_acts, recorded
from moderation.forms_letters import EnteredForm
from moderation.models import SavedText
from moderation.saved_texts import automatic_text, texts_for
from moderation.views.merge import way_back
from reports.attachments import attach_files
from reports.lifecycle import PUBLIC, MoveNotAllowed
from reports.models import Assignment, Report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_answer(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_with(Right.ENTER_ANSWERS, request.user, reference)
    assignment = choose(report, request.GET.get("assignment", ""))
    saved = texts_for(report, SavedText.For.ANSWER)
    first = automatic_text(saved, SavedText.For.ANSWER)
    form = EnteredForm(assignment, request.POST or None, request.FILES or None, first=first)
    if request.method == "POST" and form.is_valid():
        try:
            publish(assignment, form, request)
        except MoveNotAllowed:
            form.add_error("step", _("The case has moved on; this is not possible any more."))
        else:
            return redirect(way_back(request, report)["back"])
    context = {
        "report": report,
        "assignment": assignment,
        "others": [other for other in assignments_of(report) if other != assignment],
        "form": form,
        "saved": saved,
        "recent": recent_acts(request.user),
        **way_back(request, report),
    }
    return render(request, "moderation/answer.html", context, status=400 if request.method == "POST" else 200)


@transaction.atomic
def publish(assignment: Assignment, form: EnteredForm, request: DeskRequest) -> None:
    with recorded("answer", assignment.report, actor=request.user):
        event = enter_answer(assignment, form.entered, actor=request.user)
        problems = attach_files(event, form.cleaned_data["attachments"], actor=request.user)
    for problem in problems:
        messages.warning(request, problem)
    messages.success(
        request, _("Published as the answer of %(institution)s.") % {"institution": assignment.institution}
    )


def assignments_of(report: Report) -> list[Assignment]:
    """Whose answer it may be, the one who has the case now first; raises `Http404` where nobody had it."""
    mine = report.assignments.of_body().select_related("institution", "report").order_by("-is_lead", "-round", "-pk")
    found = list(mine) if report.state in PUBLIC else []
    if not found:
        raise Http404
    return found


def choose(report: Report, key: str) -> Assignment:
    found = assignments_of(report)
    return next((assignment for assignment in found if str(assignment.pk) == key), found[0])

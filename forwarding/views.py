"""Officers' pages: the case file behind a mail's link, and the office of those who sign in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from forwarding import actions
from forwarding.cases import (
    access_case,
    access_office_case,
    case_context,
    is_expired,
    office_assignments,
)
from forwarding.forms import AnswerForm, Step
from reports.access import remember_opened
from reports.attachments import attach_files
from reports.lifecycle import PUBLIC, MoveNotAllowed
from reports.models import Assignment, Photo, ReportEvent
from reports.views.photos import serve_photo


def carry_out(assignment: Assignment, data: dict[str, Any], *, actor: Any) -> ReportEvent:
    match Step(data["step"]):
        case Step.PROMISE:
            return actions.promise_date(assignment, data["promised_on"], data["text"], actor=actor)
        case Step.DONE:
            return actions.say_done(assignment, data["text"], actor=actor)
        case Step.NOT_OURS:
            pointed_to = data.get("pointed_to")
            return actions.say_not_ours(assignment, data["text"], actor=actor, pointed_to=pointed_to)
        case _:
            return actions.answer_report(assignment, data["text"], actor=actor)


def answer_case(request: HttpRequest, assignment: Assignment, context: dict[str, Any]) -> HttpResponse:
    """The case file with its form; after an answer the same page again, by redirect."""
    form = AnswerForm(assignment, request.POST or None, request.FILES or None)
    if request.method == "POST" and context["may_answer"] and form.is_valid():
        try:
            event = carry_out(assignment, form.cleaned_data, actor=request.user)
        except MoveNotAllowed:
            messages.error(request, _("The case has changed meanwhile; please look at it again."))
            return redirect(request.path)
        for problem in attach_files(event, form.cleaned_data["attachments"], actor=request.user):
            messages.warning(request, problem)
        messages.success(request, _("Thank you! Your answer is on the report's page."))
        return redirect(request.path)
    status = 400 if form.errors else 200
    return render(request, "forwarding/case.html", {**context, "form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def officer_case(request: HttpRequest, token: str) -> HttpResponse:
    """The link from the mail: the token is the right; nothing else is asked."""
    assignment, issued = access_case(token)
    if not assignment.is_of_body:
        return render(request, "forwarding/link_recalled.html", {"assignment": assignment}, status=410)
    if is_expired(assignment, issued):
        asked = request.method == "POST"
        reached = actions.ask_new_link(assignment) if asked else True
        context = {"assignment": assignment, "asked": asked, "reached": reached}
        return render(request, "forwarding/link_expired.html", context, status=410)
    remember_opened(request, assignment.report)
    return answer_case(request, assignment, case_context(assignment, token=token))


@require_GET
def officer_photo(request: HttpRequest, token: str, photo: str, size: str) -> FileResponse:
    """Pictures of the case file, private reports' too: the link is the right."""
    assignment, issued = access_case(token)
    shown = assignment.is_of_body and not is_expired(assignment, issued) and assignment.report.status in PUBLIC
    if size not in Photo.SIZES or not shown:
        raise Http404
    row = get_object_or_404(Photo, report=assignment.report_id, token=photo, is_hidden=False, comment=None)
    return serve_photo(row, size, keep=False)


@login_required
@never_cache
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """The open cases of the officer's institutions, the nearest deadline first."""
    assignments = office_assignments(request.user, closed=request.GET.get("show") == "closed")
    page = Paginator(assignments, 25).get_page(request.GET.get("page"))
    return render(request, "forwarding/office.html", {"page_obj": page, "today": timezone.localdate()})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_case(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = access_office_case(request.user, pk)
    return answer_case(request, assignment, case_context(assignment, token=""))

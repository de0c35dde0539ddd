"""The case file with its answer form, for the mail's link and for the office alike."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forwarding import actions
from forwarding.forms import AnswerForm, Step
from reports.attachments import attach_files
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment, ReportEvent


def carry_out(assignment: Assignment, data: dict[str, Any], *, actor: Any) -> ReportEvent:
    match Step(data["step"]):
        case Step.PROMISE:
            return actions.promise_date(assignment, data["promised_on"], data["text"], actor=actor)
        case Step.DONE:
            return actions.say_done(assignment, data["text"], actor=actor)
        case Step.CANNOT:
            return actions.say_cannot(assignment, data["text"], actor=actor)
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

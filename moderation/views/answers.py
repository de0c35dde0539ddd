"""What a report's category asks and nobody has answered, to be filled in at the desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page
from moderation.acts import recorded
from moderation.views.merge import way_back
from reports.actions_answers import add_answers, unanswered_of
from reports.question_forms import AnswersForm


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_answers(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_with(Right.DECIDE, request.user, reference)
    ways = way_back(request, report)
    form = AnswersForm(request.POST or None, questions=unanswered_of(report))
    if not form.questions:
        return redirect(ways["back"])
    if not form.is_valid():
        return render(request, "moderation/answers.html", {"report": report, "form": form, **ways})
    with recorded("answers", report, actor=request.user):
        add_answers(report, form.answers(), actor=request.user)
    messages.success(request, _("The answers are saved."))
    return redirect(ways["back"])

"""The desk's private conversation with the reporter, beside whatever the report waits for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page
from moderation.actions_claims import close_case
from moderation.acts import recent_acts, recorded
from moderation.conversation import word_context
from moderation.forms_letters import WordForm
from moderation.models import SavedText
from moderation.saved_texts import texts_for
from moderation.views.merge import way_back
from reports.access import visible_events
from reports.actions_words import read_reply, write_reporter
from reports.lifecycle import MoveNotAllowed
from reports.models import Report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_word(request: DeskRequest, reference: str) -> HttpResponse:
    """The conversation; a word to the reporter, or the mark that theirs was read."""
    report = access_with(Right.DECIDE, request.user, reference)
    action = request.POST.get("action", "")
    if action == "read":
        with recorded("read", report, actor=request.user):
            read_reply(report)
            leave_if_published(report)
        return redirect(way_back(request, report)["back"])
    form = WordForm(request.POST, auto_id="word_%s") if action == "write" else None
    if form and form.is_valid():
        try:
            with recorded("word", report, actor=request.user):
                write_reporter(report, form.cleaned_data["text"], actor=request.user)
                leave_if_published(report)
        except MoveNotAllowed:
            form.add_error(None, _("Nobody is there who could read it."))
        else:
            messages.success(request, _("Your word goes to the reporter."))
            return redirect(request.get_full_path())
    ready = texts_for(report, SavedText.For.WORD)
    context = {
        "report": report,
        "may_decide": True,
        **word_context(report, visible_events(report, internal=True), ready),
        **({"form": form, "word_form": form} if form else {}),
        "recent": recent_acts(request.user),
        **way_back(request, report),
    }
    return render(request, "moderation/word.html", context, status=400 if request.method == "POST" else 200)


def leave_if_published(report: Report) -> None:
    """Nobody decides on it any more: read or answered, it is nobody's case."""
    if report.is_public:
        close_case(report)

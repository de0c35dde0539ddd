"""The letter before it goes: as the body would see it, and as a test to oneself."""

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from forwarding.models import SampleLetter
from forwarding.samples import TooManySamples, ask_sample
from moderation.access import DeskRequest, access_with, desk_page
from moderation.actions import BodyRefused
from moderation.forms import CaseForm
from moderation.preview import Preview, preview_sending
from moderation.queues import find_queue
from moderation.views.case import show_case
from moderation.views.merge import way_back
from reports.actions import ChangedMeanwhile
from reports.lifecycle import MoveNotAllowed
from reports.models import Report

SAMPLES_SHOWN = 3


# Mails carry their style in themselves; the frame that shows one runs no script and has no origin.
@csp_update({"style-src": ["'unsafe-inline'"]})
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_preview(request: DeskRequest, reference: str) -> HttpResponse:
    """From the case's form; without it back to the case. Nothing is saved and nothing goes to anybody but oneself."""
    report = access_with(Right.DECIDE, request.user, reference)
    queue = find_queue(request.user, request.GET.get("queue", ""))
    if request.method != "POST":
        return redirect("desk_case", report.reference)
    typed = request.POST.copy()
    is_test, typed["action"] = typed.get("action") == "test", "send"
    form = CaseForm(report, typed)
    if not form.is_valid():
        return show_case(request, report, form, queue, status=400)
    try:
        preview = preview_sending(report, form.decision, actor=request.user, version=form.cleaned_data["version"])
    except ChangedMeanwhile:
        return show_case(request, report, form, queue, status=409, trouble="changed")
    except MoveNotAllowed:
        return show_case(request, report, form, queue, status=409, trouble="moved")
    except BodyRefused:
        form.add_error("institution", _("This body has said that it is not theirs; only an employee may insist."))
        return show_case(request, report, form, queue, status=400)
    if is_test:
        send_test(request, report, preview)
    context = {
        "report": report,
        "form": form,
        **way_back(request, report),
        "preview": preview,
        "samples": SampleLetter.objects.filter(person=request.user, report=report).order_by("-pk")[:SAMPLES_SHOWN],
    }
    return render(request, "moderation/preview.html", context)


def send_test(request: DeskRequest, report: Report, preview: Preview) -> None:
    if preview.letter is None:
        messages.error(request, _("There is no letter to test."))
        return
    try:
        ask_sample(report, preview.institution, preview.letter, person=request.user)
    except TooManySamples:
        messages.error(request, _("That is enough tests for this hour."))
    else:
        messages.success(request, _("A test letter is on its way to you: %(email)s") % {"email": request.user.email})

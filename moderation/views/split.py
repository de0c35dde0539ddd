"""One report that tells of two things becomes two; and the button that points a report out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page
from moderation.forms_merge import HighlightForm, SplitForm
from moderation.merging import highlight_case, split_case
from moderation.views.merge import way_back
from reports.access import access_desk_report
from reports.actions import ChangedMeanwhile
from reports.actions_highlight import may_highlight
from reports.actions_split import SPLITTABLE, photos_to_split
from reports.lifecycle import MoveNotAllowed
from reports.models import Report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_split(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_with(Right.MERGE, request.user, reference)
    if request.method != "POST":
        return show_split(request, report, SplitForm(report))
    form = SplitForm(report, request.POST)
    if not form.is_valid():
        return show_split(request, report, form, status=400)
    data = form.cleaned_data
    try:
        new = split_case(
            report, form.part, data["photos"], kept=data["kept"], actor=request.user, version=data["version"]
        )
    except (ChangedMeanwhile, MoveNotAllowed):
        return show_split(request, report, form, status=409)
    words = _("Split: “%(title)s” (%(reference)s) stands in the queue now.")
    messages.success(request, words % {"title": new.heading, "reference": new.reference})
    return redirect(way_back(request, report)["back"])


def show_split(request: DeskRequest, report: Report, form: SplitForm, *, status: int = 200) -> HttpResponse:
    report = access_desk_report(request.user, report.reference)
    context = {
        "report": report,
        "form": form,
        "photos": photos_to_split(report),
        "may_split": report.state in SPLITTABLE,
        "is_changed": status == 409,
        **way_back(request, report),
    }
    return render(request, "moderation/split.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_highlight(request: DeskRequest, reference: str) -> HttpResponse:
    """POST with a day points the report out, with `end` not any more."""
    report = access_with(Right.HIGHLIGHT, request.user, reference)
    if request.method != "POST":
        return show_highlight(request, report, HighlightForm(initial={"until": report.highlighted_until}))
    is_end = "end" in request.POST
    form = HighlightForm(request.POST)
    if not is_end and not form.is_valid():
        return show_highlight(request, report, form, status=400)
    try:
        highlight_case(report, None if is_end else form.cleaned_data["until"], actor=request.user)
    except MoveNotAllowed:
        return show_highlight(request, report, form, status=409)
    messages.success(request, _("Not highlighted any more.") if is_end else _("The report is highlighted."))
    return redirect(way_back(request, report)["back"])


def show_highlight(request: DeskRequest, report: Report, form: HighlightForm, *, status: int = 200) -> HttpResponse:
    context = {
        "report": report,
        "form": form,
        "may_highlight": may_highlight(report),
        **way_back(request, report),
    }
    return render(request, "moderation/highlight.html", context, status=status)

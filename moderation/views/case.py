"""One case: everything beside each other, one form, and the next case after it."""

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from moderation.access import DeskRequest, desk_page
from moderation.actions import FINAL, BodyRefused, decide_case
from moderation.case_page import case_context, choices_context
from moderation.conflicts import choose, compare, seen_of
from moderation.forms import CaseForm
from moderation.next_case import next_url
from moderation.presets import presets_for
from moderation.queues import Queue, find_queue
from moderation.suggestions import choices_for
from reports.access import access_desk_report
from reports.actions import ChangedMeanwhile
from reports.lifecycle import MoveNotAllowed
from reports.models import Report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_case(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_desk_report(request.user, reference)
    queue = find_queue(request.user, request.GET.get("queue", ""))
    if request.method != "POST":
        return show_case(request, report, None, queue)
    form = CaseForm(report, choose(request.POST, report))
    if not form.is_valid():
        return show_case(request, report, form, queue, status=400)
    try:
        decide_case(report, form.decision, actor=request.user, version=form.cleaned_data["version"])
    except ChangedMeanwhile:
        return show_case(request, report, form, queue, status=409, trouble="changed")
    except MoveNotAllowed:
        return show_case(request, report, form, queue, status=409, trouble="moved")
    except BodyRefused:
        form.add_error("institution", _("This body has said that it is not theirs; only an employee may insist."))
        return show_case(request, report, form, queue, status=400)
    messages.success(request, said(form.action, form.cleaned_data["title"] or report.heading))
    return redirect(next_url(request, queue, report, done=form.action in FINAL))


def said(action: str, title: str) -> str:
    """What was done, for the top of the next page."""
    sentences = {
        "save": _("Saved: %(title)s"),
        "send": _("Published and forwarded: %(title)s"),
        "ask": _("The reporter was asked: %(title)s"),
        "reject": _("Not published: %(title)s"),
        "hide": _("Hidden: %(title)s"),
        "restore": _("Restored: %(title)s"),
        "resubmit": _("Back in the queue: %(title)s"),
        "note": _("Note kept: %(title)s"),
        "hide_photo": _("Photo hidden: %(title)s"),
        "show_photo": _("Photo shown again: %(title)s"),
    }
    return sentences[action] % {"title": title}


def show_case(
    request: DeskRequest,
    report: Report,
    form: CaseForm | None,
    queue: Queue | None,
    *,
    status: int = 200,
    trouble: str = "",
) -> HttpResponse:
    """The page; after trouble with the row as it is now, and what was typed still in the form."""
    if trouble:
        report = access_desk_report(request.user, report.reference)
    conflict = None
    if form and trouble == "changed":
        conflict, form = compare(form, report)
    presets = presets_for(report)
    form = form or CaseForm(report, presets=presets)
    context = case_context(request, report, form, queue, trouble=trouble, presets=presets)
    context |= {"conflict": conflict, "seen": seen_of(report)}
    return render(request, "moderation/case.html", context, status=status)


@require_safe
@desk_page
def desk_suggestions(request: DeskRequest, reference: str) -> HttpResponse:
    """The suggested bodies for a category and a place that are not saved yet: a part of the page, for its script."""
    report = access_desk_report(request.user, reference)
    form = CaseForm(report, request.GET)
    form.full_clean()
    data = form.cleaned_data
    point = (
        Point(data["longitude"], data["latitude"], srid=4326)
        if {"longitude", "latitude"} <= set(data)
        else report.point
    )
    choices = choices_for(report, point, data.get("category"), data.get("address", report.address))
    context = {"report": report, **choices_context(CaseForm(report), choices)}
    return render(request, "moderation/_choices.html", context)

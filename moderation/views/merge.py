"""Two reports beside each other: are they of one problem? Then one of them becomes a duplicate of the other."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page
from moderation.case_page import likely_duplicates
from moderation.forms_merge import MergeForm, OtherReportForm
from moderation.merging import joinable, merge_case
from moderation.next_case import next_url
from moderation.queues import find_queue
from reports.actions import ChangedMeanwhile
from reports.actions_merge import CannotMerge, suggest_original, why_not
from reports.merge_rows import what_moves
from reports.models import Photo, Report


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_merge(request: DeskRequest, reference: str) -> HttpResponse:
    """Without `other`: which one is it? With it: both beside each other, and what would move. POST does it."""
    report = access_with(Right.MERGE, request.user, reference)
    data = request.POST if request.method == "POST" else request.GET
    if "other" not in data:
        return choose_other(request, report, OtherReportForm(report, request.user))
    form = OtherReportForm(report, request.user, data)
    if not form.is_valid():
        return choose_other(request, report, form, status=400)
    duplicate, original = in_order(report, form.cleaned_data["other"], data.get("original", ""))
    if request.method != "POST":
        return compare(request, report, duplicate, original)
    merge = MergeForm(request.POST)
    if not merge.is_valid():
        return compare(request, report, duplicate, original, status=400)
    try:
        merge_case(duplicate, original, actor=request.user, **merge.cleaned_data)
    except CannotMerge as error:
        return compare(request, report, duplicate, original, status=409, trouble=str(error.why))
    except ChangedMeanwhile:
        trouble = _("Somebody changed one of them meanwhile. Look again, then decide.")
        return compare(request, report, duplicate, original, status=409, trouble=trouble)
    messages.success(request, _("Joined with “%(title)s”.") % {"title": original.heading})
    queue = find_queue(request.user, request.GET.get("queue", ""))
    if queue is None:
        return redirect("desk_case", report.reference)
    return redirect(next_url(request, queue, report, done=True))


def in_order(report: Report, other: Report, wanted: str) -> tuple[Report, Report]:
    """The duplicate and the original: as the moderator wants it, else as they were published."""
    by_reference = {one.reference: one for one in (report, other)}
    original = by_reference.get(wanted) or suggest_original(report, other)
    return (other if original is report else report), original


def choose_other(request: DeskRequest, report: Report, form: OtherReportForm, *, status: int = 200) -> HttpResponse:
    alike = likely_duplicates(request, report, list(report.photos.all()))
    own = joinable(request.user, alike)
    context = {
        "report": report,
        "form": form,
        "alike": [one for one in alike if one.report.pk in own],
        **way_back(request, report),
    }
    return render(request, "moderation/merge_choose.html", context, status=status)


def compare(
    request: DeskRequest, report: Report, duplicate: Report, original: Report, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    """The page asks, and says what would move; after trouble with both as they are now."""
    if trouble:
        for one in (duplicate, original):
            one.refresh_from_db()
    other = original if duplicate is report else duplicate
    distance: Any = other
    context = {
        "report": report,
        "other": other,
        "duplicate": duplicate,
        "original": original,
        "sides": [side(duplicate), side(original)],
        "metres": round(distance.distance.m),
        "why_not": why_not(duplicate, original),
        "may_swap": not why_not(original, duplicate),
        "moving": what_moves(duplicate, original),
        "form": MergeForm(initial={"version": duplicate.version, "with_photos": True}),
        "trouble": trouble,
        **way_back(request, report),
    }
    return render(request, "moderation/merge_compare.html", context, status=status)


def side(report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "photos": [photo for photo in report.photos.all() if photo.kind == Photo.Kind.PROBLEM],
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
    }


def way_back(request: DeskRequest, report: Report) -> dict[str, Any]:
    """The tab that the case was opened from, and the address of the case in it."""
    queue = find_queue(request.user, request.GET.get("queue", ""))
    return {"queue": queue, "back": queue.url_of(report) if queue else reverse("desk_case", args=[report.reference])}

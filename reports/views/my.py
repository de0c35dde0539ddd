"""My page: what a person reported, follows and supports, as lists and on a map. Everything else has its own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reports.actions_follow import unfollow_report, unsupport_report
from reports.lifecycle import Status
from reports.mapdata import read_window, row_features
from reports.models import Draft, Report
from reports.models.report import ReportQuerySet
from reports.my_filters import MyFilter
from reports.paging import BoundedPaginator

PER_PAGE = 20
SHOWN_FIRST = 5
ROWS = 30
# The person has to do something before the report can move on.
WAITING_FOR_ME = (Status.UNCONFIRMED, Status.NEEDS_INFO, Status.AWAITING_CONFIRMATION)


def mine(person: Any) -> ReportQuerySet:
    own = Report.objects.visible_to(person).filter(reporter=person.pk)
    return own.exclude(status=Status.DRAFT).order_by("-created_at", "-pk")


def followed(person: Any) -> ReportQuerySet:
    rows = Report.objects.visible_to(person).filter(follows__person=person.pk)
    return rows.order_by("-follows__since", "-pk")


def supported(person: Any) -> ReportQuerySet:
    rows = Report.objects.visible_to(person).filter(supports__person=person.pk)
    return rows.order_by("-supports__since", "-pk")


@login_required
@never_cache
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """The front door: what waits for me, what I did last."""
    own = mine(request.user)
    context = {
        "drafts": Draft.objects.of(request.user).for_list(),
        "waiting": own.filter(status__in=WAITING_FOR_ME).for_list()[:SHOWN_FIRST],
        "latest": own.for_list()[:SHOWN_FIRST],
        "followed": followed(request.user).for_list()[:SHOWN_FIRST],
    }
    return render(request, "reports/my.html", context)


@login_required
@never_cache
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    return my_list(request, "reports", mine(request.user))


@login_required
@never_cache
@require_safe
def my_followed(request: HttpRequest) -> HttpResponse:
    return my_list(request, "followed", followed(request.user))


@login_required
@never_cache
@require_safe
def my_supported(request: HttpRequest) -> HttpResponse:
    return my_list(request, "supported", supported(request.user))


def my_list(request: HttpRequest, section: str, reports: ReportQuerySet) -> HttpResponse:
    filters = MyFilter(request.GET, reports.for_list())
    paginator = BoundedPaginator(filters.qs, PER_PAGE)
    context = {
        "section": section,
        "filters": filters,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "is_more": paginator.is_more,
    }
    return render(request, "reports/my_list.html", context)


@login_required
@never_cache
@require_safe
def my_map(request: HttpRequest) -> HttpResponse:
    """My own reports on the map, with the list of what is in view (`part=list` is that alone)."""
    filters = MyFilter(request.GET, mine(request.user))
    reports = filters.qs.for_list()
    if "bbox" in request.GET:
        try:
            reports = reports.filter(read_window(request.GET["bbox"], request.GET.get("zoom", "12")).rows)
        except ValidationError:
            reports = reports.none()
    found = list(reports[: ROWS + 1])
    context = {"filters": filters, "reports": found[:ROWS], "is_more": len(found) > ROWS}
    if request.GET.get("part") == "list":
        return render(request, "reports/map_list.html", context)
    context |= {"as_list_url": reverse("my_reports"), "points_url": reverse("my_map_reports")}
    return render(request, "reports/my_map.html", context)


@login_required
@never_cache
@require_safe
def my_map_reports(request: HttpRequest) -> JsonResponse:
    """GeoJSON of my own reports in the window, in the shape of the public map's."""
    try:
        window = read_window(request.GET.get("bbox", ""), request.GET.get("zoom", "12"))
    except ValidationError as error:
        return JsonResponse({"errors": {"bbox": error.messages}}, status=400)
    filters = MyFilter(request.GET, mine(request.user))
    return JsonResponse(row_features(window, filters.qs))


@login_required
@require_POST
def my_leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop following, or take a "me too" back, from the list; also where the report is not public any more.

    The answer is the same for every reference: it tells nothing of reports that one may not see.
    """
    report = Report.objects.filter(reference=reference).first()
    is_support = request.POST.get("section") == "supported"
    if report is not None:
        (unsupport_report if is_support else unfollow_report)(report, request.user)
    if is_support:
        messages.success(request, _("Your “me too” is taken back."))
        return redirect("my_supported")
    messages.success(request, _("You do not follow this report any more."))
    return redirect("my_followed")

"""The cases of the list on a map, beside a list of what is in view: same filters, same rule of who sees what."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forwarding.office.listing import OfficeList
from reports.mapdata import read_window, row_features
from reports.models import Report
from reports.models.report import ReportQuerySet

ROWS = 30


def reports_of(cases: OfficeList) -> ReportQuerySet:
    """Each once, however often the body had it, with the `case` to open."""
    rows = cases.cases.order_by()
    case = rows.filter(report=OuterRef("pk")).order_by("-round", "-pk").values("pk")[:1]
    reports = Report.objects.filter(pk__in=rows.values("report")).annotate(case=Subquery(case))
    return reports.order_by("-published_at", "-pk")


def case_url(report: Report) -> str:
    return reverse("office_case", args=[report.case])  # type: ignore[attr-defined]


@login_required
@never_cache
@require_safe
def office_map(request: HttpRequest) -> HttpResponse:
    """With `bbox` the list holds what is inside; `part=list` is that alone."""
    cases = OfficeList(request.GET, request.user)
    reports = reports_of(cases).for_list()
    if "bbox" in request.GET:
        try:
            reports = reports.filter(read_window(request.GET["bbox"], request.GET.get("zoom", "12")).rows)
        except ValidationError:
            reports = reports.none()
    found = list(reports[: ROWS + 1])
    for report in found:
        report.office_url = case_url(report)  # type: ignore[attr-defined]
    context = {"list": cases, "filters": cases.filters, "reports": found[:ROWS], "is_more": len(found) > ROWS}
    if request.GET.get("part") == "list":
        return render(request, "reports/map_list.html", context)
    context |= {"as_list_url": reverse("office"), "points_url": reverse("office_map_cases")}
    return render(request, "forwarding/office/map.html", context)


@login_required
@never_cache
@require_safe
def office_map_cases(request: HttpRequest) -> JsonResponse:
    """GeoJSON of the cases in the window, in the shape of the public map's."""
    cases = OfficeList(request.GET, request.user)
    try:
        window = read_window(request.GET.get("bbox", ""), request.GET.get("zoom", "12"))
    except ValidationError as error:
        return JsonResponse({"errors": {"bbox": error.messages}}, status=400)
    return JsonResponse(row_features(window, reports_of(cases), case_url))

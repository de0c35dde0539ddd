from django.contrib.gis.db.models import Extent
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from municipalities.models import Area, AreaShape
from reports.feeds import feed_address
from reports.filters import ReportFilter
from reports.mapdata import Window, area_shapes, map_features, read_window
from reports.models import Report

ROWS = 30


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map beside its list. With `bbox` the list holds what is inside; `part=list` is that alone."""
    filters = _filters(request)
    reports = filters.qs.for_list()
    if "bbox" in request.GET:
        try:
            reports = reports.filter(_window(request).rows)
        except ValidationError:
            reports = reports.none()
    found = list(reports[: ROWS + 1])
    context = {"filters": filters, "reports": found[:ROWS], "is_more": len(found) > ROWS}
    if request.GET.get("part") == "list":
        return render(request, "reports/map_list.html", context)
    context |= {
        "extent": _extent(filters),
        "feed_url": feed_address(request),
        "as_list_url": reverse("report_list"),
        "points_url": reverse("map_reports"),
    }
    return render(request, "reports/map.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def map_reports(request: HttpRequest) -> HttpResponse:
    """GeoJSON of what the map shows: points, or clusters with `count`."""
    filters = _filters(request)
    if filters.form.errors:
        return JsonResponse({"errors": filters.form.errors}, status=400)
    try:
        window = _window(request)
    except ValidationError as error:
        return JsonResponse({"errors": {"bbox": error.messages}}, status=400)
    return JsonResponse(map_features(window, filters, filters.qs))


@require_safe
@cache_control(public=True, max_age=3600)
def map_areas(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the served areas' boundaries."""
    try:
        window = _window(request)
    except ValidationError as error:
        return JsonResponse({"errors": {"bbox": error.messages}}, status=400)
    return JsonResponse(area_shapes(window))


def _filters(request: HttpRequest) -> ReportFilter:
    published = Report.objects.visible_to(request.user).published().order_by("-published_at", "-id")
    return ReportFilter(request.GET, published)


def _window(request: HttpRequest) -> Window:
    return read_window(request.GET.get("bbox", ""), request.GET.get("zoom", "12"))


def _extent(filters: ReportFilter) -> str:
    """Where the map opens: around the chosen area, as west,south,east,north."""
    area: Area | None = filters.wanted.get("area")
    if area is None:
        return ""
    inside = AreaShape.objects.filter(area=area).aggregate(extent=Extent("geometry"))["extent"]
    return ",".join(map(str, inside)) if inside else ""

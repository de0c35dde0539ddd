import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reports.feeds import feed_address
from reports.filters import ReportFilter
from reports.models import Report
from reports.models.report import REFERENCE_ALPHABET
from reports.paging import BoundedPaginator, published_counts

PER_PAGE = 24
ONE_REFERENCE = re.compile(f"[{REFERENCE_ALPHABET}]{{8}}")


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    visible = Report.objects.visible_to(request.user)
    code = request.GET.get("q", "").strip().lower()
    if ONE_REFERENCE.fullmatch(code):
        report = visible.filter(reference=code).first()
        if report is not None:
            return redirect(report)
    filters = ReportFilter(request.GET, visible.published().for_list().order_by("-published_at", "-id"))
    paginator = BoundedPaginator(filters.qs, PER_PAGE)
    context = {
        "filters": filters,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "found": paginator.found if filters.is_narrowed else sum(published_counts().values()),
        "feed_url": feed_address(request),
        "is_more": paginator.is_more and filters.is_narrowed,
    }
    return render(request, "reports/list.html", context)

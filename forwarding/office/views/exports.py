"""The filtered cases to take along: files for a spreadsheet, a work list on paper."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forwarding.office.access import access_office_case
from forwarding.office.columns import COLUMNS
from forwarding.office.exports import csv_lines, write_xlsx
from forwarding.office.listing import OfficeList
from forwarding.office.paper import case_pdf
from forwarding.office.states import case_row
from reports.pace import is_too_fast

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRINTED_AT_MOST = 100


@login_required
@never_cache
@require_safe
def office_export(request: HttpRequest) -> HttpResponse:
    """What there is to take along, and what each column means."""
    cases = OfficeList(request.GET, request.user)
    context = {"list": cases, "columns": COLUMNS, "count": cases.counts[cases.tab.value], "most": PRINTED_AT_MOST}
    return render(request, "forwarding/office/export.html", context)


@login_required
@never_cache
@require_safe
def office_export_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """`kind`: csv, excel.csv or xlsx."""
    listing = OfficeList(request.GET, request.user)
    cases, most = listing.cases, settings.OFFICE_XLSX_AT_MOST
    language = get_language() or ""
    name = f"cases-{timezone.localdate().isoformat()}"
    if kind == "xlsx" and listing.counts[listing.tab.value] > most:
        messages.error(
            request, _("An XLSX takes at most %(count)s cases. Filter more, or take a CSV.") % {"count": most}
        )
        return redirect(f"{reverse('office_export')}?{listing.query}")
    if kind == "xlsx":
        return FileResponse(write_xlsx(cases, language), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    if kind not in ("csv", "excel.csv"):
        raise Http404
    lines = csv_lines(cases, language, for_excel=kind == "excel.csv")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@login_required
@never_cache
@require_safe
def office_print(request: HttpRequest) -> HttpResponse:
    """A work list on paper: place, what is the matter, by when, a box to tick."""
    cases = OfficeList(request.GET, request.user)
    found = list(cases.cases.prefetch_related("report__photos")[: PRINTED_AT_MOST + 1])
    rows = [case_row(case) for case in found[:PRINTED_AT_MOST]]
    context = {"list": cases, "rows": rows, "is_more": len(found) > PRINTED_AT_MOST, "most": PRINTED_AT_MOST}
    return render(request, "forwarding/office/print.html", context)


@login_required
@never_cache
@require_safe
def office_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, with the answers; with `notes` what the body wrote for itself, too."""
    case = access_office_case(request.user, pk)
    if is_too_fast(request, "pdf", at_most=settings.PDF_PER_10_MINUTES, seconds=600):
        return render(request, "429.html", status=429)
    response = HttpResponse(case_pdf(case, notes="notes" in request.GET), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.report.reference}.pdf"'
    return response

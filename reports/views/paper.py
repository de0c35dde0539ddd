"""A report to take along: print view, PDF, QR code, and the picture for social sites. All ask first who may see it."""

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from reports.access import access_report
from reports.pace import is_too_fast
from reports.paper.card import draw_card
from reports.paper.pdf import report_pdf
from reports.paper.qr import TYPES, qr_code
from reports.paper.sheet import sheet_context
from reports.views.keeping import keep_nowhere


@require_safe
def print_view(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_report(request.user, reference)
    return keep_nowhere(request, report, render(request, "reports/print.html", sheet_context(report)))


@require_safe
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_report(request.user, reference)
    if is_too_fast(request, "pdf", at_most=settings.PDF_PER_10_MINUTES, seconds=600):
        return render(request, "429.html", status=429)
    response = HttpResponse(report_pdf(report), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(settings.SITE_NAME)}-{report.reference}.pdf"'
    response["X-Robots-Tag"] = "noindex"
    return keep_nowhere(request, report, response)


@require_safe
def qr(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    report = access_report(request.user, reference)
    if kind not in TYPES:
        raise Http404
    return keep_nowhere(request, report, HttpResponse(qr_code(report, kind), content_type=TYPES[kind]))


@require_safe
def card(request: HttpRequest, reference: str) -> HttpResponse:
    """Drawn once per version of the report and language; whether it may be seen is asked each time."""
    report = access_report(request.user, reference)
    key = f"card.{report.pk}.{report.version}.{report.is_overdue:d}.{get_language()}"
    cards = caches["cards"]
    picture = cards.get(key)
    if picture is None:
        picture = draw_card(report)
        cards.set(key, picture)
    response = keep_nowhere(request, report, HttpResponse(picture, content_type="image/jpeg"))
    patch_vary_headers(response, ["Accept-Language"])
    return response

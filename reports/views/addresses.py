"""Addresses of the source that reports were imported from lead to the report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from reports.access import access_report
from reports.models import Report


@require_safe
def source_redirect(request: HttpRequest, source_id: str) -> HttpResponse:
    reference = Report.objects.filter(source_id=source_id).values_list("reference", flat=True).first()
    if reference is None:
        raise Http404
    return redirect(access_report(request.user, reference))


@require_safe
def old_address(request: HttpRequest, city: str, source_id: str, slug: str = "") -> HttpResponse:
    return source_redirect(request, source_id)

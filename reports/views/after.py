"""After sending: the receipt, and the next one from the same place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports import links
from reports.lifecycle import Status
from reports.models import Report
from reports.next_steps import next_step
from reports.views.half_way import may_send_another


def done_path(report: Report) -> str:
    return reverse("report_done", args=[links.sign(links.DONE, report.pk)])


@require_safe
@never_cache
def report_done(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt: reference, status and what happens next. The link shows no more than that of the report."""
    [report_id] = links.read(links.DONE, token)
    report = get_object_or_404(Report.objects.for_list(), pk=report_id)
    context = {
        "report": report,
        "next_step": next_step(report),
        "waits_for_mail": report.state == Status.UNCONFIRMED,
        "address": request.session.get("reported_from", ""),
        "is_mine": request.user.is_authenticated and report.reporter_id == request.user.pk,
        "another_here": may_send_another(request, report),
    }
    return render(request, "reports/done.html", context)

"""A guest's address is confirmed by the link in the mail and one press of a button; opening the link does nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports import links
from reports.actions_sending import confirm_report
from reports.lifecycle import Status
from reports.models import Report
from reports.next_steps import next_step
from reports.views.half_way import another_here_url


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_confirm(request: HttpRequest, token: str) -> HttpResponse:
    [report_id] = links.read(links.CONFIRM, token)
    report = get_object_or_404(Report.objects.for_list(), pk=report_id)
    if request.method == "POST":
        confirm_report(report)
        return redirect("report_confirm", token)
    if report.state == Status.UNCONFIRMED:
        return render(request, "reports/confirm.html", {"report": report})
    context = {
        "report": report,
        "next_step": next_step(report),
        "owner_url": reverse("owner", args=[links.sign(links.OWNER, report.pk)]),
        "another_url": another_here_url(request, report),
        "others": waiting_too(report),
    }
    return render(request, "reports/confirm_done.html", context)


def waiting_too(report: Report) -> list[dict[str, Any]]:
    """Other reports that wait for the same address, each with the address of its own button."""
    if report.reporter is None:
        return []
    others = report.reporter.reports.filter(status=Status.UNCONFIRMED).select_related("category").order_by("-pk")[:20]
    return [
        {"report": other, "url": reverse("report_confirm", args=[links.sign(links.CONFIRM, other.pk)])}
        for other in others
    ]

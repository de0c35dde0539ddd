from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from reports.lifecycle import Status
from reports.models import Report
from reports.paging import published_counts

LATEST = 4
HIGHLIGHTED = 4
SOLVED = 4


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    published = Report.objects.visible_to(request.user).published().for_list()
    counts = published_counts()
    context = {
        "latest": published.order_by("-published_at", "-id")[:LATEST],
        "highlighted": Report.objects.visible_to(request.user)
        .highlighted()
        .for_list()
        .order_by("-published_at", "-id")[:HIGHLIGHTED],
        "solved": published.filter(status=Status.SOLVED).order_by("-published_at")[:SOLVED],
        "total": sum(counts.values()),
        "waiting": counts.get(Status.SENT, 0),
        "in_progress": counts.get(Status.IN_PROGRESS, 0) + counts.get(Status.AWAITING_CONFIRMATION, 0),
        "solved_count": counts.get(Status.SOLVED, 0),
    }
    return render(request, "reports/front.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Closed: what is one person's, staff's, or a form filled in from a link. The empty form is for everybody."""
    closed = (
        "/accounts/",
        "/admin/",
        "/alerts/",
        "/confirm/",
        "/demo/",
        "/desk/",
        "/follow/",
        "/my/",
        "/o/",
        "/office/",
        "/own/",
        "/report/done/",
        "/report/drafts",
        "/report/new?",
        "/unsubscribe/",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/about.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice in its version of today."""
    return render(request, "reports/privacy.html", {"version": parse_date(settings.PRIVACY_VERSION)})

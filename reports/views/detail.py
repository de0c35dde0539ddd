from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.access import access_report, visible_events
from reports.actions import follow_report, leading_assignment, unfollow_report
from reports.lifecycle import Status
from reports.links import absolute
from reports.models import Follow, Photo, Report
from reports.next_steps import next_step


@require_safe
def report_detail(request: HttpRequest, reference: str) -> HttpResponse:
    if reference != reference.lower():
        return redirect("report_detail", reference.lower())
    report = access_report(request.user, reference)
    response = render(request, "reports/detail.html", detail_context(request.user, report))
    # What is hidden later must not live on in a cache.
    response["Cache-Control"] = "no-cache" if report.is_public and request.user.is_anonymous else "private, no-store"
    return response


def detail_context(person: Any, report: Report) -> dict[str, Any]:
    is_mine = person.is_authenticated and report.reporter_id == person.pk
    photos = [photo for photo in report.photos.all() if photo.is_shown and photo.kind == Photo.Kind.PROBLEM]
    return {
        "report": report,
        "photos": photos,
        "entries": visible_events(report, internal=False),
        "lead": leading_assignment(report),
        "original": shown_original(person, report),
        "is_mine": is_mine,
        "next_step": next_step(report) if is_mine else "",
        "is_followed": person.is_authenticated and Follow.objects.filter(report=report, person=person).exists(),
        "at_desk": Report.objects.for_desk_of(person).filter(pk=report.pk).exists(),
        "url": absolute(report.get_absolute_url()),
        "picture": absolute(photos[0].url_large) if photos else "",
        # As text: no language may write a coordinate with a comma.
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
    }


def shown_original(person: Any, report: Report) -> Report | None:
    if report.state != Status.DUPLICATE or report.original_id is None:
        return None
    return Report.objects.visible_to(person).filter(pk=report.original_id).first()


@require_POST
def report_follow(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_report(request.user, reference)
    if not request.user.is_authenticated:
        return redirect_to_login(report.get_absolute_url())
    if request.POST.get("action") == "unfollow":
        unfollow_report(report, request.user)
        messages.success(request, _("You do not follow this report any more."))
    else:
        follow_report(report, request.user)
        messages.success(request, _("You follow this report: we write when something happens."))
    return redirect(report)

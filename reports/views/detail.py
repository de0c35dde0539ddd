from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.access import access_report, visible_events
from reports.actions import assignments_now
from reports.actions_follow import follow_report, support_report, unfollow_report, unsupport_report
from reports.forms_follow import FollowForm
from reports.lifecycle import Status
from reports.links import absolute
from reports.models import Follow, Photo, Report, Support
from reports.next_steps import next_step
from reports.similar import similar_reports
from reports.standing import standing
from reports.views.keeping import keep_nowhere
from reports.views.under_report import under_report

JOINED_SHOWN = 50


@require_safe
def report_detail(request: HttpRequest, reference: str) -> HttpResponse:
    if reference != reference.lower():
        return redirect("report_detail", reference.lower())
    report = access_report(request.user, reference)
    return keep_nowhere(request, report, render(request, "reports/detail.html", page_context(request, report)))


def page_context(request: HttpRequest, report: Report, *, typed: FollowForm | None = None) -> dict[str, Any]:
    """All that `reports/detail.html` shows: the report, and what people say under it."""
    context = detail_context(request.user, report, typed=typed)
    return context | under_report(request, report, context["entries"], context["lead"])


def detail_context(person: Any, report: Report, *, typed: FollowForm | None = None) -> dict[str, Any]:
    """`typed`: a guest's form with a mistake in it, shown again with what was typed."""
    is_known = person.is_authenticated
    is_mine = is_known and report.reporter_id == person.pk
    lead, beside = assignments_now(report)
    joined = joined_reports(person, report)
    return {
        "report": report,
        "photos": shown_photos(report, joined),
        "joined": joined,
        "answers": report.answers.public().exclude(text=""),
        "entries": visible_events(report, internal=False),
        "lead": lead,
        "beside": beside,
        "standing": standing(report, lead),
        "similar": similar_reports(person, report) if report.state.is_public else [],
        "original": shown_original(person, report),
        "is_mine": is_mine,
        "next_step": next_step(report) if is_mine else "",
        "is_followed": is_known and Follow.objects.filter(report=report, person=person).exists(),
        "may_support": report.is_public and report.state.is_with_body and not is_mine,
        "is_supported": is_known and Support.objects.filter(report=report, person=person).exists(),
        "guest_forms": {
            wish: typed if typed and typed.wish == wish else FollowForm(wish=wish) for wish in ("support", "follow")
        },
        "at_desk": Report.objects.for_desk_of(person).filter(pk=report.pk).exists(),
        "url": absolute(report.get_absolute_url()),
        # A new version is a new address: social sites keep a picture for weeks.
        "picture": absolute(f"{reverse('report_card', args=[report.reference])}?v={report.version}"),
        # As text: no language may write a coordinate with a comma.
        "latitude": f"{report.latitude:.6f}",
        "longitude": f"{report.longitude:.6f}",
    }


def joined_reports(person: Any, report: Report) -> list[Report]:
    """The duplicates that this reader may open, in the order in which they were sent in."""
    duplicates = Report.objects.visible_to(person).filter(original=report, status=Status.DUPLICATE)
    return list(duplicates.order_by("created_at", "pk")[:JOINED_SHOWN])


def shown_photos(report: Report, joined: list[Report]) -> list[Photo]:
    """Of the problem; each that a joined report brought says which (`source`). A duplicate shows those it gave away."""
    sources = {one.pk: one for one in joined}
    own = report.photos.all() if report.state != Status.DUPLICATE else [*report.photos.all(), *report.lent_photos.all()]
    photos: list[Any] = [photo for photo in own if photo.is_shown and photo.kind == Photo.Kind.PROBLEM]
    for photo in photos:
        photo.source = sources.get(photo.came_from_id)
    return photos


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


@require_POST
def report_support(request: HttpRequest, reference: str) -> HttpResponse:
    """ "Me too", and taking it back, for who is signed in; a mail address goes another way (`follow_by_mail`)."""
    report = access_report(request.user, reference)
    if not request.user.is_authenticated:
        return redirect_to_login(report.get_absolute_url())
    if request.POST.get("action") == "unsupport":
        unsupport_report(report, request.user)
        messages.success(request, _("You are not counted any more. You still follow the report."))
    elif report.is_public and report.state.is_with_body and support_report(report, request.user):
        messages.success(request, _("Thank you, you are counted: we write when something happens."))
    return redirect(report)

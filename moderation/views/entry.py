"""A report that came by phone, letter or in person, entered for somebody."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from moderation.access import DeskRequest, desk_page, may
from moderation.actions import enter_report
from moderation.forms import EntryForm
from moderation.queues import QUEUES
from reports.models import Report
from reports.views.held_photos import hold_photos, release_photos
from reports.views.new import read_submission
from reports.views.places import place_data

FIELDS = (
    "channel",
    "kind",
    "category",
    "title",
    "description",
    "no_photo_reason",
    *EntryForm.PLACE,
    "show_name",
)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_new(request: DeskRequest) -> HttpResponse:
    if not may(request.user, Right.DECIDE):
        raise Http404
    submission = read_submission(request.POST.get("submission", ""))
    held, form = None, EntryForm(initial={"channel": request.GET.get("channel", Report.Channel.PHONE)})
    if request.method == "POST":
        held = hold_photos(request)
        form = EntryForm(place_data(request, held), photo_count=len(held.photos), photo_errors=held.errors)
        if form.is_valid():
            data = form.cleaned_data
            report = Report(
                submission=submission, reporter_name=data["name"], **{field: data[field] for field in FIELDS}
            )
            report = enter_report(report, held.photos, email=data["email"], actor=request.user)
            release_photos(request, held.photos)
            told = _("The report is in the queue; its reference is %(reference)s.") % {"reference": report.reference}
            messages.success(request, told)
            return redirect(QUEUES["new"].url_of(report) if may_open(request, report) else "desk")
    context = {
        "form": form,
        "held": held,
        "submission": submission,
        "max_count": settings.PHOTO_MAX_COUNT,
        "max_bytes": settings.PHOTO_MAX_BYTES,
    }
    return render(request, "moderation/new.html", context, status=400 if request.method == "POST" else 200)


def may_open(request: DeskRequest, report: Report) -> bool:
    """Somebody may call about a place that lies outside the moderator's own areas."""
    return Report.objects.for_desk_of(request.user).filter(pk=report.pk).exists()

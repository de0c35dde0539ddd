"""A new report: the form, and what happens next."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person
from reports import links
from reports.actions import submit_report
from reports.forms import ReportForm
from reports.lifecycle import Status
from reports.lookalikes import Lookalike
from reports.models import Report
from reports.next_steps import next_step
from reports.place_forms import PlaceForm
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos
from reports.views.places import place_data
from reports.views.similar import unseen_lookalikes


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    submission = read_submission(request.POST.get("submission", ""))
    if request.method != "POST":
        form = ReportForm(initial=prefill(request), signed_in=request.user.is_authenticated)
        return show_form(request, form, HeldPhotos(), submission)
    sent_before = Report.objects.filter(submission=submission).first()
    if sent_before:
        return redirect(done_path(sent_before))
    held = hold_photos(request)
    form = ReportForm(
        place_data(request, held),
        signed_in=request.user.is_authenticated,
        photo_count=len(held.photos),
        photo_errors=held.errors,
    )
    if not form.is_valid():
        return show_form(request, form, held, submission)
    similar = unseen_lookalikes(request, form.cleaned_data, held.photos)
    if similar:
        return show_form(request, form, held, submission, similar=similar)
    report = build_report(request, form.cleaned_data, submission)
    report = submit_report(report, held.photos, actor=report.reporter, confirmed=request.user.is_authenticated)
    release_photos(request, held.photos)
    request.session["reported_from"] = form.cleaned_data.get("email", "")
    return redirect(done_path(report))


def read_submission(text: str) -> uuid.UUID:
    """The form's own number, or a new one in place of junk."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def prefill(request: HttpRequest) -> dict[str, Any]:
    """From the link (`?lat=&lon=`, as the map makes it) and from the person who is signed in."""
    initial: dict[str, Any] = {
        "latitude": request.GET.get("lat", "")[:40],
        "longitude": request.GET.get("lon", "")[:40],
    }
    if request.user.is_authenticated:
        initial["name"] = request.user.name
    return initial


def show_form(
    request: HttpRequest,
    form: ReportForm,
    held: HeldPhotos,
    submission: uuid.UUID,
    *,
    draft_version: int | None = None,
    similar: Sequence[Lookalike] = (),
) -> HttpResponse:
    """`similar`: what the sender is asked about before the report is taken."""
    context = {
        "similar": similar,
        "draft_version": draft_version,
        "form": form,
        "held": held,
        "submission": submission,
        "max_count": settings.PHOTO_MAX_COUNT,
        "max_bytes": settings.PHOTO_MAX_BYTES,
    }
    return render(request, "reports/new.html", context)


def build_report(request: HttpRequest, data: dict[str, Any], submission: uuid.UUID) -> Report:
    if request.user.is_authenticated:
        reporter, name = request.user, data["name"] or request.user.name
    else:
        reporter = Person.objects.for_address(data["email"], language=get_language() or "")
        name = data["name"]
    fields = ("kind", "category", "title", "description", "no_photo_reason", *PlaceForm.PLACE, "show_name")
    return Report(
        submission=submission,
        reporter=reporter,
        reporter_name=name,
        **{field: data[field] for field in fields},
    )


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
    }
    return render(request, "reports/done.html", context)

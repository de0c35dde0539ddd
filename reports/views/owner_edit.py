"""The reporter corrects a report that still waits: words, category, place, photos. Two doors, as to their page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports.actions import ChangedMeanwhile
from reports.actions_reporter import edit_own_report, may_edit_own, own_photos
from reports.forms_owner import OwnEditForm
from reports.lifecycle import MoveNotAllowed
from reports.models import Report
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos
from reports.views.owner import my_own, owned_by_link


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def owner_edit(request: HttpRequest, token: str) -> HttpResponse:
    report = owned_by_link(request, token)
    return edit_page(request, report, actor=report.reporter)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_report_edit(request: HttpRequest, reference: str) -> HttpResponse:
    return edit_page(request, my_own(request, reference), actor=request.user)


def edit_page(request: HttpRequest, report: Report, *, actor: Any) -> HttpResponse:
    back = request.path.removesuffix("/edit")
    if not may_edit_own(report):
        return too_late(request, back)
    held = HeldPhotos()
    if request.method != "POST":
        return show_edit(request, report, OwnEditForm(report=report), held)
    keep = set(request.POST.getlist("keep"))
    kept = [photo.pk for photo in own_photos(report) if photo.token in keep]
    held = hold_photos(request)
    form = OwnEditForm(request.POST, report=report, photo_count=len(kept) + len(held.photos), photo_errors=held.errors)
    if not form.is_valid() or form.are_new:
        return show_edit(request, report, form, held, keep=keep)
    try:
        edit_own_report(
            report,
            form.values,
            actor=actor,
            version=form.cleaned_data["version"],
            keep=kept,
            photos=held.photos,
            answers=form.answers(),
        )
    except ChangedMeanwhile:
        report.refresh_from_db()
        return show_edit(request, report, form, held, keep=keep, is_changed=True)
    except MoveNotAllowed:
        return too_late(request, back)
    release_photos(request, held.photos)
    messages.success(request, _("Your changes are saved."))
    return redirect(back)


def too_late(request: HttpRequest, back: str) -> HttpResponse:
    messages.warning(request, _("The report has moved on meanwhile, so this is not possible any more."))
    return redirect(back)


def show_edit(
    request: HttpRequest,
    report: Report,
    form: OwnEditForm,
    held: HeldPhotos,
    *,
    keep: set[str] | None = None,
    is_changed: bool = False,
) -> HttpResponse:
    """The form; `is_changed`: somebody else was faster, so what was typed stands beside what is there now."""
    context = {
        "report": report,
        "form": form,
        "held": held,
        "own_photos": [(photo, keep is None or photo.token in keep) for photo in own_photos(report)],
        "is_changed": is_changed,
        "version": report.version,  # the next press knows of the other's change
        "back_url": request.path.removesuffix("/edit"),
    }
    return render(request, "reports/owner_edit.html", context, status=409 if is_changed else 200)

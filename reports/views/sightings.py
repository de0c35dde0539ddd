""" "Is it solved?" for anybody who passes by: yes with a photo, no with a reason; a moderator looks at both."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports import links
from reports.actions_comments import DecidedMeanwhile, TalkClosed
from reports.actions_sightings import confirm_sighting, may_tell_sighting, tell_sighting, waiting_of
from reports.forms_talk import SightingForm
from reports.models import Report, Sighting
from reports.talk_limits import TooMuch, count_address
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos
from reports.views.talk import access_public_report, speaker


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sighting_new(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_public_report(request, reference)
    if request.user.is_authenticated and report.reporter_id == request.user.pk:
        return redirect("my_report", report.reference)  # the reporter's word needs no moderator
    signed_in = request.user.is_authenticated
    form, held = SightingForm(signed_in=signed_in), HeldPhotos()
    if request.method == "POST":
        held = hold_photos(request)
        form = SightingForm(request.POST, signed_in=signed_in, photo_count=len(held.photos), photo_errors=held.errors)
        if form.is_valid() and take_sighting(request, report, form, held):
            return redirect(report)
    context = {
        "report": report,
        "form": form,
        "held": held,
        "is_open": may_tell_sighting(report, request.user),
        "waits": signed_in and waiting_of(report, request.user),
    }
    return render(request, "reports/sighting_new.html", context, status=400 if form.errors else 200)


def take_sighting(request: HttpRequest, report: Report, form: SightingForm, held: HeldPhotos) -> bool:
    data = form.cleaned_data
    try:
        count_address(request, "sighting", settings.TALK_PER_ADDRESS)
        tell_sighting(
            report,
            is_solved=data["answer"] == "yes",
            text=data["text"],
            author=speaker(request, form),
            confirmed=request.user.is_authenticated,
            photos=held.photos,
        )
    except TooMuch:
        form.add_error(None, _("This is a lot at once. Please go on in an hour; your words stay here until then."))
        return False
    except TalkClosed:
        form.add_error(None, _("This is not asked of passers-by at the moment."))
        return False
    except DecidedMeanwhile:
        form.add_error(None, _("You have told us already; a volunteer looks at it soon."))
        return False
    release_photos(request, held.photos)
    messages.success(request, thanks(data.get("email", "")))
    return True


def thanks(email: str) -> str:
    if email:
        return _("We sent a mail to %(email)s. Press the button behind its link, and a volunteer looks at it.") % {
            "email": email
        }
    return _("Thank you for going to see! A volunteer looks at it, and then the page says so.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sighting_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail to a typed address: a page with one button, and later what became of it."""
    [pk] = links.read(links.SIGHTING, token)
    sighting = get_object_or_404(Sighting.objects.select_related("report", "text").prefetch_related("photos"), pk=pk)
    report = access_public_report(request, sighting.report.reference)
    if request.method == "POST":
        try:
            confirm_sighting(sighting)
        except TalkClosed:
            messages.warning(request, _("This is not asked of passers-by at the moment."))
        except DecidedMeanwhile:
            messages.info(request, _("You have told us already; a volunteer looks at it soon."))
        return redirect(request.path)
    return render(request, "reports/sighting_own.html", {"sighting": sighting, "report": report})

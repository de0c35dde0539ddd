"""One's drafts on the server: the list, saving from the form (with or without JavaScript), opening, deleting."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reports.access import access_draft
from reports.actions import ChangedMeanwhile
from reports.actions_drafts import DraftSent, TooManyDrafts, delete_draft, save_draft
from reports.draft_fields import DraftTooLarge, draft_fields
from reports.forms import UncheckedForm
from reports.models import Draft, Report
from reports.typed import typed_key
from reports.views import new
from reports.views.held_photos import HeldPhotos, hold_photos
from reports.views.queue import person_key, wants_json


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: HttpRequest) -> HttpResponse:
    """The list, and where the form saves itself: its scripts ask for JSON, its button for a page."""
    if request.method != "POST":
        mine = Draft.objects.of(request.user).for_list()
        return render(request, "reports/drafts.html", {"drafts": mine, "person_key": person_key(request.user)})
    submission = new.read_submission(request.POST.get("submission", ""))
    held = hold_photos(request)
    if not request.user.is_authenticated:
        return refuse(request, held, submission, "sign_in", _("Sign in to save the draft for your other devices."))
    try:
        fields = draft_fields(request.POST)
        draft = save_draft(request.user, submission, fields, held.photos, version=read_version(request.POST))
    except DraftTooLarge:
        return refuse(
            request, held, submission, "too_large", _("This is too long for a draft. Shorten the text a bit.")
        )
    except TooManyDrafts:
        words = _("You have as many drafts as we can keep. Send or delete one first; what you wrote is still here.")
        return refuse(request, held, submission, "too_many", words)
    except (DraftSent, Draft.DoesNotExist):
        return answer_sent(request, submission)
    except ChangedMeanwhile:
        return answer_changed(request, held, submission)
    if wants_json(request):
        return JsonResponse({"version": draft.version, "updated": draft.updated})
    for problem in held.errors:
        messages.error(request, problem)
    messages.success(request, _("The draft is saved. You find it here on every device where you sign in."))
    return redirect("drafts")


@require_http_methods(["GET", "HEAD", "POST"])
def new_or_draft(request: HttpRequest) -> HttpResponse:
    """`/report/new`: the empty form, or with `?draft=` one that was begun."""
    if request.method != "POST" and "draft" in request.GET:
        return open_draft(request, request.GET["draft"])
    return new.report_new(request)


@never_cache
def open_draft(request: HttpRequest, number: str) -> HttpResponse:
    """The form as it was left (`/report/new?draft=<number>`)."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    submission = new.read_submission(number)
    sent = Report.objects.filter(submission=submission, reporter=request.user).first()
    if sent:
        return redirect(new.done_path(sent))
    draft = access_draft(request.user, submission)
    form = unchecked_form(request, draft.fields())
    held = HeldPhotos(list(draft.photos.filter(report=None)))
    return new.show_form(request, form, held, submission, draft_version=draft.version)


@login_required
@require_POST
def draft_delete(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    delete_draft(access_draft(request.user, submission))
    if wants_json(request):
        return JsonResponse({})
    messages.success(request, _("The draft is deleted."))
    return redirect("drafts")


def unchecked_form(request: HttpRequest, data: QueryDict) -> UncheckedForm:
    return UncheckedForm(data, signed_in=request.user.is_authenticated)


def read_version(data: QueryDict) -> int | None:
    """The version that the form was opened with; junk is older than everything."""
    text = data.get("draft_version", "")
    if not text:
        return None
    return typed_key(text)


def refuse(
    request: HttpRequest, held: HeldPhotos, submission: uuid.UUID, problem: str, words: str, **more: Any
) -> HttpResponse:
    """Not saved: scripts learn why, people see the form again with all they typed."""
    status = {"sign_in": 401, "changed": 409, "too_large": 413, "too_many": 409}[problem]
    if wants_json(request):
        return JsonResponse({"problem": problem, **more}, status=status)
    messages.warning(request, words)
    return new.show_form(
        request, unchecked_form(request, request.POST), held, submission, draft_version=more.get("version")
    )


def answer_changed(request: HttpRequest, held: HeldPhotos, submission: uuid.UUID) -> HttpResponse:
    draft = access_draft(request.user, submission)
    when = date_format(localtime(draft.updated), "DATETIME_FORMAT")
    words = _("This draft was changed elsewhere on %(when)s. Save again to keep what you see here in its place.")
    more = {"version": draft.version, "updated": draft.updated}
    return refuse(request, held, submission, "changed", words % {"when": when}, **more)


def answer_sent(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """One's own report: the receipt. Somebody else's number: nothing is there."""
    sent = Report.objects.filter(submission=submission, reporter=request.user.pk).first()
    if sent is None:
        raise Http404
    if wants_json(request):
        return JsonResponse({"problem": "sent", "url": new.done_path(sent)}, status=410)
    return redirect(new.done_path(sent))

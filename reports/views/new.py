"""A new report: the form, and what happens next."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from municipalities.categorising import CategorySuggestion, suggest_categories
from reports.actions_sending import send_report_in
from reports.draft_fields import DraftTooLarge
from reports.forms import ReportForm, UncheckedForm
from reports.limits import TooManySent, limits_for
from reports.lookalikes import Lookalike
from reports.models import Report
from reports.pace import client_network
from reports.place_forms import PlaceForm
from reports.views.after import done_path
from reports.views.half_way import (
    TYPED,
    forget_typed,
    keep_for_another,
    keep_typed,
    typed_form,
    values_for_another,
)
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos
from reports.views.places import place_data
from reports.views.preview import show_preview
from reports.views.queue import answer_form, person_key, wants_json
from reports.views.similar import unseen_lookalikes
from reports.views.traps import stamp_for, trap

REPORT_FIELDS = (
    "kind",
    "category",
    "title",
    "description",
    "no_photo_reason",
    *PlaceForm.PLACE,
    "show_name",
)


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    submission = read_submission(request.POST.get("submission", ""))
    if request.method != "POST":
        return show_begun(request, submission)
    sent_before = Report.objects.filter(submission=submission).first()
    if sent_before:
        return redirect(done_path(sent_before))
    held = hold_photos(request)
    data = chip_as_category(place_data(request, held))
    step = request.POST.get("step", "")
    if step in LOOK_AGAIN:
        return look_again(request, step, data, held, submission)
    form = ReportForm(
        data,
        signed_in=request.user.is_authenticated,
        photo_count=len(held.photos),
        photo_errors=held.errors,
    )
    if not form.is_valid() or form.are_new:
        return show_form(request, form, held, submission)
    similar = unseen_lookalikes(request, form.cleaned_data, held.photos)
    if similar:
        return show_form(request, form, held, submission, similar=similar)
    report = build_report(request, form.cleaned_data, submission)
    if step == "preview":
        return show_preview(request, form, data, report, held, submission)
    return send(request, report, form, data, held, submission)


def show_begun(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """The form with what is known already: one that was left to sign in, the last one's place, the link's place."""
    if "typed" in request.GET:
        typed = typed_form(request)
        if typed:
            unchecked = UncheckedForm(typed.data, signed_in=request.user.is_authenticated)
            return show_form(request, unchecked, typed.held, typed.submission)
    form = ReportForm(initial=prefill(request), signed_in=request.user.is_authenticated)
    return show_form(request, form, HeldPhotos(), submission)


# Buttons that show the form again as it is, without a word on what is missing.
LOOK_AGAIN = ("change", "questions", "sign_in", "suggest")


def look_again(
    request: HttpRequest, step: str, data: QueryDict, held: HeldPhotos, submission: uuid.UUID
) -> HttpResponse:
    if step == "sign_in" and not request.user.is_authenticated:
        try:
            keep_typed(request, held, submission)
        except DraftTooLarge:
            messages.warning(request, _("This is too long to be kept while you sign in. Shorten the text a bit."))
        else:
            return redirect_to_login(f"{reverse('report_new')}?typed=1")
    chips = suggest_categories(f"{data.get('title', '')}\n{data.get('description', '')}") if step == "suggest" else None
    form = UncheckedForm(data, signed_in=request.user.is_authenticated)
    return show_form(request, form, held, submission, chips=chips, step=step)


def send(
    request: HttpRequest, report: Report, form: ReportForm, data: QueryDict, held: HeldPhotos, submission: uuid.UUID
) -> HttpResponse:
    trouble = trap(request)
    if trouble:
        return show_form(request, form, held, submission, trouble=trouble)
    person, email = request.user, form.cleaned_data.get("email", "")
    try:
        report = send_report_in(
            report,
            held.photos,
            person=person,
            email=email,
            language=get_language() or "",
            answers=form.answers(),
            limits=limits_for(person, email=email, ip=client_network(request)),
        )
    except TooManySent as much:
        return show_form(request, form, held, submission, trouble=so_many(request, much.minutes), status=429)
    release_photos(request, held.photos)
    forget_typed(request, submission)
    keep_for_another(request, report, data)
    request.session["reported_from"] = email
    return redirect(done_path(report))


def so_many(request: HttpRequest, minutes: int) -> str:
    words = ngettext(
        "Those were many reports within an hour. Nothing is lost: press the button again in %(minutes)d minute.",
        "Those were many reports within an hour. Nothing is lost: press the button again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    if not request.user.is_authenticated:
        words += " " + _("Whoever signs in may send more.")
    return words


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
    if "another" in request.GET:
        initial |= values_for_another(request)
    return initial


def chip_as_category(data: QueryDict) -> QueryDict:
    """Without JavaScript a suggested category is a radio button of its own; the list of all, if used, has the say."""
    if data.get("category") or not data.get("chip"):
        return data
    data = data.copy()
    data.setlist("category", data.getlist("chip")[:1])
    return data


def show_form(
    request: HttpRequest,
    form: ReportForm,
    held: HeldPhotos,
    submission: uuid.UUID,
    *,
    draft_version: int | None = None,
    similar: Sequence[Lookalike] = (),
    trouble: str = "",
    chips: list[CategorySuggestion] | None = None,
    step: str = "",
    status: int = 200,
) -> HttpResponse:
    """`similar`: what the sender is asked about before the report is taken; `trouble`: why it was not sent although
    nothing is wrong with it; `chips` are None where nobody asked for any."""
    if request.method == "POST" and wants_json(request):
        return answer_form(form, trouble, status=status)
    context = {
        **form_context(form, held, submission),
        "similar": similar,
        "trouble": trouble,
        "chips": chips,
        "step": step,
        "stamp": stamp_for(request),
        "begun": request.method != "POST" and "typed" not in request.GET and TYPED in request.session,
        "draft_version": draft_version,
        "person_key": person_key(request.user),
    }
    return render(request, "reports/new.html", context, status=status)


def form_context(form: ReportForm, held: HeldPhotos, submission: uuid.UUID | None) -> dict[str, Any]:
    """What the form's template needs, whoever it is for; the page that is there without a signal is for nobody."""
    return {
        "privacy_version": settings.PRIVACY_VERSION,
        "form": form,
        "held": held,
        "submission": submission or "",
        "max_count": settings.PHOTO_MAX_COUNT,
        "max_bytes": settings.PHOTO_MAX_BYTES,
        "has_worker": settings.SERVICE_WORKER,
    }


def build_report(request: HttpRequest, data: dict[str, Any], submission: uuid.UUID) -> Report:
    """Unsaved, and not anybody's yet: a preview makes no person."""
    name = data["name"] or (request.user.name if request.user.is_authenticated else "")
    category = data["category"]
    hidden_praise = data["kind"] == Report.Kind.PRAISE and not data["praise_public"]
    return Report(
        submission=submission,
        channel=Report.Channel.APP if request.POST.get("channel") == "app" else Report.Channel.WEB,
        reporter_name=name,
        is_private=hidden_praise or (category is not None and category.is_private),
        privacy_version=accepted_version(request),
        **{field: data[field] for field in REPORT_FIELDS},
    )


def accepted_version(request: HttpRequest) -> str:
    """Of the privacy notice, as the page named it: a form that was sent later may have shown an older one."""
    shown = request.POST.get("privacy_version", "")
    return shown if re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", shown, re.ASCII) else settings.PRIVACY_VERSION

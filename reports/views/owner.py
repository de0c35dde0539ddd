"""The reporter's own page: what happened, what is next, and the buttons that the report's status allows.

Two doors to the same page: the link from a mail (`/own/<token>`), and the report's address for the person
who is signed in and wrote it.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports import links
from reports.access import remember_opened, visible_events
from reports.actions_photos import TooManyPhotos, add_photos, may_add_photos
from reports.actions_reporter import (
    give_info,
    hide_name,
    may_correct,
    may_edit_own,
    may_rate,
    may_reopen,
    may_withdraw,
    rate_handling,
    reopen_report,
    resubmit_report,
    withdraw_report,
)
from reports.actions_sending import confirm_report
from reports.actions_solved import confirm_solved, deny_solved
from reports.actions_words import conversation, may_reply, reply_to_desk
from reports.forms import CorrectionForm, InfoForm, ReplyForm
from reports.forms_owner import AddPhotosForm, HandlingForm, ReopenForm
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.models import HandlingRating, Photo, Report, ReportEvent
from reports.next_steps import next_step
from reports.views.held_photos import HeldPhotos, hold_photos, release_photos


def owned_by_link(request: HttpRequest, token: str) -> Report:
    """The report whose owner link this is; its photos may be shown in this browser from now on."""
    [report_id] = links.read(links.OWNER, token)
    # Whose reporter was erased is nobody's: the link in an old mail leads nowhere.
    owned = Report.objects.for_list().select_related("reporter").exclude(reporter=None)
    report = get_object_or_404(owned, pk=report_id)
    remember_opened(request, report)
    return report


def my_own(request: HttpRequest, reference: str) -> Report:
    """The signed-in reporter's; anybody else finds nothing here."""
    mine = Report.objects.visible_to(request.user).filter(reporter=request.user.pk).for_list()
    return get_object_or_404(mine, reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def owner(request: HttpRequest, token: str) -> HttpResponse:
    report = owned_by_link(request, token)
    return owner_page(request, report, actor=report.reporter)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The same page for who is signed in."""
    return owner_page(request, my_own(request, reference), actor=request.user)


WITH_PHOTOS = ("give_info", "word", "add_photos")


def owner_page(request: HttpRequest, report: Report, *, actor: Any) -> HttpResponse:
    held = HeldPhotos()
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        name = request.POST.get("action", "")
        if name in WITH_PHOTOS:
            held = hold_photos(request)
        form = build_form(name, report, request, held)
        if form is None or form.is_valid():
            return act(request, name, report, held, form, actor=actor)
        bound[name] = form
    return render(request, "reports/owner.html", owner_context(report, request, held, bound))


def act(
    request: HttpRequest, name: str, report: Report, held: HeldPhotos, form: forms.Form | None, *, actor: Any
) -> HttpResponse:
    """Do what the button says; where the report has moved on meanwhile, say so instead."""
    data = form.cleaned_data if form else {}
    doings: dict[str, Callable[[], Report]] = {
        "confirm": lambda: confirm_report(report),
        "give_info": lambda: give_info(report, data["text"], held.photos, actor=actor),
        "word": lambda: reply_to_desk(report, data["text"], held.photos, actor=actor),
        "confirm_solved": lambda: confirm_solved(report, actor=actor),
        "deny_solved": lambda: deny_solved(report, data["text"], actor=actor),
        "correct": lambda: resubmit_report(report, actor=actor, role=Role.REPORTER, texts=data),
        "withdraw": lambda: withdraw_report(report, actor=actor),
        "hide_name": lambda: hide_name(report, actor=actor),
        "add_photos": lambda: add_photos(report, held.photos, actor=actor),
        "reopen": lambda: reopen_report(report, data["text"], actor=actor),
        "rate": lambda: rate_handling(report, data["score"], data["words"], actor=actor).report,
    }
    if name in doings:
        try:
            changed = doings[name]()
        except MoveNotAllowed:
            messages.warning(request, _("The report has moved on meanwhile, so this is not possible any more."))
        except TooManyPhotos:
            messages.warning(request, _("The report would have too many photos; nothing was added."))
        else:
            release_photos(request, held.photos)
            messages.success(request, thanks(name, changed))
    return redirect(request.path)


def thanks(name: str, report: Report) -> str:
    match name:
        case "give_info" | "word":
            return _("Thank you! Your answer is with the volunteers.")
        case "confirm_solved":
            return _("Thank you! The report is marked as solved.")
        case "deny_solved":
            return _("Thank you for looking. We pass it on: it is not solved yet.")
        case "correct":
            return _("Thank you! The report is with the volunteers again.")
        case "withdraw":
            return _("The report is withdrawn.")
        case "hide_name":
            return _("Your name is not shown any more.")
        case "add_photos":
            return _("Thank you! Your photos appear as soon as a volunteer has seen them.")
        case "reopen":
            return _("The report is open again; the responsible body gets your words.")
        case "rate":
            return _("Thank you! Your opinion helps us to see where things go well.")
    return _("Thank you! The report is with the volunteers now.")


def build_form(name: str, report: Report, request: HttpRequest | None, held: HeldPhotos) -> forms.Form | None:
    """The form behind a button; None for a button alone."""
    data = request.POST if request else None
    match name:
        case "give_info":
            return InfoForm(data, label=_("Your answer"), photo_errors=held.errors, auto_id="info_%s")
        case "word":
            return InfoForm(data, label=_("Your answer"), photo_errors=held.errors, auto_id="word_%s")
        case "deny_solved":
            return ReplyForm(data, label=_("What is still wrong?"), auto_id="deny_%s")
        case "correct":
            initial = {"title": report.title, "description": report.description}
            return CorrectionForm(data, initial=initial, auto_id="correct_%s")
        case "add_photos":
            return AddPhotosForm(data, photo_count=len(held.photos), photo_errors=held.errors, auto_id="add_%s")
        case "reopen":
            return ReopenForm(data, label=_("Why should it be open again?"), auto_id="reopen_%s")
        case "rate":
            rating = HandlingRating.objects.filter(report=report).values("score", "words").first()
            return HandlingForm(data, initial=rating, auto_id="rate_%s")
    return None


def offered(report: Report, talk: list[ReportEvent]) -> dict[str, bool]:
    """Which buttons the life of a report has for its reporter now."""
    moves = report.moves_for(Role.REPORTER)
    return {
        "confirm": report.state == Status.UNCONFIRMED,
        "give_info": report.state == Status.NEEDS_INFO,
        "word": report.state != Status.NEEDS_INFO and may_reply(report, talk),
        "confirm_solved": Status.SOLVED in moves,
        "deny_solved": report.state == Status.AWAITING_CONFIRMATION,
        "correct": may_correct(report),
        "withdraw": may_withdraw(report),
        "hide_name": bool(report.shown_name),
        "edit": may_edit_own(report),
        "add_photos": may_add_photos(report),
        "reopen": may_reopen(report),
        "rate": may_rate(report),
    }


def owner_context(
    report: Report, request: HttpRequest, held: HeldPhotos, bound: dict[str, forms.Form]
) -> dict[str, Any]:
    events = visible_events(report, internal=False, reporter=True)
    talk = conversation(events)
    buttons = offered(report, talk)
    return {
        "report": report,
        "next_step": next_step(report),
        "answers": report.answers.current(),
        "photos": [photo for photo in report.photos.all() if photo.is_shown and photo.kind == Photo.Kind.PROBLEM],
        "entries": events,
        "talk": talk,
        "question": next((event for event in reversed(events) if event.kind == EventKind.INFO_ASKED), None),
        "decision": next((event for event in reversed(events) if event.kind == EventKind.REJECTED), None),
        "answer": next((event for event in reversed(events) if event.kind == EventKind.DONE_SAID), None),
        "offered": buttons,
        "forms": {
            name: bound.get(name) or build_form(name, report, None, held)
            for name in ("give_info", "word", "deny_solved", "correct", "add_photos", "reopen", "rate")
            if buttons[name]
        },
        "errors": next(iter(bound.values()), None),
        "held": held,
        "waiting_photos": [
            photo for photo in report.photos.all() if photo.awaits_review and photo.kind == Photo.Kind.PROBLEM
        ],
        "action_url": request.path,
        "edit_url": f"{request.path}/edit",
        "public_url": report.get_absolute_url() if report.state.is_public else "",
    }

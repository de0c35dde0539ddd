"""One case: everything beside each other, one form, and the next case after it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from moderation.access import DeskRequest, desk_page
from moderation.actions import FINAL, BodyRefused, decide_case, possible_actions
from moderation.acts import recent_acts
from moderation.forms import CaseForm
from moderation.next_case import next_url
from moderation.queues import QUEUES, Queue
from moderation.suggestions import choices_for
from moderation.wording import differences
from reports.access import access_desk_report, visible_events
from reports.actions import ChangedMeanwhile
from reports.actions_undo import revocable_step
from reports.lifecycle import MoveNotAllowed, Status
from reports.models import HandlingRating, Photo, Report

NEARBY_METRES = 150
NEARBY_SHOWN = 5
RECENT = timedelta(days=365)
UNSEEN = (Status.DRAFT, Status.UNCONFIRMED, Status.WITHDRAWN)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_case(request: DeskRequest, reference: str) -> HttpResponse:
    report = access_desk_report(request.user, reference)
    queue = QUEUES.get(request.GET.get("queue", ""))
    if request.method != "POST":
        return show_case(request, report, CaseForm(report), queue)
    form = CaseForm(report, request.POST)
    if not form.is_valid():
        return show_case(request, report, form, queue, status=400)
    try:
        decide_case(report, form.decision, actor=request.user, version=form.cleaned_data["version"])
    except ChangedMeanwhile:
        return show_case(request, report, form, queue, status=409, trouble="changed")
    except MoveNotAllowed:
        return show_case(request, report, form, queue, status=409, trouble="moved")
    except BodyRefused:
        form.add_error("institution", _("This body has said that it is not theirs; only an employee may insist."))
        return show_case(request, report, form, queue, status=400)
    messages.success(request, said(form.action, form.cleaned_data["title"] or report.heading))
    return redirect(next_url(request, queue, report, done=form.action in FINAL))


def said(action: str, title: str) -> str:
    """What was done, for the top of the next page."""
    sentences = {
        "save": _("Saved: %(title)s"),
        "send": _("Published and forwarded: %(title)s"),
        "ask": _("The reporter was asked: %(title)s"),
        "reject": _("Not published: %(title)s"),
        "hide": _("Hidden: %(title)s"),
        "restore": _("Restored: %(title)s"),
        "resubmit": _("Back in the queue: %(title)s"),
        "note": _("Note kept: %(title)s"),
        "hide_photo": _("Photo hidden: %(title)s"),
        "show_photo": _("Photo shown again: %(title)s"),
    }
    return sentences[action] % {"title": title}


def show_case(
    request: DeskRequest,
    report: Report,
    form: CaseForm,
    queue: Queue | None,
    *,
    status: int = 200,
    trouble: str = "",
) -> HttpResponse:
    """The page; after trouble with the row as it is now, and what was typed still in the form."""
    if trouble:
        report = access_desk_report(request.user, report.reference)
    choices = choices_for(report, report.point, report.category, report.address)
    context = {
        "report": report,
        "form": form,
        "queue": queue,
        "trouble": trouble,
        "theirs": changed_meanwhile(report, form) if trouble == "changed" else [],
        "possible": (possible := possible_actions(report, request.user)),
        "lost_words": form.words if trouble and form.action not in possible else "",
        "choices": choices,
        "chosen": chosen_body(form, choices),
        "nearby": nearby(request, report),
        "events": (events := visible_events(report, internal=True)),
        "revocable": revocable_step(report, events),
        "answers": report.answers.all(),
        "handling": HandlingRating.objects.filter(report=report).first(),
        "photos": report.photos.exclude(kind__in=[Photo.Kind.COMMENT, Photo.Kind.PROOF], awaits_review=True),
        "assignments": report.assignments.select_related("institution", "contact", "pointed_to"),
        "title_pieces": differences(report.original_title, report.title),
        "text_pieces": differences(report.original_description, report.description),
        "skip_url": next_url(request, queue, report, done=True) if queue else "",
        "left": queue.count(request.user) if queue else 0,
        "recent": recent_acts(request.user),
        "now": timezone.now(),
    }
    return render(request, "moderation/case.html", context, status=status)


def chosen_body(form: CaseForm, choices: list[Any]) -> str:
    """The radio button that is on: what was chosen, else the best that has not refused."""
    if form.is_bound:
        return form.data.get("institution", "")
    best = next((choice for choice in choices if not choice.has_refused), None)
    return str(best.institution.pk) if best else ""


def changed_meanwhile(report: Report, form: CaseForm) -> list[dict[str, Any]]:
    """Fields that hold something else in the database than in the form."""
    return [
        {"label": form.fields[name].label, "value": getattr(report, name)}
        for name in ("title", "description", "category", "address")
        if form.cleaned_data.get(name) != getattr(report, name)
    ]


def nearby(request: DeskRequest, report: Report) -> list[Report]:
    """Up to five other reports within 150 m, those of the last year first, then the nearest."""
    since = timezone.now() - RECENT
    near = Report.objects.visible_to(request.user).near(report.point, metres=NEARBY_METRES, recent_since=since)
    return list(near.exclude(pk=report.pk).exclude(status__in=UNSEEN).for_list()[:NEARBY_SHOWN])


@require_safe
@desk_page
def desk_suggestions(request: DeskRequest, reference: str) -> HttpResponse:
    """The suggested bodies for a category and a place that are not saved yet: a part of the page, for its script."""
    report = access_desk_report(request.user, reference)
    form = CaseForm(report, request.GET)
    form.full_clean()
    data = form.cleaned_data
    point = (
        Point(data["longitude"], data["latitude"], srid=4326)
        if {"longitude", "latitude"} <= set(data)
        else report.point
    )
    choices = choices_for(report, point, data.get("category"), data.get("address", report.address))
    context = {"choices": choices, "chosen": chosen_body(CaseForm(report), choices), "report": report}
    return render(request, "moderation/_choices.html", context)

"""The tab of comments, photos, passers-by's words and flags: one press each, and a way back."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST

from accounts.rights import Right
from moderation import talk, things
from moderation.access import DeskRequest, access_with, desk_page
from moderation.acts import CannotUndo, recorded, undo_act
from moderation.models import Act
from moderation.queues import QUEUES, Queue
from moderation.things import Thing
from reports.actions_comments import DecidedMeanwhile, decide_comment, undo_comment
from reports.actions_flags import decide_flag, undo_flag
from reports.actions_photos import hide_again, review_photo
from reports.actions_sightings import accept_sighting, hide_step, reject_sighting, undo_sighting
from reports.lifecycle import MoveNotAllowed
from reports.models import Report, Sighting
from reports.typed import typed_number

PAGE = 25
DECIDED = "talk_decided"  # in the session: what this moderator decided last, for taking it back
DECIDED_SHOWN = 5

LISTS: dict[str, Callable[..., QuerySet[Any]]] = {
    "comment": talk.comments_of_desk,
    "photo": talk.photos_of_desk,
    "sighting": talk.sightings_of_desk,
    "flag": talk.flags_of_desk,
}
SAID = {
    ("comment", "show"): gettext_lazy("Comment shown"),
    ("comment", "hide"): gettext_lazy("Comment hidden"),
    ("photo", "show"): gettext_lazy("Photo shown"),
    ("photo", "hide"): gettext_lazy("Photo kept hidden"),
    ("sighting", "accept"): gettext_lazy("Passer-by's word accepted"),
    ("sighting", "reject"): gettext_lazy("Passer-by's word not accepted"),
    ("flag", "dismiss"): gettext_lazy("Nothing wrong found"),
    ("flag", "hide"): gettext_lazy("Hidden, as people asked"),
}


def talk_context(request: DeskRequest, queue: Queue, kinds: Sequence[str], count: int) -> dict[str, Any]:
    """The tab; or the one row of it that the address names, for working through one after the other."""
    paginator = Paginator(talk.waiting_rows(request.user, kinds), PAGE)
    paginator.count = count  # counted for the tab already
    page = paginator.get_page(request.GET.get("page"))
    alone = things.find_thing(queue, request.user, request.GET.get("row", ""))
    rows = talk.read_rows([alone] if alone else list(page), request.user)
    return {
        "page_obj": page,
        "alone": alone,
        "talk_rows": rows,
        "thing_holders": things.holders_of_things(row.key for row in rows),
        "rejections": talk.REJECTIONS,
        "decided": [
            {**done, "said": SAID[done["kind"], done["action"]]}
            for done in request.session.get(DECIDED, [])
            if (done["kind"], done["action"]) in SAID and done["kind"] in kinds
        ],
    }


@require_POST
@desk_page
def desk_talk(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in LISTS or pk >= 2**63:
        raise Http404
    thing = get_object_or_404(LISTS[kind](request.user).select_related("report__area"), pk=pk)
    queue = QUEUES["flagged" if kind == "flag" else "talk"]
    before = things.find_thing(queue, request.user, f"{kind}-{pk}") if "one" in request.POST else None
    action = request.POST.get("action", "")
    if not talk.may_do(request.user, kind, action, thing.report):
        raise Http404
    try:
        if action == "undo":
            undo(request, kind, thing)
            messages.success(request, _("Taken back: it waits again."))
        elif (kind, action) not in SAID:
            raise Http404
        else:
            with recorded(f"{action}_{kind}", thing.report, actor=request.user) as recording:
                is_decided = decide(request, kind, thing, action)
            if is_decided:
                things.release_thing(f"{kind}-{pk}")
                remember(request, kind, thing, action, recording.act)
                messages.success(request, f"{SAID[kind, action]}: {thing.report.heading}")
    except CannotUndo as error:
        messages.error(request, str(error))
    except DecidedMeanwhile:
        messages.warning(request, _("Somebody else has decided this meanwhile, or it has changed. Please look again."))
    except MoveNotAllowed:
        label = Report.objects.get(pk=thing.report.pk).state.label
        messages.warning(
            request,
            _("The report has moved on meanwhile; it is “%(status)s” now, so this is not possible.")
            % {"status": label},
        )
    if request.POST.get("back") == "report":
        return redirect(f"{thing.report.get_absolute_url()}#comments")
    if before is not None:
        return redirect(after_one(request, queue, before))
    return redirect(f"{queue.url}#desk-rows")


def after_one(request: DeskRequest, queue: Queue, before: Thing) -> str:
    """The next row, where this one is done; else this one again."""
    if things.find_thing(queue, request.user, before.key):
        return things.url_of(queue, before)
    return things.next_thing_url(request.user, queue, after=before)


def decide(request: DeskRequest, kind: str, thing: Any, action: str) -> bool:
    """Do what the button says; False where words are missing."""
    version = request.POST.get("version", "")
    seen = typed_number(version)
    if kind == "comment":
        decide_comment(thing, show=action == "show", actor=request.user, version=seen)
    elif kind == "photo":
        if not thing.awaits_review:
            raise DecidedMeanwhile
        review_photo(thing, action == "show", actor=request.user)
    elif kind == "flag":
        decide_flag(thing, hide=action == "hide", actor=request.user, version=seen)
    elif action == "accept":
        if version and version != Report.objects.get(pk=thing.report_id).status:
            raise DecidedMeanwhile
        accept_sighting(thing, actor=request.user)
    else:
        words = rejection(request, thing)
        if not words:
            messages.warning(request, _("Choose or write a friendly reason: the passer-by gets it."))
            return False
        reject_sighting(thing, words, actor=request.user)
    return True


def rejection(request: DeskRequest, sighting: Sighting) -> str:
    """The words to the passer-by, in their language."""
    reason, own = request.POST.get("reason", ""), request.POST.get("text", "").replace("\x00", "").strip()[:2000]
    if reason == "other" or reason not in talk.REJECTIONS:
        return own
    language = sighting.author.language if sighting.author else ""
    with override(language or None):
        ready = str(talk.REJECTIONS[reason])
    return f"{ready}\n\n{own}" if own else ready


def undo(request: DeskRequest, kind: str, thing: Any) -> None:
    """The act never happened; where the body has a letter of it already, it gets the correction."""
    known = request.session.get(DECIDED, [])
    mine = [done.get("act") for done in known if (done["kind"], done["pk"]) == (kind, thing.pk)]
    act = Act.objects.undoable().filter(pk__in=mine, report=thing.report).first()
    try:
        if act is None:
            correct(request, kind, thing)
        else:
            undo_act(act, actor=request.user)
    except CannotUndo as error:
        if not error.has_gone_out:
            raise
        correct(request, kind, thing)
    request.session[DECIDED] = [done for done in known if (done["kind"], done["pk"]) != (kind, thing.pk)]


def correct(request: DeskRequest, kind: str, thing: Any) -> None:
    actions: dict[str, Callable[..., Any]] = {
        "comment": undo_comment,
        "photo": hide_again,
        "sighting": undo_sighting,
        "flag": undo_flag,
    }
    with recorded("take_back", thing.report, actor=request.user):
        actions[kind](thing, actor=request.user)


def remember(request: DeskRequest, kind: str, thing: Any, action: str, act: Act | None) -> None:
    """For the list below the tab; the act itself stands in the history, too."""
    done = {"kind": kind, "pk": thing.pk, "action": action, "heading": thing.report.heading[:80]}
    done["act"] = act.pk if act else None
    earlier = [other for other in request.session.get(DECIDED, []) if (other["kind"], other["pk"]) != (kind, thing.pk)]
    request.session[DECIDED] = [done, *earlier][:DECIDED_SHOWN]


@require_POST
@desk_page
def desk_hide_step(request: DeskRequest, reference: str, pk: int) -> HttpResponse:
    """Hide the newest "solved" (or a citizen's "no"): the report goes back to what it was."""
    report = access_with(Right.DECIDE, request.user, reference)
    event = get_object_or_404(report.events, pk=pk) if pk < 2**63 else None
    if event is None:
        raise Http404
    try:
        with recorded("hide_step", report, actor=request.user):
            hide_step(event, actor=request.user)
    except MoveNotAllowed:
        messages.warning(request, _("The report has moved on meanwhile, so this is not possible any more."))
    else:
        messages.success(request, _("Taken back; the report is what it was before."))
    return redirect("desk_case", report.reference)

"""Who has which case: the next one, taking, putting back, giving, and the words about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.rights import Right
from moderation import actions_claims as actions
from moderation import things
from moderation.access import DeskRequest, access_mail, desk_page, may
from moderation.holders import people_for
from moderation.models import Handoff
from moderation.queues import QUEUES, Queue, find_queue
from reports.access import access_desk_report
from reports.models import Report
from reports.typed import typed_key, typed_keys

NOTE_LONGEST = 1000


def access_case(request: DeskRequest, reference: str | None, pk: int | None) -> Any:
    """A report by its reference or a mail by its number; raises `Http404`."""
    if reference is not None:
        return access_desk_report(request.user, reference)
    if pk is None or pk >= 2**63:
        raise Http404
    return access_mail(request.user, pk)


@require_POST
@desk_page
def desk_next(request: DeskRequest) -> HttpResponse:
    """Hand out the oldest case of the queue that nobody has; with `skip` put that one back first."""
    queue = find_queue(request.user, request.POST.get("queue", "")) or QUEUES["new"]
    if queue.rows is None:
        return redirect(next_row(request, queue))
    skipped = skipped_case(request, queue)
    if skipped is not None:
        actions.put_back(skipped, actor=request.user)
    row = actions.claim_next(request.user, queue, after=skipped)
    if row is None:
        messages.info(request, _("Nothing waits here that nobody has."))
        return redirect(queue.url)
    return redirect(queue.url_of(row))


def next_row(request: DeskRequest, queue: Queue) -> str:
    """As `desk_next`, in a tab of rows that are no cases."""
    key = request.POST.get("skip", "")
    skipped = things.find_thing(queue, request.user, key)
    if skipped is not None:
        things.release_thing(key, person=request.user)
    url = things.next_thing_url(request.user, queue, after=skipped)
    if url == queue.url:
        messages.info(request, _("Nothing waits here that nobody has."))
    return url


def skipped_case(request: DeskRequest, queue: Queue) -> Any:
    key = request.POST.get("skip", "").replace("\x00", "")
    if not key:
        return None
    try:
        if not queue.is_mail:
            return access_case(request, key, None)
        return access_case(request, None, typed_key(key))
    except Http404:
        return None


@require_POST
@desk_page
def desk_claim(request: DeskRequest, reference: str | None = None, pk: int | None = None) -> HttpResponse:
    """What the bar above a case offers."""
    row = access_case(request, reference, pk)
    note = request.POST.get("note", "").replace("\x00", "").strip()[:NOTE_LONGEST]
    match request.POST.get("action"):
        case "take":
            take(request, row)
        case "take_over":
            actions.take_over(row, note, actor=request.user)
            messages.success(request, _("The case is yours now."))
        case "put_back":
            actions.put_back(row, actor=request.user)
            messages.success(request, _("Put back: others may have it now."))
            return redirect(back_to_queue(request))
        case "give" if isinstance(row, Report):
            give(request, row, note)
        case "take_back" if isinstance(row, Report):
            take_back(request, row)
    return redirect(back_to_case(request, row))


def take(request: DeskRequest, row: Any) -> None:
    if not actions.take_case(row, actor=request.user):
        messages.warning(request, _("Somebody else was faster; you can take it over below."))


def give(request: DeskRequest, report: Report, note: str) -> None:
    if not may(request.user, Right.ASSIGN, report):
        raise Http404
    to = people_for(report).filter(pk=typed_key(request.POST.get("person", ""))).first()
    if to is None:
        messages.warning(request, _("Choose who gets the case."))
        return
    actions.give_case(report, to, note, actor=request.user)
    messages.success(request, _("Given to %(name)s.") % {"name": to})


def take_back(request: DeskRequest, report: Report) -> None:
    """Whoever may give may also take back, and one may always return what one was given."""
    given = Handoff.objects.given().filter(report=report)
    if not may(request.user, Right.ASSIGN, report) and not given.filter(person=request.user).exists():
        raise Http404
    if actions.take_back(report, actor=request.user):
        messages.success(request, _("It is nobody's now."))


def back_to_queue(request: DeskRequest) -> str:
    queue = find_queue(request.user, request.POST.get("queue", ""))
    return queue.url if queue else reverse("desk")


def back_to_case(request: DeskRequest, row: Any) -> str:
    queue = find_queue(request.user, request.POST.get("queue", ""))
    if queue:
        return queue.url_of(row)
    return (
        reverse("desk_case", args=[row.reference]) if isinstance(row, Report) else reverse("desk_mail", args=[row.pk])
    )


@require_POST
@desk_page
def desk_notices(request: DeskRequest) -> HttpResponse:
    """What others took over from one or gave to one has been read."""
    actions.mark_seen(request.user, typed_keys(request.POST.getlist("seen")))
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "desk")

"""The desk itself: what waits, in tabs, oldest first; any reports by filters; and what failed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.readings import note_list
from accounts.rights import Right
from forwarding import actions
from forwarding.mailbox import failing_mailboxes
from forwarding.senders import senders_of
from moderation import queues, talk, things
from moderation.access import DeskRequest, desk_page, may
from moderation.acts import recent_acts
from moderation.filters import DeskFilter
from moderation.history import may_look, second_looks
from moderation.holders import holders_of
from moderation.models import Handoff, SavedFilter
from moderation.queues import QUEUES, Queue
from moderation.things import Thing
from moderation.views.talk import talk_context
from reports.paging import BoundedPaginator

PAGE = 25
FAILED_SHOWN = 100
NOTICES_SHOWN = 10
LOOKS_COUNTED = 99


@require_safe
@desk_page
def desk(request: DeskRequest) -> HttpResponse:
    saved = list(SavedFilter.objects.filter(person=request.user))
    queue, chosen = chosen_queue(request, saved)
    filters = DeskFilter(request.GET, request.user) if queue is None else None
    counts = queues.count_all(request.user)
    shown = queue or QUEUES["new"]
    found = filter_context(request, filters) if filters else queue_context(request, shown, chosen, counts)
    context = {
        "tabs": [
            *({"queue": q, "count": counts[q.key], "is_current": q == queue} for q in QUEUES.values()),
            *({"queue": queues.queue_of(mine), "count": None, "is_current": mine == chosen} for mine in saved),
        ],
        "queue": shown,
        "saved": chosen,
        "filters": None,
        "notices": Handoff.objects.unseen_by(request.user).select_related("by", "report", "mail")[:NOTICES_SHOWN],
        "recent": recent_acts(request.user),
        "may_enter": may(request.user, Right.DECIDE),
        "now": timezone.now(),
        "looks": second_looks(request.user).order_by()[: LOOKS_COUNTED + 1].count() if may_look(request.user) else 0,
        "looks_counted": LOOKS_COUNTED,
        **found,
        "bulk_query": found["filters"].query if found.get("filters") else shown.query,
    }
    return render(request, "moderation/desk.html", context)


def chosen_queue(request: DeskRequest, saved: list[SavedFilter]) -> tuple[Queue | None, SavedFilter | None]:
    """The tab, and the saved filter behind it if it is one; no tab where the address holds filters."""
    key = request.GET.get("queue", "")
    if key in QUEUES:
        return QUEUES[key], None
    chosen = next((mine for mine in saved if mine.key == key), None)
    if chosen is None and ("find" in request.GET or DeskFilter.is_asked(request.GET)):
        return None, None
    if chosen is None and not key:
        chosen = next((mine for mine in saved if mine.is_default), None)
    return (queues.queue_of(chosen), chosen) if chosen else (QUEUES["new"], None)


def filter_context(request: DeskRequest, filters: DeskFilter) -> dict[str, Any]:
    """Any report of the desk, whatever its status."""
    paginator = BoundedPaginator(filters.qs.for_list(), PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return {"page_obj": page, "cases": cases_of(page, None), "filters": filters, "is_more": paginator.is_more}


def queue_context(
    request: DeskRequest, queue: Queue, saved: SavedFilter | None, counts: dict[str, int]
) -> dict[str, Any]:
    if queue.key == "talk":
        return talk_context(request, queue, talk.TALK, counts["talk"])
    if queue.key == "flagged":
        return talk_context(request, queue, talk.FLAGS, counts["flagged"])
    if queue.rows is None:
        return failed_context(request, queue)
    rows: Any = queue.waiting(request.user)
    rows = rows.select_related("assignment__report", "assignment__institution") if queue.is_mail else rows.for_list()
    if saved:
        filters = DeskFilter(QueryDict(saved.query), request.user)
        paginator: Paginator = BoundedPaginator(rows, PAGE)
    else:
        filters = None
        paginator = Paginator(rows, PAGE)
        paginator.count = counts[queue.key]  # counted for the tab already
    page = paginator.get_page(request.GET.get("page"))
    if queue.is_mail:
        note_list(request.user, senders_of(page), about=f"desk: {queue.key}")
    return {
        "page_obj": page,
        "cases": cases_of(page, queue),
        "filters": filters,
        "is_more": getattr(paginator, "is_more", False),
        "next_queue": queue,
    }


def cases_of(page: Any, queue: Queue | None) -> list[dict[str, Any]]:
    """The rows with their addresses and with who has them."""
    rows = list(page)
    holders = holders_of(rows)
    return [
        {
            "row": row,
            "url": queue.url_of(row) if queue else QUEUES["new"].url_of(row).partition("?")[0],
            "holder": holders.get(row.pk),
        }
        for row in rows
    ]


def failed_context(request: DeskRequest, queue: Queue) -> dict[str, Any]:
    """All that failed; or the one letter that the address names."""
    alone = things.find_thing(queue, request.user, request.GET.get("row", ""))
    shown = {kind: list(rows(request.user, alone)) for kind, rows in FAILED.items()}
    keys = [f"{kind}-{row.pk}" for kind, rows in shown.items() for row in rows]
    return {
        "alone": alone,
        "may_retry": may(request.user, Right.DECIDE),
        "failed_parts": shown,
        "thing_holders": things.holders_of_things(keys),
        "unreachable": [] if alone else queues.without_contact(request.user)[:FAILED_SHOWN],
        **({} if alone or not request.user.is_staff else office_trouble(request.user)),
    }


def office_trouble(person: Any) -> dict[str, Any]:
    """What only employees can do something about."""
    lists = queues.failed_office_lists(person).prefetch_related("person__memberships__institution")
    return {"office_lists": lists[:FAILED_SHOWN], "failing_mailbox": failing_mailboxes().first()}


def _failed(rows: Callable[[Any], Any], kind: str) -> Callable[[Any, Thing | None], Any]:
    def found(person: Any, alone: Thing | None) -> Any:
        if alone is None:
            return rows(person)[:FAILED_SHOWN]
        return rows(person).filter(pk=alone.pk) if alone.kind == kind else []

    return found


FAILED = {
    "dispatch": _failed(queues.failed_dispatches, "dispatch"),
    "message": _failed(queues.failed_messages, "message"),
    "bundle": _failed(queues.failed_bundles, "bundle"),
}


@require_POST
@desk_page
def desk_retry(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    """Try a failed dispatch or message again."""
    lists: dict[str, Any] = {
        "dispatch": queues.failed_dispatches,
        "message": queues.failed_messages,
        "bundle": queues.failed_bundles,
    }
    if kind not in lists or not may(request.user, Right.DECIDE):
        raise Http404
    queue = QUEUES["failed"]
    before = things.find_thing(queue, request.user, f"{kind}-{pk}") if "one" in request.POST else None
    actions.retry_delivery(get_object_or_404(lists[kind](request.user), pk=pk), actor=request.user)
    things.release_thing(f"{kind}-{pk}")
    messages.success(request, _("It is on its way again."))
    return redirect(things.next_thing_url(request.user, queue, after=before) if before else queue.url)

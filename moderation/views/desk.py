"""The desk itself: what waits, in tabs, oldest first."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forwarding import actions
from moderation import queues
from moderation.access import DeskRequest, desk_page
from moderation.acts import recent_acts
from moderation.queues import QUEUES, Queue
from moderation.views.talk import talk_context
from reports.models import Report

PAGE = 25
FAILED_SHOWN = 100


@require_safe
@desk_page
def desk(request: DeskRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    queue = QUEUES.get(request.GET.get("queue", ""), QUEUES["new"])
    counts = queues.count_all(request.user)
    context = {
        "tabs": [{"queue": q, "count": counts[q.key], "is_current": q == queue and not words} for q in QUEUES.values()],
        "queue": queue,
        "words": words,
        "now": timezone.now(),
        "recent": recent_acts(request.user),
        **(search_context(request, words) if words else queue_context(request, queue, counts[queue.key])),
    }
    return render(request, "moderation/desk.html", context)


def search_context(request: DeskRequest, words: str) -> dict[str, Any]:
    """Any report of the desk, whatever its status, by words, reference or the source's id."""
    found = Report.objects.for_desk_of(request.user).search(words).for_list().order_by("-created_at", "-pk")
    return {"page_obj": Paginator(found, PAGE).get_page(request.GET.get("page"))}


def queue_context(request: DeskRequest, queue: Queue, count: int) -> dict[str, Any]:
    if queue.key == "talk":
        return talk_context(request, count)
    if queue.rows is None:
        return failed_context(request)
    rows: Any = queue.waiting(request.user)
    rows = rows.select_related("assignment__report", "assignment__institution") if queue.is_mail else rows.for_list()
    paginator = Paginator(rows, PAGE)
    paginator.count = count  # counted for the tab already
    page = paginator.get_page(request.GET.get("page"))
    return {"page_obj": page, "cases": [{"row": row, "url": queue.url_of(row)} for row in page]}


def failed_context(request: DeskRequest) -> dict[str, Any]:
    return {
        "dispatches": queues.failed_dispatches(request.user)[:FAILED_SHOWN],
        "failed_messages": queues.failed_messages(request.user)[:FAILED_SHOWN],
        "failed_bundles": queues.failed_bundles(request.user)[:FAILED_SHOWN],
        "unreachable": queues.without_contact(request.user)[:FAILED_SHOWN],
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
    if kind not in lists:
        raise Http404
    actions.retry_delivery(get_object_or_404(lists[kind](request.user), pk=pk), actor=request.user)
    messages.success(request, _("It is on its way again."))
    return redirect(QUEUES["failed"].url)

"""The light poll of an open case. It is a POST, because it tells others that one is here and keeps the lease."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from moderation import actions_claims as actions
from moderation.access import DeskRequest, desk_page, light_case
from moderation.presence import note_visit, presence_at
from reports.typed import typed_number


@require_POST
@desk_page
def desk_presence(request: DeskRequest, reference: str | None = None, pk: int | None = None) -> HttpResponse:
    """204 where nothing is new since `state`; else the part of the page that says what is."""
    row = light_case(request.user, reference, pk)
    if request.POST.get("leaves"):
        actions.leave_case(row, actor=request.user)
        return HttpResponse(status=204)
    note_visit(row, request.user)
    if not actions.renew_claim(row, actor=request.user) and request.POST.get("works"):
        actions.take_case(row, actor=request.user)
    seen = typed_number(request.POST.get("version", ""))
    presence = presence_at(row, request.user, seen=seen, holder_seen=request.POST.get("holder"))
    if request.POST.get("state") == presence.state:
        return HttpResponse(status=204)
    response = render(request, "moderation/_presence.html", {"presence": presence})
    response["X-State"] = presence.state
    return response

"""The team's figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rights import Right
from moderation import team
from moderation.access import DeskRequest, desk_page
from moderation.models import Suggested


@require_safe
@desk_page
def desk_team(request: DeskRequest) -> HttpResponse:
    """Everybody sees the whole and their own; people by name only those who look after the team."""
    days = team.decisions()
    people = team.people()
    sees_team = Right.SEE_TEAM in request.user.rights
    context = {
        "weeks": team.waits(),
        "days": days,
        "most": max((day.count for day in days), default=0),
        "undone": team.undone(),
        "helpers": len(people),
        "own": next((person for person in people if person.pk == request.user.pk), None),
        "people": people if sees_team else [],
        "suggested": Suggested.objects.counted(team.since()),
        "day_count": team.DAYS,
    }
    return render(request, "moderation/team.html", context)

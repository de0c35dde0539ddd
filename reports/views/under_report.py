"""What the report's page shows of what people say: comments, opinions on answers, and what comes next."""

from typing import Any

from django.http import HttpRequest

from reports.actions_ratings import show_ratings
from reports.actions_sightings import may_tell_sighting
from reports.models import Assignment, Report, ReportEvent
from reports.next_steps import upcoming
from reports.views.comments import comment_context


def under_report(
    request: HttpRequest, report: Report, entries: list[ReportEvent], lead: Assignment | None
) -> dict[str, Any]:
    show_ratings(report, entries, request.user)
    return {
        **comment_context(request, report),
        "upcoming": upcoming(report, lead),
        "asks_passers_by": may_tell_sighting(report, request.user),
    }

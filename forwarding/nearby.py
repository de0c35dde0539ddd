"""Published reports of the same kind around one: perhaps one visit mends several."""

from datetime import timedelta

from django.utils import timezone

from reports import links
from reports.models import Report

METRES = 150
COUNT = 3
SINCE = timedelta(days=365)


def nearby_reports(report: Report) -> list[tuple[Report, str]]:
    """With their addresses."""
    if report.category_id is None:
        return []
    near = Report.objects.published().filter(category=report.category_id).exclude(pk=report.pk)
    near = near.near(report.point, metres=METRES, recent_since=timezone.now() - SINCE)
    return [(other, links.absolute(other.get_absolute_url())) for other in near[:COUNT]]

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap

from reports.models import Report

NEWEST = 5000


class ReportSitemap(Sitemap):
    """The newest published reports; older ones are found through the list's pages."""

    def items(self) -> Any:
        published = Report.objects.visible_to(AnonymousUser()).published().order_by("-published_at", "-id")
        return published.only("reference", "status_since")[:NEWEST]

    def lastmod(self, item: Report) -> datetime:
        return item.status_since

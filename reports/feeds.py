"""Atom feeds with GeoRSS: of every list with the list's own filters, and of one report's timeline.

A feed holds what everybody may read, whoever asks: the same for all, so that no reader's program keeps what is private.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.gis.feeds import GeoAtom1Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.html import escape, linebreaks
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.links import absolute
from reports.models import Report, ReportEvent

# Allowed in XML 1.0; the rest, which people paste now and then, has no way of being written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # when an empty feed was last changed
# A younger change than this may still have an older one beside it that is not committed yet.
SETTLED = timedelta(minutes=1)
NOT_FILTERS = ("page", "lang", "bbox", "zoom", "part")  # what else stands in an address of a list or a map
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


class ReportFeed(GeoAtom1Feed):
    def latest_post_date(self) -> datetime:
        """An empty feed says the same each time it is asked."""
        return max((item["updateddate"] for item in self.items), default=BEGINNING)


def tag(path: str, day: datetime) -> str:
    """RFC 4151: stays the same when the site's name for the page, its port or its scheme changes."""
    host = re.sub(r"^\w+://|:\d+$", "", settings.SITE_URL).split("/")[0]
    return f"tag:{host},{timezone.localdate(day).isoformat()}:{path}"


def plain(text: str) -> str:
    return _NO_XML.sub(" ", text)


def list_feed(reports: Iterable[Report], *, title: str, query: str, language: str) -> ReportFeed:
    """`reports` as `for_list` gives them, `query` the filters as they stand in the address."""
    tail = f"?{query}" if query else ""
    feed = ReportFeed(
        title=plain(title),
        link=absolute(reverse("report_list") + tail),
        description=_("What people saw in the street, who has to act, and what became of it."),
        language=language,
        feed_url=absolute(reverse("report_feed") + tail),
        feed_guid=tag(f"reports{tail}", BEGINNING),
    )
    for report in reports:
        place = report.address or (str(report.area) if report.area else "")
        status = report.get_status_display()
        facts = [str(part) for part in (status, report.category, place, report.institution) if part]
        feed.add_item(
            title=plain(report.heading),
            link=absolute(report.get_absolute_url()),
            description=as_html(" · ".join(facts), report.description),
            unique_id=tag(f"report/{report.reference}", report.created_at),
            pubdate=report.published_at,
            updateddate=max(filter(None, (report.published_at, report.status_since))),
            author_name=plain(report.shown_name) or settings.SITE_NAME,
            categories=[plain(str(part)) for part in (report.category, status) if part],
            geometry=report.point,
        )
    return feed


def timeline_feed(report: Report, events: Iterable[ReportEvent], *, language: str) -> ReportFeed:
    """Newest first, as feeds are read."""
    url = absolute(report.get_absolute_url())
    feed = ReportFeed(
        title=plain(report.heading),
        link=url,
        description=plain(report.address),
        language=language,
        feed_url=absolute(reverse("report_timeline_feed", args=[report.reference])),
        feed_guid=tag(f"report/{report.reference}/timeline", report.created_at),
    )
    for event in events:
        feed.add_item(
            title=plain(event.sentence),
            link=url,
            description=as_html("", event.public_body),
            unique_id=tag(f"event/{event.pk}", event.created_at),
            pubdate=event.created_at,
            updateddate=event.created_at,
            author_name=settings.SITE_NAME,
            geometry=report.point,
        )
    return feed


def as_html(facts: str, text: str) -> str:
    """People's words as HTML that cannot be anything but words; the feed escapes it once more, as Atom wants it."""
    first = f"<p>{escape(plain(facts))}</p>" if facts else ""
    return first + (linebreaks(plain(text), autoescape=True) if text else "")


def feed_address(request: HttpRequest) -> str:
    """The feed of the list or map that is being shown, in the reader's language."""
    query = request.GET.copy()
    for name in NOT_FILTERS:
        query.pop(name, None)
    query["lang"] = get_language() or settings.LANGUAGE_CODE
    return f"{reverse('report_feed')}?{query.urlencode()}"


def last_change() -> datetime | None:
    """When anything last happened to any report, hiding included; None while that is too fresh to be sure.

    Not the newest item's: a report that was hidden leaves the feed and makes its newest item older.
    """
    event = ReportEvent.objects.order_by("-pk").values_list("created_at", flat=True).first()
    return event if event is not None and event < timezone.now() - SETTLED else None


def feed_response(request: HttpRequest, feed: ReportFeed, *, changed: datetime | None) -> HttpResponse:
    """With ETag and, where it is safe, Last-Modified; asked again each time, so that nothing outlives its hiding."""
    body = feed.writeString("utf-8")
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    seconds = int(changed.timestamp()) if changed else None
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    answer: Any = get_conditional_response(request, etag=etag, last_modified=seconds, response=response)
    return answer

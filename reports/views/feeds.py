from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_safe

from reports.access import access_report, visible_events
from reports.feeds import NOT_FILTERS, feed_response, last_change, list_feed, timeline_feed
from reports.filters import ReportFilter
from reports.models import Report

ITEMS = 50
EVERYBODY = AnonymousUser()


@require_safe
def report_feed(request: HttpRequest) -> HttpResponse:
    """The list as a feed, with the list's filters. `lang` names a language for programs that ask for none."""
    with override(wanted_language(request)):
        published = Report.objects.visible_to(EVERYBODY).published().for_list()
        filters = ReportFilter(request.GET, published.order_by("-published_at", "-id"))
        query = request.GET.copy()
        for name in NOT_FILTERS:
            query.pop(name, None)
        changed = last_change()
        title = f"{settings.SITE_NAME} – {', '.join(name_of(filters)) or gettext('Reports')}"
        feed = list_feed(filters.qs[:ITEMS], title=title, query=query.urlencode(), language=get_language() or "")
    return feed_response(request, feed, changed=changed)


@require_safe
def report_timeline_feed(request: HttpRequest, reference: str) -> HttpResponse:
    with override(wanted_language(request)):
        changed = last_change()
        report = access_report(EVERYBODY, reference)
        events = visible_events(report, internal=False)
        feed = timeline_feed(report, reversed(events), language=get_language() or "")
    return feed_response(request, feed, changed=changed)


def wanted_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def name_of(filters: ReportFilter) -> list[str]:
    """What the list was filtered by, in words: "Pothole, Ferencváros, Solved"."""
    fields = filters.form.fields
    names = {**dict(fields["status"].choices), **dict(fields["overdue"].choices)}
    return [str(names.get(value, value)) for value in filters.wanted.values()]

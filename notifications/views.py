"""The way out of news mails: a page with one button, and the mail program's own button (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from notifications.actions import stop_news
from reports import links
from reports.models import Report


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A signed link stands for the person: no cookie, no CSRF token, no redirect; once or twice is the same."""
    person_id, report_id = _read(token)
    person = get_object_or_404(Person, pk=person_id)
    report = get_object_or_404(Report, pk=report_id)
    if request.method == "POST":
        stop_news(person, report)
    context = {
        "report": report,
        "is_reporter": report.reporter_id == person.pk,
        "is_public": report.is_public,
        "done": request.method == "POST",
    }
    return render(request, "notifications/unsubscribe.html", context)


def _read(token: str) -> tuple[int, int]:
    values = links.read(links.UNSUBSCRIBE, token)
    if len(values) != 2:
        raise Http404
    return int(values[0]), int(values[1])

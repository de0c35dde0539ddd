"""Into the news of a report and out of it: pages with one button, and the mail program's own button (RFC 8058)."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from notifications.actions import stop_news
from notifications.follow_requests import confirm_follow, is_following
from reports import links
from reports.access import access_report
from reports.models import Report


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the question to a typed address: opening it changes nothing, the button does."""
    report_id, email, support = links.read_follow(token)
    report = access_report(AnonymousUser(), get_object_or_404(Report, pk=report_id).reference)
    if request.method == "POST":
        confirm_follow(email, report, support=support, language=get_language() or "")
        return redirect("follow_confirm", token)
    context = {
        "report": report,
        "email": email,
        "is_support": support,
        "done": is_following(email, report, support=support),
    }
    return render(request, "notifications/follow.html", context)


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

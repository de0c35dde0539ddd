"""Into the news of a report and out of it: pages with one button, and the mail program's own button (RFC 8058)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.follow_requests import confirm_follow, is_following, send_follow_confirmation
from notifications.stopping import read_way_out, stop_mails
from reports import links
from reports.access import access_report
from reports.forms_follow import FollowForm
from reports.models import Report
from reports.pace import is_too_fast
from reports.views.detail import detail_context


@require_http_methods(["GET", "HEAD", "POST"])
def follow_by_mail(request: HttpRequest, reference: str) -> HttpResponse:
    """A guest's "me too" or "tell me" on the page of a public report: one question goes to the address.

    Who loads the page of a mistake anew, or kept its address, comes to the report.
    """
    report = access_report(AnonymousUser(), reference)
    if request.method != "POST":
        return redirect(report)
    wish = "support" if request.POST.get("wish") == "support" and report.state.is_with_body else "follow"
    form = FollowForm(request.POST, wish=wish)
    if form.is_valid() and is_too_fast(request, "question", at_most=settings.QUESTIONS_PER_ADDRESS, seconds=3600):
        form.add_error("email", _("This is a lot at once. Please go on in an hour."))
    if not form.is_valid():
        return render(request, "reports/detail.html", detail_context(request.user, report, typed=form))
    send_follow_confirmation(
        form.cleaned_data["email"], report, support=wish == "support", language=get_language() or ""
    )
    words = _("We have sent a mail to %(address)s. Press the button in it, and you are in.")
    messages.success(request, words % {"address": form.cleaned_data["email"]})
    return redirect(report)


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
    way = read_way_out(token)
    scope = way.read_scope(request.POST.get("scope", ""))
    if request.method == "POST":
        stop_mails(way, scope)
    context = {
        "report": way.report,
        "is_reporter": way.is_reporter,
        "is_public": way.report is not None and way.report.is_public,
        "scopes": [(each.value, way.name(each)) for each in way.scopes],
        "said": way.said(scope),
        "done": request.method == "POST",
    }
    return render(request, "notifications/unsubscribe.html", context)

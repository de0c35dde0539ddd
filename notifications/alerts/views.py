"""Pages of alerts: for who is signed in, and behind the signed links of their mails for who has only an address."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person
from notifications.alerts import actions
from notifications.alerts.actions import LetterTaken, TooManyAlerts
from notifications.alerts.forms import AlertForm, initial_from_filters, initial_of
from notifications.alerts.matching import PREVIEW_DAYS, count_lately
from notifications.models import Alert
from reports import links
from reports.pace import is_too_fast

ROWS = Alert.objects.select_related("person", "area", "category", "institution")
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
def alert_list(request: HttpRequest) -> HttpResponse:
    alerts = ROWS.filter(person=request.user) if request.user.is_authenticated else None
    return render(request, "notifications/alerts/list.html", {"alerts": alerts})


@require_http_methods(GET_OR_POST)
@never_cache
def alert_new(request: HttpRequest) -> HttpResponse:
    is_guest = not request.user.is_authenticated
    if request.method != "POST":
        form = AlertForm(initial=initial_from_filters(request.GET), needs_email=is_guest)
        return _page(request, form)
    form = AlertForm(request.POST, needs_email=is_guest)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, form)
    return _create(request, form, request.user) if request.user.is_authenticated else _create_for_guest(request, form)


def _create(request: HttpRequest, form: AlertForm, person: Person) -> HttpResponse:
    try:
        actions.create_alert(form.alert, person, confirmed=True, language=get_language() or "")
    except (TooManyAlerts, LetterTaken) as error:
        form.add_error(None, _sentence(error))
        return _page(request, form)
    messages.success(request, _("Done: we write to you when something happens there."))
    return redirect("alert_list")


def _create_for_guest(request: HttpRequest, form: AlertForm) -> HttpResponse:
    if is_too_fast(request, "question", at_most=settings.QUESTIONS_PER_ADDRESS, seconds=3600):
        form.add_error("email", _("This is a lot at once. Please go on in an hour."))
        return _page(request, form)
    language = get_language() or ""
    person = Person.objects.for_address(form.cleaned_data["email"], language=language)
    with suppress(TooManyAlerts):  # the page is the same for every address: it tells nothing of what one has
        actions.create_alert(form.alert, person, confirmed=False, language=language)
    return redirect("alert_asked")


@require_safe
def alert_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/alerts/asked.html")


@login_required
@require_http_methods(GET_OR_POST)
@never_cache
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(ROWS, pk=pk, person=request.user)
    return _change(request, own, back=reverse("alert_list"))


@require_http_methods(GET_OR_POST)
@never_cache
def alert_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The link in an alert's mails stands for its reader. Opening it changes nothing, its buttons do."""
    return _change(request, _read(links.read(links.ALERT, token)), back=request.path)


def _change(request: HttpRequest, own: Alert, *, back: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, AlertForm(initial=initial_of(own)), own)
    match request.POST.get("action"):
        case "confirm":
            return _confirm(request, own, back)
        case "pause":
            actions.pause_alert(own)
            messages.success(request, _("Paused: no mails of it until you resume it."))
        case "resume":
            actions.resume_alert(own)
            messages.success(request, _("It runs again."))
        case "delete":
            actions.delete_alert(own)
            messages.success(request, _("Deleted."))
            return redirect("alert_list")
        case _:
            return _save(request, own, back)
    return redirect(back)


def _confirm(request: HttpRequest, own: Alert, back: str) -> HttpResponse:
    try:
        actions.confirm_alert(own)
    except (TooManyAlerts, LetterTaken) as error:
        messages.error(request, _sentence(error))
    else:
        messages.success(request, _("Thank you: we write to you when something happens there."))
    return redirect(back)


def _save(request: HttpRequest, own: Alert, back: str) -> HttpResponse:
    form = AlertForm(request.POST)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, form, own)
    try:
        actions.edit_alert(own, form.alert)
    except LetterTaken as error:
        form.add_error(None, _sentence(error))
        return _page(request, form, own)
    messages.success(request, _("Saved."))
    return redirect(back)


@require_http_methods(GET_OR_POST)
@never_cache
@csrf_exempt
def alert_stop(request: HttpRequest, token: str) -> HttpResponse:
    """One click (RFC 8058): no cookie, no CSRF token, no redirect; once or twice is the same."""
    try:
        own = _read(links.read(links.ALERT_STOP, token))
    except Http404:  # older mails: the same token as the link that changes the alert
        own = _read(links.read(links.ALERT, token))
    if request.method == "POST":
        actions.stop_alert(own)
    context = {"alert": own, "done": request.method == "POST"}
    return render(request, "notifications/alerts/stop.html", context)


def _read(values: list[str]) -> Alert:
    if len(values) != 1:
        raise Http404
    return get_object_or_404(ROWS, pk=int(values[0]))


def _sentence(error: Exception) -> str:
    if isinstance(error, LetterTaken):
        return _("You get a letter of a neighbourhood already: change or delete that one first.")
    return _("You have as many alerts as one may have. Change or delete one first.")


def _page(request: HttpRequest, form: AlertForm, own: Alert | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "alert": own, "preview": ""}
    if form.is_bound and form.is_valid():
        context["preview"] = _preview(form.alert)
    return render(request, "notifications/alerts/alert.html", context)


def _preview(draft: Alert) -> str:
    count = count_lately(draft)
    return ngettext(
        "In the last %(days)d days it would have told you of %(count)d report.",
        "In the last %(days)d days it would have told you of %(count)d reports.",
        count,
    ) % {"days": PREVIEW_DAYS, "count": count}

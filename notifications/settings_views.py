"""My page, settings: name and language, usual place and filters, what mails when."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions as people
from accounts.languages import keep_language
from accounts.models import Person
from notifications.choices import choose_mails
from notifications.settings_forms import MailsForm, ProfileForm, UsualPlaceForm
from notifications.stopping import unmute_report
from reports.filters import ReportFilter
from reports.models import Report
from reports.place_forms import with_chosen_place
from reports.views.places import may_ask

Forms = dict[str, Any]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_settings(request: HttpRequest) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    sent = request.POST.get("form", "")
    data = place_data(request) if sent == "place" else request.POST
    forms = build_forms(person, data if request.method == "POST" else None, sent)
    if sent == "unmute":
        unmute_report(person, request.POST.get("report", ""))
        messages.success(request, _("You get the news of this report again."))
        return redirect("my_settings")
    if sent in ("forget_place", "forget_filters"):
        {"forget_place": forget_place, "forget_filters": forget_filters}[sent](person)
        messages.success(request, _("Forgotten."))
        return redirect("my_settings")
    if sent in forms and forms[sent].is_valid():
        response = redirect("my_settings")
        SAVED[sent](person, forms[sent])
        if sent == "profile":
            keep_language(response, forms[sent].cleaned_data["language"])
        messages.success(request, _("Saved."))
        return response
    muted = Report.objects.visible_to(person).filter(mutes__person=person)
    return render(request, "notifications/settings.html", {"forms": forms, "errors": forms.get(sent), "muted": muted})


def place_data(request: HttpRequest) -> QueryDict:
    """With the place that was chosen of those that the search had found."""
    may_search = not request.POST.get("place_search") or may_ask(request)
    return with_chosen_place(request.POST, None, may_search=may_search)


def build_forms(person: Person, data: QueryDict | None, sent: str) -> Forms:
    point = person.default_point
    place = {"latitude": f"{point.y:.6f}", "longitude": f"{point.x:.6f}", "zoom": person.default_zoom} if point else {}
    profile = {"name": person.name, "language": person.language}
    return {
        "profile": ProfileForm(data if sent == "profile" else None, initial=profile, auto_id="profile_%s"),
        "place": UsualPlaceForm(data if sent == "place" else None, initial=place, auto_id="place_%s"),
        "mails": MailsForm(data if sent == "mails" else None, person=person, auto_id="mails_%s"),
    }


def save_profile(person: Person, form: ProfileForm) -> None:
    people.change_profile(person, **form.cleaned_data)


def save_place(person: Person, form: UsualPlaceForm) -> None:
    people.set_default_place(person, form.cleaned_data["point"], zoom=form.cleaned_data["zoom"] or 15)


def save_mails(person: Person, form: MailsForm) -> None:
    choose_mails(person, level=form.cleaned_data["level"], choices=form.choices)


def forget_place(person: Person) -> None:
    people.set_default_place(person, None)


def forget_filters(person: Person) -> None:
    people.set_default_filters(person, "")


SAVED: dict[str, Callable[[Person, Any], None]] = {"profile": save_profile, "place": save_place, "mails": save_mails}


@login_required
@require_POST
def my_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list or the map as "my filter"; only what is a filter of ours is kept."""
    typed = QueryDict(request.POST.get("query", "")[:2000])
    filters = ReportFilter(typed, Report.objects.none())
    kept = QueryDict(mutable=True)
    for name in filters.form.fields:
        if typed.get(name) and name not in filters.form.errors:
            kept[name] = typed[name]
    query = kept.urlencode()
    limit = Person._meta.get_field("default_filters").max_length or 0
    if query and len(query) <= limit:
        people.set_default_filters(request.user, query)
        messages.success(request, _("Kept as your filter: you find it on My page and above the list."))
    else:
        messages.warning(request, _("There is nothing to keep: choose a filter first."))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "report_list")

"""People who want to be seen: their page, the lists of those who helped, and the settings for both."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.profiles import change_profile, join_lists
from municipalities.models import Area
from notifications.people_forms import ProfileForm
from notifications.recognition_models import Badge
from notifications.thanks import helpers, last_months, together
from reports.filters import areas_with_reports
from reports.lifecycle import Status
from reports.models import Report
from reports.paging import BoundedPaginator
from reports.typed import typed_key

PER_PAGE = 12


@require_safe
@never_cache  # switched off, it is gone at once
def person_page(request: HttpRequest, slug: str) -> HttpResponse:
    person = get_object_or_404(Person.objects.shown(), profile_slug=slug)
    named = Report.objects.published().filter(reporter=person, show_name=True)
    paginator = BoundedPaginator(named.for_list().order_by("-published_at", "-id"), PER_PAGE)
    context = {
        "person": person,
        "badges": Badge.objects.filter(person=person, shown_level__gt=0),
        "page_obj": paginator.get_page(request.GET.get("page")),
        "found": paginator.count,
        "solved": named.filter(status=Status.SOLVED).count(),
    }
    return render(request, "notifications/person.html", context)


@require_safe
@never_cache  # who left the lists is out at once
def thanks(request: HttpRequest) -> HttpResponse:
    """`month` is "2026-11" or "all"; without it this month. `area` is an area's id."""
    month = read_month(request.GET.get("month", ""))
    key = typed_key(request.GET.get("area", ""))
    area = Area.objects.filter(pk=key).first() if key else None
    context = {
        "month": month,
        "months": last_months(),
        "area": area,
        "areas": areas_with_reports(),
        "helpers": helpers(month=month, area=area),
        "together": together(month=month, area=area),
    }
    return render(request, "notifications/thanks.html", context)


def read_month(text: str) -> date | None:
    """None for "all"; this month for junk."""
    if text == "all":
        return None
    months = last_months()
    return next((month for month in months if f"{month:%Y-%m}" == text), months[0])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_profile(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)  # behind `login_required`
    form = ProfileForm(request.POST or None, initial=ProfileForm.values_of(person))
    if request.method == "POST" and form.is_valid():
        change_profile(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("my_profile")
    person.refresh_from_db()
    context = {"form": form, "person": person, "badges": Badge.objects.filter(person=person)}
    return render(request, "notifications/profile.html", context)


@login_required
@require_POST
def my_lists(request: HttpRequest) -> HttpResponse:
    """One press out of the lists, one press in again."""
    joins = request.POST.get("join") == "1"
    join_lists(cast(Person, request.user), joins)
    messages.success(request, _("You are in the lists.") if joins else _("You are not in the lists any more."))
    return redirect("my_profile")

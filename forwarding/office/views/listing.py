"""The list of the office."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from forwarding.office.listing import listed_cases


@login_required
@never_cache
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """The open cases of the officer's institutions, the nearest deadline first."""
    cases = listed_cases(request.user, closed=request.GET.get("show") == "closed")
    page = Paginator(cases, 25).get_page(request.GET.get("page"))
    return render(request, "forwarding/office/list.html", {"page_obj": page, "today": timezone.localdate()})

"""The list of the office."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.rights import Right
from forwarding.office.listing import OfficeList, figures
from forwarding.office.states import case_row
from forwarding.office.views.saved import views_for


@login_required
@never_cache
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """The cases of the officer's bodies that the filters want, the nearest deadline first."""
    person: Any = request.user
    cases = OfficeList(request.GET, person)
    page = cases.paginator.get_page(request.GET.get("page"))
    rows = [case_row(case) for case in page]
    return render(
        request,
        "forwarding/office/list.html",
        {
            "list": cases,
            "filters": cases.filters,
            "page_obj": page,
            "rows": rows,
            "figures": figures(cases.of_body),
            "may_answer": Right.ANSWER in person.rights,
            "kept": list(QueryDict(cases.query).items()),
            "views": views_for(person, cases.filters.bodies),
        },
    )

"""Who did what when, and who of the staff read whose data."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Reading
from accounts.readings import note_reading, people_by_address
from accounts.rights import Right
from moderation.access import DeskRequest, desk_page
from moderation.history import (
    DaysFilter,
    DeedFilter,
    HistoryFilter,
    ReadingFilter,
    acts_for,
    deeds_for,
    entries,
    may_look,
    read_entries,
    readings,
    undoable_by,
)
from moderation.models import Act
from reports.paging import BoundedPaginator

PAGE = 50


@require_safe
@desk_page
def desk_history(request: DeskRequest) -> HttpResponse:
    filters = HistoryFilter(request.GET, acts_for(request.user), request=request, person=request.user)
    note_search(request, filters, "reporter", about="desk: history")
    deeds = DeedFilter(request.GET, deeds_for(request.user), request=request, person=request.user)
    page = BoundedPaginator(entries(filters.qs, deeds.qs), PAGE).get_page(request.GET.get("page"))
    rows = read_entries(page, request.user)
    context = {
        "filters": filters,
        "page_obj": page,
        "rows": rows,
        "undoable": undoable_by(request.user, [row for row in rows if isinstance(row, Act)]),
        "may_look": may_look(request.user),
        "sees_team": Right.SEE_TEAM in request.user.rights,
    }
    return render(request, "moderation/history.html", context)


@require_safe
@desk_page
def desk_readings(request: DeskRequest) -> HttpResponse:
    """For those who see the team's work; nobody else. One line for a look at the log: it would grow by itself."""
    if Right.SEE_TEAM not in request.user.rights:
        raise Http404
    filters = ReadingFilter(request.GET, readings(), request=request)
    note_search(request, filters, "person", about="desk: readings")
    page = BoundedPaginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        note_reading(request.user, Reading.What.LIST, about="desk: readings")
    return render(request, "moderation/readings.html", {"filters": filters, "page_obj": page})


def note_search(request: DeskRequest, filters: DaysFilter, name: str, *, about: str) -> None:
    """Asking for somebody by address tells whether they are here and what they did: a reading of their data."""
    address = filters.form.cleaned_data.get(name, "") if filters.form.is_valid() else ""
    if address:
        person = people_by_address([address]).get(address.lower())
        note_reading(request.user, Reading.What.SEARCH, person=person, about=about)

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications.gratitude import Kind, may_thank, press_thanks
from notifications.models import Thanks
from reports.access import access_report
from reports.paging import BoundedPaginator

PER_PAGE = 20


@require_POST
def report_thanks(request: HttpRequest, reference: str) -> HttpResponse:
    report = access_report(request.user, reference)
    if not request.user.is_authenticated:
        return redirect_to_login(report.get_absolute_url())
    if not may_thank(report, request.user):
        raise Http404
    press_thanks(report, request.user)
    messages.success(request, _("We pass on your thanks: the reporter sees that a neighbour is grateful, not who."))
    return redirect(report)


@login_required
@never_cache
@require_safe
def my_thanks(request: HttpRequest) -> HttpResponse:
    """What I was thanked for, newest first, and how many neighbours pressed "thank you"."""
    shown = Thanks.objects.shown().filter(person=request.user.pk)
    of_the_site = shown.exclude(kind=Kind.NEIGHBOUR).select_related("report__category", "report__area")
    page = BoundedPaginator(of_the_site.order_by("-since", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    pressed = shown.filter(kind=Kind.NEIGHBOUR)
    here = pressed.filter(report__in=[row.report_id for row in page])
    by_report = dict(here.values_list("report").annotate(number=Count("pk")).order_by())
    for row in page:
        row.neighbours = by_report.get(row.report_id, 0)
    context = {"page_obj": page, "neighbours": pressed.count()}
    return render(request, "notifications/my_thanks.html", context)

"""Many cases at once: ticked in the list or all that the filters find, looked at once more, then done by a worker."""

import re
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forwarding.answering import nonce_of
from forwarding.office.access import bodies_of, own_cases
from forwarding.office.bulk import AT_MOST, Order, plan, start_bulk, stop_bulk
from forwarding.office.forms_bulk import OfficeBulkForm
from forwarding.office.listing import OfficeList
from forwarding.office.models import OfficeBulk
from reports.models import Assignment

RUNS_SHOWN = 5


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_bulk(request: HttpRequest) -> HttpResponse:
    """A GET asks what to do with what is ticked (or with all); sent once it shows what would become, sent again it is
    done."""
    cases = OfficeList(request.GET, request.user)
    person: Any = request.user
    chosen, is_more = chosen_cases(request, cases)
    context = {"list": cases, "at_most": AT_MOST, "is_more": is_more, "cases": chosen}
    context["runs"] = OfficeBulk.objects.filter(actor=person)[:RUNS_SHOWN]
    if request.method != "POST":
        context["form"] = OfficeBulkForm(bodies=cases.filters.bodies)
        return render(request, "forwarding/office/bulk.html", context)
    form = OfficeBulkForm(request.POST, bodies=cases.filters.bodies)
    if not form.is_valid() or not chosen:
        if not chosen:
            form.add_error(None, _("Tick at least one case."))
        return render(request, "forwarding/office/bulk.html", {**context, "form": form}, status=400)
    action = form.cleaned_data["action"]
    if request.POST.get("do") == "go":
        bulk = start_bulk(chosen, action, form.values, actor=person, nonce=nonce_of(request))
        return redirect("office_bulk_run", bulk.pk)
    changes = plan(chosen, Order(action, form.values, person))
    context |= {"form": form, "changes": changes, "count": sum(not change.left for change in changes), "nonce": uuid4()}
    return render(request, "forwarding/office/bulk_plan.html", context)


def chosen_cases(request: HttpRequest, cases: OfficeList) -> tuple[list[Assignment], bool]:
    """The ticked ones, those of one's own alone, or all of the filters; and whether there are more than `AT_MOST`."""
    typed = request.POST.getlist("case") if request.method == "POST" else request.GET.getlist("case")
    if not typed and request.method != "POST" and "all" in request.GET:
        found = list(cases.cases[: AT_MOST + 1])
        return found[:AT_MOST], len(found) > AT_MOST
    keys = [int(key) for key in typed[:AT_MOST] if re.fullmatch(r"[0-9]{1,18}", key)]
    return list(own_cases(request.user).filter(pk__in=keys).order_by("sent_at", "pk")), False


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_bulk_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what was left and why; a POST stops it."""
    bodies_of(request.user)
    person: Any = request.user
    if pk >= 2**63:
        raise Http404
    bulk = get_object_or_404(OfficeBulk, pk=pk, actor=person)
    if request.method == "POST":
        stop_bulk(bulk)
        return redirect("office_bulk_run", bulk.pk)
    left = own_cases(person).filter(pk__in=[int(key) for key in bulk.troubles]).in_bulk()
    troubles = [(left.get(int(key)), why) for key, why in bulk.troubles.items()]
    return render(request, "forwarding/office/bulk_run.html", {"bulk": bulk, "troubles": troubles})

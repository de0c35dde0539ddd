"""Many reports at once: choose by filter or tick, see what would change, do it, watch it, undo it as one."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from forwarding.answering import nonce_of
from moderation.access import DeskRequest, desk_page
from moderation.bulk import AT_MOST, plan, start_bulk, undo_bulk
from moderation.filters import DeskFilter
from moderation.forms_bulk import BulkForm
from moderation.models import Bulk
from reports.models import Report
from reports.typed import typed_keys

RUNS_SHOWN = 5


def may_bulk(request: DeskRequest) -> None:
    """Raises `Http404`."""
    if Right.BULK not in request.user.rights:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_bulk(request: DeskRequest) -> HttpResponse:
    """The filtered list with a tick at each; sent once it shows what would change, sent again it is done."""
    may_bulk(request)
    filters = DeskFilter(request.GET, request.user)
    context = {"filters": filters, "at_most": AT_MOST, "runs": Bulk.objects.filter(actor=request.user)[:RUNS_SHOWN]}
    if request.method != "POST":
        reports = list(filters.qs.for_list()[: AT_MOST + 1])
        context |= {"reports": reports[:AT_MOST], "is_more": len(reports) > AT_MOST, "form": BulkForm()}
        return render(request, "moderation/bulk.html", context)
    form, chosen = BulkForm(request.POST), chosen_reports(request)
    if not form.is_valid() or not chosen:
        if not chosen:
            form.add_error(None, _("Tick at least one report."))
        ticked = {report.pk for report in chosen}
        context |= {"reports": list(filters.qs.for_list()[:AT_MOST]), "form": form, "ticked": ticked, "again": True}
        return render(request, "moderation/bulk.html", context, status=400)
    if request.POST.get("do") == "go":
        action = form.cleaned_data["action"]
        bulk = start_bulk(chosen, action, form.values, actor=request.user, nonce=nonce_of(request))
        return redirect("desk_bulk_run", bulk.pk)
    changes = plan(chosen, form.cleaned_data["action"], form.values, request.user)
    context |= {"form": form, "changes": changes, "count": sum(not change.left for change in changes), "nonce": uuid4()}
    return render(request, "moderation/bulk_plan.html", context)


def chosen_reports(request: DeskRequest) -> list[Report]:
    """The ticked ones, those of one's own desk alone, in their order."""
    keys = typed_keys(request.POST.getlist("report")[:AT_MOST])
    return list(Report.objects.for_desk_of(request.user).for_list().filter(pk__in=keys).order_by("created_at", "pk"))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_bulk_run(request: DeskRequest, pk: int) -> HttpResponse:
    """How far it is, what was left and why; a POST undoes the whole."""
    may_bulk(request)
    bulk = get_object_or_404(Bulk.objects.select_related("actor"), pk=pk, actor=request.user)
    if request.method == "POST":
        if not undo_bulk(bulk):
            messages.error(request, _("It is under way, or undone already."))
        return redirect("desk_bulk_run", bulk.pk)
    references = dict(Report.objects.filter(pk__in=list(bulk.troubles)).values_list("pk", "reference"))
    troubles = [(references[int(key)], why) for key, why in bulk.troubles.items() if int(key) in references]
    return render(request, "moderation/bulk_run.html", {"bulk": bulk, "troubles": troubles})

"""Filters that somebody keeps: saved from the desk's filter form, renamed, put first, deleted."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moderation.access import DeskRequest, desk_page
from moderation.filters import LONGEST, DeskFilter
from moderation.forms_filters import SavedFilterForm
from moderation.models import SavedFilter
from moderation.queues import queue_of

AT_MOST = 20  # of one person: more tabs than that help nobody


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_filters(request: DeskRequest) -> HttpResponse:
    """One's own filters; a POST keeps a new one, with what stands in `query`."""
    if request.method != "POST":
        return show_filters(request, SavedFilterForm(initial={"query": request.GET.urlencode()[:LONGEST]}))
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        return show_filters(request, form, status=400)
    if SavedFilter.objects.filter(person=request.user).count() >= AT_MOST:
        form.add_error("name", _("You have %(count)s filters already; delete one first.") % {"count": AT_MOST})
        return show_filters(request, form, status=400)
    query = DeskFilter(QueryDict(form.cleaned_data["query"]), request.user).query
    saved = SavedFilter(person=request.user, name=form.cleaned_data["name"], query=query)
    if not keep(saved, is_default=form.cleaned_data["is_default"]):
        form.add_error("name", _("You have a filter of this name already."))
        return show_filters(request, form, status=400)
    messages.success(request, _("The filter is among your tabs now."))
    return redirect(queue_of(saved).url)


def show_filters(request: DeskRequest, form: SavedFilterForm, status: int = 200) -> HttpResponse:
    saved = [{"filter": mine, "url": queue_of(mine).url} for mine in SavedFilter.objects.filter(person=request.user)]
    return render(request, "moderation/filters.html", {"form": form, "saved": saved}, status=status)


@require_POST
@desk_page
def desk_filter(request: DeskRequest, pk: int) -> HttpResponse:
    if pk >= 2**63:
        raise Http404
    saved = get_object_or_404(SavedFilter, person=request.user, pk=pk)
    match request.POST.get("action"):
        case "rename":
            form = SavedFilterForm({"name": request.POST.get("name", ""), "query": saved.query})
            if not form.is_valid():
                messages.warning(request, _("Give it a name."))
            else:
                saved.name = form.cleaned_data["name"]
                if not keep(saved, is_default=saved.is_default):
                    messages.warning(request, _("You have a filter of this name already."))
        case "default":
            keep(saved, is_default=True)
        case "not_default":
            keep(saved, is_default=False)
        case "delete":
            saved.delete()
            messages.success(request, _("The filter is deleted."))
    return redirect("desk_filters")


def keep(saved: SavedFilter, *, is_default: bool) -> bool:
    """Store it; the one that opened first before opens first no more. False where the name is taken."""
    try:
        with transaction.atomic():
            if is_default:
                others = SavedFilter.objects.filter(person=saved.person, is_default=True).exclude(pk=saved.pk)
                others.update(is_default=False)
            saved.is_default = is_default
            saved.save()
    except IntegrityError:
        return False
    return True

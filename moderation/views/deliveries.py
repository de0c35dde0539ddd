"""The delivery ledger: every letter to a body with its attempts, and how each contact fares."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rights import Right
from forwarding import actions_ledger, ledger, watch
from forwarding.models import Dispatch
from moderation.access import DeskRequest, desk_page, may
from moderation.acts import recent_acts, recorded
from moderation.forms_deliveries import ElsewhereForm, LedgerFilter, PostedForm
from municipalities.models import Contact
from reports.lifecycle import EventKind
from reports.models import Assignment, Report
from reports.paging import BoundedPaginator

PAGE = 50
TROUBLED_SHOWN = 10
OF_CONTACT_SHOWN = 20
RELATED = ("event", "assignment__report", "assignment__institution", "contact")


@require_safe
@desk_page
def desk_deliveries(request: DeskRequest) -> HttpResponse:
    rows = ledger.dispatches_for(request.user)
    counts = ledger.count_states(rows)
    state = ledger.STATES.get(request.GET.get("state", ""), ledger.STATES["look"])
    filters = LedgerFilter(request.GET, state.rows(rows.select_related(*RELATED)))
    page = BoundedPaginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects(list(page), "tries")
    query = request.GET.copy()
    for name in ("state", "page"):
        query.pop(name, None)
    context = {
        "state": state,
        "states": [(each, counts.get(each.key)) for each in ledger.STATES.values()],
        "query": query.urlencode(),
        "filters": filters,
        "page_obj": page,
        "lines": [(row, list(row.tries.all())) for row in page],
        "troubled": troubled_for(request)[:TROUBLED_SHOWN],
    }
    return render(request, "moderation/deliveries.html", context)


def troubled_for(request: DeskRequest) -> Any:
    rows = watch.in_trouble()
    return rows if request.user.is_staff else rows.filter(contact__in=contacts_for(request))


def contacts_for(request: DeskRequest) -> Any:
    """Contacts that have a case of this person's desk."""
    if request.user.is_staff:
        return Contact.objects.all()
    mine = Assignment.objects.filter(contact=OuterRef("pk"), report__in=Report.objects.for_desk_of(request.user))
    return Contact.objects.filter(Exists(mine))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_delivery(request: DeskRequest, pk: int) -> HttpResponse:
    rows = ledger.dispatches_for(request.user).select_related(*RELATED, "contact__health", "digest")
    dispatch = get_object_or_404(rows, pk=pk)
    may_act = may(request.user, Right.DECIDE, dispatch.assignment.report)
    bound = None
    if request.method == "POST":
        if not may_act:
            raise Http404
        bound = form_of(dispatch, request.POST)
        if bound.is_valid():
            act(request, dispatch, bound)
            return redirect("desk_delivery", pk)
    context = {
        "dispatch": dispatch,
        "report": dispatch.assignment.report,
        "tries": list(dispatch.tries.select_related("actor").order_by("-number")),
        "health": getattr(dispatch.contact, "health", None),
        "recent": recent_acts(request.user),
        "form": bound if bound and bound.errors else None,
        **(choices_of(dispatch, bound) if may_act else {}),
    }
    return render(request, "moderation/delivery.html", context, status=400 if bound else 200)


def form_of(dispatch: Dispatch, data: Any) -> forms.Form:
    match data.get("action"):
        case EventKind.LETTER_ELSEWHERE:
            return ElsewhereForm(dispatch, data)
        case EventKind.LETTER_POSTED:
            return PostedForm(data)
        case EventKind.LETTER_AGAIN | EventKind.LETTER_DROPPED:
            return forms.Form(data)
    raise Http404


def choices_of(dispatch: Dispatch, bound: forms.Form | None) -> dict[str, Any]:
    """What may be done with it as it stands."""
    may_change = dispatch.status in actions_ledger.MAY_CHANGE
    elsewhere = bound if isinstance(bound, ElsewhereForm) else ElsewhereForm(dispatch)
    has_others = elsewhere.fields["contact"].queryset.exists()  # type: ignore[attr-defined]
    return {
        "may_again": dispatch.status in actions_ledger.MAY_AGAIN,
        "may_change": may_change,
        "posted": bound if isinstance(bound, PostedForm) else PostedForm(),
        "elsewhere": elsewhere if has_others and dispatch.status != "sent" else None,
        "kinds": {kind.name: kind.value for kind in actions_ledger.KINDS},
    }


def act(request: DeskRequest, dispatch: Dispatch, form: forms.Form) -> None:
    kind = request.POST["action"]
    given = [form.cleaned_data[name] for name in ("contact", "day") if name in form.cleaned_data]
    try:
        with recorded(kind, dispatch.assignment.report, actor=request.user):
            actions_ledger.ACTS[kind](dispatch, *given, actor=request.user)
    except actions_ledger.InHand:
        messages.error(request, _("It changed meanwhile; look again."))
    else:
        messages.success(request, _("Done."))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_contact(request: DeskRequest, pk: int) -> HttpResponse:
    """How one contact fares; a press ends its pause."""
    contact = get_object_or_404(contacts_for(request).select_related("institution", "health__resumed_by"), pk=pk)
    if request.method == "POST":
        if not may(request.user, Right.DECIDE):
            raise Http404
        if actions_ledger.resume_contact(contact, actor=request.user):
            messages.success(request, _("It gets letters again."))
        return redirect("desk_contact", pk)
    rows = ledger.dispatches_for(request.user).filter(contact=contact).select_related(*RELATED)
    shown = list(rows.prefetch_related("tries").order_by("-created_at", "-pk")[:OF_CONTACT_SHOWN])
    context = {
        "contact": contact,
        "health": getattr(contact, "health", None),
        "figures": ledger.figures_of(contact),
        "lines": [(row, list(row.tries.all())) for row in shown],
        "may_resume": may(request.user, Right.DECIDE),
        "may_edit": request.user.is_staff and request.user.has_perm("municipalities.change_contact"),
    }
    return render(request, "moderation/contact.html", context)

"""Views that an officer keeps: from the list's filters, shared with the body or not, renamed, deleted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from forwarding.office.access import bodies_of
from forwarding.office.forms import SavedViewForm
from forwarding.office.listing import OfficeList
from forwarding.office.models import SavedView
from municipalities.models import Institution

AT_MOST = 20  # of one person


def views_for(person: Any, bodies: list[Institution]) -> list[SavedView]:
    """One's own, and what colleagues share with a body of the person's."""
    seen = Q(person=person.pk) | Q(shared_with__in=[body.pk for body in bodies])
    return list(SavedView.objects.filter(seen).select_related("person", "shared_with").order_by("name", "pk"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_views(request: HttpRequest) -> HttpResponse:
    """One's own views; a POST keeps a new one, with what stands in `query`."""
    bodies = bodies_of(request.user)
    if request.method != "POST":
        form = SavedViewForm(initial={"query": request.GET.urlencode()[:1100]}, bodies=bodies)
        return show_views(request, bodies, form)
    form = SavedViewForm(request.POST, bodies=bodies)
    if not form.is_valid():
        return show_views(request, bodies, form, status=400)
    if SavedView.objects.filter(person=request.user.pk).count() >= AT_MOST:
        form.add_error("name", _("You have %(count)s views already; delete one first.") % {"count": AT_MOST})
        return show_views(request, bodies, form, status=400)
    data = form.cleaned_data
    kept = OfficeList(QueryDict(data["query"]), request.user).query
    person: Any = request.user
    saved = SavedView(person=person, name=data["name"], query=kept, shared_with=data["shared_with"])
    if not keep(saved):
        form.add_error("name", _("You have a view of this name already."))
        return show_views(request, bodies, form, status=400)
    messages.success(request, _("The view is kept."))
    return redirect(f"{reverse('office')}?{saved.query}")


def show_views(request: HttpRequest, bodies: list[Institution], form: SavedViewForm, status: int = 200) -> HttpResponse:
    rows = [
        {"view": view, "form": SavedViewForm(initial=_values(view), bodies=bodies, auto_id=f"view-{view.pk}-%s")}
        for view in SavedView.objects.filter(person=request.user.pk).select_related("shared_with")
    ]
    others = [view for view in views_for(request.user, bodies) if view.person_id != request.user.pk]
    context = {"form": form, "rows": rows, "others": others}
    return render(request, "forwarding/office/views.html", context, status=status)


def _values(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "shared_with": view.shared_with_id}


@login_required
@require_POST
def office_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or delete one of one's own."""
    bodies = bodies_of(request.user)
    if pk >= 2**63:
        raise Http404
    saved = get_object_or_404(SavedView, person=request.user.pk, pk=pk)
    if request.POST.get("action") == "delete":
        saved.delete()
        messages.success(request, _("The view is deleted."))
        return redirect("office_views")
    form = SavedViewForm(request.POST, bodies=bodies)
    if not form.is_valid():
        messages.warning(request, _("Give it a name."))
        return redirect("office_views")
    saved.name, saved.shared_with = form.cleaned_data["name"], form.cleaned_data["shared_with"]
    if not keep(saved):
        messages.warning(request, _("You have a view of this name already."))
    return redirect("office_views")


def keep(saved: SavedView) -> bool:
    """Store it; False where the name is taken."""
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        return False
    return True

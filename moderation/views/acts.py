"""Taking back what was done at the desk."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.rights import Right
from moderation.access import DeskRequest, desk_page, may
from moderation.acts import CannotUndo, approve_act, undo_act
from moderation.models import Act
from reports.models import Report


def access_act(request: DeskRequest, pk: int) -> Act:
    """An act on a report of one's desk, whoever did it."""
    desk = Report.objects.for_desk_of(request.user)
    act = Act.objects.filter(pk=pk, report__in=desk).select_related("report__area").first()
    if act is None or act.others.exclude(pk__in=desk.values("pk")).exists():
        raise Http404
    return act


@require_POST
@desk_page
def desk_approve(request: DeskRequest, pk: int) -> HttpResponse:
    """The second look at somebody else's act found nothing wrong."""
    act = access_act(request, pk)
    if act.actor_id == request.user.pk or not may(request.user, Right.REVIEW, act.report):
        raise Http404
    if approve_act(act, actor=request.user):
        messages.success(request, _("Looked at, and right: %(title)s") % {"title": act.report.heading})
    return redirect(f"{reverse('desk_history')}?look=on")


@require_POST
@desk_page
def desk_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Undo an act on a report of one's desk, whoever did it; then its case."""
    act = access_act(request, pk)
    if not may(request.user, Right.DECIDE, act.report):
        raise Http404
    try:
        undo_act(act, actor=request.user)
    except CannotUndo as error:
        messages.error(request, str(error))
        if error.has_gone_out:
            return redirect("desk_letters", act.report.reference)
    else:
        messages.success(request, _("Undone: %(title)s") % {"title": act.report.heading})
    return redirect("desk_case", act.report.reference)

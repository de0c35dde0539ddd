"""Taking back what was done at the desk."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.access import DeskRequest, desk_page
from moderation.acts import CannotUndo, undo_act
from moderation.models import Act
from reports.models import Report


@require_POST
@desk_page
def desk_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Undo an act on a report of one's desk, whoever did it; then its case."""
    desk = Report.objects.for_desk_of(request.user)
    act = Act.objects.filter(pk=pk, report__in=desk).select_related("report").first()
    if act is None or act.others.exclude(pk__in=desk.values("pk")).exists():
        raise Http404
    try:
        undo_act(act, actor=request.user)
    except CannotUndo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone: %(title)s") % {"title": act.report.heading})
    return redirect("desk_case", act.report.reference)

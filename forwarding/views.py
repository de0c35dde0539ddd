"""Officers' pages without an account: the case file behind a mail's link."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from forwarding import actions
from forwarding.answering import answer_case
from forwarding.cases import access_case, case_context, is_expired
from reports.access import remember_opened
from reports.lifecycle import PUBLIC
from reports.models import Photo
from reports.views.photos import serve_photo


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def officer_case(request: HttpRequest, token: str) -> HttpResponse:
    """The link from the mail: the token is the right; nothing else is asked."""
    assignment, issued = access_case(token)
    if not assignment.is_of_body:
        return render(request, "forwarding/link_recalled.html", {"assignment": assignment}, status=410)
    if is_expired(assignment, issued):
        asked = request.method == "POST"
        reached = actions.ask_new_link(assignment) if asked else True
        context = {"assignment": assignment, "asked": asked, "reached": reached}
        return render(request, "forwarding/link_expired.html", context, status=410)
    remember_opened(request, assignment.report)
    return answer_case(request, case_context(assignment, token=token))


@require_GET
def officer_photo(request: HttpRequest, token: str, photo: str, size: str) -> FileResponse:
    """Pictures of the case file, private reports' too: the link is the right."""
    assignment, issued = access_case(token)
    shown = assignment.is_of_body and not is_expired(assignment, issued) and assignment.report.status in PUBLIC
    if size not in Photo.SIZES or not shown:
        raise Http404
    row = get_object_or_404(Photo, report=assignment.report_id, token=photo, is_hidden=False, comment=None)
    return serve_photo(row, size, keep=False)

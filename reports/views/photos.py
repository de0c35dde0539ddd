"""Files are served only after asking who may see the report: nothing under MEDIA_ROOT has an address of its own."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from reports.access import access_report, opened_by_link, visible_events
from reports.models import Comment, EventAttachment, Photo, Report
from reports.views.held_photos import holds_photo

KEEP = 600  # seconds in the reader's own browser: what is hidden leaves it soon


@require_safe
def photo(request: HttpRequest, token: str, size: str) -> FileResponse:
    found = Photo.objects.select_related("report", "event", "draft", "comment").filter(token=token).first()
    if found is None or size not in Photo.SIZES:
        raise Http404
    return serve_photo(found, size, keep=_access_photo(request, found))


def serve_photo(found: Photo, size: str, *, keep: bool) -> FileResponse:
    """One of `Photo.SIZES`; the caller has asked who may see it. `keep`: the reader's browser may, for a while."""
    return _serve(getattr(found, size), "image/jpeg", keep=keep)


def _access_photo(request: HttpRequest, found: Photo) -> bool:
    """Raises `Http404` or `Gone`; otherwise says whether everybody may see it."""
    report = found.report
    if report is None:
        if not holds_photo(request, found):
            raise Http404
        return False
    # A photo of the problem is public with its report, even if it came with an answer to the desk.
    is_internal = found.kind != Photo.Kind.PROBLEM and found.event is not None and not found.event.is_public
    # With a comment that is not shown (any more) goes its photo.
    is_internal = is_internal or (found.comment is not None and found.comment.status != Comment.Status.SHOWN)
    if found.is_hidden or is_internal:
        own_photo = found.kind == Photo.Kind.PROBLEM and found.awaits_review
        if own_photo and _is_reporters(request, report):
            return False
        if not Report.objects.for_desk_of(request.user).filter(pk=report.pk).exists():
            raise Http404
        return False
    if opened_by_link(request, report):
        return report.is_public
    return access_report(request.user, report.reference).is_public


def _is_reporters(request: HttpRequest, report: Report) -> bool:
    mine = request.user.is_authenticated and report.reporter_id == request.user.pk
    return mine or opened_by_link(request, report)


@require_safe
def event_attachment(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A file that came with an answer, always as a download and never run in our name."""
    report = Report.objects.filter(reference=reference).first()
    if report is None or not opened_by_link(request, report):
        report = access_report(request.user, reference)
    internal = Report.objects.for_desk_of(request.user).filter(pk=report.pk).exists()
    attachment = EventAttachment.objects.filter(pk=pk, event__in=visible_events(report, internal=internal)).first()
    if attachment is None:
        raise Http404
    response = _serve(
        attachment.file, attachment.content_type, keep=False, as_attachment=True, filename=attachment.name
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _serve(stored: FieldFile, content_type: str, *, keep: bool, **options: bool | str) -> FileResponse:
    try:
        file = stored.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=content_type, **options)  # type: ignore[arg-type]
    response["Cache-Control"] = f"private, max-age={KEEP}" if keep else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

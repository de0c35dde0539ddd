"""Photos go up one by one while the form is still being filled in."""

from http import HTTPStatus
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.models import Photo
from reports.photos import PhotoRejected
from reports.uploads import delete_upload
from reports.views.held_photos import TooManyUploads, hold_photo, holds_photo, release_photos


class Upload(TypedDict):
    token: str
    urls: dict[str, str]
    width: int
    height: int
    latitude: float | None
    longitude: float | None
    taken_at: str | None


@require_POST
def photo_upload(request: HttpRequest) -> JsonResponse:
    """One picture (`photo`), and perhaps what the sender's program read from it before shrinking it (`hint`).

    201 with an `Upload`, or `{"error": {"code", "message"}}`: 400 for a file that cannot become a photo, 429 for too
    many of them.
    """
    file = request.FILES.get("photo")
    if file is None:
        return _refuse("no_file", _("No photo came with this request."), HTTPStatus.BAD_REQUEST)
    try:
        photo = hold_photo(request, file, request.POST.get("hint", ""))
    except PhotoRejected as rejected:
        return _refuse(rejected.code, rejected.message, HTTPStatus.BAD_REQUEST)
    except TooManyUploads as refused:
        return _refuse("too_many_uploads", refused.message, HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse(describe(photo), status=HTTPStatus.CREATED)


def describe(photo: Photo) -> Upload:
    return {
        "token": photo.token,
        "urls": {"small": photo.url_small, "medium": photo.url_medium, "large": photo.url_large},
        "width": photo.width,
        "height": photo.height,
        "latitude": photo.position.y if photo.position else None,
        "longitude": photo.position.x if photo.position else None,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
    }


def _refuse(code: str, message: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


@require_http_methods(["DELETE", "POST"])
def photo_remove(request: HttpRequest, token: str) -> HttpResponse:
    """Take an upload of this browser's back that no report has claimed. 404 for all else, a second time included."""
    photo = Photo.objects.filter(token=token).first()
    if photo is None or not holds_photo(request, photo) or not delete_upload(photo):
        raise Http404
    release_photos(request, [photo])
    return HttpResponse(status=HTTPStatus.NO_CONTENT)

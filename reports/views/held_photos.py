"""Photos between the moment they are picked and a report that is complete.

What was sent once is stored at once and remembered in the session; the page names it by token (`kept_photos`), in the
order in which the report shall have it. So a form with a mistake in it never asks for a photo again. What nobody
claims is purged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Photo
from reports.photos import PhotoRejected, read_hint
from reports.upload_limits import may_upload
from reports.uploads import store_photo

SESSION_KEY = "uploads"
REMEMBERED = 50
FILE = "file"  # among `kept_photos`: here stands the next of the files that come along


class TooManyUploads(Exception):
    """This person or address has sent more than anybody would; `message` says so."""

    @property
    def message(self) -> str:
        return _("That were very many photos in a short time. Please try again in an hour.")


@dataclass
class HeldPhotos:
    photos: list[Photo] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def position(self) -> Point | None:
        """Where the first photo that knows it was taken."""
        return next((photo.position for photo in self.photos if photo.position), None)


def hold_photo(request: HttpRequest, file: UploadedFile, hint: str = "") -> Photo:
    """Store one file and remember it; raises `PhotoRejected` or `TooManyUploads`. `hint` is for `read_hint`."""
    if not may_upload(request, file.size or 0):
        raise TooManyUploads
    photo = store_photo(file, uploaded_by=request.user, hint=read_hint(hint))
    remember_photos(request, [photo])
    return photo


def hold_photos(request: HttpRequest) -> HeldPhotos:
    """The photos that this form holds already and still wants, and those that came with it now, in its order."""
    held = HeldPhotos()
    kept = {photo.token: photo for photo in _kept_photos(request)}
    files = _files(request)
    for token in request.POST.getlist("kept_photos"):
        if token == FILE:
            _take_next(request, files, held)
        elif token in kept and len(held.photos) < settings.PHOTO_MAX_COUNT:
            held.photos.append(kept.pop(token))
    while _take_next(request, files, held):
        pass
    if held.photos:
        remember_photos(request, held.photos)
    return held


def _kept_photos(request: HttpRequest) -> list[Photo]:
    known = known_tokens(request)
    wanted = [token for token in request.POST.getlist("kept_photos") if token in known]
    return list(Photo.objects.filter(token__in=wanted, report=None))


def known_tokens(request: HttpRequest) -> set[str]:
    """Of photos that came from this browser, and those in the drafts of who is signed in."""
    tokens = set(request.session.get(SESSION_KEY, []))
    if request.user.is_authenticated and "kept_photos" in request.POST:
        mine = Photo.objects.filter(draft__person=request.user, report=None)
        tokens.update(mine.values_list("token", flat=True))
    return tokens


def _files(request: HttpRequest) -> Iterator[tuple[UploadedFile, str]]:
    files: list[UploadedFile] = request.FILES.getlist("photos")
    return iter(list(zip_longest(files, request.POST.getlist("photo_hints")[: len(files)], fillvalue="")))  # type: ignore[arg-type]


def _take_next(request: HttpRequest, files: Iterator[tuple[UploadedFile, str]], held: HeldPhotos) -> bool:
    """Store the next file, or note what is wrong with it; False where none is left."""
    file, hint = next(files, (None, ""))
    if file is None:
        return False
    name, room = Truncator(file.name or "?").chars(40), settings.PHOTO_MAX_COUNT
    if len(held.photos) >= room:
        words = ngettext("%(name)s: one photo is the most.", "%(name)s: %(count)d photos are the most.", room)
        held.errors.append(words % {"name": name, "count": room})
        return True
    try:
        held.photos.append(hold_photo(request, file, hint))
    except (PhotoRejected, TooManyUploads) as refused:
        held.errors.append(_("%(name)s: %(problem)s") % {"name": name, "problem": refused.message})
    return True


def remember_photos(request: HttpRequest, photos: list[Photo]) -> None:
    """This browser may show them and give them to a report."""
    tokens = dict.fromkeys([*request.session.get(SESSION_KEY, []), *(photo.token for photo in photos)])
    request.session[SESSION_KEY] = list(tokens)[-REMEMBERED:]


def release_photos(request: HttpRequest, photos: list[Photo]) -> None:
    """A report has them now."""
    claimed = {photo.token for photo in photos}
    tokens = request.session.get(SESSION_KEY, [])
    if claimed.intersection(tokens):
        request.session[SESSION_KEY] = [token for token in tokens if token not in claimed]


def holds_photo(request: HttpRequest, photo: Photo) -> bool:
    """Whether this browser sent the photo or this person's draft has it: until a report does, only they see it."""
    if photo.report_id is not None:
        return False
    sent_here = photo.token in request.session.get(SESSION_KEY, [])
    return sent_here or (photo.draft is not None and photo.draft.person_id == request.user.pk)

"""Photos between the first press of the button and a report that is complete.

What was sent once is stored at once and remembered in the session; the page names it by token (`kept_photos`),
so that a form with a mistake in it never asks for a photo again. What nobody claims is purged.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Photo
from reports.photos import PhotoRejected
from reports.uploads import store_photo

SESSION_KEY = "uploads"
REMEMBERED = 50


@dataclass
class HeldPhotos:
    photos: list[Photo] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def position(self) -> Point | None:
        """Where the first photo that knows it was taken."""
        return next((photo.position for photo in self.photos if photo.position), None)


def hold_photos(request: HttpRequest) -> HeldPhotos:
    """The photos that this form holds already and still wants, and those that came with it now."""
    room = settings.PHOTO_MAX_COUNT
    known = known_tokens(request)
    kept = [token for token in request.POST.getlist("kept_photos") if token in known]
    held = HeldPhotos(list(Photo.objects.filter(token__in=kept, report=None).order_by("pk")[:room]))
    for file in request.FILES.getlist("photos"):
        name = Truncator(file.name or "?").chars(40)
        if len(held.photos) >= room:
            words = ngettext("%(name)s: one photo is the most.", "%(name)s: %(count)d photos are the most.", room)
            held.errors.append(words % {"name": name, "count": room})
            continue
        try:
            held.photos.append(store_photo(file, uploaded_by=request.user))
        except PhotoRejected as rejected:
            held.errors.append(_("%(name)s: %(problem)s") % {"name": name, "problem": rejected.message})
    if held.photos:
        tokens = dict.fromkeys([*request.session.get(SESSION_KEY, []), *(photo.token for photo in held.photos)])
        request.session[SESSION_KEY] = list(tokens)[-REMEMBERED:]
    return held


def known_tokens(request: HttpRequest) -> set[str]:
    """Of photos that came from this browser, and those in the drafts of who is signed in."""
    tokens = set(request.session.get(SESSION_KEY, []))
    if request.user.is_authenticated and "kept_photos" in request.POST:
        mine = Photo.objects.filter(draft__person=request.user, report=None)
        tokens.update(mine.values_list("token", flat=True))
    return tokens


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

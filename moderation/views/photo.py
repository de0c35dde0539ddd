"""One photo of a case: turn, crop, blur. Nothing is shown to anybody before it is saved."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Reading
from accounts.readings import note_reading
from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page
from moderation.acts import recorded
from moderation.forms_photo import PhotoForm
from reports.actions import ChangedMeanwhile
from reports.actions_photo_edits import PictureLost, edit_photo, render_edits, unedited
from reports.models import Photo, Report
from reports.photos import MOST_BLURS, BadEdits, Edits, preview_edits

TURNS = {"turn_left": 270, "turn_right": 90}
ONE_READING = timedelta(minutes=10)  # whoever edits a photo looks at it many times


def access_desk_photo(request: DeskRequest, reference: str, pk: int) -> tuple[Report, Photo]:
    """Raises `Http404`, also where the person may not edit photos."""
    report = access_with(Right.EDIT_PHOTOS, request.user, reference)
    if pk >= 2**63:
        raise Http404
    return report, get_object_or_404(report.photos.select_related("report"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_photo(request: DeskRequest, reference: str, pk: int) -> HttpResponse:
    report, photo = access_desk_photo(request, reference, pk)
    if request.method != "POST":
        return show_photo(request, report, photo, PhotoForm(photo.edited, photo.token), photo.edited)
    form = PhotoForm(photo.edited, photo.token, request.POST)
    edits, step = form.read(), request.POST.get("step", "")
    if step == "restore" and "seen" in form.cleaned_data:
        edits = Edits()  # whatever stands in the fields
    if edits is None:
        return show_photo(request, report, photo, form, photo.edited, status=400)
    if step in TURNS:
        edits = edits.turned(TURNS[step])
    if step in {"save", "restore"}:
        return save_photo(request, report, photo, form, edits)
    return show_photo(request, report, photo, PhotoForm(edits, form.cleaned_data["seen"]), edits)


def save_photo(
    request: DeskRequest, report: Report, photo: Photo, form: PhotoForm, edits: Edits
) -> HttpResponse | HttpResponseRedirect:
    seen = form.cleaned_data["seen"]
    try:
        if photo.token != seen:
            raise ChangedMeanwhile
        if edits != photo.edited:
            rendered = render_edits(photo, edits)
            with recorded("edit_photo", report, actor=request.user):
                edit_photo(photo, edits, rendered, actor=request.user, seen=seen)
    except ChangedMeanwhile:
        photo.refresh_from_db()
        again = PhotoForm(edits, photo.token)
        return show_photo(request, report, photo, again, edits, status=409, trouble="changed")
    except PictureLost:
        return show_photo(request, report, photo, form, edits, status=409, trouble="lost")
    messages.success(request, _("Photo saved. The picture as it was is shown to nobody any more."))
    back = reverse("desk_case", args=[report.reference])
    queue = request.GET.get("queue", "")
    return redirect(f"{back}?{urlencode({'queue': queue})}" if queue else back)


def show_photo(
    request: DeskRequest,
    report: Report,
    photo: Photo,
    form: PhotoForm,
    edits: Edits,
    *,
    status: int = 200,
    trouble: str = "",
) -> HttpResponse:
    picture = reverse("desk_photo_picture", args=[report.reference, photo.pk])
    context: dict[str, Any] = {
        "report": report,
        "photo": photo,
        "form": form,
        "trouble": trouble,
        "is_saved": edits == photo.edited,
        "picture_url": picture,
        "stage_url": f"{picture}?{urlencode({'turn': edits.turn})}",
        "preview_url": f"{picture}?{query_of(edits)}",
        "most": MOST_BLURS,
        "queue": request.GET.get("queue", ""),
    }
    return render(request, "moderation/photo.html", context, status=status)


def query_of(edits: Edits) -> str:
    """The edits as the address of their preview has them."""
    pairs = [("turn", str(edits.turn)), ("size", "medium")]
    pairs += [("crop", words_of(edits.crop))] if edits.crop else []
    return urlencode([*pairs, *(("blur", words_of(box)) for box in edits.blur)], safe=",")


def words_of(box: tuple[float, ...]) -> str:
    return ",".join(f"{value:g}" for value in box)


@require_safe
@desk_page
def desk_photo_picture(request: DeskRequest, reference: str, pk: int) -> HttpResponse:
    """The photo as it came, with the edits of the address in it: kept by no browser, seen by permitted staff only."""
    report, photo = access_desk_photo(request, reference, pk)
    query = request.GET
    try:
        edits = Edits.from_words(query.get("turn", ""), query.get("crop", ""), query.getlist("blur"))
    except BadEdits as error:
        return HttpResponse(error.code, status=400, content_type="text/plain")
    try:
        with unedited(photo).open("rb") as file:
            picture = file.read()
    except FileNotFoundError:
        raise Http404 from None
    if photo.edits:
        note_unedited(request, report, photo)
    size = "medium" if query.get("size") == "medium" else "large"
    if edits or size == "medium":
        picture = preview_edits(picture, edits, size)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def note_unedited(request: DeskRequest, report: Report, photo: Photo) -> None:
    """What was blurred or cut away is seen again: that stands in the log of readings."""
    what, about = Reading.What.ORIGINAL, f"{report.reference} {photo.pk}"
    since = timezone.now() - ONE_READING
    if not Reading.objects.filter(actor=request.user, what=what, about=about, at__gte=since).exists():
        note_reading(request.user, what, person=report.reporter, about=about)

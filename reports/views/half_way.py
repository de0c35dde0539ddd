"""A form that is left for a while, to sign in or to send the next one from the same place: what was typed waits in the
session, its photos where `held_photos` keeps them."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from reports.draft_fields import draft_fields
from reports.models import Photo, Report
from reports.views.held_photos import SESSION_KEY as UPLOADS
from reports.views.held_photos import HeldPhotos

TYPED = "typed_report"
ANOTHER = "another_here"
SAME_AGAIN = ("latitude", "longitude", "address", "settlement", "place_source", "name", "show_name", "email")


@dataclass(frozen=True)
class TypedForm:
    data: QueryDict
    submission: uuid.UUID
    held: HeldPhotos


def keep_typed(request: HttpRequest, held: HeldPhotos, submission: uuid.UUID) -> None:
    """Raises `DraftTooLarge`."""
    request.session[TYPED] = {
        "fields": draft_fields(request.POST),
        "submission": str(submission),
        "photos": [photo.token for photo in held.photos],
    }


def typed_form(request: HttpRequest) -> TypedForm | None:
    """What waits to be gone on with; None where it was sent meanwhile."""
    kept = request.session.get(TYPED)
    if not kept:
        return None
    submission = uuid.UUID(kept["submission"])
    if Report.objects.filter(submission=submission).exists():
        del request.session[TYPED]
        return None
    mine = [token for token in kept["photos"] if token in request.session.get(UPLOADS, [])]
    photos = {photo.token: photo for photo in Photo.objects.filter(token__in=mine, report=None)}
    return TypedForm(
        query_of(kept["fields"]), submission, HeldPhotos([photos[token] for token in mine if token in photos])
    )


def forget_typed(request: HttpRequest, submission: uuid.UUID) -> None:
    """A report has it now."""
    if request.session.get(TYPED, {}).get("submission") == str(submission):
        del request.session[TYPED]


def query_of(fields: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, values)
    return query


def keep_for_another(request: HttpRequest, report: Report, form_data: QueryDict) -> None:
    """Place, address and who I am; the words and the photos belong to the first report alone."""
    request.session[ANOTHER] = {
        "report": report.pk,
        "values": {name: form_data[name][:300] for name in SAME_AGAIN if form_data.get(name)},
    }


def may_send_another(request: HttpRequest, report: Report) -> bool:
    return request.session.get(ANOTHER, {}).get("report") == report.pk


def another_here_url(request: HttpRequest, report: Report) -> str:
    """The form for the next problem at this place. Where another browser has sent this one, it gets the place alone."""
    query = {"another": 1} if may_send_another(request, report) else {"lat": report.latitude, "lon": report.longitude}
    return f"{reverse('report_new')}?{urlencode(query)}"


def values_for_another(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = request.session.get(ANOTHER, {}).get("values", {})
    return values

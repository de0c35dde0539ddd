""" "Is it this one?": what is reported near the place already, told while one writes, and once more before sending."""

import math
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from municipalities.categorising import suggest_categories
from municipalities.models import Category
from reports.fields import CategoryField, CoordinateField, WordsField
from reports.lookalikes import Lookalike, lookalike_reports
from reports.models import Photo, Report
from reports.views.held_photos import known_tokens


class SoFarForm(forms.Form):
    """What there is of a report that is still being written."""

    latitude = CoordinateField(limit=90)
    longitude = CoordinateField(limit=180)
    category = CategoryField(required=False)
    title = WordsField(max_length=150, required=False)
    description = WordsField(max_length=4000, required=False)


@require_POST
@never_cache
def similar(request: HttpRequest) -> HttpResponse:
    """A piece of a page for the form's script; empty where nothing is like it, or too little is known yet.

    It is posted, because the words of somebody who has not sent anything belong into no log.
    """
    form = SoFarForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    if data.get("latitude") is None or data.get("longitude") is None:
        return HttpResponse("")
    point = Point(data["longitude"], data["latitude"], srid=4326)
    words = f"{data.get('title', '')} {data.get('description', '')}"
    found = _look(request, point, data.get("category"), words, _own_hashes(request))
    return render(request, "reports/_similar.html", {"similar": found}) if found else HttpResponse("")


def unseen_lookalikes(request: HttpRequest, data: dict[str, Any], photos: list[Photo]) -> list[Lookalike]:
    """Of a form that is ready to go: what its sender has not been asked about yet. Programs are not asked."""
    category: Category | None = data["category"]
    is_private = category is not None and category.is_private
    in_words = data.get("place_source") == Report.PlaceSource.WORDS  # somewhere in the district
    if (
        data["kind"] != Report.Kind.PROBLEM
        or is_private
        or in_words
        or "application/json" in request.headers.get("accept", "")
    ):
        return []
    hashes = [photo.likeness for photo in photos if photo.likeness is not None]
    found = _look(request, data["point"], category, f"{data['title']} {data['description']}", hashes)
    seen = set(request.POST.getlist("similar_seen"))
    return found if any(one.report.reference not in seen for one in found) else []


def _look(
    request: HttpRequest, point: Point, category: Category | None, words: str, hashes: list[int]
) -> list[Lookalike]:
    if not math.isfinite(point.x) or not math.isfinite(point.y):
        return []
    if category is None:
        category = next((suggestion.category for suggestion in suggest_categories(words)), None)
    return lookalike_reports(request.user, point, category=category, words=words, photo_hashes=hashes)


def _own_hashes(request: HttpRequest) -> list[int]:
    known = known_tokens(request)
    tokens = [token for token in request.POST.getlist("kept_photos") if token in known]
    photos = Photo.objects.filter(token__in=tokens, report=None)
    return [photo.likeness for photo in photos if photo.likeness is not None]

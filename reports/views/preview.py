"""The report as everybody will see it, before anything is stored; beside it what the body gets."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from municipalities import suggest_categories
from reports.forms import ReportForm
from reports.hints import hints_for
from reports.models import Report
from reports.personal_data import find_personal_data
from reports.views.held_photos import HeldPhotos

NOT_CARRIED = frozenset(("csrfmiddlewaretoken", "kept_photos", "photos", "step", "submission", "website"))


def carried(data: QueryDict) -> Iterator[tuple[str, str]]:
    """Every field of the form, to go along unseen."""
    for name, values in data.lists():
        if name not in NOT_CARRIED:
            yield from ((name, value) for value in values)


def show_preview(
    request: HttpRequest, form: ReportForm, data: QueryDict, report: Report, held: HeldPhotos, submission: uuid.UUID
) -> HttpResponse:
    """`report` is unsaved; `form` is valid, `data` what it was filled with."""
    report.created_at = report.submitted_at = timezone.now()
    answers = form.answers()
    words = f"{report.title}\n{report.description}"
    context: dict[str, Any] = {
        "report": report,
        "photos": held.photos,
        "answers": [answer for answer in answers if answer.is_public],
        "all_answers": answers,
        "carried": list(carried(data)),
        "submission": submission,
        "spotted": find_personal_data(words),
        "hints": hints_for(report.description, kind=report.kind, title=report.title, address=report.address),
        "chips": [] if report.category else suggest_categories(words),
    }
    return render(request, "reports/preview.html", context)

"""The columns of the office's exports: what each is called, what stands in it, and what that means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forwarding.office.states import deadline_of
from reports.links import absolute
from reports.models import Photo

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Column:
    label: Promise
    meaning: Promise
    value: Callable[[Any], Cell]  # of an `Assignment` of `for_export`
    width: int = 14  # in a spreadsheet, in characters


def for_export(cases: QuerySet[Any]) -> QuerySet[Any]:
    """With the numbers that no column holds."""
    photos = Photo.objects.filter(report=OuterRef("report"), kind=Photo.Kind.PROBLEM, is_hidden=False).order_by()
    counted = photos.values("report").annotate(count=Count("pk")).values("count")
    return cases.annotate(photos=Coalesce(Subquery(counted), 0)).defer("report__search", "report__original_description")


def _deadline(case: Any) -> date | None:
    deadline = deadline_of(case)
    return deadline.day if deadline else None


def _days(case: Any) -> int | None:
    deadline = deadline_of(case)
    return deadline.days if deadline else None


def _name(row: Any) -> str:
    return str(row) if row else ""


COLUMNS: tuple[Column, ...] = (
    Column(_("Reference"), _("The code of the report, as on its page."), lambda case: case.report.reference, 11),
    Column(pgettext_lazy("report", "Title"), _("As it was sent to the body."), lambda case: case.title, 40),
    Column(_("Text"), _("As it was sent to the body."), lambda case: case.text, 60),
    Column(_("Body"), _("Whose case it is."), lambda case: _name(case.institution), 28),
    Column(
        _("Round"),
        _("1: the first body that got the report; more: it went on or came back."),
        lambda case: case.round,
        8,
    ),
    Column(_("Kind"), _("Problem, question or praise."), lambda case: case.report.get_kind_display()),
    Column(_("Status"), _("Of the report, now."), lambda case: case.report.get_status_display(), 20),
    Column(_("Outcome"), _("Of the body's turn; open while it runs."), lambda case: case.get_outcome_display(), 18),
    Column(_("Category"), _("Of the report, now."), lambda case: _name(case.report.category), 22),
    Column(_("Area"), _("Settlement or district."), lambda case: _name(case.report.area), 18),
    Column(_("Address"), _("As the reporter or the map gave it."), lambda case: case.report.address, 30),
    Column(_("Latitude"), _("In degrees (WGS 84)."), lambda case: round(case.report.latitude, 6), 11),
    Column(_("Longitude"), _("In degrees (WGS 84)."), lambda case: round(case.report.longitude, 6), 11),
    Column(
        pgettext_lazy("case", "Sent"),
        _("When it was sent to the body, on the clock of the site."),
        lambda c: c.sent_at,
        16,
    ),
    Column(_("Answer due"), _("The day by which the first answer is due; empty: none."), lambda case: case.due_at, 16),
    Column(_("First answer"), _("When the body first said something."), lambda case: case.first_answer_at, 16),
    Column(_("Promised by"), _("The day that the body promised last."), lambda case: case.promised_on, 12),
    Column(
        _("Waits for"), _("The day that is waited for: the answer's or the promised one; empty: none."), _deadline, 12
    ),
    Column(_("Days left"), _("Until that day; negative: days over."), _days, 10),
    Column(_("Ended"), _("When the body's turn ended."), lambda case: case.ended_at, 16),
    Column(_("Who has it"), _("The colleague, within the body."), lambda case: _name(case.assignee), 20),
    Column(_("Unit"), _("The part of the body that looks after it."), lambda case: _name(case.unit), 20),
    Column(
        _("Private"),
        _("1: not everybody sees the report; 0: it is public."),
        lambda case: int(case.report.is_private),
        8,
    ),
    Column(_("Photos"), _("How many photos of the problem there are."), lambda case: case.photos, 8),
    Column(_("Supporters"), _("How many people pressed “me too”."), lambda case: case.report.supporters, 10),
    Column(
        _("Address of the case"),
        _("Its page at the office; one signs in there."),
        lambda case: absolute(reverse("office_case", args=[case.pk])),
        40,
    ),
)

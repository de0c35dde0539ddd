"""Reports like this one nearby, for its page."""

from typing import Any, NamedTuple

from django.contrib.gis.measure import D
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports.lifecycle import WITH_BODY
from reports.models import Report

METRES = 500
SHOWN = 4


class Similar(NamedTuple):
    report: Report
    distance: str  # in words


def similar_reports(person: Any, report: Report) -> list[Similar]:
    """Published reports of the same kind of problem around it (of any kind, where it has no category): the open
    ones first, then by distance. Two queries, however many there are."""
    near = Report.objects.visible_to(person).published().exclude(pk=report.pk)
    if report.category:
        top = report.category.parent_id or report.category.pk
        near = near.filter(models.Q(category=top) | models.Q(category__parent=top))
    is_closed = models.Case(models.When(status__in=WITH_BODY, then=0), default=1)
    found = near.near(report.point, metres=METRES, recent_since=report.created_at)
    found = found.for_list().order_by(is_closed, models.F("distance"), "pk")[:SHOWN]
    rows: list[Any] = list(found)  # with the `distance` that `near` measured
    return [Similar(other, distance_in_words(other.distance)) for other in rows]


def distance_in_words(distance: D) -> str:
    """As one would say it: nobody paces out 437 metres."""
    metres = distance.m
    if metres < 15:
        return _("at the same place")
    if metres < 1000:
        return _("about %(metres)d m away") % {"metres": round(metres, -1)}
    return _("about %(kilometres)s km away") % {"kilometres": number_format(metres / 1000, 1)}

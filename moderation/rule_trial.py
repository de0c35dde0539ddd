"""A rule is tried on the reports of the last weeks before it holds: how many would go elsewhere, and which."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from municipalities.matching import Facts, Surroundings
from municipalities.metres import MetresTo
from municipalities.models import Area, AreaPiece, Institution, Responsibility
from municipalities.routing import Considered, consider, considered, place_of
from municipalities.suggesting import Routed, learned, route_by
from municipalities.words import plain
from reports.facts import day_of, facts_of
from reports.lifecycle import Status
from reports.models import Report

READ = 5000  # reports that are looked through, at most
NOT_IN_YET = (Status.DRAFT, Status.UNCONFIRMED)


@dataclass(frozen=True)
class Bodies:
    lead: Institution | None
    also: tuple[Institution, ...]


@dataclass(frozen=True)
class Moved:
    """A report that would go elsewhere."""

    report: Report
    before: Bodies
    after: Bodies


@dataclass(frozen=True)
class Trial:
    """`came_in` reports within `days`; of the newest `read` of them `reached` concern the rule, as it was or as it
    would be; the newest `tried` of those were routed twice, and `moved` would go elsewhere."""

    days: int
    came_in: int
    read: int
    reached: int
    tried: int
    moved: list[Moved]


def try_rule(rule: Responsibility, *, person: Person) -> Trial:
    """`rule` as it would be stored, unsaved, on the reports of the person's desk.

    Days of validity are not asked of the past: a rule that begins tomorrow is tried as if it had held all the time.
    """
    days = settings.RULE_TRIAL_DAYS
    old = _stored(rule)
    versions = [_Version(number, one) for number, one in enumerate((old, rule)) if one and holds_sometime(one)]
    since = timezone.now() - timedelta(days=days)
    recent = Report.objects.for_desk_of(person).filter(created_at__gte=since).exclude(status__in=NOT_IN_YET)
    came_in = recent.count()
    if not versions:
        return Trial(days, came_in, min(came_in, READ), 0, 0, [])
    reached = [report for report in _candidates(recent, versions) if any(one.reaches(report) for one in versions)]
    tried = reached[: settings.RULE_TRIAL_REPORTS]
    moved = list(_moved(tried, rule, versions))
    return Trial(days, came_in, min(came_in, READ), len(reached), len(tried), moved)


def _stored(rule: Responsibility) -> Responsibility | None:
    if rule.pk is None:
        return None
    rows = Responsibility.objects.select_related("institution", "contact", "area", "category", "street_group")
    return rows.get(pk=rule.pk)


def holds_sometime(rule: Responsibility) -> bool:
    """Today or later."""
    return (
        rule.is_active and rule.institution.is_active and not (rule.valid_to and rule.valid_to < timezone.localdate())
    )


class _Version:
    """The rule as it is (0) or would be (1), with what the database measures for it under that number."""

    def __init__(self, number: int, rule: Responsibility) -> None:
        self.number, self.rule = number, copy(rule)
        self.rule.valid_from = self.rule.valid_to = None

    def reach(self, reports: QuerySet[Any]) -> tuple[QuerySet[Any], Q]:
        """The reports with their distances, and which of them the area and the category leave."""
        rule, where = self.rule, Q()
        if rule.shape is not None:
            reports = reports.annotate(**{f"own_{self.number}": MetresTo("point", rule.shape)})
        if rule.street_group and rule.street_group.shape is not None:
            reports = reports.annotate(**{f"street_{self.number}": MetresTo("point", rule.street_group.shape)})
        if rule.area:
            same = Area.objects.filter(kind=rule.area.kind, code=rule.area.code)
            pieces = AreaPiece.objects.filter(area__in=same, geometry__covers=OuterRef("point"))
            where &= Q(Exists(pieces))
        if rule.category_id:
            where &= Q(category=rule.category_id) | Q(category__parent=rule.category_id)
        return reports, where

    def consider(self, report: Any, facts: Facts, ranks: dict[int, int], day: date) -> Considered:
        group, far = self.rule.street_group, getattr(report, f"street_{self.number}", None)
        metres = {group.pk: far} if group and far is not None else {}
        own = getattr(report, f"own_{self.number}", None)
        around = Surroundings(ranks, metres, day, plain(facts.address), {})
        return considered(self.rule, facts, around, own)

    def reaches(self, report: Any) -> bool:
        """Its place and category fit already."""
        ranks = {self.rule.area_id: 0} if self.rule.area_id else {}
        day = day_of(report)
        return self.consider(report, facts_of(report, day=day), ranks, day).matches


def _candidates(recent: QuerySet[Any], versions: list[_Version]) -> QuerySet[Any]:
    either = Q(pk__in=[])
    for version in versions:
        recent, where = version.reach(recent)
        either |= where if where else Q(pk__isnull=False)
    newest = recent.order_by("-created_at").values("pk")[:READ]
    rows = recent.filter(either, pk__in=newest)
    return rows.select_related("category__parent", "area", "institution").order_by("-created_at", "-pk")


def _moved(reports: list[Any], rule: Responsibility, versions: list[_Version]) -> Iterator[Moved]:
    for report in reports:
        day = day_of(report)
        facts = facts_of(report, day=day)
        place = place_of(facts.point, day)
        others = [one for one in consider(facts, place) if one.rule.pk != rule.pk or rule.pk is None]
        guesses = learned(facts, place.areas)
        by_number = {one.number: one.consider(report, facts, dict(place.ranks), day) for one in versions}

        def routed(number: int) -> Bodies:
            own = [by_number[number]] if number in by_number else []  # noqa: B023 - called in this round
            return bodies(route_by(sorted([*others, *own], key=lambda one: one.rank), guesses, place))  # noqa: B023

        before, after = routed(0), routed(1)
        if before != after:
            yield Moved(report, before, after)


def bodies(routed: Routed) -> Bodies:
    lead = routed.leads[0].institution if routed.leads else None
    also = sorted((one.institution for one in routed.also if one.institution != lead), key=lambda one: one.pk)
    return Bodies(lead, tuple(also))

"""Counts who helped how, from the rows that there are: reports, events, photos, "me too", follows.

Each night everything is counted anew, one kind at a time and in the database: a second run changes nothing, and what
was hidden, taken back or erased meanwhile drops out by itself. Nothing here decides by volume: levels are small, and
lists put the number of ways of helping first.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from notifications.recognition_models import Help
from reports.lifecycle import LISTED, EventKind, Role
from reports.models import Comment, Follow, Photo, Report, ReportEvent, Sighting, Support

LOCK = 0x7265636F67  # one count at a time


def count_help() -> None:
    """The nightly task; also the backfill."""
    for kind in Help:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            count_kind(cursor, kind)
            award_badges(cursor, kind)


def count_kind(cursor: Any, kind: Help) -> None:
    sql, values = SOURCES[kind]().query.sql_with_params()
    cursor.execute("DELETE FROM notifications_contribution WHERE kind = %s", [kind.value])
    cursor.execute(
        f"""
        INSERT INTO notifications_contribution (kind, person_id, area_id, month, acts, shown)
        SELECT %s, act.who, act.place, act.month, act.acts, act.shown
        FROM ({sql}) act JOIN accounts_person person ON person.id = act.who AND person.erased_at IS NULL
        """,  # noqa: S608  (our own query, its values are parameters)
        [kind.value, *values],
    )


def award_badges(cursor: Any, kind: Help) -> None:
    """A row for each person who reached a level, changed only where the level changed."""
    first, second, third = kind.levels
    # One neighbourhood, month after month; or all acts together.
    score = MONTHS_IN_ONE_AREA if kind == Help.FOLLOW else ALL_ACTS
    level = "(CASE WHEN {0} >= %(third)s THEN 3 WHEN {0} >= %(second)s THEN 2 WHEN {0} >= %(first)s THEN 1 ELSE 0 END)"
    values = {"kind": kind.value, "first": first, "second": second, "third": third, "today": timezone.localdate()}
    cursor.execute(
        f"""
        WITH score AS ({score}),
        reached AS (
            SELECT person_id, {level.format("acts")} AS level, {level.format("shown")} AS shown, first_month FROM score
        ),
        gone AS (
            DELETE FROM notifications_badge badge
            WHERE kind = %(kind)s
              AND NOT EXISTS (SELECT FROM reached WHERE reached.person_id = badge.person_id AND reached.level > 0)
        )
        INSERT INTO notifications_badge AS badge (person_id, kind, level, shown_level, since)
        SELECT person_id, %(kind)s, level, shown, CASE WHEN level = 1 THEN first_month ELSE %(today)s END
        FROM reached WHERE level > 0
        ON CONFLICT (person_id, kind) DO UPDATE
        SET level = excluded.level, shown_level = excluded.shown_level,
            since = CASE WHEN excluded.level > badge.level THEN %(today)s ELSE badge.since END
        WHERE (badge.level, badge.shown_level) <> (excluded.level, excluded.shown_level)
        """,  # noqa: S608
        values,
    )


ALL_ACTS = """
    SELECT person_id, SUM(acts) AS acts, SUM(shown) AS shown, MIN(month) AS first_month
    FROM notifications_contribution WHERE kind = %(kind)s GROUP BY person_id
"""
MONTHS_IN_ONE_AREA = """
    SELECT person_id, MAX(acts) AS acts, MAX(shown) AS shown, MIN(first_month) AS first_month
    FROM (
        SELECT person_id, area_id, COUNT(DISTINCT month) AS acts,
               COUNT(DISTINCT month) FILTER (WHERE shown > 0) AS shown, MIN(month) AS first_month
        FROM notifications_contribution WHERE kind = %(kind)s GROUP BY person_id, area_id
    ) AS in_one GROUP BY person_id
"""


# -- Sources ----------------------------------------------------------------------------------------------


def by_month(rows: QuerySet[Any], *, who: str, area: str, at: str, shown: Q, count: str = "pk") -> QuerySet[Any]:
    """`who`, `place`, `month`, `acts`, `shown`: the shape that `count_kind` stores."""
    return (
        rows.order_by()
        .annotate(who=F(who), place=F(area), month=TruncMonth(at, output_field=DateField()))
        .filter(who__isnull=False, place__isnull=False)
        .values("who", "place", "month")
        .annotate(acts=Count(count, distinct=True), shown=Count(count, distinct=True, filter=shown))
    )


PUBLISHED = Q(report__status__in=LISTED, report__is_private=False)


def named_or_of_others(who: str) -> Q:
    """What somebody did for a report of their own is shown only if that carries their name."""
    return Q(report__show_name=True) | Q(report__reporter=None) | ~Q(report__reporter=F(who))


def reports() -> QuerySet[Any]:
    return by_month(Report.objects.published(), who="reporter", area="area", at="published_at", shown=Q(show_name=True))


def confirmations() -> QuerySet[Any]:
    """Solved or not: both are worth knowing."""
    told = Q(kind__in=[EventKind.SOLVED, EventKind.NOT_SOLVED], role=Role.REPORTER)
    events = ReportEvent.objects.filter(PUBLISHED, told)
    return by_month(
        events, who="actor", area="report__area", at="created_at", shown=named_or_of_others("actor"), count="report"
    )


def proofs() -> QuerySet[Any]:
    """What passers-by saw, as far as a moderator accepted it and it was not taken back."""
    rows = Sighting.objects.filter(PUBLISHED, status=Sighting.Status.ACCEPTED)
    return by_month(
        rows, who="author", area="report__area", at="created_at", shown=named_or_of_others("author"), count="report"
    )


def comments() -> QuerySet[Any]:
    """On reports of others, once for each report; one written without a name is nobody else's business."""
    rows = Comment.objects.shown().filter(PUBLISHED).exclude(report__reporter=F("author"))
    return by_month(rows, who="author", area="report__area", at="shown_at", shown=~Q(name=""), count="report")


def photos() -> QuerySet[Any]:
    """Of the problem, sent after publication and accepted by a moderator."""
    rows = Photo.objects.filter(PUBLISHED, event__kind=EventKind.PHOTOS_SHOWN, is_hidden=False)
    return by_month(
        rows, who="uploaded_by", area="report__area", at="uploaded_at", shown=named_or_of_others("uploaded_by"),
        count="report",
    )  # fmt: skip


def supports() -> QuerySet[Any]:
    rows = Support.objects.filter(PUBLISHED).exclude(report__reporter=F("person"))
    return by_month(rows, who="person", area="report__area", at="since", shown=Q(pk__isnull=False))


def completions() -> QuerySet[Any]:
    events = ReportEvent.objects.filter(PUBLISHED, kind=EventKind.INFO_GIVEN, role=Role.REPORTER)
    return by_month(
        events, who="actor", area="report__area", at="created_at", shown=named_or_of_others("actor"), count="report"
    )


def follows() -> QuerySet[Any]:
    """Reports of others, without those where "me too" brought the news along."""
    joined = Support.objects.filter(report=OuterRef("report"), person=OuterRef("person"))
    rows = Follow.objects.filter(PUBLISHED, ~Exists(joined)).exclude(report__reporter=F("person"))
    return by_month(rows, who="person", area="report__area", at="since", shown=Q(pk__isnull=False))


SOURCES: dict[Help, Callable[[], QuerySet[Any]]] = {
    Help.REPORT: reports,
    Help.CONFIRM: confirmations,
    Help.PROOF: proofs,
    Help.PHOTO: photos,
    Help.SUPPORT: supports,
    Help.INFO: completions,
    Help.COMMENT: comments,
    Help.FOLLOW: follows,
}

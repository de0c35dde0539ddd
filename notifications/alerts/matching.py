"""Which alerts fit to what happened: one query for a batch of changes, however many alerts there are.

A public change leaves an `AlertCandidate` in its own transaction (so it does not matter in which order transactions
end). `match_batch` locks some, asks all alerts at once, stores the hits and deletes the candidates, all in one
transaction: killed at any moment, everything or nothing has happened.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from municipalities.models import Area
from notifications.kinds import Frequency, MailKind
from notifications.models import Alert, AlertCandidate
from notifications.models.alert import Moment, Rhythm
from reports.lifecycle import EVENTS, LISTED, PUBLIC, EventKind, Status
from reports.models import Report, ReportEvent
from reports.models.report import ReportQuerySet, StemQuery

BATCH = 100  # of a transaction: with 50,000 alerts that are 200,000 hits
PREVIEW_DAYS = 30
# Changes that a follower hears of by a mail of their own.
FOLLOWERS_HEAR = [kind.value for kind, rule in EVENTS.items() if rule.followers]

# For each change the indexes give its alerts (LATERAL): it costs the same whatever the planner believes of the tables.
MATCH = """
WITH happened AS MATERIALIZED (
    SELECT event.id AS event_id, event.actor_id, event.created_at, candidate.moment,
           event.kind = ANY(%(followers_hear)s) AS followers_hear,
           report.id AS report_id, report.reporter_id, report.point, report.search, report.institution_id,
           ARRAY[report.category_id, category.parent_id] AS categories,
           -- The report's area and all around it; an alert may name an older boundary of the same place.
           ARRAY(
               SELECT same.id
               FROM municipalities_area own
               LEFT JOIN municipalities_area parent ON parent.id = own.parent_id
               LEFT JOIN municipalities_area grand ON grand.id = parent.parent_id
               JOIN municipalities_area around ON around.id IN (own.id, parent.id, grand.id, grand.parent_id)
               JOIN municipalities_area same ON same.kind = around.kind AND same.code = around.code
               WHERE own.id = report.area_id
           ) AS areas
    FROM notifications_alertcandidate candidate
    JOIN reports_reportevent event ON event.id = candidate.event_id
    JOIN reports_report report ON report.id = event.report_id
    LEFT JOIN municipalities_category category ON category.id = report.category_id
    WHERE candidate.event_id = ANY(%(events)s) AND report.status = ANY(%(listed)s) AND NOT report.is_private
),
-- A person hears of a change once: by the alert that is quickest.
found AS MATERIALIZED (
    SELECT DISTINCT ON (alert.person_id, happened.event_id)
           alert.id AS alert_id, alert.person_id, happened.report_id, happened.event_id, happened.moment
    FROM happened
    CROSS JOIN LATERAL (
        SELECT * FROM notifications_alert
        WHERE active_since IS NOT NULL AND ST_Covers(shape, happened.point)
        UNION ALL
        SELECT * FROM notifications_alert
        WHERE active_since IS NOT NULL AND area_id = ANY(happened.areas) AND "where" = 'area'
        UNION ALL
        SELECT * FROM notifications_alert
        WHERE active_since IS NOT NULL AND category_id = ANY(happened.categories) AND "where" = 'anywhere'
        UNION ALL
        SELECT * FROM notifications_alert
        WHERE active_since IS NOT NULL AND category_id IS NULL AND "where" = 'anywhere'
    ) alert
    JOIN accounts_person person ON person.id = alert.person_id
    WHERE alert.frequency = ANY(%(rhythms)s)
      AND happened.moment = ANY(alert.moments)
      AND alert.active_since <= happened.created_at
      AND (alert.category_id IS NULL OR alert.category_id = ANY(happened.categories))
      AND (alert.institution_id IS NULL OR alert.institution_id = happened.institution_id)
      AND (alert.query IS NULL OR happened.search @@ alert.query)
      -- Not their own act, and not their own report, of which they hear anyway.
      AND alert.person_id IS DISTINCT FROM happened.actor_id
      AND alert.person_id IS DISTINCT FROM happened.reporter_id
      AND person.is_active AND person.mail_news AND NOT person.mail_none AND person.mail_stopped_at IS NULL
      AND NOT EXISTS (
          SELECT FROM notifications_mailchoice choice
          WHERE choice.person_id = person.id AND choice.kind = %(alert_kind)s AND choice.frequency = %(never)s
      )
      -- Who follows the report has a mail about this already.
      AND NOT (
          happened.followers_hear
          AND EXISTS (
              SELECT FROM reports_follow follow
              WHERE follow.report_id = happened.report_id AND follow.person_id = person.id
          )
          AND NOT EXISTS (
              SELECT FROM notifications_mailchoice choice
              WHERE choice.person_id = person.id AND choice.kind = %(followed_kind)s AND choice.frequency = %(never)s
          )
      )
    ORDER BY alert.person_id, happened.event_id, array_position(%(rhythms)s, alert.frequency::text), alert.id
),
-- Whoever changes, pauses or deletes one of these waits for our hits; one that went meanwhile gets none.
held AS MATERIALIZED (
    SELECT id FROM notifications_alert
    WHERE id IN (SELECT alert_id FROM found) AND active_since IS NOT NULL
    ORDER BY id FOR SHARE
)
INSERT INTO notifications_alerthit (alert_id, person_id, report_id, event_id, moment, created_at)
SELECT alert_id, person_id, report_id, event_id, moment, %(now)s
FROM found
-- "IS TRUE" keeps it a lookup in a hash: as a join, the planner may compare each with each.
WHERE (alert_id IN (SELECT id FROM held)) IS TRUE
ON CONFLICT DO NOTHING
"""


def note_candidate(event: ReportEvent) -> None:
    """Writer of the outbox: what alerts may want to hear waits from the same transaction on."""
    moment = moment_of(event)
    if moment:
        AlertCandidate.objects.create(event=event, moment=moment)


def moment_of(event: ReportEvent) -> Moment | None:
    """What an event is to an alert; None: nothing. Going to another body is no new report."""
    if event.kind == EventKind.EDITED:
        shown_now = "is_private" in event.data.get("changed", ()) and event.report.is_public
        return Moment.NEW if shown_now else None
    if not event.is_public or event.old_status == event.new_status or event.new_status not in LISTED:
        return None
    if event.old_status not in PUBLIC:
        return Moment.NEW
    return Moment(event.new_status) if event.new_status in Moment.values else None


@transaction.atomic
def match_batch() -> int:
    """Ask all alerts about up to `BATCH` changes; gives the number of changes. Other workers take others."""
    now = timezone.now()
    free = Q(event__held_until=None) | Q(event__held_until__lte=now)
    waiting = AlertCandidate.objects.select_for_update(skip_locked=True, of=("self",)).filter(free).order_by("pk")
    events = list(waiting.values_list("pk", flat=True)[:BATCH])
    if events:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")  # compiling would take longer than most batches
            cursor.execute(MATCH, parameters(events, now))
        AlertCandidate.objects.filter(pk__in=events).delete()
    return len(events)


def parameters(events: list[int], now: datetime) -> dict[str, Any]:
    return {
        "events": events,
        "now": now,
        "listed": [status.value for status in LISTED],
        "followers_hear": FOLLOWERS_HEAR,
        "rhythms": [Rhythm.NOW.value, Rhythm.DAILY.value, Rhythm.WEEKLY.value],
        "alert_kind": MailKind.ALERT.value,
        "followed_kind": MailKind.FOLLOWED.value,
        "never": Frequency.NEVER.value,
    }


def reports_of(alert: Alert) -> ReportQuerySet:
    """Published reports that an alert, saved or not, would find by place, category, body and words."""
    reports = Report.objects.published()
    if alert.shape is not None:
        reports = reports.filter(point__coveredby=alert.shape)
    if alert.area is not None:
        inside = Q()
        for path in ("", "parent__", "parent__parent__"):
            inside |= Q(**{f"{path}kind": alert.area.kind, f"{path}code": alert.area.code})
        reports = reports.filter(area__in=Area.objects.filter(inside).values("pk"))
    if alert.category is not None:
        reports = reports.filter(Q(category=alert.category) | Q(category__parent=alert.category))
    if alert.institution is not None:
        reports = reports.filter(institution=alert.institution)
    if alert.words:
        reports = reports.filter(search=StemQuery(alert.words))
    return reports


def count_lately(alert: Alert) -> int:
    """How many reports of the last `PREVIEW_DAYS` the alert would have told of: one count, whatever the filters."""
    since = timezone.now() - timedelta(days=PREVIEW_DAYS)
    new = Q(published_at__gte=since)
    moved = [moment for moment in alert.moments if moment in Status.values]
    wanted = (new if Moment.NEW in alert.moments else Q(pk__in=[])) | Q(status__in=moved, status_since__gte=since)
    return reports_of(alert).filter(new if alert.is_letter else wanted).count()


def stems(words: str) -> SearchQuery | None:
    return StemQuery(words) if words else None

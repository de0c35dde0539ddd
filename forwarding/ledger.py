"""What has been sent to bodies and what has become of it: states, counts, and the figures of one contact.

Counts are exact and cheap: what is open and what has failed stands in partial indexes; what arrived is not counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forwarding.models import Dispatch, DispatchAttempt
from municipalities.models import Contact
from notifications.deliveries import OPEN, DeliveryStatus
from reports.models import Report

BOUNCES_SINCE = timedelta(days=90)
LATE = timedelta(minutes=15)  # the sweep runs twice a minute: later than this, nobody works

S = DeliveryStatus


def failed() -> Q:
    return Q(status=S.FAILED, may_have_arrived=False)


def unknown() -> Q:
    """Perhaps they have it: whoever sends it again may send it twice."""
    return Q(status=S.UNKNOWN) | Q(status=S.FAILED, may_have_arrived=True)


def stuck(now: datetime) -> Q:
    """Nobody takes it though it is its turn, or one attempt after the other was in vain for longer than
    `DELIVERY_STUCK`."""
    not_taken = Q(status=S.WAITING, next_try_at__lte=now - LATE) & ~Q(Dispatch.objects.all().held_back())
    overdue = not_taken | Q(status=S.SENDING, lease_until__lte=now - LATE)
    return overdue | Q(status=S.WAITING, attempts__gt=0, created_at__lte=now - settings.DELIVERY_STUCK)


@dataclass(frozen=True)
class State:
    key: str
    label: Promise
    is_counted: bool = True

    def rows(self, rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
        """Trouble the oldest first, all else the newest first."""
        now = timezone.now()
        chosen = {
            "look": failed() | unknown() | stuck(now),
            "failed": failed(),
            "unknown": unknown(),
            "stuck": stuck(now),
            "waiting": Q(status__in=[S.WAITING, S.SENDING]),
            "sent": Q(status=S.SENT),
            "cancelled": Q(status=S.CANCELLED),
        }.get(self.key, Q())
        order = ("created_at", "pk") if self.key in ("look", "failed", "unknown", "stuck") else ("-created_at", "-pk")
        return rows.filter(chosen).order_by(*order)


STATES = {
    state.key: state
    for state in (
        State("look", _("Need a look")),
        State("failed", pgettext_lazy("letters", "Failed")),
        State("unknown", pgettext_lazy("letters", "Perhaps arrived")),
        State("stuck", pgettext_lazy("letters", "Stuck")),
        State("waiting", pgettext_lazy("letters", "Waiting")),
        State("sent", pgettext_lazy("letters", "Sent"), is_counted=False),
        State("cancelled", pgettext_lazy("letters", "Cancelled"), is_counted=False),
        State("all", pgettext_lazy("letters", "All"), is_counted=False),
    )
}


def dispatches_for(person: Any) -> QuerySet[Dispatch]:
    """Of the reports of this person's desk."""
    rows: QuerySet[Dispatch] = Dispatch.objects.all()
    return rows if person.is_staff else rows.filter(assignment__report__in=Report.objects.for_desk_of(person))


def count_states(rows: QuerySet[Dispatch]) -> dict[str, int]:
    """In two queries, one for each partial index."""
    late = stuck(timezone.now())
    is_open = rows.filter(status__in=OPEN).aggregate(
        stuck=Count("pk", filter=late),
        unknown=Count("pk", filter=Q(status=S.UNKNOWN)),
        waiting=Count("pk", filter=~Q(status=S.UNKNOWN)),
    )
    has_failed = rows.filter(status=S.FAILED).aggregate(
        failed=Count("pk", filter=Q(may_have_arrived=False)), unknown=Count("pk", filter=Q(may_have_arrived=True))
    )
    counts = {
        "failed": has_failed["failed"],
        "unknown": is_open["unknown"] + has_failed["unknown"],
        "stuck": is_open["stuck"],
        "waiting": is_open["waiting"],
    }
    return {"look": counts["failed"] + counts["unknown"] + counts["stuck"], **counts}


def figures_of(contact: Contact) -> dict[str, Any]:
    """What `ContactHealth` does not hold: letters that wait, and those that came back lately."""
    since = timezone.now() - BOUNCES_SINCE
    bounced = DispatchAttempt.objects.filter(
        dispatch__contact=contact, outcome=DispatchAttempt.Outcome.BOUNCED, started_at__gte=since
    )
    return {
        **contact.dispatches.filter(status__in=OPEN).aggregate(waiting=Count("pk")),
        **bounced.aggregate(bounces=Count("pk"), last_bounce_at=Max("started_at")),
        "bounces_days": BOUNCES_SINCE.days,
    }

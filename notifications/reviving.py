"""A mail that was dropped because its report was hidden goes out once the report is shown again.

What was not fanned out yet waits by itself (`actions.waits_for_restoring`); this is for what stood in the line already.
"""

from datetime import timedelta

from django.utils import timezone

from notifications.deliveries import DeliveryStatus
from notifications.models import Message
from reports.access import undone_events
from reports.lifecycle import EventKind, Status
from reports.models import ReportEvent
from reports.outbox import announce

BRINGS_BACK = (EventKind.RESTORED, EventKind.UNDONE)
# Before the hiding: what is older had stopped for reasons of its own.
STOOD_IN_LINE = timedelta(days=3)


def revive_messages(event: ReportEvent) -> None:
    """In the transaction of the event. Whoever may not be told by now is not: that is asked again before it leaves."""
    report = event.report
    if event.kind not in BRINGS_BACK or report.status in (Status.HIDDEN, Status.WITHDRAWN):
        return
    hidden = report.events.filter(new_status=Status.HIDDEN).order_by("pk").last()
    if hidden is None:
        return
    dropped = Message.objects.select_for_update(of=("self",), no_key=True).filter(
        event__report=report,
        status=DeliveryStatus.CANCELLED,
        may_have_arrived=False,
        sent_at=None,
        created_at__gte=hidden.created_at - STOOD_IN_LINE,
        created_at__lte=hidden.created_at,
    )
    undone = undone_events(report) if dropped.exists() else set()
    for message in dropped.exclude(event__in=undone).order_by("pk"):
        message.status, message.last_error = DeliveryStatus.WAITING, ""
        message.next_try_at = event.held_until or timezone.now()
        message.save(update_fields=["status", "last_error", "next_try_at"])
        if not event.is_held:
            announce("notifications.send_message", message.pk)

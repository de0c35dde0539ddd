from django.db.models import Q
from django.utils.translation import gettext as _

from notifications.alerts.matching import note_candidate
from notifications.deliveries import LEFT, DeliveryStatus
from notifications.models import AlertCandidate, AlertHit, Bundle, BundleLine, Message
from notifications.reviving import revive_messages
from reports.lifecycle import EventKind
from reports.outbox import GoneOut, register_retractor, register_task, register_writer


def connect() -> None:
    """Messages to people are fanned out from the event by a worker, after the commit; what alerts may want to hear is
    written down in the transaction of the event itself."""
    register_task("notifications.fan_out")
    register_writer(note_candidate)
    register_writer(revive_messages)
    register_retractor(forget_events)


def forget_events(event_ids: list[int]) -> None:
    """A mail that is out already stays true: what follows is told by the events that follow. Raises `GoneOut` where
    somebody has been told of a publication."""
    told = Message.objects.filter(event__in=event_ids, event__kind__in=(EventKind.SENT, EventKind.PUBLISHED))
    if told.filter(Q(status__in=LEFT) | Q(may_have_arrived=True)).exists():
        raise GoneOut  # people have read that it is published and forwarded
    AlertCandidate.objects.filter(event__in=event_ids).delete()
    AlertHit.objects.filter(event__in=event_ids, mail=None).delete()
    _forget_lines(event_ids)
    for message in Message.objects.select_for_update().filter(event__in=event_ids, status=DeliveryStatus.WAITING):
        message.cancel(_("Undone before it went out."))


def _forget_lines(event_ids: list[int]) -> None:
    """Out of the bundles, too, that no worker has had yet; one that nothing is left of is not sent."""
    lines = BundleLine.objects.filter(event__in=event_ids)
    for bundle in Bundle.objects.select_for_update().filter(pk__in=lines.values("bundle")).order_by("pk"):
        if not bundle.may_have_left:
            lines.filter(bundle=bundle).delete()
            if not bundle.lines.exists():
                bundle.cancel(_("Undone before it went out."))
    lines.filter(bundle=None).delete()

"""What stands between a claimed dispatch and its sending: it is moot, it cannot be, or not now."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.models import ContactHealth, Dispatch, DispatchDigest
from municipalities.models import Contact
from notifications.deliveries import DeliveryStatus
from reports.lifecycle import EventKind, Status


def why_not_to_send(dispatch: Dispatch) -> str:
    """Nothing more of a withdrawn or hidden report, or of a recalled sending, goes out, but the word of it to those who
    have got the report."""
    if dispatch.event.kind in (EventKind.WITHDRAWN, EventKind.RECALLED):
        return "" if has_report(dispatch) else _("The body had not got the report.")
    if not dispatch.assignment.is_of_body:
        return _("The case was taken back from the body meanwhile.")
    if dispatch.event.report.status in (Status.WITHDRAWN, Status.HIDDEN):
        return _("The report was hidden or withdrawn meanwhile.")
    return ""


def has_report(dispatch: Dispatch) -> bool:
    """Whether anything of the report reached this contact, or may have."""
    earlier = Dispatch.objects.filter(
        contact=dispatch.contact_id, assignment__report=dispatch.assignment.report_id, pk__lt=dispatch.pk
    )
    return earlier.filter(Q(status=DeliveryStatus.SENT) | Q(may_have_arrived=True)).exists()


def why_it_cannot(row: Dispatch | DispatchDigest) -> str:
    """Of the row and its contact; whether the channel is built, its sender knows."""
    contact = row.contact
    if row.died_too_often:
        return _("The worker died at each attempt.")
    if contact.stopped_at is not None and contact.address == row.address:
        return _("The address was stopped after a hard bounce: %(reason)s") % {"reason": contact.stopped_reason}
    return ""


def blocked_until(contact: Contact, *, at_once: bool = False) -> datetime | None:
    """The contact is paused, or nobody is at work there; None where it may be written to now.

    `at_once`: somebody there waits for it, at whatever hour.
    """
    now = timezone.now()
    health: ContactHealth | None = getattr(contact, "health", None)
    if health is not None and health.paused_until is not None and health.paused_until > now:
        return contact.in_hours(health.paused_until)
    opens = now if at_once else contact.in_hours(now)
    return opens if opens > now else None

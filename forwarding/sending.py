"""One dispatch to one body: claimed, checked once more, put into words, sent, and its outcome recorded."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from forwarding.channels import SENDERS
from forwarding.checks import blocked_until, why_it_cannot, why_not_to_send
from forwarding.digests import gather_for
from forwarding.models import Dispatch
from notifications.deliveries import DeliveryStatus, attempt
from reports.actions_solved import deliver_praise
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, Report
from reports.outbox import announce


def send_dispatch(dispatch_id: int) -> None:
    """Does nothing where the dispatch is not due, not its turn, or somebody else has it."""
    if gather_for(dispatch_id):
        return
    rows = Dispatch.objects.select_related(
        "event__report__category", "event__report__area", "assignment__institution", "contact__health"
    )
    dispatch: Dispatch | None = rows.claim(dispatch_id)
    if dispatch is None:
        return
    deliver(dispatch)
    if dispatch.status in (DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED):
        waiting = dispatch.next_in_line()
        if waiting:
            announce("forwarding.send_dispatch", waiting)


def deliver(dispatch: Dispatch) -> None:
    """Every attempt is a `DispatchAttempt`, written before anything leaves."""
    dispatch.close_attempts()
    why_not = why_not_to_send(dispatch)
    if why_not:
        return dispatch.record_cancelled(why_not)
    trouble = why_it_cannot(dispatch)
    if trouble:
        return dispatch.record_failure(trouble, permanent=True)
    send = SENDERS.get(dispatch.contact.channel)
    if send is None:
        words = _("This way of reaching a body is not built yet: %(channel)s.")
        return dispatch.record_failure(words % {"channel": dispatch.contact.get_channel_display()}, permanent=True)
    until = blocked_until(dispatch.contact, at_once=dispatch.event.kind == EventKind.LINK_ASKED)
    if until is not None:
        return dispatch.postpone(until)
    dispatch.begin_attempt()
    took_it = attempt(dispatch, lambda: send(dispatch))
    if took_it and dispatch.event.kind == EventKind.SENT and dispatch.event.report.kind == Report.Kind.PRAISE:
        deliver_praise(dispatch.event.report, dispatch.assignment)


def deliver_forgotten_praise() -> None:
    """Of a worker that died between a praise's mail and the note that it is out."""
    waiting = Report.objects.filter(kind=Report.Kind.PRAISE, status=Status.SENT).order_by("status_since")
    leading = Assignment.objects.filter(report__in=waiting, is_lead=True, ended_at=None)
    is_out = Dispatch.objects.filter(assignment=OuterRef("pk"), event__kind=EventKind.SENT, status=DeliveryStatus.SENT)
    for assignment in leading.filter(Exists(is_out)).select_related("report")[:100]:
        deliver_praise(assignment.report, assignment)

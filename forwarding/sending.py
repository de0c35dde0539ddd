"""One dispatch to one body: claimed, checked once more, put into words, sent, and its outcome recorded."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from forwarding.channels import SENDERS
from forwarding.models import Dispatch
from notifications.deliveries import DeliveryStatus, attempt
from reports.actions_solved import deliver_praise
from reports.lifecycle import EventKind, Status
from reports.models import Assignment, Report
from reports.outbox import announce


def send_dispatch(dispatch_id: int) -> None:
    """Does nothing where the dispatch is not due, not its turn, or somebody else has it."""
    rows = Dispatch.objects.select_related(
        "event__report__category", "event__report__area", "assignment__institution", "contact"
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
    dispatch.begin_attempt()
    took_it = attempt(dispatch, lambda: SENDERS[dispatch.contact.channel](dispatch))
    if took_it and dispatch.event.kind == EventKind.SENT and dispatch.event.report.kind == Report.Kind.PRAISE:
        deliver_praise(dispatch.event.report, dispatch.assignment)


def deliver_forgotten_praise() -> None:
    """Of a worker that died between a praise's mail and the note that it is out."""
    waiting = Report.objects.filter(kind=Report.Kind.PRAISE, status=Status.SENT).order_by("status_since")
    leading = Assignment.objects.filter(report__in=waiting, is_lead=True, ended_at=None)
    is_out = Dispatch.objects.filter(assignment=OuterRef("pk"), event__kind=EventKind.SENT, status=DeliveryStatus.SENT)
    for assignment in leading.filter(Exists(is_out)).select_related("report")[:100]:
        deliver_praise(assignment.report, assignment)


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


def why_it_cannot(dispatch: Dispatch) -> str:
    contact = dispatch.contact
    if dispatch.died_too_often:
        return _("The worker died at each attempt.")
    if contact.channel not in SENDERS:
        return _("This way of reaching a body is not built yet: %(channel)s.") % {
            "channel": contact.get_channel_display()
        }
    if contact.stopped_at is not None and contact.address == dispatch.address:
        return _("The address was stopped after a hard bounce: %(reason)s") % {"reason": contact.stopped_reason}
    return ""

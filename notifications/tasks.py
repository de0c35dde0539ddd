"""What workers do for people's messages. Arguments are ids; the row decides whether there is anything to do."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from notifications import actions, bundles, draft_notices, follow_requests, notices, recognition, sending
from notifications.alerts import actions as alert_actions
from notifications.alerts import mailing, matching
from notifications.models import AlertMail, Bundle, FollowRequest, Message, Notice
from reports.models import ReportEvent
from reports.outbox import announce

SWEEP_LIMIT = 1000


@shared_task(name="notifications.fan_out")
def fan_out(event_id: int) -> None:
    actions.fan_out_event(event_id)


@shared_task(name="notifications.send_message")
def send_message(message_id: int) -> None:
    sending.send_message(message_id)


@shared_task(name="notifications.send_follow_request")
def send_follow_request(request_id: int) -> None:
    follow_requests.send_request(request_id)


@shared_task(name="notifications.purge_follow_requests")
def purge_follow_requests() -> int:
    """Forget addresses that were typed and never confirmed; gives their number."""
    old = FollowRequest.objects.filter(created_at__lt=timezone.now() - settings.FOLLOW_REQUEST_KEEP)
    deleted, _rows = old.delete()
    return deleted


@shared_task(name="notifications.send_notice")
def send_notice(notice_id: int) -> None:
    notices.send_notice(notice_id)


@shared_task(name="notifications.tend_drafts")
def tend_drafts() -> None:
    draft_notices.tend_drafts()


@shared_task(name="notifications.send_bundle")
def send_bundle(bundle_id: int) -> None:
    bundles.send_bundle(bundle_id)


@shared_task(name="notifications.send_alert_mail")
def send_alert_mail(mail_id: int) -> None:
    mailing.send_alert_mail(mail_id)


@shared_task(name="notifications.run_alerts")
def run_alerts() -> None:
    """What happened since the last beat, asked of all alerts at once, in batches; then the mails that are due."""
    while matching.match_batch() == matching.BATCH:
        pass
    mailing.gather_mails()


@shared_task(name="notifications.purge_alerts")
def purge_alerts() -> int:
    """Forget alerts whose address was never confirmed; gives their number."""
    return alert_actions.purge_unconfirmed()


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """Announce again what a dead worker or an empty broker left behind."""
    # Younger ones were announced by whoever wrote them.
    before = timezone.now() - timedelta(seconds=settings.SWEEP_SECONDS)
    free = Q(held_until=None) | Q(held_until__lte=timezone.now())
    events = ReportEvent.objects.filter(free, processed_at=None, created_at__lte=before)
    events = events.exclude(actions.WAITS_FOR_RESTORING).order_by("created_at")
    for event_id in events.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.fan_out", event_id)
    messages = Message.objects.due().in_turn().order_by("next_try_at")
    for message_id in messages.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.send_message", message_id)
    requests = FollowRequest.objects.due().in_turn().order_by("next_try_at")
    for request_id in requests.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.send_follow_request", request_id)
    for notice_id in Notice.objects.due().in_turn().order_by("next_try_at").values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.send_notice", notice_id)
    bundles.make_bundles()
    for bundle_id in Bundle.objects.due().in_turn().order_by("next_try_at").values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.send_bundle", bundle_id)
    mails = AlertMail.objects.due().in_turn().order_by("next_try_at")
    for mail_id in mails.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("notifications.send_alert_mail", mail_id)


@shared_task(name="notifications.count_help")
def count_help() -> None:
    recognition.count_help()

"""What workers do for dispatches. Arguments are ids; the row decides whether there is anything to do."""

from celery import shared_task
from django.conf import settings

from forwarding import digests, mailbox, samples, sending, watch
from forwarding.models import Dispatch, DispatchDigest, SampleLetter
from forwarding.office import notices
from forwarding.office import tasks as office
from forwarding.open311.services import sync_services
from forwarding.open311.tokens import follow_token, tokens_due
from forwarding.open311.updates import poll
from forwarding.outward.models import Open311Endpoint, WebhookEndpoint
from forwarding.webhook.sending import send_test
from reports.outbox import announce

SWEEP_LIMIT = 1000


@shared_task(name="forwarding.send_dispatch")
def send_dispatch(dispatch_id: int) -> None:
    sending.send_dispatch(dispatch_id)


@shared_task(name="forwarding.send_digest")
def send_digest(digest_id: int) -> None:
    digests.send_digest(digest_id)


@shared_task(name="forwarding.watch_contacts")
def watch_contacts() -> None:
    watch.watch_contacts()


@shared_task(name="forwarding.send_sample")
def send_sample(sample_id: int) -> None:
    samples.send_sample(sample_id)


@shared_task(name="forwarding.remind_subtasks")
def remind_subtasks() -> None:
    notices.remind_of_subtasks()


@shared_task(name="forwarding.read_mailbox")
def read_mailbox() -> None:
    if settings.IMAP_URL:
        mailbox.read_mailbox()


@shared_task(name="forwarding.sweep")
def sweep() -> None:
    """Announce again what a dead worker or an empty broker left behind."""
    dispatches = Dispatch.objects.due().in_turn().order_by("next_try_at")
    for dispatch_id in dispatches.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce("forwarding.send_dispatch", dispatch_id)
    for digest_id in DispatchDigest.objects.due().in_turn().order_by("next_try_at").values_list("pk", flat=True)[:100]:
        announce("forwarding.send_digest", digest_id)
    for sample_id in SampleLetter.objects.due().in_turn().order_by("next_try_at").values_list("pk", flat=True)[:100]:
        announce("forwarding.send_sample", sample_id)
    sending.deliver_forgotten_praise()
    office.sweep()


# -- Open311 and webhooks -----------------------------------------------------------------------------------


@shared_task(name="forwarding.sync_endpoint")
def sync_endpoint(endpoint_id: int) -> None:
    for endpoint in Open311Endpoint.objects.select_related("contact").filter(pk=endpoint_id):
        sync_services(endpoint)


@shared_task(name="forwarding.sync_services")
def sync_all_services() -> None:
    """Each endpoint in a task of its own: a slow one keeps nobody waiting."""
    for pk in Open311Endpoint.objects.filter(contact__is_active=True).values_list("pk", flat=True):
        announce("forwarding.sync_endpoint", pk)


@shared_task(name="forwarding.poll_endpoint")
def poll_endpoint(endpoint_id: int) -> None:
    for endpoint in Open311Endpoint.objects.select_related("contact").filter(pk=endpoint_id):
        poll(endpoint)


@shared_task(name="forwarding.poll_updates")
def poll_updates() -> None:
    """Also of contacts that were stopped: what they still say must come in."""
    asked = Open311Endpoint.objects.exclude(updates=Open311Endpoint.Updates.NONE).filter(contact__is_active=True)
    for pk in asked.values_list("pk", flat=True):
        announce("forwarding.poll_endpoint", pk)


@shared_task(name="forwarding.follow_token")
def follow_one_token(remote_id: int) -> None:
    follow_token(remote_id)


@shared_task(name="forwarding.follow_tokens")
def follow_tokens() -> None:
    for pk in tokens_due():
        announce("forwarding.follow_token", pk)


@shared_task(name="forwarding.test_webhook")
def test_webhook(endpoint_id: int) -> None:
    for endpoint in WebhookEndpoint.objects.select_related("contact").filter(pk=endpoint_id):
        send_test(endpoint)

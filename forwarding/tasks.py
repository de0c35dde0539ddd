"""What workers do for dispatches. Arguments are ids; the row decides whether there is anything to do."""

from celery import shared_task

from forwarding import digests, samples, sending, watch
from forwarding.models import Dispatch, DispatchDigest, SampleLetter
from forwarding.office import notices
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

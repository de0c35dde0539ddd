"""Background work of the office. Arguments are ids; the rows decide whether there is anything to do."""

from celery import shared_task

from forwarding.office import bulk, digest
from forwarding.office.models import OfficeDigest
from reports.outbox import announce


@shared_task(name=bulk.TASK)
def run_office_bulk(bulk_id: int) -> None:
    bulk.run_bulk(bulk_id)


@shared_task(name="forwarding.gather_office_digests")
def gather_office_digests() -> int:
    return len(digest.gather_digests())


@shared_task(name=digest.TASK)
def send_office_digest(digest_id: int) -> None:
    digest.send_digest(digest_id)


@shared_task(name="forwarding.purge_office_digests")
def purge_office_digests() -> int:
    return digest.purge_digests()


def sweep() -> None:
    """Announce again what a dead worker or an empty broker left behind."""
    due = OfficeDigest.objects.due().in_turn().order_by("next_try_at")
    for digest_id in due.values_list("pk", flat=True)[:1000]:
        announce(digest.TASK, digest_id)
    bulk.announce_abandoned()

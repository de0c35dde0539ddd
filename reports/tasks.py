"""Background work of the reports themselves."""

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from reports import firing
from reports.lifecycle import OPEN
from reports.limits import purge_counts
from reports.models import Photo, PhotoPicture, Timer
from reports.outbox import announce
from reports.uploads import delete_photo, remove_original

SWEEP_LIMIT = 1000


@shared_task(name="reports.fire_timer")
def fire_timer(timer_id: int) -> None:
    firing.fire_timer(timer_id)


@shared_task(name="reports.sweep_timers")
def sweep_timers() -> int:
    """Announce what is due, the longest due first; gives its number."""
    due = Timer.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:SWEEP_LIMIT])
    for timer_id in ids:
        announce("reports.fire_timer", timer_id)
    return len(ids)


@shared_task(name="reports.purge_originals")
def purge_originals() -> int:
    """Delete the private originals of reports that ended `ORIGINALS_KEEP` ago, and the earlier pictures of photos that
    were edited; gives the number of photos.

    The clean sizes stay: later edits start from the largest.
    """
    over = Photo.objects.filter(report__status_since__lt=timezone.now() - settings.ORIGINALS_KEEP).exclude(
        report__status__in=OPEN
    )
    purged = 0
    for photos in (over.exclude(original=""), over.filter(Exists(PhotoPicture.objects.filter(photo=OuterRef("pk"))))):
        for photo in photos.order_by("pk").iterator(chunk_size=500):
            remove_original(photo)  # the row first: should a file outlive it, nothing points there any more
            purged += 1
    return purged


@shared_task(name="reports.purge_uploads")
def purge_uploads() -> int:
    """Delete photos that no report and no draft claimed within `UPLOAD_KEEP`, files included; gives their number."""
    unclaimed = Photo.objects.filter(report=None, draft=None, uploaded_at__lt=timezone.now() - settings.UPLOAD_KEEP)
    deleted = 0
    for pk in unclaimed.values_list("pk", flat=True):
        with transaction.atomic():
            # Locked, and looked at again: a form may claim it at this very moment.
            photo = unclaimed.select_for_update(skip_locked=True).filter(pk=pk).first()
            if photo:
                delete_photo(photo)
                deleted += 1
    return deleted


@shared_task(name="reports.purge_send_counts")
def purge_send_counts() -> None:
    purge_counts()

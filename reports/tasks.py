"""Background work of the reports themselves."""

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reports.models import Photo
from reports.uploads import delete_photo


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

"""How many photos one person, or one network that nobody is signed in at, may put on our disk.

Far above what anybody does who reports things; unclaimed photos are purged after `UPLOAD_KEEP` anyway.
"""

from django.conf import settings
from django.http import HttpRequest

from reports.pace import is_too_fast

HOUR, DAY = 3600, 86400


def may_upload(request: HttpRequest, size: int) -> bool:
    """Counts this file of `size` bytes; False where it would be one too many. To be asked once per file."""
    if is_too_fast(request, "uploads", at_most=settings.UPLOADS_PER_HOUR, seconds=HOUR):
        return False
    return not is_too_fast(request, "bytes", at_most=settings.UPLOAD_DAY_BYTES, seconds=DAY, amount=size)

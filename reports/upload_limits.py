"""How many photos one person, or one address that nobody is signed in at, may put on our disk.

Far above what anybody does who reports things; unclaimed photos are purged after `UPLOAD_KEEP` anyway.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

HOUR, DAY = 3600, 86400


def may_upload(request: HttpRequest, size: int) -> bool:
    """Counts this file of `size` bytes; False where it would be one too many. To be asked once per file."""
    who = _who(request)
    photos = _count(f"uploads:{who}", 1, HOUR)
    return photos <= settings.UPLOADS_PER_HOUR and _count(f"upload_bytes:{who}", size, DAY) <= settings.UPLOAD_DAY_BYTES


def _who(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    try:
        return f"address:{get_adapter().get_client_ip(request)}"
    except PermissionDenied:  # no address at all: a test, or a socket
        return "address:unknown"


def _count(key: str, amount: int, seconds: int) -> int:
    """A counter that starts anew when its time is over. Two at once may be counted as one: it is no lock."""
    if cache.add(key, amount, seconds):
        return amount
    try:
        return cache.incr(key, amount)
    except ValueError:  # ran out in between
        cache.set(key, amount, seconds)
        return amount

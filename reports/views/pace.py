"""How often one visitor may ask for what costs us much."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_too_fast(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Counts this request too; a window of `seconds` begins at round times. Signed in it is the person that counts,
    else the address."""
    who = f"p{request.user.pk}" if request.user.is_authenticated else get_adapter().get_client_ip(request)
    key = f"pace.{what}.{who}.{int(time.time() // seconds)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > times
    except ValueError:  # fell out of the cache at this very moment
        return False

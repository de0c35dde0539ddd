"""How often one visitor may ask for what costs us much: uploads, PDFs, the geocoder, comments.

Signed in it is the person that counts, else the network. A network's address is stored nowhere: its keyed hash is the
cache's key. Two at once may be counted as one; where a report hangs on it, `reports.limits` counts in the database.
"""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def network_hash(request: HttpRequest) -> str:
    """Of the visitor's address; an IPv6 customer has a whole /64. Without an address (a socket) all are one."""
    try:
        text = str(get_adapter(request).get_client_ip(request) or "")
        address = ipaddress.ip_address(text)
    except (PermissionDenied, ValueError):
        return "unknown"
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return salted_hmac("jarokelo.pace", str(address), algorithm="sha256").hexdigest()[:32]


def is_too_fast(request: HttpRequest, what: str, *, at_most: int, seconds: int, amount: int = 1) -> bool:
    """Counts this request too, as `amount`; a window of `seconds` begins at round times."""
    who = f"p{request.user.pk}" if request.user.is_authenticated else network_hash(request)
    key = f"pace.{what}.{who}.{int(time.time() // seconds)}"
    cache.add(key, 0, 2 * seconds)
    try:
        return bool(cache.incr(key, amount) > at_most)
    except ValueError:  # fell out of the cache at this very moment
        return False

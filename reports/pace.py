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


def client_network(request: HttpRequest) -> str:
    """The visitor's address as allauth finds it, which knows how many proxies to trust; empty behind a socket."""
    try:
        return network_of(str(get_adapter(request).get_client_ip(request) or ""))
    except PermissionDenied:
        return ""


def network_of(ip: str) -> str:
    """An IPv6 customer has a whole /64; junk is no address."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address)


def network_hash(request: HttpRequest) -> str:
    """Without an address all are one."""
    network = client_network(request)
    return salted_hmac("jarokelo.pace", network, algorithm="sha256").hexdigest()[:32] if network else "unknown"


def is_too_fast(request: HttpRequest, what: str, *, at_most: int, seconds: int, amount: int = 1) -> bool:
    """Counts this request too, as `amount`; a window of `seconds` begins at round times."""
    who = f"p{request.user.pk}" if request.user.is_authenticated else network_hash(request)
    key = f"pace.{what}.{who}.{int(time.time() // seconds)}"
    cache.add(key, 0, 2 * seconds)
    try:
        return bool(cache.incr(key, amount) > at_most)
    except ValueError:  # fell out of the cache at this very moment
        return False

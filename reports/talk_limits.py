"""How much one person, and one network address, may say in an hour. Nothing is counted of who only reads."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Person
from reports.models import Comment, Sighting

HOUR = timedelta(hours=1)


class TooMuch(Exception):
    """Enough for this hour."""


def address_hash(request: HttpRequest) -> str:
    """A keyed hash: the network address itself is stored nowhere."""
    address = str(get_adapter(request).get_client_ip(request) or "")
    return salted_hmac("jarokelo.talk", address, algorithm="sha256").hexdigest()[:32]


def count_address(request: HttpRequest, what: str, at_most: int) -> None:
    """Count one more from this address in this hour; raises `TooMuch` beyond `at_most`."""
    key = f"talk:{what}:{address_hash(request)}:{int(timezone.now().timestamp() // HOUR.total_seconds())}"
    cache.add(key, 0, 2 * HOUR.total_seconds())
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out of the cache between the two lines
        return
    if count > at_most:
        raise TooMuch


def check_person(person: Person, *, confirmed: bool) -> None:
    """Raises `TooMuch`. What strangers type under somebody's address never counts against its owner."""
    since = timezone.now() - HOUR
    said = sum(
        kind.objects.filter(author=person, created_at__gt=since, confirmed_at__isnull=not confirmed).count()
        for kind in (Comment, Sighting)
    )
    if said >= settings.TALK_PER_PERSON:
        raise TooMuch

"""How much one person, and one network address, may say in an hour. Nothing is counted of who only reads."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.bans import refuse_banned
from accounts.models import Person
from reports.models import Comment, Sighting
from reports.pace import is_too_fast

HOUR = timedelta(hours=1)


class TooMuch(Exception):
    """Enough for this hour."""


def count_address(request: HttpRequest, what: str, at_most: int) -> None:
    """Count one more from this network (or person) in this hour; raises `TooMuch` beyond `at_most`."""
    if is_too_fast(request, what, at_most=at_most, seconds=int(HOUR.total_seconds())):
        raise TooMuch


def check_person(person: Person, *, confirmed: bool) -> None:
    """Raises `TooMuch` and `Banned`. What strangers type under somebody's address never counts against its owner."""
    if confirmed:
        refuse_banned(person)
    since = timezone.now() - HOUR
    said = sum(
        kind.objects.filter(author=person, created_at__gt=since, confirmed_at__isnull=not confirmed).count()
        for kind in (Comment, Sighting)
    )
    if said >= settings.TALK_PER_PERSON:
        raise TooMuch

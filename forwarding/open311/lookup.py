"""Whether a request of ours has arrived, after an attempt of which nobody heard the end: looked for in the open list.

By our reference in its text; where the endpoint shows no such text, by service, place and time. What another case of
ours is already known as is never taken twice.
"""

from datetime import timedelta

from django.utils import timezone

from forwarding.open311.client import Client
from forwarding.open311.wire import Row, moment_of, text_of
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.models import RemoteRequest
from reports.models import Report

# The reference is proof enough, so clocks may differ by a day; place and time are not.
AROUND = timedelta(days=1)
CLOSE = timedelta(minutes=15)
NEAR = 0.0003  # degrees, about 30 metres


class CannotLookUp(Exception):
    """The endpoint shows no list, or not just now (`for_now`)."""

    def __init__(self, why: str, *, for_now: bool) -> None:
        super().__init__(why)
        self.for_now = for_now


def find_request(client: Client, remote: RemoteRequest, report: Report) -> str:
    """Its service_request_id; "" where it is not there, or several might be it. Raises `CannotLookUp`."""
    posted_at = remote.posted_at or timezone.now()
    try:
        rows = client.requests_between(posted_at - AROUND, timezone.now() + AROUND, remote.service_code)
    except OutboundFailed as error:
        raise CannotLookUp(error.reason, for_now=not error.permanent) from error
    taken = set(
        RemoteRequest.objects.filter(contact=remote.contact_id)
        .exclude(pk=remote.pk)
        .filter(request_id__in=[text_of(row, "service_request_id") for row in rows])
        .values_list("request_id", flat=True)
    )
    free = [row for row in rows if (number := text_of(row, "service_request_id")) and number not in taken]
    named = {text_of(row, "service_request_id") for row in free if report.reference in text_of(row, "description")}
    if named:
        return named.pop() if len(named) == 1 else ""
    there = {text_of(row, "service_request_id") for row in free if _fits(row, client, remote, report)}
    return there.pop() if len(there) == 1 else ""


def _fits(row: Row, client: Client, remote: RemoteRequest, report: Report) -> bool:
    """Same service and place, and made in the minutes of our attempt, by the other side's clock."""
    made_at = moment_of(row, "requested_datetime")
    if made_at is None or remote.posted_at is None or text_of(row, "service_code") != remote.service_code:
        return False
    if text_of(row, "description"):
        return False  # it shows texts, and this one is not ours
    if abs(made_at - client.skew - remote.posted_at) > CLOSE:
        return False
    try:
        lat, lon = float(text_of(row, "lat")), float(text_of(row, "long", "lon"))
    except ValueError:
        return False
    return abs(lat - report.latitude) < NEAR and abs(lon - report.longitude) < NEAR

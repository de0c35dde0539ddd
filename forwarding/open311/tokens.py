"""A token is followed until it has become a number: soon at first, then with growing waits, and with an end."""

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.open311.client import Client
from forwarding.open311.wire import text_of
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.models import Open311Endpoint, RemoteRequest
from reports.actions_desk import note_report

logger = logging.getLogger(__name__)

TOKEN_WAITS = [timedelta(minutes=m) for m in (1, 2, 5, 15, 60, 240, 720, 1440, 1440, 2880, 4320)]


def tokens_due(limit: int = 200) -> list[int]:
    due = RemoteRequest.objects.filter(next_try_at__lte=timezone.now(), state=RemoteRequest.State.TOKEN)
    return list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])


def follow_token(pk: int) -> None:
    """Ask once; what comes next stands on the row before it is asked, so a dead worker costs one try."""
    now = timezone.now()
    remote = RemoteRequest.objects.select_related("contact", "assignment__report").filter(pk=pk).first()
    if remote is None or remote.state != RemoteRequest.State.TOKEN or not remote.next_try_at:
        return
    tries = remote.tries + 1
    following = now + TOKEN_WAITS[tries] if tries < len(TOKEN_WAITS) else None
    mine = RemoteRequest.objects.filter(pk=pk, tries=remote.tries, next_try_at__lte=now, state=remote.state)
    if not mine.update(tries=F("tries") + 1, next_try_at=following):
        return
    number, trouble = ask(remote)
    if number:
        RemoteRequest.objects.filter(pk=pk).update(
            state=RemoteRequest.State.KNOWN, request_id=number, next_try_at=None, problem=""
        )
        return
    RemoteRequest.objects.filter(pk=pk).update(problem=trouble[:300])
    if following is None:
        words = _("%(contact)s has not given the case a number: %(trouble)s")
        note_report(remote.assignment.report, words % {"contact": remote.contact, "trouble": trouble}, actor=None)


def ask(remote: RemoteRequest) -> tuple[str, str]:
    """The number, or why there is none. A 404 may mean "not yet", too."""
    endpoint = Open311Endpoint.objects.select_related("contact").filter(contact=remote.contact_id).first()
    if endpoint is None:
        return "", _("The Open311 endpoint is not set up yet.")
    try:
        row = Client(endpoint).token(remote.token)
    except OutboundFailed as error:
        return "", error.reason
    number = text_of(row or {}, "service_request_id")[:200]
    return number, "" if number else _("it still waits there")

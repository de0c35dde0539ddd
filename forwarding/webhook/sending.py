"""One delivery. Tried again with the same id until the receiver says 2xx: what comes twice is known by its id."""

import json
import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.models import Dispatch
from forwarding.outward.case import as_data
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.http import Answer, fetch
from forwarding.outward.models import WebhookEndpoint
from forwarding.webhook.signing import signed_headers
from municipalities.models import Contact
from notifications.mailer import SendingFailed

GONE = 410
# The receiver will never take this one. Any other no may be a receiver that is just being changed: it is tried again.
FINAL = (410, 413, 415, 422)
WORDS_KEPT = 300


def send_by_webhook(dispatch: Dispatch) -> str:
    """The receiver's answer. Raises `SendingFailed`; a 410 stops the contact."""
    endpoint = WebhookEndpoint.objects.select_related("contact").filter(contact=dispatch.contact_id).first()
    if endpoint is None:
        raise SendingFailed(_("The webhook has no secret yet."), permanent=True, ours=True)
    try:
        return deliver(endpoint, dispatch.address, f"dispatch_{dispatch.pk}", dispatch.event.kind, as_data(dispatch))
    except OutboundFailed as error:
        if error.status == GONE:
            stop_contact(dispatch)
        raise


def deliver(endpoint: WebhookEndpoint, url: str, delivery_id: str, kind: str, data: dict[str, Any]) -> str:
    """POST it, signed now: each attempt has its own timestamp. Raises `SendingFailed`."""
    timestamp = int(time.time())
    payload = {"type": f"report.{kind}", "timestamp": timezone.now().isoformat(), "data": data}
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = signed_headers(endpoint.secrets, delivery_id, timestamp, body)
    headers["Content-Type"] = "application/json; charset=utf-8"
    answer = fetch("POST", url, body=body, headers=headers, pause=endpoint.contact.timeout_seconds)
    if not answer.is_good:
        raise _refusal(answer)
    return f"{answer.status} {_words(answer)}".strip()


def send_test(endpoint: WebhookEndpoint) -> None:
    """A delivery of type `report.test`, once; what came of it stands at the endpoint."""
    now = timezone.now()
    try:
        result = deliver(endpoint, endpoint.contact.address, f"test_{endpoint.pk}_{now:%Y%m%d%H%M%S}", "test", {})
    except SendingFailed as error:
        result = error.reason
    endpoint.tested_at, endpoint.test_result = now, result[:300]
    endpoint.save(update_fields=["tested_at", "test_result"])


def stop_contact(dispatch: Dispatch) -> None:
    """As a hard bounce does; staff may have corrected the address meanwhile."""
    contacts = Contact.objects.filter(pk=dispatch.contact_id, address=dispatch.address, stopped_at=None)
    contacts.update(stopped_at=timezone.now(), stopped_reason=_("The webhook's receiver says that it is gone (410)."))


def _refusal(answer: Answer) -> OutboundFailed:
    if 300 <= answer.status < 400:
        return OutboundFailed(
            _("It answers with a redirect (%(status)s); enter the new address.") % {"status": answer.status},
            permanent=True,
            status=answer.status,
        )
    words = f"{answer.status} {_words(answer)}".strip()
    return OutboundFailed(words, permanent=answer.status in FINAL, status=answer.status)


def _words(answer: Answer) -> str:
    return " ".join(answer.body[: 4 * WORDS_KEPT].decode("utf-8", "replace").replace("\0", "").split())[:WORDS_KEPT]

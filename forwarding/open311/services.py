"""An endpoint's service list, kept beside ours. What leaves the list is flagged, and nothing is sent to it."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forwarding.open311.client import Client
from forwarding.open311.wire import Row, is_true, rows_of, text_of, texts_of
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.models import Open311Endpoint, RemoteService, ServiceChoice

logger = logging.getLogger(__name__)

VALUES_KEPT = 2000  # of one attribute's list


def sync_services(endpoint: Open311Endpoint) -> str:
    """What went wrong, "" for nothing. A failed or empty answer changes nothing of what is known."""
    trouble = _sync(endpoint)
    endpoint.services_error = trouble[:300]
    endpoint.save(update_fields=["services_error", "services_synced_at"])
    return trouble


def _sync(endpoint: Open311Endpoint) -> str:
    client = Client(endpoint)
    try:
        rows = {text_of(row, "service_code"): row for row in client.services()}
    except OutboundFailed as error:
        return error.reason
    rows.pop("", None)
    if not rows:
        return _("The list came empty; what was known of it stays.")
    definitions: dict[str, list[dict[str, Any]] | None] = {}
    trouble = ""
    for code, row in rows.items():
        try:
            definitions[code] = attributes_of(client.definition(code)) if is_true(row, "metadata") else []
        except OutboundFailed as error:
            definitions[code] = None
            trouble = f"{code}: {error.reason}"
    with transaction.atomic():
        for code, row in rows.items():
            store(endpoint, code, row, definitions[code])
        endpoint.services.offered().exclude(code__in=rows).update(gone_at=timezone.now())
    endpoint.services_synced_at = timezone.now()
    return missing(endpoint) or trouble


def store(endpoint: Open311Endpoint, code: str, row: Row, attributes: list[dict[str, Any]] | None) -> None:
    values: dict[str, Any] = {
        "name": (text_of(row, "service_name") or code)[:300],
        "description": text_of(row, "description"),
        "group": (text_of(row, "group") or ", ".join(texts_of(row, "groups")))[:300],
        "keywords": text_of(row, "keywords")[:500],
        "kind": text_of(row, "type").lower()[:20],
        "gone_at": None,
    }
    if attributes is not None:  # else the definition could not be read: what was known of it stays
        values["attributes"] = attributes
    RemoteService.objects.update_or_create(endpoint=endpoint, code=code[:200], defaults=values)


def attributes_of(definition: Row) -> list[dict[str, Any]]:
    """In the order that they are asked in; those that only show a text take no value and are left out."""

    def order(row: Row) -> int:
        number = text_of(row, "order")
        return int(number) if number.isdecimal() and len(number) < 9 else 0

    found = []
    for row in sorted(rows_of(definition, "attributes"), key=order):
        code = text_of(row, "code")
        if not code or (text_of(row, "variable") and not is_true(row, "variable")):
            continue
        values = [
            {"key": text_of(value, "key", "name"), "name": text_of(value, "name", "key")}
            for value in rows_of(row, "values")[:VALUES_KEPT]
        ]
        found.append(
            {
                "code": code,
                "datatype": text_of(row, "datatype").lower(),
                "required": is_true(row, "required"),
                "automated": text_of(row, "automated"),
                "description": text_of(row, "description"),
                "values": [value for value in values if value["key"]],
            }
        )
    return found


def missing(endpoint: Open311Endpoint) -> str:
    """What staff must choose anew."""
    gone = ServiceChoice.objects.filter(endpoint=endpoint, service__gone_at__isnull=False).count()
    gone += bool(endpoint.default_service and endpoint.default_service.gone_at)
    if not gone:
        return ""
    words = ngettext(
        "%(count)s chosen service has left the list: choose another one.",
        "%(count)s chosen services have left the list: choose others.",
        gone,
    )
    return words % {"count": gone}

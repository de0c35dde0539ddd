"""Addresses of ours in mails to bodies: `<kind>-<id>-<proof>@MAIL_DOMAIN`.

`r` answers to an assignment, `v` what comes back undelivered of a dispatch (it is the envelope's sender), `g` and `w`
the same of a gathered mail.
"""

from forwarding.models import Dispatch, DispatchDigest
from notifications.addresses import make_address, read_address

KIND = "r"
BOUNCE = "v"
DIGEST = "g"
DIGEST_BOUNCE = "w"


def reply_address(assignment_id: int) -> str:
    return make_address(KIND, assignment_id)


def read_reply_address(address: str) -> int | None:
    """The assignment's id; None for anything that we did not make."""
    return read_address(KIND, address)


def digest_address(digest: DispatchDigest) -> str:
    return make_address(DIGEST, digest.pk)


def bounce_address(row: Dispatch | DispatchDigest) -> str:
    return make_address(BOUNCE if isinstance(row, Dispatch) else DIGEST_BOUNCE, row.pk)


def find_bounced(addresses: list[str]) -> Dispatch | DispatchDigest | None:
    """What was sent from one of these envelope addresses."""
    for address in addresses:
        if pk := read_address(BOUNCE, address):
            return Dispatch.objects.select_related("contact", "assignment").filter(pk=pk).first()
        if pk := read_address(DIGEST_BOUNCE, address):
            return DispatchDigest.objects.select_related("contact").filter(pk=pk).first()
    return None


def find_digest(addresses: list[str], message_ids: list[str]) -> DispatchDigest | None:
    """The gathered mail that is answered, by our address or by its Message-ID."""
    pks = [pk for address in addresses if (pk := read_address(DIGEST, address))]
    rows = DispatchDigest.objects.all()
    return rows.filter(pk__in=pks[:1]).first() or rows.filter(message_id__in=message_ids).order_by("-pk").first()

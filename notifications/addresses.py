"""Our own one-off mail addresses: `<kind>-<id>-<proof>@MAIL_DOMAIN`.

Everything in them survives a mail program that writes addresses in capitals or in small letters, and
nobody can make one up. `p` (people's mails) holds a report's id, `a` an alert's,
`r` (bodies' mails) an assignment's.
"""

import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_LOCAL_PART = re.compile(r"([a-z])-(\d{1,18})-([0-9a-f]{16})")


def make_address(kind: str, row_id: int) -> str:
    return f"{kind}-{row_id}-{_proof(kind, row_id, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}"


def read_address(kind: str, address: str) -> int | None:
    """The id that `make_address` put into it; None for any other address."""
    local, _, domain = address.strip().lower().rpartition("@")
    match = _LOCAL_PART.fullmatch(local)
    if match is None or match[1] != kind or domain != settings.MAIL_DOMAIN.lower():
        return None
    row_id = int(match[2])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return row_id if any(constant_time_compare(match[3], _proof(kind, row_id, key)) for key in keys) else None


def _proof(kind: str, row_id: int, key: str | bytes) -> str:
    signed = salted_hmac("jarokelo.addresses", f"{kind}-{row_id}", secret=key, algorithm="sha256")
    return signed.hexdigest()[:16]

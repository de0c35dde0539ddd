"""Signatures as Standard Webhooks 1.0 has them, so that receivers can take a library that is there already.

`webhook-signature` holds one "v1,<base64>" per secret that is good today, over "<id>.<timestamp>.<body>".
"""

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = (24, 64)


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def secret_bytes(secret: str) -> bytes:
    """Raises `ValueError` for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not BYTES[0] <= len(key) <= BYTES[1]:
        raise ValueError("too short, or too long")
    return key


def signature(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()).decode()


def signed_headers(keys: list[str], delivery_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, delivery_id, timestamp, body) for key in keys),
    }

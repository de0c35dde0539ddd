"""Reading a mail that may be anything: headers, addresses and words, whatever the bytes are.

Nothing here raises for what somebody sent. The compat32 policy is meant: the newer one raises on
headers that are broken in some ways.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import Header, decode_header
from email.message import Message
from email.utils import getaddresses

from forwarding.mailhtml import text_of_html

# Above these, somebody plays with us: the raw mail is kept whole all the same.
TEXT_LIMIT = 200_000
HEADER_LIMIT = 4_000
HEADERS_LIMIT = 50
_ADDRESS = re.compile(r"(?<![^\s<>()\",;:@])[^\s<>()\",;:@]{1,64}@[^\s<>()\",;:]+")
# One that no charset names: what Hungarian programs write when they do not say it.
FALLBACK_CHARSETS = ("utf-8", "cp1250", "latin-1")


def parse(raw: bytes) -> "Message[str, str]":
    try:
        return message_from_bytes(raw)
    except Exception:  # nested deeper than the parser can go, or a charset that is no word
        headers, _, _ = raw.partition(b"\n\n")
        return message_from_bytes(headers[:50_000] + b"\n\n")


def walk(message: "Message[str, str]", depth: int = 0) -> Iterator["Message[str, str]"]:
    yield message
    payload = message.get_payload()
    if isinstance(payload, list) and depth < 20:
        for part in payload:
            if isinstance(part, Message):
                yield from walk(part, depth + 1)


def header(message: "Message[str, str]", name: str) -> str:
    """One header in readable words, on one line; empty where it is missing."""
    value = message.get(name)
    return "" if value is None else readable(value)


def readable(value: object) -> str:
    pieces = []
    try:
        for piece, charset in decode_header(value if isinstance(value, Header) else str(value)[:HEADER_LIMIT]):
            pieces.append(piece if isinstance(piece, str) else decode(piece, charset))
    except Exception:  # junk between "=?" and "?="
        pieces = [str(value)]
    return " ".join(clean("".join(pieces))[:HEADER_LIMIT].split())


def decode(piece: bytes, charset: str | None) -> str:
    for name in (charset, *FALLBACK_CHARSETS):
        try:
            return piece.decode(name) if name and name != "unknown-8bit" else piece.decode("utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return piece.decode("ascii", "replace")


def clean(text: str) -> str:
    """What PostgreSQL can store: no NUL, no half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def addresses(message: "Message[str, str]", *names: str) -> list[str]:
    """The bare addresses in these headers, in small letters, each once."""
    values = [readable(value) for name in names for value in message.get_all(name, [])[:HEADERS_LIMIT]]
    try:
        found = [address for _, address in getaddresses(values) if "@" in address]
    except RecursionError:  # thousands of open brackets
        found = []
    found += [match for value in values for match in _ADDRESS.findall(value)]
    return list(dict.fromkeys(address.lower()[:320] for address in found))


def text_of(message: "Message[str, str]") -> str:
    """The words of the mail: its plain texts below each other, else those of its HTML; else a mail's inside it."""
    for kind, reading in (("text/plain", str), ("text/html", text_of_html)):
        texts = [reading(content(part)).strip() for part in _inline(message, kind)]
        if text := "\n\n".join(filter(None, texts)):
            return text.replace("\r\n", "\n")[:TEXT_LIMIT]
    parts = [part for part in walk(message) if not part.is_multipart() and not _is_attachment(part)]
    for kind, reading in (("text/plain", str), ("text/html", text_of_html)):
        for part in parts:
            if part.get_content_type() == kind:
                text = reading(content(part)).strip()
                if text:
                    return text.replace("\r\n", "\n")[:TEXT_LIMIT]
    return ""


def has_several_texts(message: "Message[str, str]") -> bool:
    """More than one text that is no other form of the first: nobody knows which of them is the answer."""
    return len(_inline(message, "text/plain", "text/html")) > 1


def _inline(part: "Message[str, str]", *kinds: str, depth: int = 0) -> list["Message[str, str]"]:
    """The texts to be read as the mail's own, in their order; one alternative of several, nothing of a mail inside."""
    payload = part.get_payload()
    if isinstance(payload, list) and part.get_content_maintype() != "message" and depth < 20:
        below = [_inline(one, *kinds, depth=depth + 1) for one in payload if isinstance(one, Message)]
        if part.get_content_type() == "multipart/alternative":
            return max(below, key=len, default=[])
        return [text for texts in below for text in texts]
    is_text = not part.is_multipart() and part.get_content_type() in kinds and not _is_attachment(part)
    return [part] if is_text and content(part).strip() else []


def content(part: "Message[str, str]") -> str:
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # a transfer encoding that lies
        payload = None
    if not isinstance(payload, bytes):
        return clean(str(part.get_payload()))
    try:
        charset = part.get_content_charset()
    except Exception:  # a charset parameter that is no charset
        charset = None
    return clean(decode(payload, charset))


def _is_attachment(part: "Message[str, str]") -> bool:
    return str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment")

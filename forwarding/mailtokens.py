"""A mail as it is kept: who answers quotes our link, and whoever reads the archive later must not act by it."""

import base64
import logging
from email.message import Message

from accounts.tokens import hide_links
from forwarding.mailparts import parse, walk

logger = logging.getLogger(__name__)


def without_tokens(raw: bytes) -> bytes:
    """The same bytes, unless a link of ours stands in them: then that part is written anew without its token."""
    try:
        mail = parse(raw)
        changed = [part for part in walk(mail) if not part.is_multipart() and _hide_in(part)]
        if changed:
            return mail.as_bytes()
    except Exception:  # whatever a hostile mail makes the parser do
        logger.exception("the links in an incoming mail could not be hidden part by part")
    return _hide(raw)


def _hide_in(part: "Message[str, str]") -> bool:
    if part.get_content_maintype() != "text":
        return False
    words = part.get_payload(decode=True)
    if not isinstance(words, bytes) or (hidden := _hide(words)) == words:
        return False
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(hidden).decode("ascii"))
    return True


def _hide(words: bytes) -> bytes:
    """Latin-1 reads and writes any byte; addresses are the same in every charset that mails are written in."""
    return hide_links(words.decode("latin-1")).encode("latin-1")

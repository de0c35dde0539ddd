"""Who really sent a mail: one clear address in `From:`, and our own mail server's word that it is genuine.

Anybody can write any `From:`, and any `Authentication-Results:` below the one that our server puts on top. So only the
topmost one counts, and only if it carries the name that our server signs with (`MAIL_AUTHSERV_ID`, RFC 8601).
"""

import re
from email.message import Message

from django.conf import settings

from forwarding.mailparts import readable

_ADDRESS = r"[^\s<>@,;:\"()\[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?"
# "Name" <address>, Name <address>, <address> or the bare address; nothing else is clear enough.
_CLEAR = re.compile(
    rf"(?:(?P<name>\"[^\"\\<>]*\"|[^\"<>@,;:()\\]*)\s*<(?P<inside>{_ADDRESS})>|(?P<bare>{_ADDRESS}))", re.I
)
_RESULT = re.compile(r"^\s*dmarc\s*=\s*pass\b(?P<rest>.*)$", re.I | re.S)
_FROM_DOMAIN = re.compile(r"header\.from\s*=\s*\"?(?:[^\s\";@]{0,64}@)?([a-z0-9.-]+)", re.I)


def clear_sender(message: "Message[str, str]") -> str:
    """The one address in the one `From:`; empty where there are several, or a name that looks like an address."""
    values = message.get_all("From", [])
    if len(values) != 1:
        return ""
    value = " ".join(str(values[0]).split())
    match = _CLEAR.fullmatch(value)
    if match is None:
        return ""
    name = readable(match["name"] or "")
    if "@" in name or "＠" in name or any(mark in name for mark in "<>\u202e\u202d\u2066\u2067\u2068"):
        return ""
    return (match["inside"] or match["bare"]).lower()


def is_vouched(message: "Message[str, str]", sender: str) -> bool:
    """DMARC passed for the sender's own domain, as our own server says."""
    results = message.get_all("Authentication-Results", [])
    ours = settings.MAIL_AUTHSERV_ID.lower()
    if not results or not ours or not sender:
        return False
    server, *verdicts = _plain(" ".join(str(results[0]).split())).split(";")
    if server.strip().lower().split(" ")[0] != ours:
        return False
    found = [match for verdict in verdicts if (match := _RESULT.match(verdict))]
    others = [verdict for verdict in verdicts if re.match(r"\s*dmarc\s*=", verdict, re.I)]
    if len(found) != 1 or len(others) != 1:
        return False
    domain = _FROM_DOMAIN.search(found[0]["rest"])
    # The name may be left out only where there can be no doubt; a subdomain's policy is its parent's.
    return domain is not None and domain[1].lower().strip(".") == sender.rpartition("@")[2]


def _plain(line: str) -> str:
    """Without comments and without what stands in quotes: the sender wrote some of it. Empty if either does not end."""
    kept, depth, is_quoted, is_escaped = [], 0, False, False
    for mark in line:
        if is_escaped:
            is_escaped = False
        elif mark == "\\" and (depth or is_quoted):
            is_escaped = True
        elif mark == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif mark in "()":
            depth += 1 if mark == "(" else -1
            kept.append(" ")
        elif not depth:
            kept.append(mark)
        if depth < 0:
            return ""
    return "" if depth or is_quoted else "".join(kept)

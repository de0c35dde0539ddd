"""The signed part of an address of ours is as good as a key: it stands in no log, and in no mail that we keep."""

import re

_PATHS = (
    r"/(?:own|o|confirm|follow|alerts/by-mail|alerts/stop|unsubscribe|comment|sighting|report/done|password/reset/key"
    r"|confirm-email|login/link|office/invitation)/"
)
_IN_A_PATH = re.compile(rf"({_PATHS})[^/\s?]+")
_IN_WORDS = re.compile(rf"(https?://[^\s/]+(?:/accounts)?{_PATHS})[\w.:~%-]+")


def hide_tokens(path: str) -> str:
    """In a path, or a line of a log that holds some."""
    return _IN_A_PATH.sub(r"\1…", path)


def hide_links(text: str) -> str:
    """In what people write or quote, HTML too: whole addresses only, and nothing after their end."""
    return _IN_WORDS.sub(r"\1...", text)

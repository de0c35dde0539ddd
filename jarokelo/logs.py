"""What never stands in a log: the signed part of an address, which is as good as a key, and what somebody writes."""

import logging
import re

from accounts import tokens

_WORDS = re.compile(r"((?:^|[?&])text=)[^&\s]+")


def hide_tokens(text: str) -> str:
    return _WORDS.sub(r"\1…", tokens.hide_tokens(text))


class HideTokens(logging.Filter):
    """Django logs the path of every refused request, those behind a mail's link too."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(hide_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True

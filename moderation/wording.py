"""What the desk changed in a citizen's text, word by word; and what a body's answer says, in our words."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from forwarding.forms import Step

OUTCOMES = {
    Step.ANSWER: _("An answer; the case goes on"),
    Step.PROMISE: _("They promise a date"),
    Step.DONE: _("They say that it is done"),
    Step.CANNOT: _("They say that it cannot be solved"),
    Step.NOT_OURS: _("They say that it is not theirs"),
}


class Piece(NamedTuple):
    kind: str  # "same", "gone" or "new"
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one text to the other; blanks belong to the word before them."""
    old, new = (re.findall(r"\S+\s*|\s+", text) for text in (before, after))
    pieces = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("gone", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("new", "".join(new[k:m])))
    return pieces

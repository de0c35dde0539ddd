"""Good practice while writing: short hints that never stand in the way."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.lifecycle import Kind

SHORT_WORDS = 5
LONG_TITLE = 80  # characters
SHOUTED_LETTERS = 20
SHOUTED_SHARE = 0.6
# What says where: a side, a house number, a neighbour thing. Accents and endings as people write them.
WHERE = re.compile(
    r"\d|előtt|mellett|mögött|sark|sarok|szemben|szemközt|között|oldal|bejárat|kapu|megálló|kereszteződés|"
    r"utca|út\b|tér|eléri|magasság|elott|mogott|kozott|"
    r"front of|next to|opposite|corner|behind|between|side|entrance|near|street|square",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"óta|napja|hete|hónap|tegnap|\bma\b|reggel|este|since|days|weeks|months|yesterday|today", re.IGNORECASE
)
RUDE_MARKS = re.compile(r"[!?]{3,}")


@dataclass(frozen=True)
class Hint:
    code: str
    text: str


def hints_for(text: str, *, kind: str = Kind.PROBLEM, title: str = "", address: str = "") -> list[Hint]:
    """At most three, the most useful first; none for an empty text: nobody needs to be told before beginning."""
    words = text.split()
    if not words:
        return []
    found: list[Hint] = []
    if len(words) < SHORT_WORDS:
        found.append(Hint("short", _too_short(kind)))
    if kind == Kind.PROBLEM and not WHERE.search(f"{text} {address}"):
        found.append(
            Hint(
                "where", _("Where exactly? A house number, a side of the street or what stands beside it helps a lot.")
            )
        )
    if is_shouted(text) or is_shouted(title):
        found.append(Hint("shouting", _("In capitals it reads like shouting. The body reads calm words more gladly.")))
    elif RUDE_MARKS.search(text):
        found.append(Hint("marks", _("One exclamation mark is enough: the facts are strong by themselves.")))
    if len(title) > LONG_TITLE:
        found.append(Hint("title", _("A title of a few words is read first: “Pothole before the school”.")))
    if kind == Kind.PROBLEM and len(words) >= SHORT_WORDS and not SINCE.search(text):
        found.append(Hint("since", _("Do you know since when? Write it, if you do.")))
    if kind == Kind.QUESTION and "?" not in text:
        found.append(
            Hint("question", _("Write the question as one: who answers should see at once what you want to know."))
        )
    return found[:3]


def _too_short(kind: str) -> str:
    if kind == Kind.PRAISE:
        return _("Tell a bit more: whom do you thank, and for what?")
    if kind == Kind.QUESTION:
        return _("A bit more, please: what is the question about?")
    return _("A bit more, please: what do you see, and whom does it bother or endanger?")


def is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= SHOUTED_LETTERS and sum(map(str.isupper, letters)) / len(letters) > SHOUTED_SHARE

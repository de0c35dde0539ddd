"""What may be learned from a text, and what may not."""

import re
from collections.abc import Iterator
from itertools import pairwise

from municipalities.routing import plain

LONGEST = 4000  # characters that are looked at
WORD_SIZES = range(2, 31)
PIECE_SIZES = (3, 4, 5)

# "FRISSÍTÉS: 2024.05.28." with what hands really write: "FRISSITÉS", "FRISÍTÉS", "FRIISSÍTÉS", "FISSÍTÉS", "FRISSÍÉS".
UPDATE = re.compile(
    r"^\W*f+r?i+s+z?[íi]?t?[ée]s\b(?=\W*(?:\d|\n|$)|\s*:)|\bFRIS+[ÍI]T[ÉE]S\b", re.IGNORECASE | re.MULTILINE
)
RULE = re.compile(r"[-–—_=*~─]{3,}|^[ \t]*\.{4,}[ \t]*$", re.MULTILINE)
# What else the desk pasted in: "BKK válasza: …", "Nem érkezett válasz", "ügykezelői kiegészítés", "Előzmény: [link]".
PASTED = re.compile(
    r"ügykezelői kiegészítés|nem érkezett válasz|\bválasz(?:a|ai|uk|ával)?(?: alapján)?[^\n]{0,40}(?::|továbbítva)"
    r"|\bvisszajelzés\w*(?: alapján)?\s*:|^\W*előzmény",
    re.IGNORECASE | re.MULTILINE,
)
ANSWER_BELOW = re.compile(r"^[^\n]{2,60}\bválasza(?: alapján)?[^\n]{0,30}:", re.MULTILINE)


def without_updates(text: str) -> str:
    """The reporter's own words: what moderators pasted in later ("FRISSÍTÉS" and the like) tells how it ended.

    They paste above the words, newest first, each piece closed by a line of dashes; now and then below. Where it is
    not clear where a piece ends, all of it goes: too little is better than the answer.
    """
    marks = list(UPDATE.finditer(text))
    if marks:
        rules = list(RULE.finditer(text, marks[-1].end()))
        text = text[rules[-1].end() :] if rules else text[: marks[0].start()]
    parts = [part for part in RULE.split(text) if part.strip()]
    if len(parts) > 1:
        text = "\n".join(part for part in parts if not PASTED.search(part))
    below = ANSWER_BELOW.search(text)
    return (text[: below.start()] if below else text).strip()


def document(title: str, description: str) -> str:
    return f"{title.strip()}\n{without_updates(description)}"[:LONGEST]


def weighed(text: str) -> str:
    """The first line twice: it is the title, and says the most."""
    first, _line, rest = text.partition("\n")
    return plain(f"{first}\n{first}\n{rest}" if rest.strip() else first)


def words(text: str) -> Iterator[str]:
    """Words and pairs of words, bare of accents."""
    row = [word for word in plain_words(text) if len(word) in WORD_SIZES]
    yield from row
    for first, second in pairwise(row):
        yield f"{first} {second}"


def pieces(text: str) -> Iterator[str]:
    """Parts of words with their edges marked, so that any ending and many misspellings still fit."""
    for word in plain_words(text):
        edged = f" {word[:30]} "
        for size in PIECE_SIZES:
            if len(edged) <= size:
                yield edged
                break
            for start in range(len(edged) - size + 1):
                yield edged[start : start + size]


def plain_words(text: str) -> list[str]:
    return weighed(text).split()


def spellings(text: str) -> dict[str, str]:
    """For each bare word how the writer spelled it: reasons quote the text."""
    found: dict[str, str] = {}
    for word in re.findall(r"\w+", text):
        found.setdefault(plain(word), word.casefold())
    return found


SHORT_KINDS = {"u": "utca", "utja": "ut", "tere": "ter", "krt": "korut", "korutja": "korut", "rkp": "rakpart"}


def street_of(address: str) -> str:
    """ "XIV. kerület, Zugló,  Róbert Károly krt. 204/b" -> "robert karoly korut"; empty where there is none."""
    row = plain(address[:250].rsplit(",", 1)[-1]).split()
    while len(row) > 1 and (row[-1].isdecimal() or len(row[-1]) == 1 or re.fullmatch(r"\d+[a-z]", row[-1])):
        if row[-1] == "u":
            break
        row.pop()
    if row:
        row[-1] = SHORT_KINDS.get(row[-1], row[-1])
    return " ".join(row)


STREET_KINDS = {
    "utca", "ut", "ter", "korut", "park", "hid", "fasor", "setany", "koz", "lakotelep", "rakpart", "sor", "dulo"
}  # fmt: skip


def street_kind(street: str) -> str:
    """A road ("út") is somebody else's more often than a street ("utca")."""
    return next((word for word in reversed(street.split()) if word in STREET_KINDS), "-")

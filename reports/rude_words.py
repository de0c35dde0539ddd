"""Rude words in Hungarian and English, ours: a hint for who decides, never a verdict."""

import re

# Beginnings of words; whole words only where a beginning would catch harmless ones.
_STEMS = (
    "kurva", "kurvá", "geci", "buzi", "köcsög", "faszfej", "faszkalap", "fasszopó", "seggfej", "baszd", "baszod",
    "basszá", "bassza", "baszni", "picsá", "picsa", "rohadék", "szarházi", "gennyláda", "nyomorék", "idióta",
    "hülyegyerek", "cigányoz", "fuck", "asshole", "bitch", "bastard", "motherf", "dickhead", "wanker", "moron",
    "retard",
)  # fmt: skip
_WORDS = ("fasz", "faszok", "szar", "szarok", "pina", "segg", "shit", "cunt", "idiot", "idiots")
_RUDE = re.compile(rf"\b(?:(?:{'|'.join(_STEMS)})\w*|(?:{'|'.join(_WORDS)})\b)", re.IGNORECASE)


def find_rude_words(text: str) -> list[str]:
    """As they stand in the text, nothing twice."""
    return list(dict.fromkeys(match[0] for match in _RUDE.finditer(text)))

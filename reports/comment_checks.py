"""What makes a comment wait for a moderator instead of being shown at once.

Only hints: a moderator decides. A check that errs costs a little patience, never somebody's word.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from reports.models import Comment
from reports.personal_data import find_personal_data

FLOOD_WITHIN = timedelta(minutes=10)
SHOUTED_AT_LEAST = 25  # letters; "KRESZ" and "BKK" are no shouting

# Beginnings of words, ours; whole words only where a beginning would catch harmless ones.
_RUDE_STEMS = (
    "kurva", "kurvá", "geci", "buzi", "köcsög", "faszfej", "faszkalap", "fasszopó", "seggfej", "baszd", "baszod",
    "basszá", "bassza", "baszni", "picsá", "picsa", "rohadék", "szarházi", "gennyláda", "nyomorék", "idióta",
    "hülyegyerek", "cigányoz", "fuck", "asshole", "bitch", "bastard", "motherf", "dickhead", "wanker", "moron",
    "retard",
)  # fmt: skip
_RUDE_WORDS = ("fasz", "faszok", "szar", "szarok", "pina", "segg", "shit", "cunt", "idiot", "idiots")
_RUDE = re.compile(rf"\b(?:(?:{'|'.join(_RUDE_STEMS)})\w*|(?:{'|'.join(_RUDE_WORDS)})\b)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= SHOUTED_AT_LEAST and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def check_comment(comment: Comment, text: str) -> list[str]:
    """The codes of `Comment.Check` that these words give rise to; none: they are shown at once."""
    check = Comment.Check
    since = timezone.now() - FLOOD_WITHIN
    lately = Comment.objects.filter(author=comment.author_id, confirmed_at__gt=since).exclude(pk=comment.pk).count()
    found = {
        check.PERSONAL: bool(find_personal_data(text)),
        check.INSULT: bool(_RUDE.search(text)),
        check.LINKS: len(_LINK.findall(text)) > settings.COMMENT_MAX_LINKS,
        check.SHOUTING: is_shouted(text),
        check.FLOOD: lately >= settings.COMMENT_FLOOD,
    }
    return [code.value for code, is_so in found.items() if is_so]

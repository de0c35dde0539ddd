"""What makes a comment wait for a moderator instead of being shown at once.

Only hints: a moderator decides. A check that errs costs a little patience, never somebody's word.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from reports.models import Comment
from reports.personal_data import find_personal_data
from reports.rude_words import find_rude_words

FLOOD_WITHIN = timedelta(minutes=10)
SHOUTED_AT_LEAST = 25  # letters; "KRESZ" and "BKK" are no shouting

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
        check.INSULT: bool(find_rude_words(text)),
        check.LINKS: len(_LINK.findall(text)) > settings.COMMENT_MAX_LINKS,
        check.SHOUTING: is_shouted(text),
        check.FLOOD: lately >= settings.COMMENT_FLOOD,
    }
    return [code.value for code, is_so in found.items() if is_so]

"""What of a form goes into a draft: names and values as they came, bounded, and nothing that belongs to one page."""

from django.conf import settings
from django.http import QueryDict

# The page's own: photos are rows, the rest is made anew for each page.
NOT_KEPT = frozenset(
    (
        "channel",
        "csrfmiddlewaretoken",
        "draft_version",
        "kept_photos",
        "photos",
        "stamp",
        "step",
        "submission",
        "website",
    )
)


class DraftTooLarge(Exception):
    """More words than `DRAFT_MAX_BYTES`."""


def draft_fields(form: QueryDict) -> dict[str, list[str]]:
    """{name: [value, …]} as JSON can hold it; raises `DraftTooLarge`."""
    kept = {
        clean(name): [clean(value) for value in values]
        for name, values in form.lists()
        if name not in NOT_KEPT and any(values)
    }
    size = sum(len(text.encode()) for name, values in kept.items() for text in (name, *values))
    if size > settings.DRAFT_MAX_BYTES:
        raise DraftTooLarge
    return kept


def clean(text: str) -> str:
    """Without what PostgreSQL cannot keep in JSON: NUL bytes and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()

"""Drafts that nobody touches: the person is warned at `DRAFT_WARN`, the draft is deleted at `DRAFT_KEEP`.

Set-based and repeatable: the notice is unique by draft and last change, and the deletion asks for it, so that a
draft is never deleted without its warning having had `TIMER_GRACE`, however long the worker stood still.
"""

from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Person
from notifications.models import Notice
from notifications.notices import give_notice
from reports import links
from reports.actions_drafts import delete_draft
from reports.models import Draft

TEMPLATE = "draft_waits"
AT_ONCE = 500


def key_of(draft: Draft) -> str:
    return f"{draft.pk}:{draft.updated:%Y%m%d%H%M%S}"


def tend_drafts() -> tuple[int, int]:
    """Warn and delete what is due; gives how many of each. Those that only wait cost one query for `AT_ONCE`."""
    now = timezone.now()
    due = Draft.objects.untouched_since(now - settings.DRAFT_WARN).select_related("person").order_by("updated")
    warned = deleted = 0
    rows = due.iterator(chunk_size=AT_ONCE)
    while drafts := list(islice(rows, AT_ONCE)):
        notices = Notice.objects.filter(template=TEMPLATE, key__in=[key_of(draft) for draft in drafts])
        warned_at = dict(notices.values_list("key", "created_at"))
        for draft in drafts:
            key = key_of(draft)
            if key not in warned_at:
                give_notice([draft.person], TEMPLATE, key)
                warned += 1
            elif draft.deleted_at <= now and warned_at[key] + settings.TIMER_GRACE <= now:
                deleted += _delete(draft)
    return warned, deleted


def _delete(draft: Draft) -> int:
    """Unless somebody went on writing since we looked."""
    untouched = Draft.objects.filter(pk=draft.pk, version=draft.version).first()
    if untouched is None:
        return 0
    delete_draft(untouched)
    return 1


def compose_warning(person: Person, key: str) -> dict[str, Any] | None:
    draft = Draft.objects.of(person).filter(pk=int(key.split(":")[0])).first()
    if draft is None or key_of(draft) != key:
        return None  # sent, deleted, or gone on with
    return {"url": links.absolute(draft.get_absolute_url()), "heading": draft.heading, "deleted_at": draft.deleted_at}
